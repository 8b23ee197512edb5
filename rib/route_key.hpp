#pragma once
// What names a route in a RIB.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "codec/family.hpp"
#include "codec/nlri/nlri_extent.hpp"
#include "codec/path_id.hpp"
#include "codec/reader.hpp"

namespace barrage {

/// Family, path identifier, NLRI as octets (for a prefix: length and address, host bits cleared).
struct RouteKey {
    Family family = ipv4_unicast;
    std::optional<PathId> path_id;
    std::string nlri;   // octets; most are short enough to need no memory of their own

    friend bool operator==(const RouteKey&, const RouteKey&) = default;
};

/// The same where it stands in a message; good as long as the octets are.
struct RouteKeyView {
    Family family = ipv4_unicast;
    std::optional<PathId> path_id;
    OctetView nlri;

    RouteKeyView(Family of, std::optional<PathId> id, OctetView octets) noexcept : family(of), path_id(id), nlri(octets) {}
    RouteKeyView(const RouteKey& key) noexcept   // what takes a view takes a key
        : family(key.family), path_id(key.path_id), nlri(reinterpret_cast<const std::uint8_t*>(key.nlri.data()), key.nlri.size())
    {
    }
};

/// Families whose NLRI have more in them than what names the route: labels (RFC 8277 section 2.4), most of EVPN's fields (RFC 7432 section 7).
constexpr bool is_named_by_part(Family family) noexcept { return has_labels(family) || family.safi == Safi::evpn; }

struct RouteHash {
    std::uint64_t low = 0;
    std::uint64_t high = 0;
    friend bool operator==(const RouteHash&, const RouteHash&) = default;
};

/// What is told of a route beside its name may differ: keys that differ in nothing else name the same.
bool name_same_route(const RouteKeyView& a, const RouteKeyView& b) noexcept;
/// Equal for keys that name the same route.
std::uint64_t hash_of_route(const RouteKeyView& key) noexcept;
/// … of 128 bits, the same in every process: for whoever keeps no keys.
RouteHash wide_hash_of_route(const RouteKeyView& key) noexcept;
inline std::size_t hash_value(const RouteKey& key) noexcept { return hash_of_route(key); }

}   // namespace barrage
