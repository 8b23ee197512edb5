#pragma once
// `loadgen inject`: routes into a router. Words of the command line → InjectOptions.

#include <CLI/CLI.hpp>

#include "loadgen/commands/command.hpp"

namespace barrage {

/// Adds the sub-command; `action` is set when the command line asks for it.
void add_inject_command(CLI::App& app, CommandAction& action);

}   // namespace barrage
