// What names a route, and numbers found by it.

#include "tests/support/doctest.hpp"

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

TEST_CASE("EVPN routes are named by what RFC 7432 section 7 and RFC 9136 section 3.1 say")
{
    const Family evpn{Afi::l2vpn, Safi::evpn};
    const std::string rd = "0001c00002010001", esi = "00010203040506070809", other_esi = "00112233445566778899", tag = "00000064",
                      mac = "02000000aa01";
    const auto route = [&](const std::string& text) { return key(evpn, text.c_str()); };
    const std::pair<std::string, std::string> same[]{
        {"0119" + rd + esi + tag + "000101", "0119" + rd + esi + tag + "000201"},
        {"0225" + rd + esi + tag + "30" + mac + "20c0000201" + "000641",
         "0225" + rd + other_esi + tag + "30" + mac + "20c0000201" + "000651"},
        {"0221" + rd + esi + tag + "30" + mac + "00" + "000641", "0224" + rd + esi + tag + "30" + mac + "00" + "000641000651"},
        {"0522" + rd + esi + tag + "18c6336400" + "c0000201" + "000641",
         "0522" + rd + other_esi + tag + "18c6336400" + "c0000202" + "000651"},
    };
    for (const auto& [a, b] : same) {
        CAPTURE(a);
        CHECK(name_same_route(route(a), route(b)));
        CHECK(hash_of_route(route(a)) == hash_of_route(route(b)));
    }
    const std::pair<std::string, std::string> others[]{
        {"0119" + rd + esi + tag + "000101", "0119" + rd + other_esi + tag + "000101"},
        {"0221" + rd + esi + tag + "30" + mac + "00" + "000641",
         "0221" + rd + esi + tag + "30" + "02000000aa02" + "00" + "000641"},
        {"0225" + rd + esi + tag + "30" + mac + "20c0000201" + "000641", "0221" + rd + esi + tag + "30" + mac + "00" + "000641"},
        {"0522" + rd + esi + tag + "18c6336400" + "c0000201" + "000641",
         "0522" + rd + esi + tag + "17c6336400" + "c0000201" + "000641"},
        {"0311" + rd + tag + "20c0000201", "0311" + rd + tag + "20c0000202"},
        {"0102", "0103"},
    };
    for (const auto& [a, b] : others) {
        CAPTURE(a);
        CHECK_FALSE(name_same_route(route(a), route(b)));
    }
}
