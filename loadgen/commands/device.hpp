#pragma once
// `loadgen device`.

#include <CLI/CLI.hpp>

#include "loadgen/commands/command.hpp"

namespace barrage {

void add_device_command(CLI::App& app, CommandAction& action);

}   // namespace barrage
