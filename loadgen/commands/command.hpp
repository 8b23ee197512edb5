#pragma once
// How a sub-command says what is to be done: CLI11 fills its options, its callback sets the action, and main runs it when
// the whole command line was understood. (Action alone is a word of the fsm.)

#include <functional>

#include "loadgen/console/exit_status.hpp"

namespace barrage {

using CommandAction = std::function<ExitStatus()>;

}   // namespace barrage
