// Routes that path identifiers alone tell apart, on sessions that have none: RFC 7911 section 3. One of each prefix is sent, the others are left out
// and counted, and nothing of theirs withdraws it.

#include "tests/rib/adj_rib_out_fixture.hpp"
#include "tests/rib/exabgp_form_fixture.hpp"

namespace barrage {

namespace {

constexpr auto left_out_reason = LeftOutReason::add_path_not_negotiated;

std::uint64_t left_out(const UpdatePacker& packer) { return packer.left_out().of(left_out_reason).routes; }

RouteKey with_id(RouteKey key, std::uint32_t id)
{
    key.path_id = PathId{id};
    return key;
}

/// Each route its id and x of 10.0.x.0/24, in a group of its own MULTI_EXIT_DISC.
struct TableWithIds : AdjRibOutFixture {
    struct Given {
        std::uint32_t med;
        std::vector<std::pair<std::uint32_t, std::uint8_t>> routes;
    };
    std::shared_ptr<const RouteSet> table_of(const std::vector<Given>& groups)
    {
        RouteSetBuilder builder{pool, RouteSetBuilder::Order::as_given};
        for (const auto& [med, routes] : groups) {
            const auto set = attributes(med);
            Octets nlri;
            Writer out{nlri};
            for (const auto& [id, x] : routes) {
                out.u32(id);
                out.octets(Octets{24, 10, 0, x});
            }
            builder.add({RouteBatch::Kind::announce, ipv4_unicast, set->octets(), set->next_hop(), nlri, true,
                         static_cast<std::uint32_t>(routes.size())});
        }
        return std::move(builder).finish();
    }
};

}   // namespace

TEST_CASE_FIXTURE(TableWithIds, "of a table the identifier that is named last has the prefix")
{
    // 10.0.1.0/24 under 1 and 2, 10.0.2.0/24 under 1 alone, 10.0.3.0/24 three times, twice with the same attributes.
    const auto set = table_of({{10, {{1, 1}, {1, 2}, {1, 3}, {2, 3}}}, {20, {{2, 1}, {3, 3}}}});
    PackedUpdates updates;
    pack_window(RouteSlice::whole(set), RunKind::as_given, packer, updates);
    receive(updates);
    CHECK(peer == Table{{name(1), 20}, {name(2), 10}, {name(3), 20}});
    CHECK(order.size() == 3);   // none was sent over another
    CHECK(left_out(packer) == 3);
    CHECK(packer.left_out().of(left_out_reason).sample == "10.0.1.0/24");
    // Their places in the group are no longer those of its routes.
    REQUIRE(updates.messages().size() == 2);
    CHECK((updates.messages()[0].left_out == 3 && updates.messages()[1].left_out == 0));

    PackedUpdates withdrawn;
    pack_window(RouteSlice::whole(set), RunKind::withdraw, packer, withdrawn);
    receive(withdrawn);
    CHECK(peer.empty());
    CHECK(order.size() == 6);

    UpdatePacker with_paths{{.external = false, .families = ipv4_only, .add_path = ipv4_only}};
    PackedUpdates all;
    pack_window(RouteSlice::whole(set), RunKind::as_given, with_paths, all);
    CHECK((all.announced() == 6 && with_paths.left_out().empty()));
}

TEST_CASE_FIXTURE(TableWithIds, "a slice of a table, wherever it is cut, has what the whole has of it")
{
    std::vector<Given> groups;
    for (std::uint32_t group = 0; group < 7; ++group) {
        groups.push_back({group, {}});
        for (std::uint32_t i = 0; i < 5 + group; ++i)
            groups.back().routes.emplace_back(group % 3, static_cast<std::uint8_t>((group * 3 + i) % 11));
    }
    const auto set = table_of(groups);
    PackedUpdates whole;
    pack_window(RouteSlice::whole(set), RunKind::as_given, packer, whole);
    receive(whole);
    const auto expected = std::exchange(peer, {});
    const auto routes = set->announced();
    CHECK(whole.announced() + left_out(packer) == routes);
    for (std::uint32_t parts = 2; parts < 12; ++parts) {
        UpdatePacker of_parts{options};
        std::uint64_t sent = 0;
        for (std::uint32_t part = 0; part < parts; ++part) {
            PackedUpdates updates;
            pack_window(RouteSlice::part(set, part, parts), RunKind::as_given, of_parts, updates);
            receive(updates);
            sent += updates.announced();
        }
        CHECK(std::exchange(peer, {}) == expected);
        CHECK((sent == whole.announced() && left_out(of_parts) == left_out(packer)));
    }
}

TEST_CASE_FIXTURE(TableWithIds, "every window of a group says how many routes the whole group loses")
{
    // What numbers the routes of a group in its messages starts at the first window: 10.0.0.0/24 to 10.0.255.0/24 under 1 to 6, the last ones stay.
    std::vector<Given> group{{10, {}}};
    for (std::uint32_t id = 1; id <= 6; ++id)
        for (std::uint32_t x = 0; x < 256; ++x) group[0].routes.emplace_back(id, static_cast<std::uint8_t>(x));
    WindowCutter cutter{RouteSlice::whole(table_of(group)), RunKind::as_given, options, 1024};
    std::size_t windows = 0, sent = 0;
    for (auto window = cutter.next(); window; window = cutter.next()) {
        PackedUpdates updates;
        pack_window(*window, RunKind::as_given, packer, updates);
        for (const auto& message : updates.messages()) CHECK(message.left_out == 5 * 256);
        ++windows;
        sent += updates.announced();
    }
    CHECK(windows > 1);
    CHECK(sent == 256);
    CHECK(left_out(packer) == 5 * 256);
}

TEST_CASE_FIXTURE(AdjRibOutFixture, "of single changes the first identifier has the prefix until it is withdrawn")
{
    rib.announce(with_id(key(1), 1), attributes(10));
    rib.announce(with_id(key(1), 2), attributes(20));
    drain();
    CHECK(peer == Table{{name(1), 10}});
    CHECK(left_out(packer) == 1);
    rib.withdraw(with_id(key(1), 2));
    drain();
    CHECK(peer == Table{{name(1), 10}});
    rib.announce(with_id(key(1), 1), attributes(11));   // it may change
    drain();
    CHECK(peer == Table{{name(1), 11}});
    rib.withdraw(with_id(key(1), 1));
    rib.announce(with_id(key(1), 2), attributes(20));
    drain();
    CHECK(peer == Table{{name(1), 20}});
    rib.announce(key(1), attributes(30));   // without an identifier it is another route, too
    drain();
    CHECK(peer == Table{{name(1), 20}});
}

TEST_CASE_FIXTURE(ExabgpFormFixture, "in ExaBGP's form too, and what is left out is not shown as sent")
{
    const auto options = session(true);
    begin(options);
    const auto shown = [&] {
        std::vector<std::uint32_t> ids;
        rib.for_each_overlay([&](const RouteKey& key, const AttributeSetRef&) {
            if (key.path_id) ids.push_back(key.path_id->value);
        });
        return ids;
    };
    const auto one = key(ipv4_unicast, "18 0a0100", PathId{1}), two = key(ipv4_unicast, "18 0a0100", PathId{2});
    const auto a = set("", "01010101"), b = set("", "02020202");
    const auto announced_a = messages({"003002 0000 0015 40010100 400200 40030401010101 40050400000064 180a0100"});
    rib.announce(one, a);
    CHECK(sent(options) == announced_a);
    rib.announce(two, a);
    CHECK(sent(options).empty());
    CHECK(shown() == std::vector<std::uint32_t>{1});
    rib.announce(two, b);
    CHECK(sent(options).empty());
    rib.withdraw(two, b);
    CHECK(sent(options).empty());
    CHECK(shown() == std::vector<std::uint32_t>{1});
    rib.announce(two, b);
    CHECK(sent(options).empty());
    rib.withdraw(one, a);
    CHECK(sent(options) == messages({"001b02 0004 180a0100 0000"}));

    // A new session: both wait, and the first is sent again.
    rib.announce(one, a);
    CHECK(sent(options) == announced_a);
    rib.session_lost();
    rib.restart({});
    std::uint64_t announcements = 0;
    for (const auto& message : sent(options)) announcements += message.ends_with("180a0100");
    CHECK(announcements == 1);
    // … and both where the session has identifiers.
    rib.session_lost();
    rib.restart({});
    auto with_paths = options;
    with_paths.add_path = {ipv4_unicast};
    announcements = 0;
    for (const auto& message : sent(with_paths)) announcements += message.ends_with("180a0100");
    CHECK(announcements == 2);
    CHECK(shown().size() == 2);
}

TEST_CASE_FIXTURE(ExabgpFormFixture,
                  "an IPv6 route that names no next hop has one of IPv6, or is left out: never the IPv4 address, mapped")
{
    auto options = session(true);
    options.self_v4 = {0xc0000201};
    begin(options);
    const auto v6 = key(ipv6_unicast, "20 20010db8"), other = key(ipv6_unicast, "20 20010db9");
    rib.announce(other, set("", "20010000000000000000000000000001"));
    CHECK(sent(options).size() == 1);
    rib.announce(v6, set("", ""));
    rib.withdraw(other, set("", ""));   // which is told all the same
    CHECK(sent(options) == messages({"002202 0000 000b 800f08 0002 01 2020010db9"}));
    options.self_v6 = Ipv6Address{{0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9}};
    rib.announce(v6, set("c00804 00010002", ""));
    const auto messages_sent = sent(options);
    REQUIRE(messages_sent.size() == 1);
    CHECK(messages_sent[0].contains("1020010db8000000000000000000000009"));
}

}   // namespace barrage
