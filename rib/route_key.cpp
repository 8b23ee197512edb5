#include "rib/route_key.hpp"

#include <xxhash.h>

#include <string_view>

namespace barrage {

namespace {

std::string_view text_of(OctetView octets) noexcept { return {reinterpret_cast<const char*>(octets.data()), octets.size()}; }

/// What names a route, in the one or two pieces that it stands in. All else of its NLRI is told of it.
struct RouteName {
    std::string_view first, second = {};
    int bits = 0;   // of a prefix, without its labels
    friend bool operator==(const RouteName&, const RouteName&) = default;
};

/// RFC 7432 sections 7.1 and 7.2, RFC 9136 section 3.1: neither labels nor, but for type 1, the Ethernet segment; of type 5 nor the gateway.
RouteName evpn_route_name(std::string_view nlri) noexcept
{
    constexpr std::size_t header = 2, rd = 8, esi = 10, tag = 4, label = 3, mac = 6;
    constexpr std::size_t behind_esi = header + rd + esi;
    constexpr std::size_t ip_length_of_mac = behind_esi + tag + 1 + mac;   // RFC 7432 section 7.2
    const auto octet = [&](std::size_t at) { return static_cast<std::uint8_t>(nlri[at]); };
    const auto without_esi = [&](std::size_t end) {
        return RouteName{nlri.substr(header, rd), nlri.substr(behind_esi, end - behind_esi), octet(0)};
    };
    if (nlri.size() < behind_esi + tag + label) return {nlri};
    if (octet(0) == 1) return {nlri.substr(0, behind_esi + tag)};
    if (octet(0) == 2 && nlri.size() > ip_length_of_mac) {
        const auto end = ip_length_of_mac + 1 + octet(ip_length_of_mac) / std::size_t{8};
        return end <= nlri.size() ? without_esi(end) : RouteName{nlri};
    }
    constexpr std::size_t v4 = 4, v6 = 16, ip_prefix_v4 = behind_esi + tag + 1 + 2 * v4 + label;
    if (octet(0) == 5) return without_esi(behind_esi + tag + 1 + (nlri.size() == ip_prefix_v4 ? v4 : v6));
    return {nlri};
}

/// RFC 8277 section 2.4: what stands behind the length and the labels. The length counts the bits of the labels too.
RouteName labeled_route_name(OctetView nlri) noexcept
{
    const auto labels = label_octets(nlri);
    return {.first = text_of(nlri).substr(1 + labels), .bits = nlri.front() - 8 * static_cast<int>(labels)};
}

RouteName route_name(const RouteKeyView& key) noexcept
{
    if (key.nlri.empty() || !is_named_by_part(key.family)) return {text_of(key.nlri)};
    return has_labels(key.family) ? labeled_route_name(key.nlri) : evpn_route_name(text_of(key.nlri));
}

std::uint64_t seed_of(const RouteKeyView& key) noexcept
{
    const auto path = key.path_id ? std::uint64_t{key.path_id->value} + 1 : 0;
    return path << 24 | std::uint64_t{static_cast<std::uint16_t>(key.family.afi)} << 8 |
           static_cast<std::uint8_t>(key.family.safi);
}

}   // namespace

OctetView with_one_label(OctetView nlri, Octets& made)
{
    if (nlri.size() <= 3 || (nlri[3] & 1) != 0) return nlri;
    made.assign(nlri.begin(), nlri.end());
    made[3] |= 1;
    return made;
}

bool name_same_route(const RouteKeyView& a, const RouteKeyView& b) noexcept
{
    if (a.family != b.family || a.path_id != b.path_id) return false;
    if (!is_named_by_part(a.family)) return text_of(a.nlri) == text_of(b.nlri);   // hot
    return route_name(a) == route_name(b);
}

std::uint64_t hash_of_route(const RouteKeyView& key) noexcept
{
    const auto name = route_name(key);
    const auto hash = XXH3_64bits_withSeed(name.first.data(), name.first.size(), seed_of(key));
    return name.second.empty() ? hash : XXH3_64bits_withSeed(name.second.data(), name.second.size(), hash);
}

RouteHash wide_hash_of_route(const RouteKeyView& key) noexcept
{
    const auto name = route_name(key);
    const auto seed = seed_of(key) * 0x9e3779b97f4a7c15u + static_cast<std::uint64_t>(name.bits);
    auto hash = XXH3_128bits_withSeed(name.first.data(), name.first.size(), seed);
    if (!name.second.empty()) {
        const auto more = XXH3_128bits_withSeed(name.second.data(), name.second.size(), hash.low64);
        hash = {.low64 = more.low64, .high64 = more.high64 ^ hash.high64};
    }
    return {hash.low64, hash.high64};
}

}   // namespace barrage
