// The fingerprint that a route is to come back with where a policy of the device changes it, against one that came so.

#include "tests/support/doctest.hpp"

#include <fmt/format.h>

#include "loadgen/play/policy.hpp"
#include "tests/support/hex.hpp"

using namespace barrage;

namespace {

// Canonical: ORIGIN IGP, AS_PATH 64512 64513, MULTI_EXIT_DISC 7, COMMUNITIES 64496:1.
constexpr const char* sent = "40010100 40020a 0202 0000fc00 0000fc01 800404 00000007 c00804 fbf00001";

FingerprintRules rules(const ExpectedAttributes& policy)
{
    const std::vector router_ases{Asn{65000}};
    return {.router_ases = router_ases, .sender_ases = {Asn{65101}}, .marks = marks_of(policy, router_ases)};
}

/// Whether what came is what the policy makes of what AS 65101 sent.
bool comes(const ExpectedAttributes& policy, const char* came, const char* next_hop = "c0000201")
{
    const auto all = rules(policy);
    const auto seen = route_fingerprint(hex(came), all) ^ next_hop_mark(hex(next_hop), all);
    return policy_fingerprint(hex(sent), Asn{65101}, policy, all) == seen;
}

}   // namespace

TEST_CASE("routes come back with what a policy sets")
{
    // As a router of AS 65000 passes it on: 65000 65101 64512 64513, without the MED.
    constexpr const char* as_sent = "40010100 400212 0204 0000fde8 0000fe4d 0000fc00 0000fc01 c00804 fbf00001";
    CHECK(comes({}, as_sent));
    CHECK(!comes({.communities = {0xfde80001}}, as_sent));
    CHECK(comes({.communities = {0xfde80001}},
                "40010100 400212 0204 0000fde8 0000fe4d 0000fc00 0000fc01 c00808 fbf00001 fde80001"));
    CHECK(comes({.strips_communities = true}, "40010100 400212 0204 0000fde8 0000fe4d 0000fc00 0000fc01"));
    CHECK(comes({.strips_communities = true, .communities = {0xfde80001}},
                "40010100 400212 0204 0000fde8 0000fe4d 0000fc00 0000fc01 c00804 fde80001"));
    // Prepended at the import: behind the router's own AS, before the sender's.
    CHECK(
        comes({.prepended = {Asn{64999}}}, "40010100 400216 0205 0000fde8 0000fde7 0000fe4d 0000fc00 0000fc01 c00804 fbf00001"));
    CHECK(comes({.prepended = {Asn{65000}, Asn{65000}}},
                "40010100 40021a 0206 0000fde8 0000fde8 0000fde8 0000fe4d 0000fc00 0000fc01 c00804 fbf00001"));
    CHECK(
        comes({.prepended = {Asn{65101}}}, "40010100 400216 0205 0000fde8 0000fe4d 0000fe4d 0000fc00 0000fc01 c00804 fbf00001"));
    CHECK(
        comes({.origin = Origin::Value::incomplete}, "40010102 400212 0204 0000fde8 0000fe4d 0000fc00 0000fc01 c00804 fbf00001"));
    constexpr const char* with_med = "40010100 400212 0204 0000fde8 0000fe4d 0000fc00 0000fc01 800404 00000032 c00804 fbf00001";
    CHECK(comes({.multi_exit_disc = 50}, with_med));
    CHECK(!comes({.multi_exit_disc = 51}, with_med));
    CHECK(!comes({.multi_exit_disc = 50}, as_sent));
    CHECK(comes({.local_pref = 200}, "40010100 400212 0204 0000fde8 0000fe4d 0000fc00 0000fc01 400504 000000c8 c00804 fbf00001"));
    CHECK(comes({.next_hop = IpAddress::from_text("192.0.2.9")}, as_sent, "c0000209"));
    CHECK(!comes({.next_hop = IpAddress::from_text("192.0.2.9")}, as_sent, "c000020a"));
    // RFC 2545 section 3: the global address counts; RFC 4659 section 3.2.1, RFC 4364 section 4.3.2: behind a route distinguisher.
    const auto v6 = IpAddress::from_text("2001:db8::9");
    CHECK(comes({.next_hop = v6}, as_sent, "20010db8000000000000000000000009"));
    CHECK(comes({.next_hop = v6}, as_sent, "20010db8000000000000000000000009 fe800000000000000000000000000001"));
    CHECK(comes({.next_hop = v6}, as_sent, "0000000000000000 20010db8000000000000000000000009"));
    CHECK(comes({.next_hop = IpAddress::from_text("192.0.2.9")}, as_sent, "0000000000000000 c0000209"));
    CHECK(!comes({.next_hop = v6}, as_sent, "20010db800000000000000000000000a"));
}

TEST_CASE("a policy that prepends the device's own AS says how often")
{
    const auto path = [](int own) {   // of ORIGIN, 65000 so many times, 65101 64512 64513, COMMUNITIES 64496:1
        std::string octets;
        for (int i = 0; i < own; ++i) octets += "0000fde8";
        return fmt::format("40010100 4002{:02x} 02{:02x} {} 0000fe4d 0000fc00 0000fc01 c00804 fbf00001", 14 + 4 * own, 3 + own,
                           octets);
    };
    const ExpectedAttributes thrice{.prepended = {Asn{65000}, Asn{65000}, Asn{65000}}};
    for (const int own : {1, 2, 3, 4, 5}) {
        CAPTURE(own);
        CHECK(comes(thrice, path(own).c_str()) == (own == 4));   // and once more, as eBGP does
    }
    // Behind others it is an AS like any other.
    CHECK(marks_of({.prepended = {Asn{64999}, Asn{65000}}}, std::vector{Asn{65000}}).empty());
}
