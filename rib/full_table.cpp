#include "rib/full_table.hpp"

#include <algorithm>
#include <utility>

#include "codec/prefix.hpp"
#include "rib/full_table_shape.hpp"
#include "rib/prefix_range.hpp"

namespace barrage {

namespace {

constexpr std::uint64_t sets_total = [] {
    std::uint64_t total = 0;
    for (const auto& row : full_table_shape::set_sizes) total += row.sets;
    return total;
}();
constexpr std::uint64_t session_routes = 577'706;   // that these sets had, session 2015

/// The size of the set at `place` of 0 … sets_total - 1, when sets stand in order of size.
std::uint16_t size_at(std::uint64_t place) noexcept
{
    for (const auto& row : full_table_shape::set_sizes) {
        if (place < row.sets)
            return static_cast<std::uint16_t>(row.first + (row.last - row.first + 1u) * (2 * place + 1) / (2 * row.sets));
        place -= row.sets;
    }
    return full_table_shape::set_sizes.back().last;
}

}   // namespace

std::expected<void, std::string> FullTable::check(const FullTableDescription& description)
{
    if (description.routes == 0 || description.routes > max_routes)
        return std::unexpected("a full table of " + std::to_string(description.routes) + " routes: expected 1 to " +
                               std::to_string(max_routes));
    if (description.family != ipv4_unicast && description.family != ipv6_unicast)
        return std::unexpected("a full table of family " + std::string{name(description.family)} + ": expected ipv4 or ipv6");
    if (description.family == ipv6_unicast && description.next_hop && description.next_hop->is_v4())
        return std::unexpected(std::string{"IPv6 prefixes with an IPv4 next hop: expected an IPv6 address"});
    return {};
}

std::expected<FullTable, std::string> FullTable::make(const FullTableDescription& description)
{
    if (auto checked = check(description); !checked) return std::unexpected(std::move(checked).error());
    return FullTable{description};
}

FullTable::FullTable(const FullTableDescription& description)
    : family_(description.family), random_(description.seed), prefixes_(description.family, description.routes, description.seed),
      attributes_(description.family, description.seed), unplanned_(description.routes)
{
    if (description.next_hop || !description.no_placeholder)
        write_next_hop_octets(description.next_hop.value_or(placeholder_next_hop(family_)), description.link_local, next_hop_);
    plan_sets(description.routes);
    while (open_count_ < open_sets && open(open_[open_count_])) ++open_count_;
}

/// Sizes at even distances of the real distribution, shuffled: exact where drawing at random would miss the few sets that
/// hold most of the routes.
void FullTable::plan_sets(std::uint64_t routes)
{
    const auto sets = std::max<std::uint64_t>(1, routes * sets_total / session_routes);
    set_sizes_.reserve(sets);
    for (std::uint64_t i = 0; i < sets; ++i) set_sizes_.push_back(size_at((2 * i + 1) * sets_total / (2 * sets)));
    for (auto i = sets; i > 1; --i) std::swap(set_sizes_[i - 1], set_sizes_[random_.below(i)]);
}

bool FullTable::open(OpenSet& set)
{
    if (unplanned_ == 0) return false;
    const std::uint64_t size = next_size_ < set_sizes_.size() ? set_sizes_[next_size_++] : size_at(random_.below(sets_total));
    set.routes = set.left = static_cast<std::uint32_t>(std::min(size, unplanned_));
    unplanned_ -= set.routes;
    set.nlri.clear();
    attributes_.next(set.attributes);
    return true;
}

bool FullTable::next(RouteBatch& batch)
{
    if (given_out_ < open_sets) {   // its octets were the caller's until now
        if (!open(open_[given_out_])) std::swap(open_[given_out_], open_[--open_count_]);
        given_out_ = open_sets;
    }
    if (open_count_ == 0) return false;
    for (;;) {
        const auto place = random_.below(open_count_);
        auto& set = open_[place];
        deal(set);
        if (set.left > 0) continue;
        given_out_ = place;
        batch = {.kind = RouteBatch::Kind::announce,
                 .family = family_,
                 .attributes = set.attributes,
                 .next_hop = next_hop_,
                 .nlri = set.nlri,
                 .has_path_ids = false,
                 .routes = set.routes};
        return true;
    }
}

/// A few neighbours at a time: a network's prefixes often follow each other.
void FullTable::deal(OpenSet& set)
{
    auto run = std::min<std::uint32_t>(set.left, static_cast<std::uint32_t>(1 + random_.below(4)));
    set.left -= run;
    for (; run > 0; --run) {
        const auto prefix = prefixes_.next();
        std::uint8_t octets[1 + 16];
        octets[0] = prefix.length;
        for (int i = 0; i < 8; ++i) octets[1 + i] = static_cast<std::uint8_t>(prefix.address >> (56 - 8 * i));
        if (prefix.length > 64) {
            const auto low = prefixes_.low_bits(prefix);
            for (int i = 0; i < 8; ++i) octets[9 + i] = static_cast<std::uint8_t>(low >> (56 - 8 * i));
        }
        set.nlri.insert(set.nlri.end(), octets, octets + 1 + prefix_octets(prefix.length));
    }
}

}   // namespace barrage
