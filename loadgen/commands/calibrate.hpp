#pragma once
// `loadgen calibrate`: what this machine itself adds to times.

#include <CLI/CLI.hpp>

#include "loadgen/commands/command.hpp"

namespace barrage {

void add_calibrate_command(CLI::App& app, CommandAction& action);

}   // namespace barrage
