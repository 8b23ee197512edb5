#pragma once
// Completion of the command line in a shell: one script each for bash, zsh and fish. Pure; any thread.

#include <string>

#include "loadgen/commands/command_page.hpp"

namespace barrage {

std::string bash_completion(const CommandPage& root);
std::string zsh_completion(const CommandPage& root);
std::string fish_completion(const CommandPage& root);

}   // namespace barrage
