#pragma once
// What a policy of the device makes of routes, as a scenario expects it in words (ExpectedAttributes): the fingerprint that they come back with. Pure;
// any thread.

#include <cstdint>
#include <vector>

#include "loadgen/scenario/scenario.hpp"
#include "rib/route_fingerprint.hpp"

namespace barrage {

/// `attributes`: canonical, as the sender's set has them; `sender`: its AS, which eBGP puts in front of the path; 0 where it does not.
std::uint32_t policy_fingerprint(OctetView attributes, Asn sender, const ExpectedAttributes& policy,
                                 const FingerprintRules& rules);
/// Values of MULTI_EXIT_DISC, LOCAL_PREF and NEXT_HOP that it sets: FingerprintRules::marks.
std::vector<std::uint32_t> marks_of(const ExpectedAttributes& policy);
/// Of all that a scenario expects.
std::vector<std::uint32_t> marks_of(const Scenario& scenario);

}   // namespace barrage
