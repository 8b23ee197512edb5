#pragma once
// A part of a shared route set, and how it is cut into windows: stretches of routes that are packed on their own, in any order and on
// any thread, and sent in the order of their numbers. Where the cuts fall depends on the routes and the group's PackOptions only, so that
// every peer, early or late, in either engine, sees the same octets.

#include <cstdint>
#include <memory>
#include <optional>

#include "rib/packer.hpp"
#include "rib/route_set.hpp"

namespace barrage {

struct RoutePosition {
    std::uint32_t group = 0;
    std::uint64_t octet = 0;   // into the NLRI of that group
    friend constexpr auto operator<=>(const RoutePosition&, const RoutePosition&) = default;
};

/// Routes [begin, end) of a set.
struct RouteSlice {
    std::shared_ptr<const RouteSet> set;
    RoutePosition begin;
    RoutePosition end;

    static RouteSlice whole(std::shared_ptr<const RouteSet> set);
    /// Part `part` of `parts` with nearly equal numbers of routes, in the order of the set.
    static RouteSlice part(std::shared_ptr<const RouteSet> set, std::uint32_t part, std::uint32_t parts);

    friend bool operator==(const RouteSlice&, const RouteSlice&) = default;
};

/// Calls `visit(group, from, to)` for each group, or piece of one, in the slice: its number, and what octets of its NLRI.
void for_each_piece(const RouteSlice& slice, auto&& visit);

/// Routes of a slice that are announced and withdrawn.
struct RouteCount {
    std::uint64_t announced = 0;
    std::uint64_t withdrawn = 0;
};
RouteCount count_routes(const RouteSlice& slice);

/// A run: a slice told to peers, as it is or as withdrawals of what it announces.
enum class RunKind : std::uint8_t { as_given, withdraw };

/// Serial part of packing: where the next window ends. One thread.
class WindowCutter {
public:
    /// A window's octets come near `window_octets` and stay below that and one message more.
    WindowCutter(RouteSlice slice, RunKind kind, PackOptions options, std::size_t window_octets);

    /// The next window; nothing at the end.
    std::optional<RouteSlice> next();

private:
    RouteSlice slice_;
    RunKind kind_;
    Packer packer_;   // measures, packs nothing
    std::size_t window_octets_;
    RoutePosition at_;
    Octets made_;   // NLRI of a range
};

/// The parallel part: packs one window. `packer` belongs to the calling thread.
void pack_window(const RouteSlice& window, RunKind kind, UpdatePacker& packer, PackedUpdates& into);
void pack_window(const RouteSlice& window, RunKind kind, ExabgpPacker& packer, PackedUpdates& into);
void pack_window(const RouteSlice& window, RunKind kind, Packer& packer, PackedUpdates& into);

void for_each_piece(const RouteSlice& slice, auto&& visit)
{
    const auto groups = slice.set->groups().size();
    for (auto group = slice.begin.group; group < groups && RoutePosition{group, 0} < slice.end; ++group) {
        const auto from = group == slice.begin.group ? slice.begin.octet : 0;
        const auto to = group == slice.end.group ? slice.end.octet : slice.set->nlri_octets(group);
        if (from < to) visit(group, from, to);
    }
}

}   // namespace barrage
