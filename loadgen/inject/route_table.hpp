#pragma once
// The routes of a run, loaded and grouped before anybody connects: each SOURCE of the command line becomes one shared RouteSet.
// Main thread, before the engine runs.

#include <chrono>
#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <vector>

#include "loadgen/inject/inject_options.hpp"
#include "rib/attribute_pool.hpp"
#include "rib/left_out.hpp"
#include "rib/route_slice.hpp"

namespace barrage {

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
    /// What peer `peer` of `peers` is told: all of each source, or its part.
    [[nodiscard]] std::vector<RouteSlice> slices(bool slice, std::uint32_t peer, std::uint32_t peers) const;
};

/// The error is one line for a person.
std::expected<RouteTable, std::string> load_routes(const InjectOptions& options);

}   // namespace barrage
