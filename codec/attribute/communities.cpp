// Texts of communities and large communities, and back. Extended communities: extended_community_text.cpp.

#include "codec/attribute/communities.hpp"

#include <array>
#include <charconv>

#include "codec/attribute/large_communities.hpp"

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

}   // namespace

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

}   // namespace barrage
