#include "rib/attribute_octets.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

#include "codec/attribute/attribute_view.hpp"

namespace barrage {

namespace {

constexpr std::size_t max_segment = 255;   // RFC 4271 section 4.3: the count of a segment is one octet

constexpr std::size_t framed(std::size_t value_octets) noexcept { return attribute_header_octets(value_octets) + value_octets; }

constexpr std::size_t as_path_octets(std::size_t length) noexcept
{
    const auto segments = (length + max_segment - 1) / max_segment;
    return segments * 2 + length * 4;
}

/// Writes into room that was measured before: no check per octet.
class Cursor {
public:
    explicit Cursor(std::uint8_t* at) noexcept : at_(at) {}

    void u8(std::uint8_t value) noexcept { *at_++ = value; }
    void u32(std::uint32_t value) noexcept
    {
        for (int shift = 24; shift >= 0; shift -= 8) *at_++ = static_cast<std::uint8_t>(value >> shift);
    }
    void head(std::uint8_t flags, AttributeType type, std::size_t size) noexcept
    {
        at_ = put_attribute_header(at_, flags, type, size);
    }
    [[nodiscard]] const std::uint8_t* at() const noexcept { return at_; }

private:
    std::uint8_t* at_;
};

constexpr std::uint8_t well_known_flags = flag_transitive;
constexpr std::uint8_t optional_transitive_flags = flag_optional | flag_transitive;

}   // namespace

std::size_t attribute_octets_size(const AttributeValues& values) noexcept
{
    auto size = framed(1) + framed(as_path_octets(values.as_path.size()));
    if (values.multi_exit_disc) size += framed(4);
    if (values.local_pref) size += framed(4);
    if (values.atomic_aggregate) size += framed(0);
    if (values.aggregator) size += framed(8);
    if (!values.communities.empty()) size += framed(values.communities.size() * 4);
    if (!values.extended_communities.empty()) size += framed(values.extended_communities.size() * 8);
    if (!values.large_communities.empty()) size += framed(values.large_communities.size() * 12);
    return size;
}

void write_attribute_octets(const AttributeValues& values, Octets& into)
{
    into.resize(attribute_octets_size(values));
    Cursor out{into.data()};

    out.head(well_known_flags, AttributeType::origin, 1);
    out.u8(std::to_underlying(values.origin));

    out.head(well_known_flags, AttributeType::as_path, as_path_octets(values.as_path.size()));
    for (auto rest = values.as_path; !rest.empty();) {
        const auto segment = rest.first(std::min(rest.size(), max_segment));
        rest = rest.subspan(segment.size());
        out.u8(std::to_underlying(SegmentType::as_sequence));
        out.u8(static_cast<std::uint8_t>(segment.size()));
        for (const auto as : segment) out.u32(as.value);
    }
    if (values.multi_exit_disc) {
        out.head(flag_optional, AttributeType::multi_exit_disc, 4);
        out.u32(*values.multi_exit_disc);
    }
    if (values.local_pref) {
        out.head(well_known_flags, AttributeType::local_pref, 4);
        out.u32(*values.local_pref);
    }
    if (values.atomic_aggregate) out.head(well_known_flags, AttributeType::atomic_aggregate, 0);
    if (values.aggregator) {
        out.head(optional_transitive_flags, AttributeType::aggregator, 8);
        out.u32(values.aggregator->asn.value);
        out.u32(values.aggregator->address.value);
    }
    if (!values.communities.empty()) {
        out.head(optional_transitive_flags, AttributeType::communities, values.communities.size() * 4);
        for (const auto community : values.communities) out.u32(community.value);
    }
    if (!values.extended_communities.empty()) {
        out.head(optional_transitive_flags, AttributeType::extended_communities, values.extended_communities.size() * 8);
        for (const auto& community : values.extended_communities)
            for (const auto octet : community.value) out.u8(octet);
    }
    if (!values.large_communities.empty()) {
        out.head(optional_transitive_flags, AttributeType::large_communities, values.large_communities.size() * 12);
        for (const auto& community : values.large_communities) {
            out.u32(community.global_administrator);
            out.u32(community.local_data_1);
            out.u32(community.local_data_2);
        }
    }
    assert(out.at() == into.data() + into.size());
}

void write_next_hop_octets(const IpAddress& address, const std::optional<Ipv6Address>& link_local, Octets& into)
{
    into.clear();
    Writer out{into};
    write_address(address, out);
    if (link_local && address.is_v6()) out.octets(link_local->value);
}

}   // namespace barrage
