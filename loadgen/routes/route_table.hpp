#pragma once
// The routes of a run, loaded and grouped before anybody connects: each SOURCE of the command line or of a scenario becomes one shared RouteSet.
// Main thread, before the engine runs.

#include <chrono>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "loadgen/routes/route_spec.hpp"
#include "rib/attribute_pool.hpp"
#include "rib/left_out.hpp"
#include "rib/mrt_peers.hpp"
#include "rib/route_slice.hpp"

namespace barrage {

/// What is loaded, and how.
struct TableOptions {
    std::vector<NamedSource> sources;
    std::optional<MrtPeerChoice> mrt_peer;                    // none: of a table the one with most routes, of updates all
    bool mrt_local = false;                                   // also what the collector itself sent
    bool drop_next_hops = false;                              // of dumps: senders put their own
    bool with_placeholders = true;                            // where a source has no next hop
    double replay_speed = 0;                                  // of a file of updates, whose times are kept; 0: flat out
    std::optional<std::chrono::nanoseconds> replay_max_gap;   // between two of its times; none: as long as it is
    std::optional<std::uint64_t> seed;                        // of synthetic tables that name none themselves
};

struct LoadedSource {
    std::string words;
    std::shared_ptr<const RouteSet> routes;
    std::string warning;                   // it came to its end early; empty: it did not
    std::vector<std::string> notes = {};   // what a person should know beside that
    LeftOut left_out = {};                 // by its reader
    bool names_next_hops = false;          // by its words, not a placeholder
};

struct RouteTable {
    std::shared_ptr<AttributePool> pool;
    std::vector<LoadedSource> sources;
    std::chrono::nanoseconds load_time{};
    /// What the tables and their attributes take from the allocator, all that they need beside their contents included; nothing where jemalloc
    /// does not serve us.
    std::optional<std::uint64_t> allocated_octets;

    [[nodiscard]] FamilySet families() const noexcept;
    [[nodiscard]] RouteCount routes() const noexcept;
    /// By the readers of all sources.
    [[nodiscard]] LeftOut left_out() const;
    /// Of the sets, without the interned attributes.
    [[nodiscard]] std::size_t memory_octets() const noexcept;
    /// What peer `peer` of `peers` announces: all of each source, or its part.
    [[nodiscard]] std::vector<RouteSlice> slices(bool slice, std::uint32_t peer, std::uint32_t peers) const;
};

/// The error is one line for a person.
std::expected<RouteTable, std::string> load_routes(const TableOptions& options);

}   // namespace barrage
