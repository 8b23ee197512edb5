#pragma once
// What a policy of the device makes of routes, as a scenario expects it in words (ExpectedAttributes): the fingerprint that they come back with. Pure;
// any thread.

#include <cstdint>
#include <span>
#include <vector>

#include "loadgen/scenario/scenario.hpp"
#include "rib/route_fingerprint.hpp"

namespace barrage {

/// `attributes`: canonical, as the sender's set has them; `sender`: its AS, which eBGP puts in front of the path; 0 where it does not.
std::uint32_t policy_fingerprint(OctetView attributes, Asn sender, const ExpectedAttributes& policy,
                                 const FingerprintRules& rules);
/// … and what of them has to stay from one iBGP peer to another: inside_mark().
std::uint32_t policy_inside_mark(OctetView attributes, const ExpectedAttributes& policy);
/// Values of MULTI_EXIT_DISC, LOCAL_PREF and NEXT_HOP that it sets, and how often it prepends the device's own AS: FingerprintRules::marks.
std::vector<std::uint32_t> marks_of(const ExpectedAttributes& policy, std::span<const Asn> device_ases);
/// Of all that a scenario expects.
std::vector<std::uint32_t> marks_of(const Scenario& scenario);

}   // namespace barrage
