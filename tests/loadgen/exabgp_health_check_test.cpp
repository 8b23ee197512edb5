// The lines of `exabgp healthcheck`. Those that are expected are what ExaBGP 4.2.21 writes with the same options.

#include <doctest.h>

#include <optional>
#include <string>
#include <vector>

#include "loadgen/exabgp/api/health_check.hpp"

namespace barrage::exabgp {

namespace {

using Lines = std::vector<std::string>;
using enum HealthState;

}   // namespace

TEST_SUITE("exabgp health check")
{
    TEST_CASE("a service is up, or down, after so many checks")
    {
        HealthCheck check{3, 2};
        CHECK(check.take(false, true) == rising);
        CHECK(check.take(false, true) == std::nullopt);
        CHECK(check.take(false, true) == up);
        CHECK(check.take(false, true) == std::nullopt);
        CHECK(check.take(false, false) == falling);
        CHECK(check.take(false, true) == rising);
        CHECK(check.take(false, false) == falling);
        CHECK(check.take(false, false) == down);
        CHECK(check.take(true, true) == disabled);
        CHECK(check.take(true, true) == std::nullopt);
        CHECK(check.take(false, true) == init);
        CHECK(check.take(false, false) == falling);
        CHECK(check.take(false, false) == down);
    }

    TEST_CASE("with one check there are no steps between")
    {
        HealthCheck check{1, 1};
        CHECK(check.take(false, true) == up);
        CHECK(check.take(false, false) == down);
        CHECK(check.take(false, true) == up);
    }

    TEST_CASE("routes of a service that is up")
    {
        HealthRoutes routes;
        routes.prefixes = {"10.0.0.1/32", "10.0.1.0/24", "2001:db8::1/128"};
        CHECK(health_commands(routes, up) == Lines{"announce route 10.0.0.1/32 next-hop self med 100",
                                                   "announce route 10.0.1.0/24 next-hop self med 101",
                                                   "announce route 2001:db8::1/128 next-hop self med 102"});
        CHECK(health_commands(routes, rising).empty());
        CHECK(health_commands(routes, falling).empty());
        CHECK(health_commands(routes, init).empty());
    }

    TEST_CASE("all that routes may have")
    {
        HealthRoutes routes;
        routes.prefixes = {"10.0.1.0/32", "10.0.1.1/32"};
        routes.neighbors = {"192.0.2.1", "192.0.2.2"};
        routes.next_hop = "192.0.2.9";
        routes.down = {.med = 2000, .as_path = "65002"};
        routes.increase = 10;
        routes.local_preference = 50;
        routes.community = "65000:1 65000:2";
        routes.disabled_community = "65000:9";
        routes.extended_community = "target:65000:1";
        routes.large_community = "1:2:3";
        routes.as_path = "65001 65001";
        routes.path_id = 7;
        const std::string front = "neighbor 192.0.2.1, neighbor 192.0.2.2 announce route ";
        const std::string tail =
            " local-preference 50 community [ 65000:9 ] extended-community [ target:65000:1 ] large-community [ 1:2:3 ]"
            " as-path [ 65002 ] path-information 7";
        CHECK(health_commands(routes, down) == Lines{front + "10.0.1.0/32 next-hop 192.0.2.9 med 2000" + tail,
                                                     front + "10.0.1.1/32 next-hop 192.0.2.9 med 2010" + tail});
    }

    TEST_CASE("withdrawn when down, and at the end")
    {
        HealthRoutes routes;
        routes.prefixes = {"10.0.0.1/32"};
        routes.disabled = {.med = 700, .as_path = "64999"};
        CHECK(health_commands(routes, disabled) == Lines{"announce route 10.0.0.1/32 next-hop self med 700 as-path [ 64999 ]"});
        CHECK(health_commands(routes, exit) == Lines{"withdraw route 10.0.0.1/32 next-hop self"});
        routes.withdraw_on_down = true;
        CHECK(health_commands(routes, down) == Lines{"withdraw route 10.0.0.1/32 next-hop self"});
    }
}

}   // namespace barrage::exabgp
