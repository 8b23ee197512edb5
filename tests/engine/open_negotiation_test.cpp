#include "tests/support/doctest.hpp"

#include <string>

#include "engine/open_negotiation.hpp"
#include "tests/support/hex.hpp"

namespace barrage {

namespace {

using namespace std::chrono_literals;

OpenConfig config(std::uint32_t asn, std::uint32_t identifier)
{
    OpenConfig made;
    made.my_as = {asn};
    made.bgp_identifier = {identifier};
    return made;
}

/// What we settle with a peer that has this configuration.
Checked<Negotiated> settle(const OpenConfig& ours, const OpenConfig& theirs, std::optional<Asn> expected = std::nullopt)
{
    return negotiate(ours, make_open(ours), make_open(theirs), expected);
}

void check_refused(const Checked<Negotiated>& settled, OpenSubcode subcode)
{
    REQUIRE_FALSE(settled);
    CHECK(settled.error() == NotificationError{ErrorCode::open_message, static_cast<std::uint8_t>(subcode)});
}

}   // namespace

TEST_CASE("an OPEN is made as ExaBGP makes it")
{
    auto ours = config(65001, 0x0a000001);
    ours.families = {ipv4_unicast, ipv6_unicast};
    Octets out;
    encode(make_open(ours), out);
    // RFC 4271 section 4.2, RFC 4760 section 8, RFC 6793 section 3, RFC 2918 section 2
    CHECK(to_hex(out) == std::string(32, 'f') + "0039"
                                                "01"
                                                "04"
                                                "fde9"
                                                "00b4"
                                                "0a000001"
                                                "1c"
                                                "0206"
                                                "010400010001"
                                                "0206"
                                                "010400020001"
                                                "0206"
                                                "41040000fde9"
                                                "0202"
                                                "0200");
}

TEST_CASE("every part of the configuration is said")
{
    auto ours = config(4200000000, 1);
    ours.hold_time = 0s;
    ours.add_path_send = {ipv4_unicast, ipv6_unicast};
    ours.add_path_receive = {ipv4_unicast};
    ours.extended_next_hop = {ipv4_unicast};
    ours.extended_message = true;
    ours.enhanced_route_refresh = true;
    ours.graceful_restart_time = 120s;
    ours.hostname = capability::Hostname{"r1", "lab"};
    ours.software_version = "barrage";
    ours.role = BgpRole::customer;
    ours.extra_capabilities = {capability::Unknown{200, {1}}};
    const auto open = make_open(ours);
    CHECK(open.my_as == 23456);
    CHECK(open.asn() == Asn{4200000000});
    CHECK(open.hold_time == 0);
    CHECK(open.capabilities() ==
          std::vector<Capability>{capability::Multiprotocol{ipv4_unicast}, capability::FourOctetAs{Asn{4200000000}},
                                  capability::ExtendedNextHop{{{Afi::ipv4, 1, Afi::ipv6}}},
                                  capability::AddPath{{{ipv4_unicast, 3}, {ipv6_unicast, 2}}},
                                  capability::GracefulRestart{0, 120, {{ipv4_unicast, 0}}}, capability::RouteRefresh{},
                                  capability::EnhancedRouteRefresh{}, capability::ExtendedMessage{},
                                  capability::Hostname{"r1", "lab"}, capability::SoftwareVersion{"barrage"},
                                  capability::Role{BgpRole::customer}, capability::Unknown{200, {1}}});
}

TEST_CASE("what both said is settled")
{
    auto ours = config(65001, 1);
    auto theirs = config(65002, 2);
    ours.families = {ipv4_unicast, ipv6_unicast};
    ours.hold_time = 180s;
    theirs.hold_time = 30s;
    ours.extended_message = theirs.extended_message = true;
    theirs.software_version = "router 1.0";
    ours.add_path_send = theirs.add_path_send = {ipv4_unicast};
    theirs.add_path_receive = {ipv4_unicast, ipv6_unicast};
    ours.extended_next_hop = theirs.extended_next_hop = {ipv4_unicast};
    const auto settled = settle(ours, theirs, Asn{65002});
    REQUIRE(settled);
    CHECK(settled->hold_time == 30s);
    CHECK(settled->keepalive_interval == 10s);
    CHECK(settled->families == FamilySet{ipv4_unicast});
    CHECK(settled->peer_as == Asn{65002});
    CHECK(settled->peer_identifier == Ipv4Address{2});
    CHECK(settled->peer_software == "router 1.0");
    CHECK(settled->route_refresh);
    CHECK_FALSE(settled->enhanced_route_refresh);
    CHECK_FALSE(settled->internal);
    CHECK(settled->options.four_octet_as);
    CHECK(settled->options.extended_message);
    CHECK(settled->options.add_path_send == FamilySet{ipv4_unicast});   // we give, they take
    CHECK(settled->options.add_path_receive.empty());                   // they give, we do not take
    CHECK(settled->options.extended_next_hop == FamilySet{ipv4_unicast});
    CHECK(settled->remarks == std::vector<std::string>{"the peer does not speak ipv6"});
}

TEST_CASE("path identifiers go the way that one sends and the other receives")
{
    const FamilySet none;
    const FamilySet ipv4{ipv4_unicast};
    for (int bits = 0; bits < 16; ++bits) {
        auto ours = config(65001, 1);
        auto theirs = config(65002, 2);
        ours.add_path_send = bits & 1 ? ipv4 : none;
        ours.add_path_receive = bits & 2 ? ipv4 : none;
        theirs.add_path_send = bits & 4 ? ipv4 : none;
        theirs.add_path_receive = bits & 8 ? ipv4 : none;
        CAPTURE(bits);
        const auto settled = settle(ours, theirs);
        REQUIRE(settled);
        CHECK(settled->options.add_path_send == ((bits & 9) == 9 ? ipv4 : none));
        CHECK(settled->options.add_path_receive == ((bits & 6) == 6 ? ipv4 : none));
    }
}

TEST_CASE("label stacks come of families that both said, as long as we said: RFC 8277 section 2.1")
{
    const Family labeled{Afi::ipv4, Safi::labeled_unicast};
    const Family vpn{Afi::ipv4, Safi::mpls_vpn};
    auto ours = config(65001, 1);
    auto theirs = config(65002, 2);
    ours.families = theirs.families = {labeled, vpn};
    ours.multiple_labels = {labeled};
    ours.max_labels = 3;
    theirs.multiple_labels = {labeled, vpn};
    const auto settled = settle(ours, theirs);
    REQUIRE(settled);
    CHECK(settled->options.multiple_labels == FamilySet{labeled});
    CHECK(settled->options.max_labels == 3);
    theirs.multiple_labels = {};
    // a count of 1 is none, and the second word on a family is not heard
    theirs.extra_capabilities = {capability::MultipleLabels{{{labeled, 1}, {labeled, 5}}}};
    CHECK(settle(ours, theirs)->options.multiple_labels.empty());
}

TEST_CASE("what only one side said is not")
{
    for (const auto we_offer : {false, true}) {
        auto ours = config(65001, 1);
        auto theirs = config(65002, 2);
        auto& sayer = we_offer ? ours : theirs;
        auto& other = we_offer ? theirs : ours;
        sayer.extended_message = sayer.enhanced_route_refresh = true;
        sayer.add_path_send = sayer.add_path_receive = sayer.extended_next_hop = {ipv4_unicast};
        other.four_octet_as = false;
        const auto settled = settle(ours, theirs);
        REQUIRE(settled);
        SessionOptions plain;
        plain.four_octet_as = false;
        CHECK(settled->options == plain);
        CHECK_FALSE(settled->enhanced_route_refresh);
    }
}

TEST_CASE("a peer without capabilities speaks IPv4 unicast with two-octet AS numbers")
{
    auto ours = config(65001, 1);
    ours.families = {ipv4_unicast, ipv6_unicast};
    Open received;
    received.my_as = 65001;
    received.bgp_identifier = {2};
    received.hold_time = 0;
    const auto settled = negotiate(ours, make_open(ours), received, std::nullopt);
    REQUIRE(settled);
    CHECK(settled->families == FamilySet{ipv4_unicast});
    CHECK_FALSE(settled->options.four_octet_as);
    CHECK_FALSE(settled->route_refresh);
    CHECK(settled->internal);
    CHECK(settled->hold_time == 0s);
    CHECK(settled->keepalive_interval == 0s);
}

TEST_CASE("the peer's AS is the expected one, and not zero")
{
    const auto ours = config(65001, 1);
    check_refused(settle(ours, config(65002, 2), Asn{65003}), OpenSubcode::bad_peer_as);
    check_refused(settle(ours, config(0, 2)), OpenSubcode::bad_peer_as);
    CHECK(settle(ours, config(4200000000, 2), Asn{4200000000}));
    check_refused(settle(ours, config(4200000000, 2), Asn{23456}), OpenSubcode::bad_peer_as);
}

TEST_CASE("the peer's identifier is not zero, nor within our AS our own")
{
    const auto ours = config(65001, 1);
    check_refused(settle(ours, config(65002, 0)), OpenSubcode::bad_bgp_identifier);
    check_refused(settle(ours, config(65001, 1)), OpenSubcode::bad_bgp_identifier);
    CHECK(settle(ours, config(65002, 1)));   // RFC 6286: across ASes it may be equal
}

TEST_CASE("a hold time of one or two seconds is refused")
{
    auto theirs = config(65002, 2);
    for (const auto hold_time : {1s, 2s}) {
        theirs.hold_time = hold_time;
        check_refused(settle(config(65001, 1), theirs), OpenSubcode::unacceptable_hold_time);
    }
    theirs.hold_time = 3s;
    CHECK(settle(config(65001, 1), theirs)->keepalive_interval == 1s);
}

TEST_CASE("roles go together as in RFC 9234 table 2")
{
    for (std::uint8_t a = 0; a <= 5; ++a)
        for (std::uint8_t b = 0; b <= 5; ++b) {
            auto ours = config(65001, 1);
            auto theirs = config(65002, 2);
            ours.role = BgpRole{a};
            theirs.role = BgpRole{b};
            // provider 0 and customer 3, route server 1 and its client 2, peer 4 and peer
            const auto good =
                (a == 0 && b == 3) || (a == 3 && b == 0) || (a == 1 && b == 2) || (a == 2 && b == 1) || (a == 4 && b == 4);
            const auto settled = settle(ours, theirs);
            CHECK(settled.has_value() == good);
            if (!good) check_refused(settled, OpenSubcode::role_mismatch);
            theirs.my_as = {65001};
            CHECK(settle(ours, theirs));   // iBGP has none
        }
}

TEST_CASE("a peer that says no role passes, one that says two does not")
{
    auto ours = config(65001, 1);
    ours.role = BgpRole::provider;
    auto theirs = config(65002, 2);
    CHECK(settle(ours, theirs)->remarks == std::vector<std::string>{"the peer says no role"});
    theirs.role = BgpRole::customer;
    theirs.extra_capabilities = {capability::Role{BgpRole::customer}};
    CHECK(settle(ours, theirs));
    theirs.extra_capabilities = {capability::Role{BgpRole::peer}};
    check_refused(settle(ours, theirs), OpenSubcode::role_mismatch);
}

TEST_CASE("no family in common is a remark, for the session to judge")
{
    auto ours = config(65001, 1);
    auto theirs = config(65002, 2);
    theirs.families = {ipv6_unicast};
    const auto settled = settle(ours, theirs);
    REQUIRE(settled);
    CHECK(settled->families.empty());
    CHECK(settled->remarks.back() == "no family is spoken by both sides");
}

}   // namespace barrage
