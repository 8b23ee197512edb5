#include "loadgen/routes/gathered_routes.hpp"

#include <algorithm>

namespace barrage {

bool GatheredRoutes::goes_on(const RouteBatch& routes) const noexcept
{
    if (batches_.empty()) return false;
    const auto& last = batches_.back();
    const auto same = [this](const Part& part, OctetView octets) {
        return std::ranges::equal(OctetView{attributes_}.subspan(part.at, part.octets), octets);
    };
    return last.routes.kind == routes.kind && last.routes.family == routes.family && last.routes.time == routes.time &&
           last.routes.has_path_ids == routes.has_path_ids && same(last.attributes, routes.attributes) &&
           same(last.next_hop, routes.next_hop);
}

void GatheredRoutes::add(const RouteBatch& routes)
{
    const auto put = [](OctetView octets, Octets& into) {
        const Part part{into.size(), octets.size()};
        into.insert(into.end(), octets.begin(), octets.end());
        return part;
    };
    if (!goes_on(routes)) {
        auto& batch = batches_.emplace_back(Batch{.routes = routes, .attributes = {}, .next_hop = {}, .nlri = {}});
        batch.routes.routes = 0;
        batch.attributes = put(routes.attributes, attributes_);
        batch.next_hop = put(routes.next_hop, attributes_);
        batch.nlri.at = nlri_.size();
    }
    auto& batch = batches_.back();
    batch.nlri.octets += put(routes.nlri, nlri_).octets;
    batch.routes.routes += routes.routes;
}

bool GatheredRoutes::next(RouteBatch& batch) noexcept
{
    if (given_ == batches_.size()) return false;
    const auto& next = batches_[given_++];
    batch = next.routes;
    batch.attributes = OctetView{attributes_}.subspan(next.attributes.at, next.attributes.octets);
    batch.next_hop = OctetView{attributes_}.subspan(next.next_hop.at, next.next_hop.octets);
    batch.nlri = OctetView{nlri_}.subspan(next.nlri.at, next.nlri.octets);
    return true;
}

void GatheredRoutes::clear() noexcept
{
    batches_.clear();
    given_ = 0;
    attributes_.clear();
    nlri_.clear();
}

}   // namespace barrage
