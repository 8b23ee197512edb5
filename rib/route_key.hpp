#pragma once
// What names a route in a RIB.

#include <cstddef>
#include <optional>
#include <string>

#include "codec/family.hpp"
#include "codec/nlri/nlri_extent.hpp"
#include "codec/path_id.hpp"

namespace barrage {

/// Family, path identifier, NLRI as octets (for a prefix: length and address, host bits cleared).
struct RouteKey {
    Family family = ipv4_unicast;
    std::optional<PathId> path_id;
    std::string nlri;   // octets; most are short enough to need no memory of their own

    friend bool operator==(const RouteKey&, const RouteKey&) = default;
};

/// Families whose NLRI have more in them than what names the route: labels (RFC 8277 section 2.4), most of EVPN's fields (RFC 7432 section 7).
constexpr bool is_named_by_part(Family family) noexcept { return has_labels(family) || family.safi == Safi::evpn; }

/// What is told of a route beside its name may differ: keys that differ in nothing else name the same.
bool name_same_route(const RouteKey& a, const RouteKey& b) noexcept;
/// Equal for keys that name the same route.
std::size_t hash_of_route(const RouteKey& key) noexcept;
inline std::size_t hash_value(const RouteKey& key) noexcept { return hash_of_route(key); }

}   // namespace barrage
