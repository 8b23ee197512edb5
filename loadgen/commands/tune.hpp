#pragma once
// `loadgen tune`.

#include <CLI/CLI.hpp>

#include "loadgen/commands/command.hpp"

namespace barrage {

void add_tune_command(CLI::App& app, CommandAction& action);

}   // namespace barrage
