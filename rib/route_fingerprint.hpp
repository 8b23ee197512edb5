#pragma once
// What a router leaves as it is when it passes a route on, in 32 bits: so that a route that comes back from behind it can be held against the
// one that was sent. What is left out of both says passing_on.hpp. Who sent it is a mark of its own over the rest, so that equal routes of
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
    bool of_sent = false;                  // of routes as they are sent: nothing is in front of their paths yet
    /// Of what is left out, the values that a policy of the router is expected to set: fingerprint_mark(). They are told apart from all others.
    std::vector<std::uint32_t> marks = {};

    /// For routes that are sent to the device over eBGP. No marks: who sends them, and what policies make of them, is put over it.
    [[nodiscard]] FingerprintRules for_sent() const
    {
        return {.router_ases = router_ases,
                .sender_ases = sender_ases,
                .sender_ids = {},
                .prefixes_only = prefixes_only,
                .of_sent = true};
    }
};

/// What the fingerprint of a route with this value differs by (exclusive or) where the rules name it. MULTI_EXIT_DISC, LOCAL_PREF: four octets;
/// NEXT_HOP: an address.
std::uint32_t fingerprint_mark(AttributeType type, OctetView value) noexcept;
/// … whose path begins with the device's own AS so many times more than eBGP puts it there.
std::uint32_t own_as_mark(std::size_t times) noexcept;
/// … of its next hop: 0 where the rules do not name it.
std::uint32_t next_hop_mark(OctetView next_hop, const FingerprintRules& rules) noexcept;

/// `attributes`: canonical octets, see AttributeSet. `own_as_due`: how often eBGP puts the device's AS in front of the path towards whoever
/// received them. Never 0.
std::uint32_t route_fingerprint(OctetView attributes, const FingerprintRules& rules, std::size_t own_as_due = 1);
/// Of what has to stay only from one iBGP peer to another: what the fingerprint differs by where a reflector notes one of the senders. 0:
/// there is none.
std::uint32_t inside_mark(OctetView attributes) noexcept;

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
