#pragma once
// What a router leaves as it is when it passes a route on, in 32 bits: so that a route that comes back from behind it can be held against the
// one that was sent. Left out is what routers rewrite by rule: the next hop, MULTI_EXIT_DISC and LOCAL_PREF, what route reflection adds
// (RFC 4456), and at the front of the AS path the router's own AS. Who sent it is a mark of its own over the rest, so that equal routes of
// several senders differ: its AS, which eBGP put at the front of the path, or its identifier as a reflector notes it. Pure; any thread.

#include <cstdint>
#include <vector>

#include "codec/asn.hpp"
#include "codec/iana.hpp"
#include "codec/ip.hpp"
#include "codec/reader.hpp"

namespace barrage {

struct FingerprintRules {
    std::vector<Asn> router_ases;          // stripped from the front of the path, however often they stand there
    std::vector<Asn> sender_ases;          // sorted; then one of these is stripped, once, and leaves its mark
    std::vector<Ipv4Address> sender_ids;   // sorted; an ORIGINATOR_ID (RFC 4456) that is one of these leaves its mark
    bool prefixes_only = false;            // all fingerprints are equal
    /// Of what is left out, the values that a policy of the router is expected to set: fingerprint_mark(). They are told apart from all others.
    std::vector<std::uint32_t> marks = {};
};

/// What the fingerprint of a route with this value differs by (exclusive or) where the rules name it. MULTI_EXIT_DISC, LOCAL_PREF: four octets;
/// NEXT_HOP: an address.
std::uint32_t fingerprint_mark(AttributeType type, OctetView value) noexcept;
/// … of its next hop: 0 where the rules do not name it.
std::uint32_t next_hop_mark(OctetView next_hop, const FingerprintRules& rules) noexcept;

/// `attributes`: canonical octets, see AttributeSet. Never 0.
std::uint32_t route_fingerprint(OctetView attributes, const FingerprintRules& rules);

/// What a sender leaves in the fingerprint of all its routes.
std::uint32_t sender_mark(Asn as) noexcept;
std::uint32_t sender_mark(Ipv4Address originator) noexcept;
/// The fingerprint of a route with a mark more; a mark of 0 is none.
constexpr std::uint32_t marked(std::uint32_t fingerprint, std::uint32_t mark) noexcept
{
    const auto both = fingerprint ^ mark;
    return both != 0 ? both : 1;
}

}   // namespace barrage
