// What names a route, and numbers found by it.

#include <doctest.h>

#include <vector>

#include "rib/route_index.hpp"
#include "tests/support/hex.hpp"

using namespace barrage;

namespace {

RouteKey key(Family family, std::string_view text, std::optional<PathId> path_id = {})
{
    const auto octets = hex(text);
    return {family, path_id, {octets.begin(), octets.end()}};
}

const Family labeled{Afi::ipv4, Safi::labeled_unicast};
const Family vpn{Afi::ipv4, Safi::mpls_vpn};

}   // namespace

TEST_CASE("labels name no route: RFC 8277 section 2.4")
{
    // 10.1/16 with label 16, with 17, with two labels, and as it is withdrawn
    const std::vector<RouteKey> same{key(labeled, "28 000101 0a01"), key(labeled, "28 000111 0a01"),
                                     key(labeled, "40 000100 000111 0a01"), key(labeled, "28 800000 0a01")};
    for (const auto& a : same)
        for (const auto& b : same) {
            CHECK(name_same_route(a, b));
            CHECK(hash_of_route(a) == hash_of_route(b));
        }
    CHECK_FALSE(name_same_route(same[0], key(labeled, "27 000101 0a01")));   // /15
    CHECK_FALSE(name_same_route(same[0], key(labeled, "28 000101 0a02")));
    CHECK_FALSE(name_same_route(same[0], key(vpn, "28 000101 0a01")));
    CHECK_FALSE(name_same_route(same[0], key(labeled, "28 000101 0a01", PathId{1})));
    CHECK_FALSE(name_same_route(key(ipv4_unicast, "10 0a01"), key(ipv4_unicast, "0f 0a01")));
}

TEST_CASE("numbers of routes are found by their keys, until they are erased")
{
    std::vector<RouteKey> keys;
    for (std::uint32_t i = 0; i < 3000; ++i) {
        RouteKey each{ipv4_unicast, i % 3 == 0 ? std::optional{PathId{i % 7}} : std::nullopt, {}};
        each.nlri = {char(24), char(i >> 8), char(i), char(0)};
        keys.push_back(each);
    }
    const auto key_of = [&](std::uint32_t number) -> const RouteKey& { return keys[number]; };
    RouteIndex index;
    for (std::uint32_t i = 0; i < keys.size(); ++i) {
        CHECK(index.find(keys[i], key_of) == RouteIndex::none);
        index.insert(keys[i], i);
    }
    for (std::uint32_t i = 0; i < keys.size(); i += 2) index.erase(keys[i], i);
    for (std::uint32_t i = 0; i < keys.size(); ++i) CHECK(index.find(keys[i], key_of) == (i % 2 == 0 ? RouteIndex::none : i));
}
