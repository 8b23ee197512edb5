// What ExaBGP's tests expect on the wire, octet by octet: the messages here are those of its functional tests (parity cases),
// without the marker.

#include <doctest.h>

#include <string>
#include <vector>

#include "rib/adj_rib_out.hpp"
#include "tests/support/hex.hpp"

namespace barrage {

namespace {

const Family flow4{Afi::ipv4, Safi::flowspec};
const Family vpn4{Afi::ipv4, Safi::mpls_vpn};
const Family mup4{Afi::ipv4, Safi::mup};
const Family mvpn4{Afi::ipv4, Safi::mcast_vpn};
const Family labeled4{Afi::ipv4, Safi::labeled_unicast};

/// All families go alone but those that `group-updates` holds for.
PackOptions session(bool group_updates, bool external = false)
{
    auto alone = FamilySet::all();
    if (group_updates)
        for (const auto family : {ipv4_unicast, mvpn4}) alone.erase(family);
    return {.form = UpdateForm::exabgp, .external = external, .one_route_per_update = alone, .families = FamilySet::all()};
}

struct Fixture {
    AttributePool pool;
    AdjRibOut rib{Keying::by_attribute_set};

    AttributeSetRef set(const char* octets, const char* next_hop) { return pool.intern(hex(octets), hex(next_hop)); }

    static RouteKey key(Family family, const char* nlri, std::optional<PathId> path_id = std::nullopt)
    {
        const auto octets = hex(nlri);
        return {family, path_id, {octets.begin(), octets.end()}};
    }
    static RouteKey ipv4(const char* nlri) { return key(ipv4_unicast, nlri); }

    /// Everything that waits, as messages without their markers.
    std::vector<std::string> sent(const PackOptions& options, std::size_t most_at_once = 1000)
    {
        UpdatePacker packer{options};
        PackedUpdates updates;
        for (int i = 0; rib.has_waiting(); ++i) {
            REQUIRE((i < 100'000));
            if (const auto* end = rib.end_of_rib_at_front()) {
                end->families.for_each([&](Family family) { packer.pack_end_of_rib(family, updates); });
                rib.pop_front();
            } else if (const auto* message = rib.message_at_front()) {
                packer.pack_message(*message, updates);
                rib.pop_front();
            } else if (const auto* run = rib.run_at_front()) {
                pack_window(run->slice, run->kind, packer, updates);
                rib.pop_front();
            } else {
                rib.pack_changes(packer, updates, most_at_once);
            }
        }
        std::vector<std::string> messages;
        for (std::size_t i = 0; i < updates.messages().size(); ++i) {
            const auto begin = updates.message_begin(i);
            Octets octets{updates.octets().begin() + static_cast<std::ptrdiff_t>(begin),
                          updates.octets().begin() + updates.messages()[i].end};
            patch(octets, updates, i, i + 1, {.own_as = Asn{65533}, .self = {}});
            CHECK((to_hex(OctetView{octets}.first(16)) == to_hex(Octets(16, 0xff))));
            messages.push_back(to_hex(OctetView{octets}.subspan(16)));
        }
        return messages;
    }

    /// A session that has sent its first routes.
    void begin(const PackOptions& options)
    {
        rib.restart({});
        rib.announce(ipv4("20 c6336401"), set("", "c0000201"));
        (void)sent(options);
    }
};

std::vector<std::string> messages(std::initializer_list<const char*> texts)
{
    std::vector<std::string> all;
    for (const auto* text : texts) all.push_back(to_hex(hex(text)));
    return all;
}

}   // namespace

TEST_CASE_FIXTURE(Fixture, "defaults stand between what a route says")
{
    struct Row {
        const char* name;
        const char* attributes;
        const char* next_hop;
        Family family;
        const char* nlri;
        const char* message;
    };
    const Row rows[] = {
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
        CHECK((sent(session(true)) == messages({row.message})));
    }
}

TEST_CASE_FIXTURE(Fixture, "to another AS the own one stands in the path where a route has none, and LOCAL_PREF never goes")
{
    const auto options = session(true, true);
    rib.restart({});
    rib.announce(ipv4("18 0a0000"), set("400504 000000c8", "0a0001fe"));   // conf-ebgp
    CHECK((sent(options) == messages({"002f02 0000 0014 40010100 400206 02010000fffd 4003040a0001fe 180a0000"})));
    rib.announce(ipv4("18 0a0001"), set("400206 0201 0000fde9", "0a0001fe"));
    CHECK((sent(options) == messages({"002f02 0000 0014 40010100 400206 02010000fde9 4003040a0001fe 180a0001"})));
}

TEST_CASE_FIXTURE(Fixture, "with two-octet AS numbers the four-octet ones follow what they widen")
{
    auto options = session(true);
    options.four_octet_as = false;
    options.own_as = Asn{65533};
    rib.restart({});
    rib.announce(ipv4("18 0a0000"), set("40020a 0202 00011170 0000fde9 c00708 00011170 01020304 c00804 00010002", "0a0001fe"));
    CHECK((sent(options) ==
           messages({"005e 02 0000 0043 40010100 400206 0202 5ba0 fde9 c0110a 0202 00011170 0000fde9 4003040a0001fe "
                     "40050400000064 c00706 5ba0 01020304 c01208 00011170 01020304 c00804 00010002 180a0000"})));
}

TEST_CASE_FIXTURE(Fixture, "path identifiers stand where the session has them, and 0 where a route has none")
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

TEST_CASE_FIXTURE(Fixture, "routes of one set go together, sorted, only where they are grouped")
{
    const auto announce = [&] {
        const auto attributes = set("", "0a000001");
        for (const auto* nlri : {"20 c1000202", "20 c1000201", "10 0a01"}) rib.announce(ipv4(nlri), attributes);
    };
    rib.restart({});
    announce();
    CHECK((sent(session(true)) ==
           messages({"003902 0000 0015 40010100 400200 4003040a000001 40050400000064 100a01 20c1000201 20c1000202"})));
    rib.session_lost();
    rib.restart({});
    CHECK((sent(session(false)) == messages({"003102 0000 0015 40010100 400200 4003040a000001 40050400000064 20c1000202",
                                             "003102 0000 0015 40010100 400200 4003040a000001 40050400000064 20c1000201",
                                             "002f02 0000 0015 40010100 400200 4003040a000001 40050400000064 100a01"})));
}

TEST_CASE_FIXTURE(Fixture, "what was written at once is told at once: api-fast")
{
    const auto options = session(false);
    const auto attributes = set("", "65016501");
    rib.restart({});
    rib.announce(ipv4("18 010100"), attributes);
    rib.announce(ipv4("19 01010000"), attributes);
    rib.withdraw(ipv4("18 010100"), attributes);
    rib.announce(ipv4("19 01010000"), attributes);
    // The withdrawal took the announcement's place, and the first routes of a session are without withdrawals.
    CHECK((sent(options) == messages({"003102 0000 0015 40010100 400200 40030465016501 40050400000064 1901010000"})));
    rib.announce(ipv4("19 02020000"), attributes);
    rib.announce(ipv4("18 020200"), attributes);
    rib.withdraw(ipv4("19 02020000"), attributes);
    CHECK((sent(options) ==
           messages({"001c02 0005 1902020000 0000", "003002 0000 0015 40010100 400200 40030465016501 40050400000064 18020200"})));
}

TEST_CASE_FIXTURE(Fixture, "announced and withdrawn with equal attributes share an UPDATE where they are grouped")
{
    begin(session(true));
    const auto attributes = set("", "65016501");
    rib.announce(ipv4("18 020200"), attributes);
    rib.withdraw(ipv4("18 030300"), attributes);
    CHECK(
        (sent(session(true)) == messages({"003402 0004 18030300 0015 40010100 400200 40030465016501 40050400000064 18020200"})));
}

TEST_CASE_FIXTURE(Fixture, "the first withdrawals of a session are not told: api-flow")
{
    const auto options = session(false);
    const auto flow = key(flow4, "13 01200000000002200000000003810605910c38");
    const auto discard = set("c01008 8006000000000000", "");
    rib.restart({});
    rib.withdraw(flow, set("", ""));
    rib.withdraw(ipv4("18 030300"), set("", ""));
    rib.withdraw(key(ipv6_unicast, "20 20010db8"), set("", ""));
    CHECK((sent(options) == messages({"002502 0000 000e 40010100 400200 40050400000064"})));
    rib.withdraw(flow, set("", ""));
    rib.announce(flow, discard);
    CHECK((sent(options) ==
           messages({"003f02 0000 0028 40010100 400200 40050400000064 800f17 0001 85 1301200000000002200000000003810605910c38",
                     "004c02 0000 0035 40010100 400200 40050400000064 c010088006000000000000 800e19 0001 85 00 00 "
                     "1301200000000002200000000003810605910c38"})));
    rib.announce(flow, discard);
    CHECK((sent(options).empty()));
}

TEST_CASE_FIXTURE(Fixture, "a route that is withdrawn again before a session's first flush is not told")
{
    rib.restart({});
    rib.announce(ipv4("18 0a0000"), set("", "01010101"));
    rib.announce(ipv4("18 0b0000"), set("", "01010101"));
    rib.withdraw(ipv4("18 0a0000"), set("", ""));
    CHECK((sent(session(true)) == messages({"003002 0000 0015 40010100 400200 40030401010101 40050400000064 180b0000"})));
}

TEST_CASE_FIXTURE(Fixture, "withdrawals carry the attributes of their route, but those of unicast")
{
    begin(session(true));
    struct Row {
        const char* name;
        const char* attributes;
        const char* next_hop;
        Family family;
        const char* nlri;
        const char* message;
    };
    const Row rows[] = {
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
        CHECK((sent(session(true)) == messages({row.message})));
    }
}

TEST_CASE_FIXTURE(Fixture, "a change replaces another only under the same attribute set")
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
    CHECK((sent(options) == std::vector{with("01010101"), withdrawn, with("02020202")}));

    SUBCASE("equal again: nothing")
    {
        rib.announce(prefix, b);
        CHECK((sent(options).empty()));
    }
    SUBCASE("a withdrawal always goes")
    {
        rib.withdraw(ipv4("18 0b0000"), set("", ""));
        CHECK((sent(options) == messages({"001b02 0004 180b0000 0000"})));
    }
    SUBCASE("what was asked for last is told last, though its set was used before")
    {
        rib.announce(prefix, a);
        rib.announce(prefix, b);
        rib.announce(prefix, a);
        const auto told = sent(options);
        REQUIRE(!told.empty());
        CHECK((told.back() == with("01010101")));
        CHECK((rib.overlay_size() == 2));
    }
    SUBCASE("the same again: what was said in between is not told")
    {
        rib.announce(prefix, a);
        rib.withdraw(prefix, set("", ""));
        rib.announce(prefix, a);
        CHECK((sent(options) == std::vector{with("01010101")}));
        rib.withdraw(prefix, set("", ""));
        rib.announce(prefix, b);
        rib.withdraw(prefix, set("", ""));
        CHECK((sent(options) == std::vector{withdrawn}));
        rib.announce(prefix, b);
        CHECK((sent(options) == std::vector{with("02020202")}));
    }
    SUBCASE("whoever changes its mind for ever waits with a few changes")
    {
        for (int i = 0; i < 10'000; ++i) rib.announce(prefix, i % 2 == 0 ? a : b);
        auto told = sent(options);
        CHECK((told.size() <= PendingTable::most_per_route));
        CHECK((told.back() == with("02020202")));
        for (std::uint32_t i = 0; i < 1000; ++i) {
            Octets next_hop;
            Writer{next_hop}.u32(0x0a000000 + i);
            rib.announce(prefix, pool.intern({}, next_hop));
        }
        told = sent(options);
        CHECK((told.size() == PendingTable::most_per_route));
        CHECK((told.back() == with("0a0003e7")));
    }
}

TEST_CASE_FIXTURE(Fixture, "clear tells nothing of what waits and withdraws what was told: api-rib")
{
    const auto options = session(true);
    begin(options);
    rib.withdraw_all();
    (void)sent(options);
    rib.announce(ipv4("20 c0a80000"), set("", "0a000000"));
    rib.withdraw_all();
    CHECK((sent(options).empty()));
    rib.announce(ipv4("20 c0a80002"), set("", "0a000002"));
    rib.announce(ipv4("20 c0a80003"), set("", "0a000003"));
    const auto both = messages({"003102 0000 0015 40010100 400200 4003040a000002 40050400000064 20c0a80002",
                                "003102 0000 0015 40010100 400200 4003040a000003 40050400000064 20c0a80003"});
    CHECK((sent(options) == both));
    rib.resend(FamilySet{ipv4_unicast}, false);
    CHECK((sent(options) == both));
    rib.resend(FamilySet{ipv4_unicast}, true);   // with route-refresh configured
    auto bracketed = both;
    bracketed.insert(bracketed.begin(), to_hex(hex("001705 0001 01 01")));
    bracketed.push_back(to_hex(hex("001705 0001 02 01")));
    CHECK((sent(options) == bracketed));
    rib.withdraw_all();
    CHECK((sent(options) == messages({"001c02 0005 20c0a80002 0000", "001c02 0005 20c0a80003 0000"})));
}

TEST_CASE_FIXTURE(Fixture, "a new session hears what holds and what was asked for meanwhile, then End-of-RIB")
{
    const auto options = session(true);
    const FamilySet families{ipv4_unicast, ipv6_unicast};
    rib.announce(ipv4("18 0a0000"), set("", "01010101"));
    rib.restart(families);
    const auto first = messages({"003002 0000 0015 40010100 400200 40030401010101 40050400000064 180a0000", "001702 00000000",
                                 "001e02 0000 0007 900f0003 0002 01"});
    CHECK((sent(options) == first));
    rib.withdraw(ipv4("18 0b0000"), set("", ""));
    rib.session_lost();
    rib.withdraw(ipv4("18 0c0000"), set("", ""));
    rib.restart(families);
    CHECK((sent(options) == first));
}

TEST_CASE_FIXTURE(Fixture, "a table says the same as changes do")
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
    CHECK((changes.size() == 3 + 200));

    UpdatePacker packer{options};
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
    CHECK((routes == 3200));
    CHECK((windows == changes));
}

}   // namespace barrage
