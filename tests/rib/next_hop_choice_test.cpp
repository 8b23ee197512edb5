// The next hop that routes get: as the source has it, as it was given, or the sender's own, in the form of their family.

#include "tests/support/doctest.hpp"

#include "codec/nlri/nlri_families.hpp"
#include "rib/attribute_pool.hpp"
#include "rib/next_hop_choice.hpp"
#include "tests/support/hex.hpp"

namespace barrage {

namespace {

const char* const none = "none";   // left out

const Ipv4Address v4{0xc0000201};
const Ipv6Address v6 = *Ipv6Address::from_text("2001:db8::1");
const Ipv6Address link_local = *Ipv6Address::from_text("fe80::1");

Family family(const char* name) { return *family_from_name(name); }

std::string rd(const std::string& address) { return "0000000000000000" + address; }
const std::string zero4(8, '0'), zero16(32, '0');
const std::string octets_v6 = "20010db8000000000000000000000001", octets_link_local = "fe800000000000000000000000000001";

}   // namespace

TEST_CASE("the next hop is that of the source, the one given, or the peer's own")
{
    AttributePool pool;
    const auto set = [&](const char* next_hop) { return pool.intern(hex("40 01 01 00"), hex(next_hop)); };
    const auto with_v4 = set("01 02 03 04"), without = set("");
    const auto with_v6 = set("20010db8000000000000000000000009");
    const auto with_pair = set("20010db8000000000000000000000009fe800000000000000000000000000009");
    constexpr auto self = NextHopMode::self;
    const FamilySet all = FamilySet::all();
    struct Case {
        const char* name;
        const AttributeSetRef& set;
        const char* family;
        PackOptions options;
        std::string octets;
        std::uint8_t patched_octets;
    };
    const Case cases[] = {
        {"keep", with_v4, "ipv4", {}, "01020304", 0},
        {"keep, and the source has none: as self", without, "ipv4", {}, zero4, 4},
        {"keep an IPv4 one for IPv6", with_v4, "ipv6", {}, none, 0},
        {"keep an IPv6 one for IPv4", with_v6, "ipv4", {}, none, 0},
        {"… with RFC 8950", with_v6, "ipv4", {.extended_next_hop = all}, "20010db8000000000000000000000009", 0},
        {"keep a pair", with_pair, "ipv6", {}, "20010db8000000000000000000000009fe800000000000000000000000000009", 0},
        {"keep of a VPN gets its route distinguisher", with_v4, "vpnv4", {}, rd("01020304"), 0},
        {"… a pair two",
         with_pair,
         "vpnv6",
         {},
         rd("20010db8000000000000000000000009") + rd("fe800000000000000000000000000009"),
         0},
        {"self", with_v4, "ipv4", {.next_hop_mode = self}, zero4, 4},
        {"self over IPv4 for IPv6", with_v4, "ipv6", {.next_hop_mode = self}, none, 0},
        {"… whose interface has one", with_v4, "ipv6", {.next_hop_mode = self, .has_other_self = true}, zero16, 16},
        {"self over IPv6 for IPv6", with_v4, "ipv6", {.next_hop_mode = self, .self_is_ipv6 = true}, zero16, 16},
        {"self over IPv6 for IPv4", with_v4, "ipv4", {.next_hop_mode = self, .self_is_ipv6 = true}, none, 0},
        {"… whose interface has one",
         with_v4,
         "ipv4",
         {.next_hop_mode = self, .self_is_ipv6 = true, .has_other_self = true},
         zero4,
         4},
        {"… with RFC 8950",
         with_v4,
         "ipv4",
         {.next_hop_mode = self, .self_is_ipv6 = true, .has_other_self = true, .extended_next_hop = all},
         zero16,
         16},
        {"self of a VPN (RFC 4364 4.3.2)", with_v4, "vpnv4", {.next_hop_mode = self}, rd(zero4), 4},
        {"self of a VPN of IPv6 (RFC 4659 3.2.1)",
         with_v4,
         "vpnv6",
         {.next_hop_mode = self, .self_is_ipv6 = true},
         rd(zero16),
         16},
        {"self of a VPN of IPv6 over IPv4", with_v4, "vpnv6", {.next_hop_mode = self}, none, 0},
        {"self of labelled routes", with_v4, "ipv4-lu", {.next_hop_mode = self}, zero4, 4},
        {"self of EVPN", without, "evpn", {.next_hop_mode = self}, zero4, 4},
        {"self of EVPN over IPv6", without, "evpn", {.next_hop_mode = self, .self_is_ipv6 = true}, zero16, 16},
        {"self of BGP-LS of a VPN (RFC 9552 5.5)", without, "ls-vpn", {.next_hop_mode = self}, rd(zero4), 4},
        {"self of MVPN of IPv6 over IPv4 (RFC 6515)", without, "mvpn6", {.next_hop_mode = self}, zero4, 4},
        {"a flow specification has none (RFC 8955 4)", without, "flow4", {.next_hop_mode = self}, "", 0},
        {"… of a VPN neither", without, "flowvpn6", {.next_hop_mode = self}, "", 0},
        {"… nor one that is given", without, "flow4", {.given_next_hops = {.v4 = v4, .v6 = v6}}, "", 0},
        {"the one it redirects to stays (draft-simpson-idr-flowspec-redirect 3)",
         with_v4,
         "flow4",
         {.next_hop_mode = self},
         "01020304",
         0},
        {"… of a VPN too", with_v6, "flowvpn6", {.next_hop_mode = self}, "20010db8000000000000000000000009", 0},
        {"… whatever is given", with_v4, "flow4", {.given_next_hops = {.v4 = v4, .v6 = v6}}, "01020304", 0},
        {"… as it was kept", with_v6, "flow6", {}, "20010db8000000000000000000000009", 0},
        {"given", with_v4, "ipv4", {.given_next_hops = {.v4 = v4}}, "c0000201", 0},
        {"given for IPv4, and IPv6 as it was",
         with_v6,
         "ipv6",
         {.given_next_hops = {.v4 = v4}},
         "20010db8000000000000000000000009",
         0},
        {"given for both", with_v6, "ipv6", {.given_next_hops = {.v4 = v4, .v6 = v6}}, octets_v6, 0},
        {"… IPv4", with_v6, "ipv4", {.given_next_hops = {.v4 = v4, .v6 = v6}, .extended_next_hop = all}, "c0000201", 0},
        {"given for IPv6, for IPv4 with RFC 8950",
         with_v4,
         "ipv4",
         {.given_next_hops = {.v6 = v6}, .extended_next_hop = all},
         octets_v6,
         0},
        {"… without it, as it was", with_v4, "ipv4", {.given_next_hops = {.v6 = v6}}, "01020304", 0},
        {"given with a link-local one",
         with_v4,
         "ipv6",
         {.given_next_hops = {.v6 = v6, .link_local = link_local}},
         octets_v6 + octets_link_local,
         0},
        {"given, of a VPN", with_v4, "vpnv4", {.given_next_hops = {.v4 = v4}}, rd("c0000201"), 0},
        {"given, of EVPN", without, "evpn", {.given_next_hops = {.v4 = v4, .v6 = v6}}, "c0000201", 0},
        {"given, of EVPN over IPv6",
         without,
         "evpn",
         {.given_next_hops = {.v4 = v4, .v6 = v6}, .self_is_ipv6 = true},
         octets_v6,
         0},
    };
    for (const auto& each : cases) {
        CAPTURE(std::string{each.name});
        ChosenNextHop chosen;
        const bool suits = choose_next_hop(*each.set, family(each.family), each.options, chosen);
        REQUIRE(suits == (each.octets != none));
        if (!suits) continue;
        CHECK(to_hex(chosen.octets) == each.octets);
        CHECK(chosen.patched_octets == each.patched_octets);
        if (chosen.patched_octets != 0) CHECK(chosen.patched_at == chosen.octets.size() - chosen.patched_octets);
    }
}

TEST_CASE("the own next hop of every family has a length that the family knows")
{
    AttributePool pool;
    const auto set = pool.intern(hex("40 01 01 00"), {});
    for (const auto& known : known_families)
        for (const bool self_is_ipv6 : {false, true}) {
            CAPTURE(std::string{known.name});
            ChosenNextHop chosen;
            REQUIRE(choose_next_hop(*set, known.family,
                                    {.next_hop_mode = NextHopMode::self, .self_is_ipv6 = self_is_ipv6, .has_other_self = true},
                                    chosen));
            if (const auto* codec = nlri_codec(known.family)) CHECK(codec->next_hop_fits(chosen.octets.size()));
        }
}

}   // namespace barrage
