#pragma once
// A synthetic full table with the shape of a real one (full_table_shape.hpp says where the numbers come from): lengths and
// places of prefixes, routes per attribute set, AS paths, communities. A RouteSource. The same description gives the same
// octets on every machine. One batch is one attribute set; its routes lie near each other, between those of other sets, as
// the prefixes of one network do. Memory: one /8 of the table and two octets a set. One thread at a time.

#include <array>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "rib/route_source.hpp"
#include "rib/synthetic_attributes.hpp"
#include "rib/synthetic_prefixes.hpp"

namespace barrage {

struct FullTableDescription {
    std::uint64_t routes = 1'000'000;
    std::uint64_t seed = 1;
    Family family = ipv4_unicast;
    std::optional<IpAddress> next_hop = {};       // none: placeholder_next_hop()
    std::optional<Ipv6Address> link_local = {};   // beside one of IPv6: RFC 2545 section 3
    bool no_placeholder = false;                  // where none is given: none, so that whoever sends puts its own

    friend bool operator==(const FullTableDescription&, const FullTableDescription&) = default;
};

class FullTable {
public:
    static constexpr std::uint64_t max_routes = SyntheticPrefixes::max_count;

    /// What cannot be, in one line.
    static std::expected<void, std::string> check(const FullTableDescription& description);
    /// The table, if check() lets it be. Over about a million routes the shape is stretched: more than a real table
    /// has of each length, and longer prefixes where a length has no room left.
    static std::expected<FullTable, std::string> make(const FullTableDescription& description);

    bool next(RouteBatch& batch);
    [[nodiscard]] std::string problem() const { return {}; }
    [[nodiscard]] bool is_ordered() const noexcept { return false; }

private:
    explicit FullTable(const FullTableDescription& description);

    /// An attribute set that is being filled.
    struct OpenSet {
        std::uint32_t routes = 0;
        std::uint32_t left = 0;
        Octets attributes;
        Octets nlri;
    };
    // Prefixes in order of address are dealt to this many sets in turn, so the routes of a set of n lie in about 8 n.
    static constexpr std::size_t open_sets = 8;

    void plan_sets(std::uint64_t routes);
    bool open(OpenSet& set);
    void deal(OpenSet& set);

    Family family_;
    Random random_;
    SyntheticPrefixes prefixes_;
    SyntheticAttributes attributes_;
    Octets next_hop_;
    std::vector<std::uint16_t> set_sizes_;   // in the order of use
    std::size_t next_size_ = 0;
    std::uint64_t unplanned_;   // routes that no set was opened for
    std::array<OpenSet, open_sets> open_;
    std::size_t open_count_ = 0;
    std::size_t given_out_ = open_sets;   // the set whose batch was given out last; open_sets: none
};
static_assert(RouteSource<FullTable>);

}   // namespace barrage
