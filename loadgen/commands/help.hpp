#pragma once
// What the command says about itself: `loadgen help`, `version`, `completion`, and the hidden `man`. And what of the command line a person may
// have meant. Main thread.

#include <CLI/CLI.hpp>

#include <string>

#include "loadgen/commands/command.hpp"

namespace barrage {

/// Adds the sub-commands, and -V to all that are there by now: to be called last. `action` is set when the command line asks for one of them.
void add_help_commands(CLI::App& app, CommandAction& action);

/// "; did you mean --peers?" for an option or a sub-command that was not understood, or nothing.
std::string did_you_mean(const CLI::App& app);

}   // namespace barrage
