// Numbers of the routes that lie over a peer's tables: kept, freed and used again, and the order in which they were announced.

#include "tests/support/doctest.hpp"

#include "rib/attribute_pool.hpp"
#include "rib/route_overlay.hpp"
#include "tests/support/hex.hpp"

namespace barrage {

TEST_CASE("a number of the overlay is used again, and its route comes last")
{
    AttributePool pool;
    RouteOverlay overlay;
    const auto attributes = pool.intern(hex("40 01 01 00"), hex("c0 00 02 01"));
    const auto prefix = [](char third) { return RouteKey{ipv4_unicast, std::nullopt, std::string{24, 10, 0, third}}; };
    const auto first = overlay.find_or_add(prefix(1));
    const auto second = overlay.find_or_add(prefix(2));
    for (const auto number : {first, second}) overlay.set_attributes(number, attributes);
    CHECK(overlay.find_or_add(prefix(1)) == first);
    overlay.erase(first);
    CHECK(overlay.find(prefix(1)) == RouteOverlay::none);
    CHECK(overlay.holding() == 1);
    CHECK(overlay.find_or_add(prefix(3)) == first);
    overlay.set_attributes(first, attributes);
    CHECK(overlay.in_order_of_announcement() == std::vector{second, first});
    overlay.set_attributes(second, {});
    CHECK(overlay.in_order_of_announcement() == std::vector{first});
    CHECK(overlay.in_order_of_announcement(true) == std::vector{second, first});
}

}   // namespace barrage
