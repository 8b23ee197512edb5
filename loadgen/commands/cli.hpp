#pragma once
// `loadgen cli`: gives commands to a running speaker and prints the answers.

#include <CLI/CLI.hpp>

#include "loadgen/commands/command.hpp"

namespace barrage {

void add_cli_command(CLI::App& app, CommandAction& action);

}   // namespace barrage
