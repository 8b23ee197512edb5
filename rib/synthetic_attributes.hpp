#pragma once
// Invents the path attributes of a synthetic full table, one attribute set after the other, no two the same: as a transit
// provider advertises them to its customer. Part of full_table. One thread; no allocation once its lists have grown.

#include <cstdint>
#include <vector>

#include "codec/family.hpp"
#include "rib/attribute_octets.hpp"
#include "rib/random.hpp"

namespace barrage {

class SyntheticAttributes {
public:
    SyntheticAttributes(Family family, std::uint64_t seed);

    /// The attributes of the next set, canonical. `into` is overwritten.
    void next(Octets& into);

private:
    void draw_values();
    void draw_path(std::size_t length);
    void next_origin();
    Asn transit();

    Random random_;
    std::span<const Weighted> path_lengths_;
    std::uint64_t path_lengths_total_;
    Asn peer_;   // who tells: the first AS of every path
    Asn origin_;
    std::uint32_t origins_two_octets_ = 0;
    std::uint32_t origins_four_octets_ = 0;
    std::vector<std::uint64_t> of_this_origin_;   // digests of the sets that the origin has already

    std::vector<Asn> path_;
    std::vector<Community> communities_;
    std::vector<LargeCommunity> large_communities_;
    AttributeValues values_;
};

}   // namespace barrage
