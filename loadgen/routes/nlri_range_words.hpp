#pragma once
// range:FAMILY:[KIND/]FIRSTxCOUNT,name=value,…: a range of any family. The words of a field of the NLRI are those that describe() of the codec has,
// each with NAME-step=, NAME-every= and NAME-wrap=. Pure; any thread.

#include <expected>
#include <string>

#include "loadgen/routes/spec_words.hpp"
#include "rib/nlri_range.hpp"

namespace barrage::spec {

/// "vpnv4, vpnv6, …": those with ranges.
std::string range_families();
bool has_ranges(Family family);

/// `family_word` is for errors, `rest` what stands behind it and its colon.
std::expected<NlriRangeDescription, std::string> read_nlri_range(Family family, const Word& family_word, Word rest);

}   // namespace barrage::spec
