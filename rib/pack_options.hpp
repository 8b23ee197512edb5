#pragma once
// What the octets of an UPDATE depend on, beside the route: peers with equal PackOptions form an update group and share
// packed octets, but for the two values each of them patches: its own AS and its own next hop. Plain values.

#include <cstdint>
#include <optional>

#include "codec/asn.hpp"
#include "codec/ip.hpp"
#include "codec/session_options.hpp"

namespace barrage {

enum class NextHopMode : std::uint8_t {
    keep,      // as in the source; where the source has none, as self
    self,      // the sender's own address: patched by each peer
    address,   // `next_hop` below, the same for the whole group
};

struct PackOptions {
    bool four_octet_as = true;
    bool external = true;      // eBGP: own AS prepended, LOCAL_PREF, ORIGINATOR_ID and CLUSTER_LIST dropped
    bool prepend = true;       // external only: false leaves AS_PATH as it is (a route server, RFC 7947 section 2.2.2.1)
    Asn own_as;                // 0 where each peer patches its own, which needs four-octet AS numbers
    NextHopMode next_hop_mode = NextHopMode::keep;
    bool self_is_ipv6 = false;   // the sender's own address: IPv4 routes get it only as RFC 8950 says
    std::optional<IpAddress> next_hop;          // with NextHopMode::address
    std::size_t max_message = max_message_octets;
    std::uint32_t max_routes_per_update = 0;    // 0: as many as fit
    FamilySet families;        // routes of others are left out
    FamilySet add_path;        // a path identifier before each prefix
    FamilySet extended_next_hop;

    friend bool operator==(const PackOptions&, const PackOptions&) = default;
};

/// What one peer writes over the shared octets.
struct PeerPatch {
    Asn own_as;
    IpAddress self;   // next hop of its family; written as an IPv4-mapped address where an IPv6 next hop is needed (RFC 4291 2.5.5.2)
};

} // namespace barrage
