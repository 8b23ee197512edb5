#pragma once
// `loadgen sink`: the receiving side. Accepts sessions, counts, checks, digests. Words of the command line → SinkOptions.

#include <CLI/CLI.hpp>

#include "loadgen/commands/command.hpp"

namespace barrage {

/// Adds the sub-command; `action` is set when the command line asks for it.
void add_sink_command(CLI::App& app, CommandAction& action);

}   // namespace barrage
