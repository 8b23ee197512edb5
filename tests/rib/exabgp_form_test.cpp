// What ExaBGP's tests expect on the wire, octet by octet: the messages here are those of its functional tests (parity cases),
// without the marker. Here: how an UPDATE is made. What changes and sessions lead to: exabgp_changes_test.cpp.

#include "tests/rib/exabgp_form_fixture.hpp"

namespace barrage {

TEST_CASE_FIXTURE(ExabgpFormFixture, "defaults stand between what a route says")
{
    const MessageRow rows[] = {
        {"conf-aggregator", "4002 0a 0202 0000e1dd 00001b1b  4006 00  c007 08 000046e0 db76e1bd", "c0a801fe", ipv4_unicast,
         "12 010040",
         "004802 0000 002d 40010100 40020a02020000e1dd00001b1b 400304c0a801fe 40050400000064 400600 c00708000046e0db76e1bd "
         "12010040"},
        {"conf-attributes: flags and order as written", "c02018 000000010000000200000003 0000000a0000000b0000000c", "ffffffff",
         ipv4_unicast, "20 0a000007",
         "004c02 0000 0030 40010100 400200 400304ffffffff 40050400000064 c020180000000100000002000000030000000a0000000b0000000c "
         "200a000007"},
        {"conf-split: MULTI_EXIT_DISC before LOCAL_PREF", "800404 000000c8 c00804 00ae029a", "c0000201", ipv4_unicast,
         "18 ac0a00", "003e02 0000 0023 40010100 400200 400304c0000201 800404000000c8 40050400000064 c0080400ae029a 18ac0a00"},
        {"conf-group-limit: IPv6", "", "2a020b80000100000000000000000001", ipv6_unicast, "80 2a020b80000000010000000000000001",
         "004e02 0000 0037 40010100 400200 40050400000064 800e26 0002 01 10 2a020b80000100000000000000000001 00 "
         "802a020b80000000010000000000000001"},
        {"extended-nexthop: IPv4 over IPv6", "", "0badcafe0badcafe0badcafe0badcafe", ipv4_unicast, "20 99999999",
         "004202 0000 002b 40010100 400200 40050400000064 800e1a 0001 01 10 0badcafe0badcafe0badcafe0badcafe 00 2099999999"},
        {"extended-nexthop: IPv6 over IPv4", "", "aaaaaaaa", ipv6_unicast, "80 deadbeefdeadbeefdeadbeefdeadbeef",
         "004902 0000 0032 40010100 400200 400304aaaaaaaa 40050400000064 800e1a 0002 01 04 aaaaaaaa 00 "
         "80deadbeefdeadbeefdeadbeefdeadbeef"},
        {"conf-prefix-sid: labeled", "c0280a 01000700000000000309", "c6336401", labeled4, "38 c35011 c6336464",
         "004d02 0000 0036 40010100 400200 400304c6336401 40050400000064 c0280a01000700000000000309 800e11 0001 04 04 c6336401 "
         "00 "
         "38c35011c6336464"},
        {"conf-vpn: a route distinguisher of zeros before the next hop", "c01010 0002271000000001 0002fde800000001", "c80a0065",
         vpn4, "71 003e81 0000fde800000001 0a000000",
         "006302 0000 004c 40010100 400200 400304c80a0065 40050400000064 c0101000022710000000010002fde800000001 "
         "800e21 0001 80 0c 0000000000000000c80a0065 00 71003e810000fde8000000010a000000"},
        {"… given with the next hop", "c01010 0002271000000001 0002fde800000001", "0000000000000000 c80a0065", vpn4,
         "71 003e81 0000fde800000001 0a000000",
         "006302 0000 004c 40010100 400200 400304c80a0065 40050400000064 c0101000022710000000010002fde800000001 "
         "800e21 0001 80 0c 0000000000000000c80a0065 00 71003e810000fde8000000010a000000"},
        {"api-ipv4: mobile user plane",
         "c01008 0002000a0000000a c02825 0500220001001e0020010db8000100010000000000000000000048000100064018100000 00",
         "20010000000000000000000000000001", mup4, "01 0001 0c 0000006400000064 180a0001",
         "008002 0000 0069 40010100 400200 40050400000064 c010080002000a0000000a "
         "c028250500220001001e0020010db800010001000000000000000000004800010006401810000000 "
         "800e25 0001 55 10 20010000000000000000000000000001 00 0100010c0000006400000064180a0001"},
        {"api-flow: no next hop at all", "c01008 8006000000000000", "", flow4, "13 01200000000002200000000003810605910c38",
         "004c02 0000 0035 40010100 400200 40050400000064 c010088006000000000000 800e19 0001 85 00 00 "
         "1301200000000002200000000003810605910c38"},
    };
    begin(session(true));
    for (const auto& row : rows) {
        CAPTURE(row.name);
        rib.announce(key(row.family, row.nlri), set(row.attributes, row.next_hop));
        CHECK(sent(session(true)) == messages({row.message}));
    }
}

TEST_CASE_FIXTURE(ExabgpFormFixture,
                  "to another AS the own one stands in the path where a route has none, and LOCAL_PREF never goes")
{
    const auto options = session(true, true);
    rib.restart({});
    rib.announce(ipv4("18 0a0000"), set("400504 000000c8", "0a0001fe"));   // conf-ebgp
    CHECK(sent(options) == messages({"002f02 0000 0014 40010100 400206 02010000fffd 4003040a0001fe 180a0000"}));
    rib.announce(ipv4("18 0a0001"), set("400206 0201 0000fde9", "0a0001fe"));
    CHECK(sent(options) == messages({"002f02 0000 0014 40010100 400206 02010000fde9 4003040a0001fe 180a0001"}));
}

TEST_CASE_FIXTURE(ExabgpFormFixture, "with two-octet AS numbers the four-octet ones follow what they widen")
{
    auto options = session(true);
    options.four_octet_as = false;
    options.own_as = Asn{65533};
    rib.restart({});
    rib.announce(ipv4("18 0a0000"), set("40020a 0202 00011170 0000fde9 c00708 00011170 01020304 c00804 00010002", "0a0001fe"));
    CHECK(sent(options) ==
          messages({"005e 02 0000 0043 40010100 400206 0202 5ba0 fde9 c0110a 0202 00011170 0000fde9 4003040a0001fe "
                    "40050400000064 c00706 5ba0 01020304 c01208 00011170 01020304 c00804 00010002 180a0000"}));
}

TEST_CASE_FIXTURE(ExabgpFormFixture, "path identifiers stand where the session has them, and 0 where a route has none")
{
    auto options = session(false);
    options.add_path = {ipv4_unicast, vpn4};
    rib.restart({});
    // conf-addpath
    rib.announce(key(ipv4_unicast, "20 c1000201", PathId{0x01020304}), set("c01008 0002004800000001", "0a000001"));
    CHECK(
        (sent(options) ==
         messages({"004002 0000 0020 40010100 400200 4003040a000001 40050400000064 c010080002004800000001 0102030420c1000201"})));
    rib.announce(ipv4("20 c1000202"), set("c01008 0002004800000001", "0a000001"));
    CHECK(
        (sent(options) ==
         messages({"004002 0000 0020 40010100 400200 4003040a000001 40050400000064 c010080002004800000001 0000000020c1000202"})));
}

TEST_CASE_FIXTURE(ExabgpFormFixture, "routes of one set go together, sorted, only where they are grouped")
{
    const auto announce = [&] {
        const auto attributes = set("", "0a000001");
        for (const auto* nlri : {"20 c1000202", "20 c1000201", "10 0a01"}) rib.announce(ipv4(nlri), attributes);
    };
    rib.restart({});
    announce();
    CHECK(sent(session(true)) ==
          messages({"003902 0000 0015 40010100 400200 4003040a000001 40050400000064 100a01 20c1000201 20c1000202"}));
    rib.session_lost();
    rib.restart({});
    CHECK(sent(session(false)) == messages({"003102 0000 0015 40010100 400200 4003040a000001 40050400000064 20c1000202",
                                            "003102 0000 0015 40010100 400200 4003040a000001 40050400000064 20c1000201",
                                            "002f02 0000 0015 40010100 400200 4003040a000001 40050400000064 100a01"}));
}

TEST_CASE_FIXTURE(ExabgpFormFixture, "what was written at once is told at once: api-fast")
{
    const auto options = session(false);
    const auto attributes = set("", "65016501");
    rib.restart({});
    rib.announce(ipv4("18 010100"), attributes);
    rib.announce(ipv4("19 01010000"), attributes);
    rib.withdraw(ipv4("18 010100"), attributes);
    rib.announce(ipv4("19 01010000"), attributes);
    // The withdrawal took the announcement's place, and the first routes of a session are without withdrawals.
    CHECK(sent(options) == messages({"003102 0000 0015 40010100 400200 40030465016501 40050400000064 1901010000"}));
    rib.announce(ipv4("19 02020000"), attributes);
    rib.announce(ipv4("18 020200"), attributes);
    rib.withdraw(ipv4("19 02020000"), attributes);
    CHECK(sent(options) ==
          messages({"001c02 0005 1902020000 0000", "003002 0000 0015 40010100 400200 40030465016501 40050400000064 18020200"}));
}

TEST_CASE_FIXTURE(ExabgpFormFixture, "announced and withdrawn with equal attributes share an UPDATE where they are grouped")
{
    begin(session(true));
    const auto attributes = set("", "65016501");
    rib.announce(ipv4("18 020200"), attributes);
    rib.withdraw(ipv4("18 030300"), attributes);
    CHECK(
        (sent(session(true)) == messages({"003402 0004 18030300 0015 40010100 400200 40030465016501 40050400000064 18020200"})));
}

}   // namespace barrage
