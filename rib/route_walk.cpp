#include "rib/route_walk.hpp"

#include "codec/nlri/nlri_extent.hpp"

namespace barrage {

void for_each_route(const RouteSlice& slice, const std::function<void(const RouteKey&, const AttributeSetRef&)>& visit)
{
    for_each_placed_route(
        slice, [&](const RouteKey& key, const AttributeSetRef& attributes, RouteSet::Place) { visit(key, attributes); });
}

void for_each_placed_route(const RouteSlice& slice,
                           const std::function<void(const RouteKey&, const AttributeSetRef&, RouteSet::Place)>& visit)
{
    RouteKey key;
    for_each_piece(slice, [&](std::uint32_t index, std::uint64_t from, std::uint64_t to) {
        const auto& group = slice.set->groups()[index];
        if (group.withdraw) return;
        RouteSet::Place place{.group = index, .route = slice.set->routes_in(index, 0, from)};
        key.family = known_families[group.family].family;
        slice.set->for_each_nlri(index, from, to, [&](OctetView nlri) {
            for_each_nlri(key.family, nlri, group.has_path_ids, [&](PathId id, OctetView octets) {
                key.path_id = id.value != 0 ? std::optional{id} : std::nullopt;
                key.nlri.assign(octets.begin(), octets.end());
                visit(key, group.attributes, place);
                ++place.route;
            });
        });
    });
}

void for_each_held(const AdjRibOut& rib, const std::function<void(const RouteKey&, const AttributeSetRef&)>& visit)
{
    rib.for_each_overlay([&](const RouteKey& key, const AttributeSetRef& attributes) { visit(key, attributes); });
    for (const auto& table : rib.tables())
        for_each_route(table.slice, [&](const RouteKey& key, const AttributeSetRef& attributes) {
            if (!rib.in_overlay(key)) visit(key, attributes);
        });
}

}   // namespace barrage
