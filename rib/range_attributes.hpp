#pragma once
// The path attributes and the next hop that all routes of a range have, as plain values. Pure; any thread.

#include <optional>
#include <vector>

#include "rib/attribute_octets.hpp"

namespace barrage {

struct RangeAttributes {
    std::vector<Asn> as_path = {};
    std::vector<Community> communities = {};
    std::vector<ExtendedCommunity> extended_communities = {};
    std::vector<LargeCommunity> large_communities = {};
    std::optional<std::uint32_t> multi_exit_disc = {};
    std::optional<std::uint32_t> local_pref = {};
    Origin::Value origin = Origin::Value::igp;
    Octets others = {};   // attributes of other types, as they stand in a message

    std::optional<IpAddress> next_hop = {};       // none: placeholder_next_hop()
    std::optional<Ipv6Address> link_local = {};   // beside one of IPv6: RFC 2545 section 3
    bool no_placeholder = false;                  // where none is given: none, so that whoever sends puts its own

    [[nodiscard]] AttributeValues attributes() const noexcept;
    friend bool operator==(const RangeAttributes&, const RangeAttributes&) = default;
};

/// Canonical octets; more than max_extended_message_octets are no attribute set. Nothing where `others` is no attributes.
std::optional<Octets> canonical_octets(const RangeAttributes& attributes);
/// The next hop field in the form that sources give it, without a route distinguisher; empty where there is none, and in flow specifications that
/// name none.
Octets next_hop_octets(const RangeAttributes& attributes, Family family);

/// Stands where a source was given no next hop: 192.0.2.1 (RFC 5737), or 2001:db8::1 (RFC 3849) for families of IPv6.
IpAddress placeholder_next_hop(Family family) noexcept;

}   // namespace barrage
