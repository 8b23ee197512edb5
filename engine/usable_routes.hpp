#pragma once
// Which routes a receiving peer can use at all, beyond what RFC 7606 looks at: their next hop has to be some other host, and an external peer puts
// its own AS in front of their path. One thread: its peer's shard.

#include <string_view>
#include <vector>

#include "codec/ip.hpp"
#include "codec/reader.hpp"
#include "engine/open_negotiation.hpp"

namespace barrage {

struct UsableRoutesConfig {
    /// The peer is a route server, whose AS need not be in the paths that it passes on: RFC 7947 section 2.2.2.1.
    bool peer_is_route_server = false;
    /// Some route that the device is sent has the address of this peer as next hop by itself: it may come back.
    bool own_address_is_sent = false;
    /// Beside the own address those that cannot be next hops here.
    std::vector<IpAddress> foreign_next_hops = {};
};

class UsableRoutes {
public:
    explicit UsableRoutes(UsableRoutesConfig config) : config_(std::move(config)) {}

    /// Established, between these addresses.
    void session_begun(const IpAddress& own, const IpAddress& peer);
    /// What is wrong with a route of these attributes (canonical octets) and next hop, whoever announced it; empty: nothing. Each has the text of
    /// its RFC.
    [[nodiscard]] std::string_view problem_of(OctetView attributes, OctetView next_hop, const Negotiated& negotiated) const;
    /// Whether it would send traffic back to this peer. That is right of routes that the peer announced itself.
    [[nodiscard]] bool leads_back(OctetView next_hop) const noexcept;
    static constexpr std::string_view leads_back_text = "the next hop is the receiver's own address (RFC 4271 section 5.1.3)";

private:
    UsableRoutesConfig config_;
    Octets own_;   // empty: nothing is known of it, or it may come back
};

}   // namespace barrage
