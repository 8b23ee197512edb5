#pragma once
// `exabgp`: ExaBGP's command line, its options and sub-commands, for who calls this program by that name or as `loadgen exabgp …`.

#include <CLI/CLI.hpp>

#include <string>
#include <vector>

#include "loadgen/commands/command.hpp"

namespace barrage {

void add_exabgp_command(CLI::App& app, CommandAction& action);

/// Words of the command line as `loadgen` takes them: those of a program that is called exabgp, exabgpcli, exabgp-cli or exabgp-healthcheck
/// stand behind its sub-command. ExaBGP's `--run HELPER` is one too.
std::vector<std::string> words_of_command_line(int argc, const char* const* argv);

}   // namespace barrage
