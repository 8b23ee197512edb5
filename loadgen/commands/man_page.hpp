#pragma once
// Manual pages in the macros of man(7). Pure; any thread.

#include <string>

#include "loadgen/commands/command_page.hpp"

namespace barrage {

/// loadgen(1), loadgen-inject(1), …
std::string man_page(const CommandPage& page);
/// scenario(5), from the table that reads scenarios.
std::string scenario_man_page();

/// Text as it is, for roff.
std::string roff(std::string_view text);
/// .TH
std::string roff_title(std::string_view name, int section);

}   // namespace barrage
