#include "rib/prefix_range.hpp"

#include <algorithm>
#include <limits>

#include "codec/prefix.hpp"

namespace barrage {

AttributeValues PrefixRangeDescription::attributes() const noexcept
{
    return {.origin = origin,
            .as_path = as_path,
            .multi_exit_disc = multi_exit_disc,
            .local_pref = local_pref,
            .communities = communities,
            .large_communities = large_communities};
}

IpAddress placeholder_next_hop(Family family) noexcept
{
    if (family.afi == Afi::ipv4) return Ipv4Address{0xc0000201};
    return Ipv6Address{{0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}};
}

std::expected<PrefixRange, std::string> PrefixRange::make(const PrefixRangeDescription& description)
{
    const auto& address = description.address;
    const unsigned bits = address.is_v4() ? 32 : 128;
    const unsigned prefix = description.prefix;
    if (prefix > bits)
        return std::unexpected("a prefix length of " + std::to_string(prefix) + ": expected 0 to " + std::to_string(bits));
    if (description.count == 0 || description.count > std::numeric_limits<std::uint32_t>::max())
        return std::unexpected("a count of " + std::to_string(description.count) + ": expected 1 to 4294967295");
    if (description.step == 0 || description.step > std::numeric_limits<std::uint32_t>::max())
        return std::unexpected("a step of " + std::to_string(description.step) + ": expected 1 to 4294967295");
    if (address.is_v6() && description.next_hop && description.next_hop->is_v4())
        return std::unexpected(std::string{"IPv6 prefixes with an IPv4 next hop: expected an IPv6 address"});
    if (attribute_octets_size(description.attributes()) > max_extended_message_octets)
        return std::unexpected("path attributes of " + std::to_string(attribute_octets_size(description.attributes())) +
                               " octets: expected at most 65535");

    const auto room = PrefixProgression::room(address, description.prefix, description.step);
    if (description.count > room)
        return std::unexpected(to_text(address) + "/" + std::to_string(prefix) + " has room for " + std::to_string(room) +
                               " prefixes with a step of " + std::to_string(description.step) +
                               " before the address space ends, not " + std::to_string(description.count));

    PrefixRange range{PrefixProgression{address, description.prefix, description.step, description.path_id}, description.count};
    write_attribute_octets(description.attributes(), range.attributes_);
    if (description.next_hop || !description.no_placeholder)
        write_next_hop_octets(description.next_hop.value_or(placeholder_next_hop(range.family())), description.link_local,
                              range.next_hop_);
    return range;
}

bool PrefixRange::next(RouteBatch& batch)
{
    if (next_ == count_) return false;
    const auto routes = static_cast<std::uint32_t>(std::min<std::uint64_t>(count_ - next_, batch_routes));
    batch = {.kind = RouteBatch::Kind::announce,
             .family = family(),
             .attributes = attributes_,
             .next_hop = next_hop_,
             .nlri = prefixes_.write(next_, routes, nlri_),
             .has_path_ids = prefixes_.has_path_ids(),
             .routes = routes};
    next_ += routes;
    return true;
}

std::shared_ptr<const RouteSet> load(PrefixRange& range, AttributePool& pool, bool)
{
    return RouteSet::of_range(range.prefixes_, static_cast<std::uint32_t>(range.count_),
                              pool.intern(range.attributes_, range.next_hop_));
}

}   // namespace barrage
