#pragma once
// `loadgen init`: a scenario to begin with.

#include <CLI/CLI.hpp>

#include "loadgen/commands/command.hpp"

namespace barrage {

void add_init_command(CLI::App& app, CommandAction& action);

}   // namespace barrage
