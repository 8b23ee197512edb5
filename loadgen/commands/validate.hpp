#pragma once
// `loadgen validate`: whether a configuration is right, and what would be sent for it, without a socket.

#include <CLI/CLI.hpp>

#include <string>
#include <vector>

#include "loadgen/commands/command.hpp"

namespace barrage {

/// Adds the sub-command; `action` is set when the command line asks for it.
void add_validate_command(CLI::App& app, CommandAction& action);

/// What it says of these files without any option.
ExitStatus validate_files(const std::vector<std::string>& files);

}   // namespace barrage
