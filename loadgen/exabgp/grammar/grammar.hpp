#pragma once
// The grammar as its tables say it, for `loadgen validate --grammar` and docs/exabgp.md.

#include <string>
#include <vector>

#include "loadgen/exabgp/grammar/section.hpp"

namespace barrage::exabgp {

std::vector<SectionText> describe_grammar();
/// One line a section, and one, indented, a word with its values.
std::string grammar_text();

}   // namespace barrage::exabgp
