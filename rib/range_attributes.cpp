#include "rib/range_attributes.hpp"

#include "rib/canonical_attributes.hpp"

namespace barrage {

AttributeValues RangeAttributes::attributes() const noexcept
{
    return {.origin = origin,
            .as_path = as_path,
            .multi_exit_disc = multi_exit_disc,
            .local_pref = local_pref,
            .communities = communities,
            .extended_communities = extended_communities,
            .large_communities = large_communities};
}

std::optional<Octets> canonical_octets(const RangeAttributes& attributes)
{
    Octets octets;
    write_attribute_octets(attributes.attributes(), octets);
    if (attributes.others.empty()) return octets;
    octets.insert(octets.end(), attributes.others.begin(), attributes.others.end());
    CanonicalAttributes canonical;
    if (!canonical_attributes(octets, {}, canonical)) return std::nullopt;
    return std::move(canonical.octets);
}

Octets next_hop_octets(const RangeAttributes& attributes, Family family)
{
    Octets octets;
    if (attributes.next_hop || !(attributes.no_placeholder || is_flow_specification(family)))
        write_next_hop_octets(attributes.next_hop.value_or(placeholder_next_hop(family)), attributes.link_local, octets);
    return octets;
}

IpAddress placeholder_next_hop(Family family) noexcept
{
    if (family.afi != Afi::ipv6) return Ipv4Address{0xc0000201};
    return Ipv6Address{{0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}};
}

}   // namespace barrage
