#pragma once
// Changes that wait as ExaBGP keeps them: by attribute set, then family, then route, each in the order of first use, and all of
// it is taken at one flush. A change replaces one of the same route only under the same attribute set: announced with one set and
// withdrawn with another in one go, both are sent for a route. Here ExaBGP may send the older change last (one set, another, the first
// again); we do not: the first is sent, and the other forgotten. Bounded by the routes it holds: of one route no more than
// `most_per_route` changes wait, the oldest are dropped. One thread.

#include <cstdint>
#include <functional>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

#include "codec/family.hpp"
#include "rib/attribute_set.hpp"

namespace barrage {

class PendingTable {
public:
    using RouteId = std::uint32_t;   // whoever owns the table tells routes apart by it
    using ItemId = std::uint32_t;    // a change that waits
    static constexpr ItemId none = ~ItemId{0};
    static constexpr std::size_t most_per_route = 8;

    /// `last` is the route's latest item, `none` at first; the answer is the one now. Items may move: `moved` says where a
    /// route's latest went.
    ItemId put(RouteId route, ItemId last, Family family, const AttributeSetRef& attributes, bool withdraw,
               const std::function<void(RouteId, ItemId)>& moved);
    /// Nothing is told of this route.
    void drop(ItemId last);

    [[nodiscard]] bool empty() const noexcept { return live_ == 0; }

    struct Change {
        RouteId route;
        bool withdraw;
    };
    /// Changes of one set and family, as they stand in the table.
    struct Group {
        AttributeSetRef attributes;
        Family family;
        std::vector<Change> changes;
    };
    /// Takes all of it: it is empty afterwards.
    std::vector<Group> take();

private:
    struct Item {
        RouteId route;
        ItemId previous;   // of the same route
        std::uint32_t set;
        bool withdraw;
        bool live = true;
    };
    struct OfFamily {
        Family family;
        std::vector<ItemId> items;
    };
    struct OfSet {
        AttributeSetRef attributes;
        std::vector<OfFamily> families;
    };
    void append(std::uint32_t set, Family family, ItemId item);
    void compact(const std::function<void(RouteId, ItemId)>& moved);

    std::vector<Item> items_;
    std::vector<OfSet> sets_;
    boost::unordered_flat_map<const AttributeSet*, std::uint32_t> set_of_;   // where new items of it go
    std::size_t live_ = 0;
};

}   // namespace barrage
