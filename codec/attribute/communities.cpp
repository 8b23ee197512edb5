// Texts of the three kinds of communities, and back.

#include "codec/attribute/communities.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "codec/attribute/extended_communities.hpp"
#include "codec/attribute/large_communities.hpp"
#include "codec/ip.hpp"

namespace barrage {

namespace {

// https://www.iana.org/assignments/bgp-well-known-communities
constexpr std::array well_known_communities{
    EnumName<std::uint32_t>{0xffff0000, "graceful-shutdown"}, EnumName<std::uint32_t>{0xffff0001, "accept-own"},
    EnumName<std::uint32_t>{0xffff0006, "llgr-stale"},        EnumName<std::uint32_t>{0xffff0007, "no-llgr"},
    EnumName<std::uint32_t>{0xffff029a, "blackhole"},         EnumName<std::uint32_t>{0xffffff01, "no-export"},
    EnumName<std::uint32_t>{0xffffff02, "no-advertise"},      EnumName<std::uint32_t>{0xffffff03, "no-export-subconfed"},
    EnumName<std::uint32_t>{0xffffff04, "no-peer"},
};

// https://www.iana.org/assignments/bgp-extended-communities: type high, and type low in the transitive ones
constexpr std::uint8_t two_octet_as = 0x00;
constexpr std::uint8_t ipv4_address = 0x01;
constexpr std::uint8_t four_octet_as = 0x02;
constexpr std::array extended_kinds{EnumName<std::uint8_t>{0x02, "target"}, EnumName<std::uint8_t>{0x03, "origin"}};

std::optional<std::uint32_t> number(std::string_view text, std::uint32_t max = 0xffffffff) noexcept
{
    std::uint32_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || value > max) return std::nullopt;
    return value;
}

/// What stands before the next colon, which is taken away with it.
std::string_view before_colon(std::string_view& text) noexcept
{
    const auto colon = text.find(':');
    if (colon == std::string_view::npos) return {};
    const auto part = text.substr(0, colon);
    text.remove_prefix(colon + 1);
    return part;
}

ExtendedCommunity extended(std::uint8_t high, std::uint8_t low, std::uint64_t six_octets) noexcept
{
    ExtendedCommunity community{{high, low}};
    for (std::size_t i = 8; i-- > 2; six_octets >>= 8) community.value[i] = static_cast<std::uint8_t>(six_octets);
    return community;
}

std::optional<ExtendedCommunity> extended_from_digits(std::string_view digits)
{
    const auto octets = octets_from_hex(digits);
    ExtendedCommunity community;
    if (!octets || octets->size() != community.value.size()) return std::nullopt;
    std::ranges::copy(*octets, community.value.begin());
    return community;
}

} // namespace

std::optional<Community> Community::from_text(std::string_view text) noexcept
{
    for (const auto& known : well_known_communities)
        if (known.name == text) return Community{known.value};
    if (!text.contains(':')) {
        const auto all = number(text);
        return all ? std::optional{Community{*all}} : std::nullopt;
    }
    const auto high = number(before_colon(text), 0xffff);
    const auto low = number(text, 0xffff);
    if (!high || !low) return std::nullopt;
    return Community{*high << 16 | *low};
}

std::string to_text(Community community)
{
    for (const auto& known : well_known_communities)
        if (known.value == community.value) return std::string{known.name};
    return std::to_string(community.value >> 16) + ":" + std::to_string(community.value & 0xffff);
}

std::optional<LargeCommunity> LargeCommunity::from_text(std::string_view text) noexcept
{
    const auto global = number(before_colon(text));
    const auto first = number(before_colon(text));
    const auto second = number(text);
    if (!global || !first || !second) return std::nullopt;
    return LargeCommunity{*global, *first, *second};
}

std::string to_text(const LargeCommunity& community)
{
    return std::to_string(community.global_administrator) + ":" + std::to_string(community.local_data_1) + ":" +
           std::to_string(community.local_data_2);
}

std::optional<ExtendedCommunity> ExtendedCommunity::from_text(std::string_view text)
{
    if (text.starts_with("0x")) return extended_from_digits(text.substr(2));
    const auto kind = before_colon(text);
    for (const auto& known : extended_kinds) {
        if (known.name != kind) continue;
        auto administrator = before_colon(text);
        if (const auto address = Ipv4Address::from_text(administrator)) {
            const auto local = number(text, 0xffff);
            return local ? std::optional{extended(ipv4_address, known.value, std::uint64_t{address->value} << 16 | *local)}
                         : std::nullopt;
        }
        if (administrator.ends_with('L')) {
            const auto asn = number(administrator.substr(0, administrator.size() - 1));
            const auto local = number(text, 0xffff);
            return asn && local ? std::optional{extended(four_octet_as, known.value, std::uint64_t{*asn} << 16 | *local)}
                                : std::nullopt;
        }
        const auto asn = number(administrator, 0xffff);
        const auto local = number(text);
        return asn && local ? std::optional{extended(two_octet_as, known.value, std::uint64_t{*asn} << 32 | *local)}
                            : std::nullopt;
    }
    return std::nullopt;
}

std::string to_text(const ExtendedCommunity& community)
{
    Reader in{community.value};
    const auto high = in.u8();
    const auto low = in.u8();
    for (const auto& known : extended_kinds) {
        if (known.value != low) continue;
        std::string text{known.name};
        if (high == two_octet_as) {
            text += ":" + std::to_string(in.u16());
            return text + ":" + std::to_string(in.u32());
        }
        if (high == ipv4_address) {
            text += ":" + to_text(Ipv4Address::read(in));
            return text + ":" + std::to_string(in.u16());
        }
        if (high == four_octet_as) {
            text += ":" + std::to_string(in.u32()) + "L";
            return text + ":" + std::to_string(in.u16());
        }
    }
    return "0x" + hex_text(community.value);
}

} // namespace barrage
