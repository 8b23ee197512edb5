#include "rib/route_key.hpp"

#include <xxhash.h>

#include <string_view>

#include "codec/nlri/nlri_extent.hpp"

namespace barrage {

namespace {

/// What stands behind the length and the labels.
std::string_view behind_labels(const RouteKey& key) noexcept
{
    const OctetView nlri{reinterpret_cast<const std::uint8_t*>(key.nlri.data()), key.nlri.size()};
    return std::string_view{key.nlri}.substr(1 + label_octets(nlri));
}

}   // namespace

bool name_same_route(const RouteKey& a, const RouteKey& b) noexcept
{
    if (a.family != b.family || a.path_id != b.path_id) return false;
    if (!has_labels(a.family) || a.nlri.empty() || b.nlri.empty()) return a.nlri == b.nlri;
    // The length counts the bits of the labels too.
    const auto own_bits = [](const RouteKey& key, std::string_view behind) {
        return static_cast<std::uint8_t>(key.nlri.front()) - 8 * (key.nlri.size() - 1 - behind.size());
    };
    const auto behind_a = behind_labels(a);
    const auto behind_b = behind_labels(b);
    return behind_a == behind_b && own_bits(a, behind_a) == own_bits(b, behind_b);
}

std::size_t hash_of_route(const RouteKey& key) noexcept
{
    const auto path = key.path_id ? std::uint64_t{key.path_id->value} + 1 : 0;
    const auto seed =
        path << 24 | std::uint64_t{static_cast<std::uint16_t>(key.family.afi)} << 8 | static_cast<std::uint8_t>(key.family.safi);
    const auto named = has_labels(key.family) && !key.nlri.empty() ? behind_labels(key) : std::string_view{key.nlri};
    return XXH3_64bits_withSeed(named.data(), named.size(), seed);
}

}   // namespace barrage
