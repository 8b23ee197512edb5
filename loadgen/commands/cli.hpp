#pragma once
// `loadgen cli`: gives commands to a running speaker and prints the answers.

#include <CLI/CLI.hpp>

#include <string>
#include <vector>

#include "loadgen/commands/command.hpp"

namespace barrage {

void add_cli_command(CLI::App& app, CommandAction& action);

/// One command, its words joined, or those on standard input, to the speaker that listens on the socket.
ExitStatus cli_over_socket(const std::string& socket_path, const std::vector<std::string>& words, bool json);

}   // namespace barrage
