#include "rib/route_overlay.hpp"

#include <algorithm>
#include <utility>

namespace barrage {

std::uint32_t RouteOverlay::find_or_add(const RouteKey& key)
{
    auto number = find(key);
    if (number != none) {
        if (is_named_by_part(key.family)) routes_[number].key = key;   // with the labels it has now
        return number;
    }
    if (free_.empty()) {
        number = static_cast<std::uint32_t>(routes_.size());
        routes_.push_back({.key = key, .announced_as = next_announced_++});
    } else {
        number = free_.back();
        free_.pop_back();
        routes_[number] = {.key = key, .announced_as = next_announced_++};
    }
    index_.insert(key, number);
    return number;
}

bool RouteOverlay::has_other_labels(const RouteKey& key) const
{
    if (!is_named_by_part(key.family)) return false;
    const auto number = find(key);
    return number != none && routes_[number].key.nlri != key.nlri;
}

void RouteOverlay::set_attributes(std::uint32_t number, AttributeSetRef attributes)
{
    auto& route = routes_[number];
    if (route.attributes) --holding_;
    route.attributes = std::move(attributes);
    if (route.attributes) ++holding_;
}

void RouteOverlay::erase(std::uint32_t number)
{
    set_attributes(number, {});
    index_.erase(routes_[number].key, number);
    routes_[number] = {};
    free_.push_back(number);
}

std::vector<std::uint32_t> RouteOverlay::in_order_of_announcement(bool with_withdrawn) const
{
    std::vector<std::uint32_t> order;
    order.reserve(holding_);
    for (std::uint32_t number = 0; number < end(); ++number)
        if (routes_[number].attributes || (with_withdrawn && !routes_[number].key.nlri.empty())) order.push_back(number);
    std::ranges::sort(order, {}, [&](std::uint32_t number) { return routes_[number].announced_as; });
    return order;
}

}   // namespace barrage
