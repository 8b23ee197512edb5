#pragma once
// `loadgen speak`: runs ExaBGP's configurations. Words of the command line and of ExaBGP's environment → a Speaker.

#include <CLI/CLI.hpp>

#include "loadgen/commands/command.hpp"

namespace barrage {

/// Adds the sub-command; `action` is set when the command line asks for it.
void add_speak_command(CLI::App& app, CommandAction& action);

}   // namespace barrage
