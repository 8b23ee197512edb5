#pragma once
// `loadgen decode`: octets of messages, as hexadecimal lines, to text or JSON.

#include <CLI/CLI.hpp>

#include "loadgen/commands/command.hpp"

namespace barrage {

/// Adds the sub-command; `action` is set when the command line asks for it.
void add_decode_command(CLI::App& app, CommandAction& action);

}   // namespace barrage
