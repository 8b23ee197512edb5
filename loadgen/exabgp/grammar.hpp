#pragma once
// The grammar as its tables say it, for `loadgen validate --grammar` and docs/exabgp.md.

#include <vector>

#include "loadgen/exabgp/section.hpp"

namespace barrage::exabgp {

std::vector<SectionText> describe_grammar();

}   // namespace barrage::exabgp
