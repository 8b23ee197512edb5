// RouteSet::superseded_paths(): of the routes of a prefix those stay whose path identifier is named last, as on a session where each replaces the
// one before.

#include <algorithm>

#include <boost/unordered/unordered_flat_map.hpp>

#include "codec/nlri/nlri_extent.hpp"
#include "rib/route_key.hpp"
#include "rib/route_set.hpp"

namespace barrage {

namespace {

struct HashName {
    std::size_t operator()(const RouteKey& key) const noexcept { return hash_of_route(key); }
};
struct SameName {
    bool operator()(const RouteKey& a, const RouteKey& b) const noexcept { return name_same_route(a, b); }
};

/// Calls `visit(const RouteKey& name, PathId, Place)` for each route of these families; a route without an identifier has 0.
void for_each_name(const RouteSet& set, FamilySet families, auto&& visit)
{
    RouteKey name;
    for (std::uint32_t index = 0; index < set.groups().size(); ++index) {
        const auto& group = set.groups()[index];
        name.family = known_families[group.family].family;
        if (!families.contains(name.family)) continue;
        RouteSet::Place place{.group = index};
        set.for_each_nlri(index, 0, set.nlri_octets(index), [&](OctetView nlri) {
            for_each_nlri(name.family, nlri, group.has_path_ids, [&](PathId id, OctetView octets) {
                name.nlri.assign(octets.begin(), octets.end());
                visit(name, id, place);
                ++place.route;
            });
        });
    }
}

}   // namespace

const std::vector<RouteSet::Place>& RouteSet::superseded_paths() const
{
    static const std::vector<Place> none;
    if (!superseded_) return none;
    std::call_once(superseded_->once, [this] {
        FamilySet with_ids;
        for (const auto& group : groups_)
            if (group.has_path_ids) with_ids.insert(known_families[group.family].family);
        boost::unordered_flat_map<RouteKey, PathId, HashName, SameName> last;
        for_each_name(*this, with_ids, [&](const RouteKey& name, PathId id, Place) { last.insert_or_assign(name, id); });
        for_each_name(*this, with_ids, [&](const RouteKey& name, PathId id, Place place) {
            if (last.find(name)->second != id) superseded_->places.push_back(place);
        });
    });
    return superseded_->places;
}

std::uint32_t RouteSet::superseded_in(std::uint32_t group) const
{
    if (!superseded_) return 0;
    if (range_) return groups_[group].routes - groups_[group].routes / range_->paths();
    return static_cast<std::uint32_t>(std::ranges::equal_range(superseded_paths(), group, {}, &Place::group).size());
}

std::span<const RouteSet::Place> RouteSet::superseded_paths(std::uint32_t group, std::uint32_t first, std::uint32_t routes,
                                                            std::vector<Place>& made) const
{
    if (!superseded_) return {};
    if (!range_) {
        const auto& all = superseded_paths();
        return {std::ranges::lower_bound(all, Place{group, first}), std::ranges::lower_bound(all, Place{group, first + routes})};
    }
    // All but the last of the paths of a prefix, which stand one behind the other.
    made.clear();
    const auto paths = range_->paths();
    for (auto route = first; route - first < routes; ++route)
        if (route % paths != paths - 1) made.push_back({group, route});
    return made;
}

}   // namespace barrage
