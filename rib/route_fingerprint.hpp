#pragma once
// What a router leaves as it is when it passes a route on, in 32 bits: so that a route that comes back from behind it can be held against the
// one that was sent. Left out is what routers rewrite by rule: the next hop, MULTI_EXIT_DISC and LOCAL_PREF, what route reflection adds
// (RFC 4456), and at the front of the AS path the router's own AS and the AS of who sent it. Pure; any thread.

#include <cstdint>
#include <vector>

#include "codec/asn.hpp"
#include "codec/reader.hpp"

namespace barrage {

struct FingerprintRules {
    std::vector<Asn> router_ases;   // stripped from the front of the path, however often they stand there
    std::vector<Asn> sender_ases;   // sorted; then one of these is stripped, once
    bool prefixes_only = false;     // all fingerprints are equal
};

/// `attributes`: canonical octets, see AttributeSet. Never 0.
std::uint32_t route_fingerprint(OctetView attributes, const FingerprintRules& rules);

}   // namespace barrage
