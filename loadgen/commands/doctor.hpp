#pragma once
// `loadgen doctor`: what stands between this host and a router, and the run that will work.

#include <CLI/CLI.hpp>

#include "loadgen/commands/command.hpp"

namespace barrage {

void add_doctor_command(CLI::App& app, CommandAction& action);

}   // namespace barrage
