#pragma once
// `loadgen bench`.

#include <CLI/CLI.hpp>

#include "loadgen/commands/command.hpp"

namespace barrage {

void add_bench_command(CLI::App& app, CommandAction& action);

}   // namespace barrage
