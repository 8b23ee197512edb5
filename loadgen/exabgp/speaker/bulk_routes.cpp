#include "loadgen/exabgp/speaker/bulk_routes.hpp"

#include <algorithm>
#include <boost/unordered/unordered_flat_map.hpp>

namespace barrage::exabgp {

namespace {

OctetView octets_of(const std::string& nlri) { return {reinterpret_cast<const std::uint8_t*>(nlri.data()), nlri.size()}; }

struct Group {
    AttributeSetRef attributes;
    Family family;
    bool has_path_ids = false;
    std::vector<std::uint32_t> routes;   // places in the configuration
};

}   // namespace

std::shared_ptr<const RouteSet> bulk_routes(const std::vector<ConfiguredRoute>& routes, AttributePool& pool, FamilySet grouped,
                                            const std::function<AttributeSetRef(const ConfiguredRoute&)>& attributes_of)
{
    std::vector<std::vector<Group>> by_set;   // of one set: by family
    boost::unordered_flat_map<const AttributeSet*, std::size_t> set_of;
    for (std::uint32_t i = 0; i < routes.size(); ++i) {
        const auto& route = routes[i];
        auto attributes = attributes_of(route);
        if (!attributes) continue;
        const auto [found, is_new] = set_of.try_emplace(attributes.get(), by_set.size());
        if (is_new) by_set.emplace_back();
        auto& groups = by_set[found->second];
        auto group = std::ranges::find(groups, route.key.family, &Group::family);
        if (group == groups.end()) group = groups.insert(groups.end(), Group{std::move(attributes), route.key.family, false, {}});
        group->has_path_ids |= route.key.path_id.has_value();
        group->routes.push_back(i);
    }

    RouteSetBuilder builder{pool, RouteSetBuilder::Order::as_given};
    Octets nlri;
    for (auto& groups : by_set)
        for (auto& group : groups) {
            if (grouped.contains(group.family))
                std::ranges::stable_sort(group.routes, [&](std::uint32_t a, std::uint32_t b) {
                    const auto& left = routes[a].key;
                    const auto& right = routes[b].key;
                    if (group.has_path_ids && left.path_id != right.path_id)
                        return left.path_id.value_or(PathId{}).value < right.path_id.value_or(PathId{}).value;
                    return std::ranges::lexicographical_compare(octets_of(left.nlri), octets_of(right.nlri));
                });
            nlri.clear();
            Writer out{nlri};
            for (const auto i : group.routes) {
                if (group.has_path_ids) out.u32(routes[i].key.path_id.value_or(PathId{}).value);
                out.octets(octets_of(routes[i].key.nlri));
            }
            builder.add({.kind = RouteBatch::Kind::announce,
                         .family = group.family,
                         .attributes = group.attributes->octets(),
                         .next_hop = group.attributes->next_hop(),
                         .nlri = nlri,
                         .has_path_ids = group.has_path_ids,
                         .routes = static_cast<std::uint32_t>(group.routes.size())});
        }
    return std::move(builder).finish();
}

bool same_routes(const RouteSet& a, const RouteSet& b)
{
    if (a.groups().size() != b.groups().size() || a.announced() != b.announced()) return false;
    Octets made_a, made_b;
    for (std::size_t i = 0; i < a.groups().size(); ++i) {
        const auto& left = a.groups()[i];
        const auto& right = b.groups()[i];
        if (left.attributes != right.attributes || left.family != right.family || left.has_path_ids != right.has_path_ids)
            return false;
        if (!std::ranges::equal(a.nlri(i, made_a), b.nlri(i, made_b))) return false;
    }
    return true;
}

}   // namespace barrage::exabgp
