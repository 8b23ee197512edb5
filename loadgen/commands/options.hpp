#pragma once
// Words in: the sub-commands of `loadgen` and what they share. One file per sub-command stands in commands/.

namespace barrage {

/// Runs what the command line asks for and returns the exit status (exit_status.hpp). Never throws.
int run_command_line(int argc, char** argv) noexcept;

}   // namespace barrage
