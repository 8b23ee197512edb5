#pragma once
// Two OPENs in, what they settle out: the OPEN that we send, and what follows from the one that we receive. RFC 4271 section 6.2,
// RFC 5492, RFC 9234. A pure function before the session becomes OpenConfirm. Any thread.

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "codec/asn.hpp"
#include "codec/family.hpp"
#include "codec/ip.hpp"
#include "codec/message/open.hpp"
#include "codec/message/route_refresh.hpp"
#include "codec/session_options.hpp"

namespace barrage {

/// What we want to say.
struct OpenConfig {
    Asn my_as;                             // 0: that of the peer, whose OPEN is waited for
    std::chrono::seconds hold_time{180};   // 0, or 3 to 65535
    Ipv4Address bgp_identifier;            // 0.0.0.0: the connection's own address
    FamilySet families{ipv4_unicast};
    FamilySet add_path_send;
    FamilySet add_path_receive;
    FamilySet extended_next_hop;    // those of IPv4 that may have an IPv6 next hop
    FamilySet multiple_labels;      // those whose prefixes may come with label stacks: RFC 8277 section 2.1
    std::uint8_t max_labels = 10;   // before a prefix of those: at least 2
    bool four_octet_as = true;
    bool extended_message = false;
    bool route_refresh = true;
    bool enhanced_route_refresh = false;
    bool operational = false;
    std::optional<std::chrono::seconds> graceful_restart_time;   // up to 4095
    bool graceful_restart_restarted = false;                     // says of itself that it restarted
    bool graceful_restart_kept = false;   // says of itself that it restarted and kept its forwarding state, of every family
    std::optional<capability::Hostname> hostname;
    std::optional<std::string> software_version;
    std::optional<BgpRole> role;
    std::vector<Capability> extra_capabilities;   // said after all others, as they are
};

/// Capabilities in ExaBGP's order, each in a parameter of its own, as ExaBGP and most routers send them.
[[nodiscard]] Open make_open(const OpenConfig& config);

struct Negotiated {
    SessionOptions options;
    std::chrono::seconds hold_time{0};            // the smaller of the two; 0: no hold timer
    std::chrono::seconds keepalive_interval{0};   // 0: no KEEPALIVEs
    FamilySet families;                           // of both
    Asn my_as;
    Asn peer_as;
    Ipv4Address peer_identifier;
    std::string peer_software;             // as its OPEN names it, draft-abraitis-bgp-version-capability; empty where it does not
    bool route_refresh = false;            // the peer takes ROUTE-REFRESH
    bool enhanced_route_refresh = false;   // of both: RFC 7313
    bool graceful_restart =
        false;   // of both, with or without families: each marks the end of its first routes, RFC 4724 section 2
    PeerRefresh peer_refresh = PeerRefresh::plain;
    bool operational = false;           // of both
    bool internal = false;              // iBGP
    std::optional<BgpRole> peer_role;   // as its OPEN says, RFC 9234; none on iBGP
    std::vector<std::string> remarks;   // what a person would want to know, one line each
};

/// `sent` is what was in fact said, `ours` what was wanted. Without `expected_peer_as` any AS is accepted.
Checked<Negotiated> negotiate(const OpenConfig& ours, const Open& sent, const Open& received,
                              std::optional<Asn> expected_peer_as);

}   // namespace barrage
