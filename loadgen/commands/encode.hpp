#pragma once
// `loadgen encode`: the JSON of `loadgen decode --json` to octets, as hexadecimal lines.

#include <CLI/CLI.hpp>

#include "loadgen/commands/command.hpp"

namespace barrage {

/// Adds the sub-command; `action` is set when the command line asks for it.
void add_encode_command(CLI::App& app, CommandAction& action);

}   // namespace barrage
