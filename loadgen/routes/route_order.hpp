#pragma once
// The routes of a set in another order. Any thread.

#include <cstdint>
#include <memory>

#include "rib/route_set.hpp"

namespace barrage {

/// Every announced route of it, in an order of chance that the seed settles. Neighbours rarely have equal attributes then, so
/// that an UPDATE mostly has one prefix: as routers send that learned the routes one by one.
std::shared_ptr<const RouteSet> shuffled(const RouteSet& set, AttributePool& pool, std::uint64_t seed);

}   // namespace barrage
