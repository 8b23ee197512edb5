#pragma once
// Ranges of flow specifications: what they match and what is done with it in the words of ExaBGP's routes, destination-port=80,rate-limit=1000, read
// by ExaBGP's own grammar (loadgen/exabgp/grammar). Pure; any thread.

#include <vector>

#include "codec/family.hpp"
#include "loadgen/routes/range_draft.hpp"
#include "loadgen/routes/spec_words.hpp"
#include "rib/range_attributes.hpp"

namespace barrage {

/// One word of a flow and its value, empty where it has none.
struct FlowWord {
    spec::Word name;
    spec::Word value;
};

/// The first route, with a field for each component that has one number or a prefix, and for the route distinguisher. Actions are added to
/// `attributes`.
std::expected<RangeDraft, std::string> read_flow(Family family, const std::vector<FlowWord>& words, RangeAttributes& attributes);

}   // namespace barrage
