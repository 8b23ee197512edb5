// What ExaBGP's tests expect on the wire, octet by octet, of withdrawals, changes and sessions that come anew: the messages are
// those of its functional tests (parity cases), without the marker.

#include "tests/rib/exabgp_form_fixture.hpp"

namespace barrage {

TEST_CASE_FIXTURE(ExabgpFormFixture, "the first withdrawals of a session are not told: api-flow")
{
    const auto options = session(false);
    const auto flow = key(flow4, "13 01200000000002200000000003810605910c38");
    const auto discard = set("c01008 8006000000000000", "");
    rib.restart({});
    rib.withdraw(flow, set("", ""));
    rib.withdraw(ipv4("18 030300"), set("", ""));
    rib.withdraw(key(ipv6_unicast, "20 20010db8"), set("", ""));
    CHECK(sent(options) == messages({"002502 0000 000e 40010100 400200 40050400000064"}));
    rib.withdraw(flow, set("", ""));
    rib.announce(flow, discard);
    CHECK(sent(options) ==
          messages({"003f02 0000 0028 40010100 400200 40050400000064 800f17 0001 85 1301200000000002200000000003810605910c38",
                    "004c02 0000 0035 40010100 400200 40050400000064 c010088006000000000000 800e19 0001 85 00 00 "
                    "1301200000000002200000000003810605910c38"}));
    rib.announce(flow, discard);
    CHECK(sent(options).empty());
}

TEST_CASE_FIXTURE(ExabgpFormFixture, "a route that is withdrawn again before a session's first flush is not told")
{
    rib.restart({});
    rib.announce(ipv4("18 0a0000"), set("", "01010101"));
    rib.announce(ipv4("18 0b0000"), set("", "01010101"));
    rib.withdraw(ipv4("18 0a0000"), set("", ""));
    CHECK(sent(session(true)) == messages({"003002 0000 0015 40010100 400200 40030401010101 40050400000064 180b0000"}));
}

TEST_CASE_FIXTURE(ExabgpFormFixture, "withdrawals carry the attributes of their route, but those of unicast")
{
    begin(session(true));
    const MessageRow rows[] = {
        {"api-add-remove", "", "00000000", ipv4_unicast, "18 010100", "001b02 0004 18010100 0000"},
        {"IPv6 unicast", "c00804 00010002", "20010000000000000000000000000001", ipv6_unicast, "20 20010db8",
         "002202 0000 000b 800f08 0002 01 2020010db8"},
        {"api-mvpn", "c01008 0102c0a85e0c0005", "0a0a0603", mvpn4, "06 16 0000fde80001869f0000fde8200a63c70120effbffe4",
         "005502 0000 003e 40010100 400200 4003040a0a0603 40050400000064 c010080102c0a85e0c0005 "
         "800f1b 0001 05 06160000fde80001869f0000fde8200a63c70120effbffe4"},
        {"api-ipv4: the next hop is IPv6, and so nowhere",
         "c01008 0002000a0000000a c02825 0500220001001e0020010db8000100010000000000000000000048000100064018100000 00",
         "20010000000000000000000000000001", mup4, "01 0001 0c 0000006400000064 180a0001",
         "006e02 0000 0057 40010100 400200 40050400000064 c010080002000a0000000a "
         "c028250500220001001e0020010db800010001000000000000000000004800010006401810000000 "
         "800f13 0001 55 0100010c0000006400000064180a0001"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        rib.withdraw(key(row.family, row.nlri), set(row.attributes, row.next_hop));
        CHECK(sent(session(true)) == messages({row.message}));
    }
}

TEST_CASE_FIXTURE(ExabgpFormFixture, "a change replaces another only under the same attribute set")
{
    const auto options = session(false);
    begin(options);
    const auto a = set("", "01010101");
    const auto b = set("", "02020202");
    const auto prefix = ipv4("18 0a0000");
    const auto with = [](const char* next_hop) {
        return to_hex(
            hex(("003002 0000 0015 40010100 400200 400304" + std::string{next_hop} + " 40050400000064 180a0000").c_str()));
    };
    const auto withdrawn = to_hex(hex("001b02 0004 180a0000 0000"));

    rib.announce(prefix, a);
    rib.withdraw(prefix, set("", ""));
    rib.announce(prefix, b);
    CHECK(sent(options) == std::vector{with("01010101"), withdrawn, with("02020202")});

    SUBCASE("equal again: nothing")
    {
        rib.announce(prefix, b);
        CHECK(sent(options).empty());
    }
    SUBCASE("a withdrawal always goes")
    {
        rib.withdraw(ipv4("18 0b0000"), set("", ""));
        CHECK(sent(options) == messages({"001b02 0004 180b0000 0000"}));
    }
    SUBCASE("what was asked for last is told last, though its set was used before")
    {
        rib.announce(prefix, a);
        rib.announce(prefix, b);
        rib.announce(prefix, a);
        const auto sent_messages = sent(options);
        REQUIRE(!sent_messages.empty());
        CHECK(sent_messages.back() == with("01010101"));
        CHECK(rib.overlay_size() == 2);
    }
    SUBCASE("the same again: what was said in between is not told")
    {
        rib.announce(prefix, a);
        rib.withdraw(prefix, set("", ""));
        rib.announce(prefix, a);
        CHECK(sent(options) == std::vector{with("01010101")});
        rib.withdraw(prefix, set("", ""));
        rib.announce(prefix, b);
        rib.withdraw(prefix, set("", ""));
        CHECK(sent(options) == std::vector{withdrawn});
        rib.announce(prefix, b);
        CHECK(sent(options) == std::vector{with("02020202")});
    }
    SUBCASE("whoever changes its mind for ever waits with a few changes")
    {
        for (int i = 0; i < 10'000; ++i) rib.announce(prefix, i % 2 == 0 ? a : b);
        auto sent_messages = sent(options);
        CHECK(sent_messages.size() <= PendingTable::most_per_route);
        CHECK(sent_messages.back() == with("02020202"));
        for (std::uint32_t i = 0; i < 1000; ++i) {
            Octets next_hop;
            Writer{next_hop}.u32(0x0a000000 + i);
            rib.announce(prefix, pool.intern({}, next_hop));
        }
        sent_messages = sent(options);
        CHECK(sent_messages.size() == PendingTable::most_per_route);
        CHECK(sent_messages.back() == with("0a0003e7"));
    }
}

TEST_CASE_FIXTURE(ExabgpFormFixture, "clear tells nothing of what waits and withdraws what was told: api-rib")
{
    const auto options = session(true);
    begin(options);
    rib.withdraw_all();
    (void)sent(options);
    rib.announce(ipv4("20 c0a80000"), set("", "0a000000"));
    rib.withdraw_all();
    CHECK(sent(options).empty());
    rib.announce(ipv4("20 c0a80002"), set("", "0a000002"));
    rib.announce(ipv4("20 c0a80003"), set("", "0a000003"));
    const auto both = messages({"003102 0000 0015 40010100 400200 4003040a000002 40050400000064 20c0a80002",
                                "003102 0000 0015 40010100 400200 4003040a000003 40050400000064 20c0a80003"});
    CHECK(sent(options) == both);
    rib.refresh({.families = FamilySet{ipv4_unicast}});
    CHECK(sent(options) == both);
    rib.refresh({.families = FamilySet{ipv4_unicast}, .brackets = true});   // with route-refresh configured
    auto bracketed = both;
    bracketed.insert(bracketed.begin(), to_hex(hex("001705 0001 01 01")));
    bracketed.push_back(to_hex(hex("001705 0001 02 01")));
    CHECK(sent(options) == bracketed);
    rib.withdraw_all();
    CHECK(sent(options) == messages({"001c02 0005 20c0a80002 0000", "001c02 0005 20c0a80003 0000"}));
}

TEST_CASE_FIXTURE(ExabgpFormFixture, "a new session hears what holds and what was asked for meanwhile, then End-of-RIB")
{
    const auto options = session(true);
    const FamilySet families{ipv4_unicast, ipv6_unicast};
    rib.announce(ipv4("18 0a0000"), set("", "01010101"));
    rib.restart(families);
    const auto first = messages({"003002 0000 0015 40010100 400200 40030401010101 40050400000064 180a0000", "001702 00000000",
                                 "001e02 0000 0007 900f0003 0002 01"});
    CHECK(sent(options) == first);
    rib.withdraw(ipv4("18 0b0000"), set("", ""));
    rib.session_lost();
    rib.withdraw(ipv4("18 0c0000"), set("", ""));
    rib.restart(families);
    CHECK(sent(options) == first);
}

TEST_CASE_FIXTURE(ExabgpFormFixture, "a table says the same as changes do")
{
    // Two sets of IPv4, one of another family between them, many prefixes: as a run, cut into windows, and one by one.
    RouteSetBuilder builder{pool, RouteSetBuilder::Order::as_given};
    const auto first = set("", "01010101");
    const auto flows = set("c01008 8006000000000000", "");
    const auto add = [&](const AttributeSetRef& attributes, Family family, const Octets& nlri) {
        builder.add({RouteBatch::Kind::announce, family, attributes->octets(), attributes->next_hop(), nlri, false, 1});
        rib.announce({family, std::nullopt, {nlri.begin(), nlri.end()}}, attributes);
    };
    for (std::uint32_t i = 0; i < 3000; ++i) {
        Octets nlri{24};
        Writer{nlri}.u24(0x0a0000 + i);
        add(first, ipv4_unicast, nlri);
    }
    for (std::uint8_t i = 0; i < 200; ++i) add(flows, flow4, Octets{6, 1, 32, 10, 0, 0, i});
    const auto table = std::move(builder).finish();

    const auto options = session(true);
    rib.restart({});
    const auto changes = sent(options, 70);
    CHECK(changes.size() == 3 + 200);

    ExabgpPacker packer{options};
    std::vector<std::string> windows;
    WindowCutter cutter{RouteSlice::whole(table), RunKind::as_given, options, 5000};
    std::uint64_t routes = 0;
    while (const auto window = cutter.next()) {
        PackedUpdates updates;
        pack_window(*window, RunKind::as_given, packer, updates);
        routes += updates.announced();
        for (std::size_t i = 0; i < updates.messages().size(); ++i) {
            const auto begin = updates.message_begin(i);
            windows.push_back(to_hex(updates.octets().subspan(begin + 16, updates.messages()[i].end - begin - 16)));
        }
    }
    CHECK(routes == 3200);
    CHECK(windows == changes);
}

TEST_CASE_FIXTURE(ExabgpFormFixture, "the same route with another label is another announcement: RFC 8277 section 2.4")
{
    begin(session(true));
    const auto attributes = set("", "c0000201");
    const auto ends_with = [&](const char* nlri) {
        const auto all = sent(session(true));
        return all.size() == 1 && all.front().ends_with(to_hex(hex(nlri)));
    };
    const char* const vpn[]{"70 000101 0000fde800000001 c63364", "70 000111 0000fde800000001 c63364",
                            "88 000110000121 0000fde800000001 c63364", "70 000101 0000fde800000001 c63364"};
    for (const auto* nlri : vpn) {
        CAPTURE(nlri);
        rib.announce(key(vpn4, nlri), attributes);
        CHECK(ends_with(nlri));
        rib.announce(key(vpn4, nlri), attributes);
        CHECK(sent(session(true)).empty());
    }
    // Of several that wait together the last is told, and with a label that was never announced it can be withdrawn.
    rib.announce(key(labeled4, "30 000141 c63364"), attributes);
    rib.announce(key(labeled4, "30 000151 c63364"), attributes);
    CHECK(ends_with("30 000151 c63364"));
    rib.withdraw(key(labeled4, "30 000991 c63364"), attributes);
    CHECK(ends_with("30 000991 c63364"));
    // Classful transport has labels too: RFC 9832.
    const Family transport{Afi::ipv4, Safi::classful_transport};
    for (const auto* nlri : {vpn[0], vpn[1]}) {
        rib.announce(key(transport, nlri), attributes);
        CHECK(ends_with(nlri));
    }
    rib.withdraw(key(transport, vpn[2]), attributes);
    CHECK(ends_with(vpn[2]));
    CHECK(rib.overlay_size() == 2);   // the VPN route, and the one of begin()
}

TEST_CASE_FIXTURE(ExabgpFormFixture, "by RFC, a withdrawal is told only of what was told in the session")
{
    auto options = session(true);
    options.send_rules = SendRules::exabgp_by_rfc;
    rib = ExabgpAdjRibOut{options.send_rules};
    const auto flow = key(flow4, "13 01200000000002200000000003810605910c38");
    const auto discard = set("c01008 8006000000000000", "");
    const auto vpn = key(vpn4, "70 000101 0000fde800000001 c63364");
    rib.restart({});
    rib.withdraw(flow, set("", ""));
    rib.withdraw(vpn, set("", "c0000201"));
    rib.withdraw(key(ipv6_unicast, "20 20010db8"), set("", ""));
    rib.withdraw(ipv4("18 030300"), set("", ""));
    // Announced and withdrawn before anything is sent, with equal attributes and with others: nobody heard of it.
    rib.announce(ipv4("18 0a0000"), set("", "01010101"));
    rib.withdraw(ipv4("18 0a0000"), set("", "01010101"));
    rib.announce(ipv4("18 0b0000"), set("", "01010101"));
    rib.withdraw(ipv4("18 0b0000"), set("", ""));
    CHECK(sent(options).empty());
    CHECK(rib.overlay_size() == 0);

    // MP_REACH_NLRI first; what was told is withdrawn once, with MP_UNREACH_NLRI alone (RFC 4760 section 4).
    rib.announce(flow, discard);
    CHECK(sent(options) == messages({"004c02 0000 0035 800e19 0001 85 00 00 1301200000000002200000000003810605910c38 "
                                     "40010100 400200 40050400000064 c010088006000000000000"}));
    rib.withdraw(flow, discard);
    CHECK(sent(options) == messages({"003102 0000 001a 800f17 0001 85 1301200000000002200000000003810605910c38"}));
    rib.withdraw(flow, discard);
    CHECK(sent(options).empty());

    // No NEXT_HOP beside MP_REACH_NLRI; the next session begins with nothing told.
    rib.announce(vpn, set("", "c0000201"));
    CHECK(sent(options) ==
          messages({"004802 0000 0031 800e20 0001 80 0c 0000000000000000c0000201 00 70 000101 0000fde800000001 c63364 "
                    "40010100 400200 40050400000064"}));
    rib.session_lost();
    rib.withdraw(vpn, set("", "c0000201"));
    rib.restart({});
    rib.end_of_rib({flow4});
    CHECK(sent(options) == messages({"001d02 0000 0006 800f03 0001 85"}));
}

}   // namespace barrage
