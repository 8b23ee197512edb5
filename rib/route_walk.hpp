#pragma once
// The routes of a shared table one by one, for whoever shows or compares them: not on the way to the wire. Any thread.

#include <functional>

#include "rib/adj_rib_out.hpp"

namespace barrage {

/// Of announced routes, in the order of the set. A path identifier 0 counts as none.
void for_each_route(const RouteSlice& slice, const std::function<void(const RouteKey&, const AttributeSetRef&)>& visit);

/// … with where each stands in its set.
void for_each_placed_route(const RouteSlice& slice,
                           const std::function<void(const RouteKey&, const AttributeSetRef&, RouteSet::Place)>& visit);

/// What an Adj-RIB-Out holds: its own routes, then those of its tables that these do not replace.
void for_each_held(const AdjRibOut& rib, const std::function<void(const RouteKey&, const AttributeSetRef&)>& visit);

}   // namespace barrage
