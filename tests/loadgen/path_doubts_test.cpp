// What is said of routes before they are sent: paths that devices drop, next hops that some routers do not take.

#include <doctest.h>

#include "loadgen/routes/next_hop_doubts.hpp"
#include "loadgen/routes/path_doubts.hpp"
#include "rib/prefix_range.hpp"
#include "rib/route_fingerprint.hpp"
#include "tests/support/hex.hpp"
#include "tests/support/shared_data.hpp"

using namespace barrage;

namespace {

RouteTable table_of(const std::string& words)
{
    auto spec = parse_route_spec(words);
    REQUIRE(spec);
    auto table = load_routes({.sources = {{words, *spec}}});
    REQUIRE(table);
    return std::move(*table);
}

IpAddress address(const char* text) { return *IpAddress::from_text(text); }

}   // namespace

TEST_CASE("AS 0 in a path is said before it is sent: RFC 7607")
{
    const auto doubts = path_doubts(table_of("range:10.0.0.0/24x7,as-path=64512 0"), std::nullopt);
    REQUIRE(doubts.size() == 1);
    CHECK(doubts[0] ==
          "7 routes have AS 0 in the path, such as 10.0.0.0/24: malformed by RFC 7607, so that routers treat them as "
          "withdrawn");
    CHECK(path_doubts(table_of("range:10.0.0.0/24x7,as-path=64512"), std::nullopt).empty());
    CHECK(path_doubts(table_of("full-table:1k"), Asn{65000}).empty());
    if (const auto dump = shared_file("cases/mrt/paths-with-as-0.mrt")) {
        const auto of_dump = path_doubts(table_of(*dump), std::nullopt);
        REQUIRE(!of_dump.empty());
        CHECK(of_dump[0].contains("AS 0"));
    }
}

TEST_CASE("the router's own AS in a path is said where that is known: RFC 4271 section 9.1.2")
{
    const auto table = table_of("range:10.0.0.0/24x1,as-path=64512 65000");
    CHECK(path_doubts(table, std::nullopt).empty());
    CHECK(path_doubts(table, Asn{65001}).empty());
    REQUIRE(path_doubts(table, Asn{65000}).size() == 1);
    CHECK(path_doubts(table, Asn{65000})[0] ==
          "1 route has the router's own AS 65000 in the path, such as 10.0.0.0/24: an AS loop, "
          "so that it drops them (RFC 4271 section 9.1.2)");
}

TEST_CASE("an AGGREGATOR of AS 0 does not come back: RFC 7607, RFC 7606 section 7.7")
{
    const FingerprintRules rules{.router_ases = {Asn{65000}}};
    const std::string plain = "40010100 400206 0201 0000fde9";
    CHECK(route_fingerprint(hex(plain + "c00708 00000000 c0000201"), rules) == route_fingerprint(hex(plain), rules));
    CHECK(route_fingerprint(hex(plain + "c00708 0000fde9 c0000201"), rules) != route_fingerprint(hex(plain), rules));
}

TEST_CASE("next hops of loopback are said where nobody looks what the router makes of them")
{
    const auto made_up = table_of("range:10.0.0.0/24x7");
    const auto doubts = [&](const RouteTable& table, const NextHopChoice& choice, const NextHopsGoTo& to) {
        auto all = next_hop_doubts(table, choice, to);
        std::erase_if(all, [](const std::string& doubt) { return !doubt.contains("is a loopback address"); });
        return all;
    };
    const auto loopback = address("127.0.0.1");
    const NextHopsGoTo unseen{.router = loopback, .is_verified = false};
    const auto said = doubts(made_up, {}, unseen);
    REQUIRE(said.size() == 1);
    CHECK(said[0].starts_with("the next hop of 7 routes (the session's own) is a loopback address: some routers drop such routes "
                              "without a word"));
    CHECK(doubts(made_up, {}, {.router = loopback}).empty());
    CHECK(doubts(made_up, {}, {.router = address("192.0.2.1"), .is_verified = false}).empty());
    NextHopChoice given;
    REQUIRE(take_next_hop("192.0.2.9", given));
    CHECK(doubts(made_up, given, unseen).empty());
    NextHopChoice of_loopback;
    REQUIRE(take_next_hop("127.0.0.9", of_loopback));
    REQUIRE(doubts(made_up, of_loopback, unseen).size() == 1);
    CHECK(doubts(made_up, of_loopback, unseen)[0].contains("(127.0.0.9) is a loopback address"));
    CHECK(doubts(table_of("range:10.0.0.0/24x7,next-hop=192.0.2.7"), {}, unseen).empty());
}

TEST_CASE("of flow specifications nothing is said: they have no next hop, or the one they redirect to")
{
    const auto flows = table_of("range:flow4:10.0.0.0/24x7,protocol=tcp");
    const auto redirects = table_of("range:flow4:10.0.0.0/24x7,redirect=192.0.2.5");
    const auto loopback = address("127.0.0.1");
    for (const auto mode : {NextHopMode::keep, NextHopMode::self, NextHopMode::automatic})
        for (const auto* table : {&flows, &redirects})
            CHECK(next_hop_doubts(*table, {.mode = mode}, {.router = loopback, .is_verified = false}).empty());
    NextHopChoice given;
    REQUIRE(take_next_hop("127.0.0.9", given));
    CHECK(next_hop_doubts(flows, given, {.router = loopback, .is_verified = false}).empty());
}
