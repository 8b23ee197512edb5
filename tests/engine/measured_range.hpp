#pragma once
// A set of /24 routes to be measured.

#include <cstdint>
#include <memory>

#include "rib/attribute_pool.hpp"
#include "rib/prefix_range.hpp"
#include "rib/route_set.hpp"

namespace barrage {

inline std::shared_ptr<const RouteSet> range(AttributePool& pool, const char* first, std::uint64_t count)
{
    PrefixRangeDescription description;
    description.address = *IpAddress::from_text(first);
    description.prefix = 24;
    description.count = count;
    auto source = PrefixRange::make(description);
    return load(*source, pool);
}

}   // namespace barrage
