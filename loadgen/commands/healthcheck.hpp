#pragma once
// `exabgp healthcheck`: ExaBGP's module of this name, as an API program.

#include <CLI/CLI.hpp>

#include <string>
#include <vector>

#include "loadgen/commands/command.hpp"

namespace barrage {

void add_healthcheck_command(CLI::App& app, CommandAction& action);
/// Lines "OPTION = VALUE" of the file that --config names take their place before the other words.
std::vector<std::string> with_healthcheck_file(std::vector<std::string> words);

}   // namespace barrage
