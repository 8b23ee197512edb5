#pragma once
// process NAME { run …; encoder …; respawn …; }: an API program. That it can be run is found out here, so that a wrong
// configuration is reported before anything is started. One thread.

#include <string>
#include <vector>

#include "loadgen/exabgp/grammar/configuration.hpp"
#include "loadgen/exabgp/grammar/section.hpp"

namespace barrage::exabgp {

/// Behind `process`: its name and its block.
void read_process(TokenCursor& words, std::vector<ProcessConfig>& processes);
SectionText describe_process_section();

}   // namespace barrage::exabgp
