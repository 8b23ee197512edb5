#include "engine/usable_routes.hpp"

#include <algorithm>

#include "codec/attribute/attribute_view.hpp"
#include "codec/host_address.hpp"
#include "rib/next_hop_choice.hpp"

namespace barrage {

namespace {

Octets octets_of_address(const IpAddress& address)
{
    Octets octets;
    Writer out{octets};
    write_address(address, out);
    return octets;
}

bool is_no_host(OctetView address) noexcept
{
    return (address.size() == Ipv4Address::octets || address.size() == Ipv6Address::octets) && !may_be_host(address);
}

/// The leftmost AS number of the path: of a sequence, since nobody can say that of a set.
std::optional<Asn> leftmost_as(OctetView attributes)
{
    for (Reader in{attributes}; const auto attribute = next_attribute(in);) {
        if (attribute->type != AttributeType::as_path) continue;
        auto path = attribute->reader();
        const auto type = SegmentType{path.u8()};
        const auto count = path.u8();
        const Asn first{path.u32()};
        if (path.failed() || count == 0 || type != SegmentType::as_sequence) return std::nullopt;
        return first;
    }
    return std::nullopt;
}

}   // namespace

void UsableRoutes::session_begun(const IpAddress& own, const IpAddress& peer)
{
    // Both sides of a session within one address: what the peer calls its own is ours too.
    own_ = config_.own_address_is_sent || own == peer ? Octets{} : octets_of_address(own);
}

std::string_view UsableRoutes::problem_of(OctetView attributes, OctetView next_hop, const Negotiated& negotiated) const
{
    const auto address = host_of_next_hop(next_hop);
    if (is_no_host(address)) return "a next hop that is no host's address (RFC 4271 section 6.3)";
    if (negotiated.internal) return {};
    for (const auto& foreign : config_.foreign_next_hops)
        if (std::ranges::equal(octets_of_address(foreign), address))
            return "the next hop is the address of another peer, which is not on the receiver's network (RFC 4271 section 5.1.3)";
    // Without four-octet numbers the peer's own may be AS_TRANS, and then nothing can be said.
    const bool peer_as_is_known = negotiated.peer_as != Asn{as_trans};
    if (!config_.peer_is_route_server && peer_as_is_known && leftmost_as(attributes) != negotiated.peer_as)
        return "the path does not begin with the peer's AS (RFC 4271 sections 5.1.2 and 6.3)";
    return {};
}

bool UsableRoutes::leads_back(OctetView next_hop) const noexcept
{
    return !own_.empty() && std::ranges::equal(host_of_next_hop(next_hop), own_);
}

}   // namespace barrage
