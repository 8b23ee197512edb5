#include "rib/route_set.hpp"

#include <algorithm>
#include <boost/unordered/unordered_flat_map.hpp>
#include <cassert>
#include <numeric>

#include "rib/update_packer.hpp"

namespace barrage {

std::size_t RouteSet::memory_octets() const noexcept
{
    return groups_.capacity() * sizeof(Group) + nlri_.capacity() + times_.capacity() * sizeof(std::int64_t);
}

std::shared_ptr<const RouteSet> RouteSet::of_range(NlriProgression nlri, std::uint32_t count, AttributeSetRef attributes)
{
    auto set = std::make_shared<RouteSet>();
    const auto family = nlri.family();
    const auto units = Group::units_of(attributes);
    set->groups_.push_back({.attributes = std::move(attributes),
                            .nlri_begin = 0,
                            .routes = count,
                            .family = *family_index(family),
                            .withdraw = false,
                            .has_path_ids = nlri.has_path_ids(),
                            .attribute_units = units});
    set->families_.insert(family);
    set->announced_ = count;
    if (nlri.paths() > 1) set->superseded_ = std::make_shared<Superseded>();
    set->range_ = std::move(nlri);
    return set;
}

OctetView RouteSet::make_nlri(std::uint64_t from, std::uint64_t to, Octets& made, std::uint64_t enough) const
{
    const auto each = range_->octets_each();
    const auto count = std::min((to - from) / each, enough / each + 1);
    return range_->write(from / each, count, made);
}

std::uint32_t RouteSet::count_routes(std::size_t group, std::uint64_t from, std::uint64_t to) const
{
    const auto& of = groups_[group];
    if (range_) return static_cast<std::uint32_t>((to - from) / range_->octets_each());
    Octets none;
    return fit_routes(known_families[of.family].family, nlri(group, from, to, none), to - from, of.routes, of.has_path_ids)
        .routes;
}

std::uint64_t RouteSet::octets_of(std::size_t group, std::uint32_t routes) const
{
    const auto& of = groups_[group];
    if (range_) return range_->octets_each() * std::uint64_t{routes};
    Octets none;
    return fit_routes(known_families[of.family].family, nlri(group, none), nlri_octets(group), routes, of.has_path_ids).octets;
}

namespace {

struct GroupKey {
    const AttributeSet* attributes;
    FamilyIndex family;
    bool has_path_ids;

    friend bool operator==(const GroupKey&, const GroupKey&) = default;
    friend std::size_t hash_value(const GroupKey& key) noexcept
    {
        const auto tag = static_cast<std::uint64_t>(key.family) << 1 | static_cast<std::uint64_t>(key.has_path_ids);
        return (key.attributes ? key.attributes->hash() : 0) ^ tag * 0x9e3779b97f4a7c15u;
    }
};

}   // namespace

/// NLRI wait in the order they came, each piece with the group it belongs to; finish() puts groups together.
struct RouteSetBuilder::State {
    AttributePool& pool;
    Order order;
    RouteSet set;
    boost::unordered_flat_map<GroupKey, std::uint32_t> group_of;
    struct Piece {
        std::uint32_t group;
        std::uint32_t octets;
    };
    std::vector<Piece> pieces;   // only where routes are regrouped
    std::uint64_t routes = 0;
    std::int64_t first_time = 0;

    std::uint32_t open_group(const RouteBatch& batch, AttributeSetRef attributes)
    {
        const auto index = static_cast<std::uint32_t>(set.groups_.size());
        const auto units = RouteSet::Group::units_of(attributes);
        set.groups_.push_back({.attributes = std::move(attributes),
                               .nlri_begin = set.nlri_.size(),
                               .routes = 0,
                               .family = *family_index(batch.family),
                               .withdraw = batch.kind == RouteBatch::Kind::withdraw,
                               .has_path_ids = batch.has_path_ids,
                               .attribute_units = units});
        set.families_.insert(batch.family);
        if (order == Order::as_given_by_time) {
            if (index == 0) first_time = batch.time;
            // A clock that was set back does not set the replay back.
            set.times_.push_back(std::max(batch.time - first_time, set.times_.empty() ? 0 : set.times_.back()));
        }
        return index;
    }

    std::uint32_t group_for(const RouteBatch& batch)
    {
        auto attributes =
            batch.kind == RouteBatch::Kind::announce ? pool.intern(batch.attributes, batch.next_hop) : AttributeSetRef{};
        const GroupKey key{attributes.get(), *family_index(batch.family), batch.has_path_ids};
        if (order == Order::by_attribute_set) {
            const auto [found, is_new] = group_of.try_emplace(key, static_cast<std::uint32_t>(set.groups_.size()));
            return is_new ? open_group(batch, std::move(attributes)) : found->second;
        }
        if (!set.groups_.empty()) {
            const auto& last = set.groups_.back();
            const bool at_once = order == Order::as_given || batch.time - first_time <= set.times_.back();
            if (at_once && last.withdraw == (batch.kind == RouteBatch::Kind::withdraw) &&
                key == GroupKey{last.attributes.get(), last.family, last.has_path_ids})
                return static_cast<std::uint32_t>(set.groups_.size() - 1);
        }
        return open_group(batch, std::move(attributes));
    }
};

RouteSetBuilder::RouteSetBuilder(AttributePool& pool, Order order) : state_(new State{.pool = pool, .order = order}) {}
RouteSetBuilder::~RouteSetBuilder() = default;

void RouteSetBuilder::add(const RouteBatch& batch)
{
    assert(family_index(batch.family) && "a source yields only families that are known");
    if (batch.routes == 0) return;
    auto& [pool, order, set, group_of, pieces, routes, first_time] = *state_;
    (void)first_time;
    const auto group = state_->group_for(batch);
    set.groups_[group].routes += batch.routes;
    set.nlri_.insert(set.nlri_.end(), batch.nlri.begin(), batch.nlri.end());
    if (order == Order::by_attribute_set) {
        if (!pieces.empty() && pieces.back().group == group)
            pieces.back().octets += static_cast<std::uint32_t>(batch.nlri.size());
        else
            pieces.push_back({group, static_cast<std::uint32_t>(batch.nlri.size())});
    }
    (batch.kind == RouteBatch::Kind::announce ? set.announced_ : set.withdrawn_) += batch.routes;
    routes += batch.routes;
}

std::uint64_t RouteSetBuilder::size() const noexcept { return state_->routes; }

std::shared_ptr<const RouteSet> RouteSetBuilder::finish() &&
{
    auto& set = state_->set;
    if (state_->order == Order::by_attribute_set) {
        // A counting sort: octets of each group, then where each begins, then every piece to its place.
        std::vector<std::uint64_t> next(set.groups_.size(), 0);
        for (const auto& piece : state_->pieces) next[piece.group] += piece.octets;
        std::exclusive_scan(next.begin(), next.end(), next.begin(), std::uint64_t{0});
        for (std::size_t i = 0; i < next.size(); ++i) set.groups_[i].nlri_begin = next[i];
        std::vector<std::uint8_t> sorted(set.nlri_.size() + copy_slack);
        auto from = set.nlri_.cbegin();
        for (const auto& piece : state_->pieces) {
            std::copy_n(from, piece.octets, sorted.begin() + static_cast<std::ptrdiff_t>(next[piece.group]));
            from += piece.octets;
            next[piece.group] += piece.octets;
        }
        set.nlri_ = std::move(sorted);
    } else {
        set.nlri_.resize(set.nlri_.size() + copy_slack);
    }
    set.groups_.shrink_to_fit();
    set.nlri_.shrink_to_fit();
    if (std::ranges::any_of(set.groups_, &RouteSet::Group::has_path_ids))
        set.superseded_ = std::make_shared<RouteSet::Superseded>();
    auto finished = std::make_shared<RouteSet>(std::move(set));
    state_.reset();
    return finished;
}

}   // namespace barrage
