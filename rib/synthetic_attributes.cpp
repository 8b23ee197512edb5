#include "rib/synthetic_attributes.hpp"

#include <algorithm>

#include "rib/full_table_shape.hpp"

namespace barrage {

namespace {

namespace shape = full_table_shape;

constexpr auto communities_total = total_weight(shape::communities);
constexpr auto large_communities_total = total_weight(shape::large_communities);
constexpr auto origins_total = total_weight(shape::origins);

// Numbers are invented, but from the ranges that real ones are in: old networks carry the transit (RFC 1930 numbers given
// out first), private and reserved ones (RFC 6996, RFC 5398, RFC 7607) do not appear.
constexpr std::uint32_t transits = 6'999;                                          // 1 … 6999
constexpr std::uint32_t first_two_octet_origin = 7'000;                            // … 64495
constexpr std::uint32_t two_octet_origins = 64'496 - first_two_octet_origin - 1;   // without AS_TRANS
constexpr std::uint32_t first_four_octet_origin = 131'072;                         // given out to some 402,000 by 2024
constexpr std::uint32_t four_octet_block = 270'029;                                // a prime: any stride visits all of a block

/// Paths with prepending, per million, by length; 0.167 of all routes (RIB 2014), and mostly the long ones: a path of more
/// than six different ASes is as rare as 1.2 %.
constexpr std::uint32_t prepended(std::size_t length) noexcept
{
    constexpr std::uint32_t by_length[]{0, 0, 20'000, 40'000, 70'000, 170'000, 500'000, 750'000};
    return length < std::size(by_length) ? by_length[length] : 1'000'000;
}

std::uint64_t digest(OctetView octets) noexcept
{
    std::uint64_t value = octets.size();
    for (const auto octet : octets) value = (value ^ octet) * 0x100000001b3u;   // FNV-1a
    return value;
}

}   // namespace

SyntheticAttributes::SyntheticAttributes(Family family, std::uint64_t seed) : random_(mixed(seed) ^ 0x61747472)
{
    path_lengths_ = family.afi == Afi::ipv4 ? std::span<const Weighted>{shape::ipv4_as_path_lengths}
                                            : std::span<const Weighted>{shape::ipv6_as_path_lengths};
    path_lengths_total_ = total_weight(path_lengths_);
    peer_ = Asn{static_cast<std::uint32_t>(1 + random_.below(transits))};
    next_origin();
}

void SyntheticAttributes::next_origin()
{
    of_this_origin_.clear();
    if (random_.chance(shape::four_octet_origins) || origins_two_octets_ == two_octet_origins) {
        const auto block = origins_four_octets_ / four_octet_block;
        const auto place = std::uint64_t{origins_four_octets_ % four_octet_block} * 104'729 % four_octet_block;
        ++origins_four_octets_;
        origin_ = Asn{first_four_octet_origin + block * four_octet_block + static_cast<std::uint32_t>(place)};
    } else {
        const auto place = std::uint64_t{origins_two_octets_++} * 15'487 % two_octet_origins;
        const auto number = first_two_octet_origin + static_cast<std::uint32_t>(place);
        origin_ = Asn{number < as_trans ? number : number + 1};
    }
}

/// A few carry most of the paths.
Asn SyntheticAttributes::transit()
{
    const auto rank = scaled(scaled(random_.bits(), random_.bits()), transits);
    return Asn{static_cast<std::uint32_t>(1 + (rank * 2'861 + peer_.value) % transits)};
}

void SyntheticAttributes::draw_path(std::size_t length)
{
    path_.clear();
    std::size_t different = length;
    if (random_.chance(prepended(length))) {
        const auto most = std::min<std::size_t>(length - 1, 6);
        different = length <= 5 ? length - 1 : std::max<std::size_t>(2, most - random_.below(4));
    }
    if (different > 1) path_.push_back(peer_);
    while (path_.size() + 1 < different) {
        const auto as = transit();
        if (std::ranges::find(path_, as) == path_.end()) path_.push_back(as);   // RFC 4271 section 9.1.2: no loops
    }
    path_.resize(length, origin_);
}

void SyntheticAttributes::draw_values()
{
    draw_path(draw(random_, path_lengths_, path_lengths_total_));
    values_ = {};
    values_.origin = Origin::Value{static_cast<std::uint8_t>(draw(random_, shape::origins, origins_total))};

    if (random_.chance(shape::with_multi_exit_disc)) {
        const auto kind = random_.below(10);   // MEDs are zero, round, or an IGP's metric
        values_.multi_exit_disc = static_cast<std::uint32_t>(kind < 4   ? 0
                                                             : kind < 7 ? 10 * random_.below(50)
                                                                        : random_.below(20'000));
    }
    // Who aggregates often lost AS numbers by it: both attributes come together.
    if (random_.chance(shape::with_aggregator)) {
        values_.aggregator = Aggregator{origin_, {static_cast<std::uint32_t>(0x01000001 + random_.below(0xdeffffff))}};
        values_.atomic_aggregate = random_.chance(shape::atomic_with_aggregator);
    } else {
        values_.atomic_aggregate = random_.chance(shape::atomic_without_aggregator);
    }

    // Tags of the transit providers on the path, in ascending order, as most routers keep them.
    communities_.clear();
    for (auto left = draw(random_, shape::communities, communities_total); left > 0; --left) {
        const auto as = path_[random_.below(path_.size())];
        const auto tagger = as.fits_two_octets() ? as.value : peer_.value;
        communities_.push_back({tagger << 16 | static_cast<std::uint32_t>(random_.below(40) * 100 + random_.below(20))});
    }
    std::ranges::sort(communities_);
    // Two draws may meet: the second one is moved on, so that the number of communities is the one drawn.
    for (std::size_t i = 1; i < communities_.size(); ++i)
        communities_[i].value = std::max(communities_[i].value, communities_[i - 1].value + 1);

    large_communities_.clear();
    for (auto left = draw(random_, shape::large_communities, large_communities_total); left > 0; --left) {
        const auto as = path_[random_.below(path_.size())];
        large_communities_.push_back({as.value, static_cast<std::uint32_t>(1 + random_.below(9)),
                                      left * 16 + static_cast<std::uint32_t>(random_.below(16))});
    }
    std::ranges::sort(large_communities_);

    values_.as_path = path_;
    values_.communities = communities_;
    values_.large_communities = large_communities_;
}

void SyntheticAttributes::next(Octets& into)
{
    if (!random_.chance(shape::same_origin_again)) next_origin();
    // Origins never come back, so only the sets of this one can be equal; a short path has few forms, so give up in time.
    for (int attempt = 0;; ++attempt) {
        if (attempt == 3) next_origin();
        draw_values();
        write_attribute_octets(values_, into);
        const auto mark = digest(into);
        if (std::ranges::find(of_this_origin_, mark) != of_this_origin_.end()) continue;
        of_this_origin_.push_back(mark);
        return;
    }
}

}   // namespace barrage
