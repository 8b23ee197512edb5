#pragma once
// `exabgp cli`, also called exabgpcli: commands to a running speaker, over ExaBGP's named pipes or a socket.

#include <CLI/CLI.hpp>

#include "loadgen/commands/command.hpp"

namespace barrage {

void add_exabgp_cli_command(CLI::App& app, CommandAction& action);

}   // namespace barrage
