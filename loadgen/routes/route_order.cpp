#include "loadgen/routes/route_order.hpp"

#include <random>
#include <vector>

#include "codec/nlri/nlri_extent.hpp"

namespace barrage {

std::shared_ptr<const RouteSet> shuffled(const RouteSet& set, AttributePool& pool, std::uint64_t seed)
{
    struct Route {
        const RouteSet::Group* group;
        OctetView nlri;
    };
    std::vector<Route> routes;
    std::vector<Octets> made(set.groups().size());   // NLRI of a range, which routes are views of
    routes.reserve(set.announced());
    for (std::size_t index = 0; index < set.groups().size(); ++index) {
        const auto& group = set.groups()[index];
        if (group.withdraw) continue;
        const auto family = known_families[group.family].family;
        const std::size_t path_id = group.has_path_ids ? 4 : 0;
        for (auto nlri = set.nlri(index, made[index]); nlri.size() > path_id;) {
            const auto octets = path_id + nlri_octets(family, nlri.subspan(path_id));
            if (octets == path_id || octets > nlri.size()) break;
            routes.push_back({&group, nlri.first(octets)});
            nlri = nlri.subspan(octets);
        }
    }
    // Fisher and Yates; std::shuffle may differ from one library to the next.
    std::mt19937_64 random{seed};
    for (std::size_t i = routes.size(); i > 1; --i) std::swap(routes[i - 1], routes[random() % i]);
    RouteSetBuilder builder{pool, RouteSetBuilder::Order::as_given};
    for (const auto& route : routes)
        builder.add({.family = known_families[route.group->family].family,
                     .attributes = route.group->attributes->octets(),
                     .next_hop = route.group->attributes->next_hop(),
                     .nlri = route.nlri,
                     .has_path_ids = route.group->has_path_ids,
                     .routes = 1});
    return std::move(builder).finish();
}

}   // namespace barrage
