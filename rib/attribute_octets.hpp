#pragma once
// Plain values → the canonical octets of an AttributeSet: what sources that invent their routes (a range, a synthetic
// full table) write their attributes with. Pure; any thread.

#include <cstdint>
#include <optional>
#include <span>

#include "codec/asn.hpp"
#include "codec/attribute/aggregator.hpp"
#include "codec/attribute/communities.hpp"
#include "codec/attribute/extended_communities.hpp"
#include "codec/attribute/large_communities.hpp"
#include "codec/attribute/origin.hpp"
#include "codec/ip.hpp"
#include "codec/writer.hpp"

namespace barrage {

/// Lists are views: the caller keeps them. An empty list of communities is no attribute at all, an empty AS path is an
/// AS_PATH without segments (RFC 4271 section 5.1.2: a route of one's own, told to iBGP).
struct AttributeValues {
    Origin::Value origin = Origin::Value::igp;
    std::span<const Asn> as_path = {};   // one AS_SEQUENCE, cut where it is over 255
    std::optional<std::uint32_t> multi_exit_disc = {};
    std::optional<std::uint32_t> local_pref = {};
    bool atomic_aggregate = false;
    std::optional<Aggregator> aggregator = {};
    std::span<const Community> communities = {};
    std::span<const ExtendedCommunity> extended_communities = {};
    std::span<const LargeCommunity> large_communities = {};
};

/// Octets that write_attribute_octets() makes of them; over 65535 they are no attribute set.
std::size_t attribute_octets_size(const AttributeValues& values) noexcept;

/// `into` is overwritten; its memory is used again.
void write_attribute_octets(const AttributeValues& values, Octets& into);

/// The next hop field for an address: 4 or 16 octets, or 32 with a link-local one beside it (RFC 2545 section 3). `into` is overwritten.
void write_next_hop_octets(const IpAddress& address, const std::optional<Ipv6Address>& link_local, Octets& into);

}   // namespace barrage
