#include "rib/prefix_range.hpp"

#include <algorithm>
#include <limits>

#include "codec/prefix.hpp"

namespace barrage {

namespace {

__extension__ using Unsigned128 = unsigned __int128;

Unsigned128 top_aligned(const IpAddress& address) noexcept
{
    if (address.is_v4()) return Unsigned128{address.v4().value} << 96;
    Unsigned128 bits = 0;
    for (const auto octet : address.v6().value) bits = bits << 8 | octet;
    return bits;
}

void store(std::uint8_t* at, std::uint32_t value) noexcept
{
    for (int i = 0; i < 4; ++i) at[i] = static_cast<std::uint8_t>(value >> (24 - 8 * i));
}
void store(std::uint8_t* at, std::uint64_t value) noexcept
{
    for (int i = 0; i < 8; ++i) at[i] = static_cast<std::uint8_t>(value >> (56 - 8 * i));
}

}   // namespace

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

    // All fits 128 bits: count and step are below 2^32, and a shift of 128 (a prefix of length 0) is never done.
    const Unsigned128 last_step = Unsigned128{description.count - 1} * description.step;
    const Unsigned128 first = prefix == 0 ? 0 : top_aligned(address) >> (128 - prefix);
    const Unsigned128 last_in_space = prefix == 0 ? 0 : ~Unsigned128{0} >> (128 - prefix);
    if (last_step > last_in_space - first)
        return std::unexpected(to_text(address) + "/" + std::to_string(prefix) + " has room for " +
                               std::to_string(static_cast<std::uint64_t>((last_in_space - first) / description.step + 1)) +
                               " prefixes with a step of " + std::to_string(description.step) +
                               " before the address space ends, not " + std::to_string(description.count));

    PrefixRange range;
    const Unsigned128 start = prefix == 0 ? 0 : first << (128 - prefix);
    const Unsigned128 stride = prefix == 0 ? 0 : Unsigned128{description.step} << (128 - prefix);
    range.high_ = static_cast<std::uint64_t>(start >> 64);
    range.low_ = static_cast<std::uint64_t>(start);
    range.stride_high_ = static_cast<std::uint64_t>(stride >> 64);
    range.stride_low_ = static_cast<std::uint64_t>(stride);
    range.left_ = description.count;
    range.path_id_ = description.path_id;
    range.family_ = description.family();
    range.prefix_ = description.prefix;
    write_attribute_octets(description.attributes(), range.attributes_);
    write_next_hop_octets(description.next_hop.value_or(placeholder_next_hop(range.family_)), range.next_hop_);
    return range;
}

bool PrefixRange::next(RouteBatch& batch)
{
    if (left_ == 0) return false;
    const auto routes = static_cast<std::uint32_t>(std::min<std::uint64_t>(left_, batch_routes));
    const auto octets = family_.afi == Afi::ipv4 ? fill<4>(routes) : fill<16>(routes);
    left_ -= routes;
    batch = {.kind = RouteBatch::Kind::announce,
             .family = family_,
             .attributes = attributes_,
             .next_hop = next_hop_,
             .nlri = OctetView{nlri_}.first(octets),
             .has_path_ids = path_id_.has_value(),
             .routes = routes};
    return true;
}

template <std::size_t AddressOctets>
std::size_t PrefixRange::fill(std::uint32_t routes) noexcept
{
    // A whole address is stored each time and the next route overwrites what was too much: no loop over octets.
    const std::size_t kept = 1 + prefix_octets(prefix_);
    const std::size_t each = kept + (path_id_ ? 4 : 0);
    nlri_.resize(routes * each + AddressOctets);
    auto* at = nlri_.data();
    for (std::uint32_t i = 0; i < routes; ++i) {
        if (path_id_) {
            store(at, path_id_->value);
            at += 4;
        }
        *at = prefix_;
        if constexpr (AddressOctets == 4) {
            store(at + 1, static_cast<std::uint32_t>(high_ >> 32));
        } else {
            store(at + 1, high_);
            store(at + 9, low_);
        }
        at += kept;
        low_ += stride_low_;
        high_ += stride_high_ + (low_ < stride_low_ ? 1 : 0);
    }
    return routes * each;
}

}   // namespace barrage
