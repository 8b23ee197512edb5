#pragma once
// Where routes come from: the *generate* stage of the road of a route. A range, a synthetic full table, an MRT dump
// all yield batches; load() in route_set.hpp makes a RouteSet of them. One thread at a time; a source has one cursor.

#include <concepts>
#include <cstdint>
#include <string>

#include "codec/family.hpp"
#include "codec/reader.hpp"

namespace barrage {

/// Routes with the same path attributes (or withdrawals), in the order of the source. Octets belong to the source
/// and are good until its next call.
struct RouteBatch {
    enum class Kind : std::uint8_t { announce, withdraw };

    Kind kind = Kind::announce;
    Family family = ipv4_unicast;
    OctetView attributes;        // canonical, see AttributeSet; empty when withdrawing
    OctetView next_hop;          // octets of the next hop field; empty when withdrawing
    OctetView nlri;              // as in an UPDATE: [path identifier] length prefix, one after the other
    bool has_path_ids = false;   // whether each of them begins with a path identifier (RFC 7911)
    std::uint32_t routes = 0;    // how many there are in nlri
    std::int64_t time = 0;       // nanoseconds since the epoch, where the source knows when it was heard; else 0
};

template <class S>
concept RouteSource = requires(S source, const S& view, RouteBatch& batch) {
    /// Fills `batch`; false at the end.
    { source.next(batch) } -> std::same_as<bool>;
    /// After the end: empty, or why it came early (a dump that is cut), as one line for a person.
    { view.problem() } -> std::convertible_to<std::string>;
    /// Whether the order of its batches matters (a file of updates), or routes may be grouped by attributes (a table).
    { view.is_ordered() } -> std::same_as<bool>;
};

}   // namespace barrage
