#pragma once
// `loadgen run`, `loadgen report` and `loadgen compare`: a scenario, the page of its report, and two reports side by side.

#include <CLI/CLI.hpp>

#include "loadgen/commands/command.hpp"

namespace barrage {

void add_run_command(CLI::App& app, CommandAction& action);
void add_report_command(CLI::App& app, CommandAction& action);
void add_compare_command(CLI::App& app, CommandAction& action);

}   // namespace barrage
