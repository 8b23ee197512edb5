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
#include "codec/writer.hpp"

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

/// Whatever its last bit says, there is no other label behind the one of an NLRI of a family with labels, where it is withdrawn or the session
/// has no more than one (RFC 8277 sections 2.2 and 2.4); a name tells the end by that bit. `made` is where it is set, if need be.
OctetView with_one_label(OctetView nlri, Octets& made);
/// As for_each_nlri(), of routes that are to be told by their names. `one_label`: they are withdrawn, or in a session with no more than one.
bool for_each_name(Family family, OctetView nlri, bool has_path_ids, bool one_label, Octets& made, auto&& visit)
{
    const bool ends_there = one_label && has_labels(family);
    return for_each_nlri(family, nlri, has_path_ids,
                         [&](PathId id, OctetView each) { visit(id, ends_there ? with_one_label(each, made) : each); });
}

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
