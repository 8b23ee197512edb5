#include "tests/rib/adj_rib_out_fixture.hpp"

namespace barrage {

TEST_CASE_FIXTURE(AdjRibOutFixture, "announce then clear sends nothing")
{
    rib.announce(key(1), attributes(7));
    rib.clear_waiting();
    CHECK(!rib.has_waiting());
    CHECK(rib.overlay_size() == 0);
    rib.queue_run({RouteSlice::whole(table({2, 3}, 1)), RunKind::as_given, 1});
    rib.clear_waiting();
    CHECK(!rib.has_waiting());
    CHECK(rib.tables().empty());
    rib.restart(ipv4_only);
    drain();
    CHECK(order.empty());
}

TEST_CASE_FIXTURE(AdjRibOutFixture, "clear falls back to what the peer knows")
{
    rib.announce(key(1), attributes(7));
    rib.announce(key(2), attributes(7));
    drain();
    rib.announce(key(1), attributes(8));
    rib.withdraw(key(2));
    rib.clear_waiting();
    CHECK(rib.overlay_size() == 2);
    rib.announce(key(1), attributes(7));   // told already
    CHECK(!rib.has_waiting());
    rib.announce(key(1), attributes(8));
    drain();
    CHECK(peer == Table{{name(1), 8}, {name(2), 7}});
    rib.restart(ipv4_only);
    peer.clear();
    drain();
    CHECK(peer == Table{{name(1), 8}, {name(2), 7}});
}

TEST_CASE_FIXTURE(AdjRibOutFixture, "clear leaves a run alone that was begun, and forgets one behind it")
{
    rib.queue_run({RouteSlice::whole(table({1, 2}, 1)), RunKind::as_given, 1});
    rib.queue_run({RouteSlice::whole(table({3, 4}, 1)), RunKind::as_given, 2});
    rib.begin_front();
    rib.clear_waiting();
    REQUIRE(rib.tables().size() == 1);
    CHECK(rib.tables()[0].id == 1);
    drain();
    CHECK(peer.size() == 2);
}

TEST_CASE_FIXTURE(AdjRibOutFixture, "clear forgets a withdrawing run: the table still holds")
{
    const auto slice = RouteSlice::whole(table({1, 2}, 1));
    rib.queue_run({slice, RunKind::as_given, 1});
    drain();
    rib.queue_run({slice, RunKind::withdraw, 2});
    CHECK(rib.tables().empty());
    rib.clear_waiting();
    REQUIRE(rib.tables().size() == 1);
    CHECK(rib.tables()[0].id == 1);
    // Both undone: neither is told, and none remains.
    rib.queue_run({slice, RunKind::withdraw, 3});
    drain();
    rib.queue_run({slice, RunKind::as_given, 4});
    rib.queue_run({slice, RunKind::withdraw, 5});
    rib.clear_waiting();
    CHECK(rib.tables().empty());
}

TEST_CASE_FIXTURE(AdjRibOutFixture, "a newer change replaces the one that waits and keeps its place")
{
    rib.announce(key(1), attributes(7));
    rib.announce(key(2), attributes(8));
    rib.announce(key(3), attributes(9));
    rib.announce(key(1), attributes(10));
    rib.withdraw(key(2));
    drain();
    CHECK(order == std::vector<std::string>{"+" + name(1), "-" + name(2), "+" + name(3)});
    CHECK(peer == Table{{name(1), 10}, {name(3), 9}});
}

TEST_CASE_FIXTURE(AdjRibOutFixture, "of several labels of one route that wait together the last is sent: RFC 8277 section 2.4")
{
    const Family labeled{Afi::ipv4, Safi::labeled_unicast};
    UpdatePacker packer_of_labels{{.external = false, .families = FamilySet{labeled}}};
    for (const auto* nlri : {"30 000101 0a0001", "30 000111 0a0001", "30 000121 0a0001"}) {
        const auto octets = hex(nlri);
        rib.announce({labeled, std::nullopt, std::string(octets.begin(), octets.end())}, attributes(1));
    }
    PackedUpdates updates;
    rib.pack_changes(packer_of_labels, updates, 100);
    REQUIRE(updates.messages().size() == 1);
    CHECK(updates.announced() == 1);
    CHECK(to_hex(updates.octets()).find(to_hex(hex("30 000121 0a0001"))) != std::string::npos);
}

TEST_CASE_FIXTURE(AdjRibOutFixture, "changes go out by attribute set, in the order of the sets' first use")
{
    rib.announce(key(1), attributes(7));
    rib.announce(key(2), attributes(8));
    rib.announce(key(3), attributes(7));
    PackedUpdates updates;
    rib.pack_changes(packer, updates, 1000);
    CHECK(updates.messages().size() == 2);
    receive(updates);
    CHECK(order == std::vector<std::string>{"+" + name(1), "+" + name(3), "+" + name(2)});
}

TEST_CASE_FIXTURE(AdjRibOutFixture, "an announcement that the peer knows is not repeated, unless a table came over it")
{
    rib.announce(key(1), attributes(7));
    drain();
    rib.announce(key(1), attributes(7));
    CHECK(!rib.has_waiting());
    rib.queue_run({RouteSlice::whole(table({1}, 5)), RunKind::as_given, 1});
    rib.announce(key(1), attributes(7));
    drain();
    CHECK(peer == Table{{name(1), 7}});
    rib.queue_run({RouteSlice::whole(table({1}, 6)), RunKind::as_given, 2});
    drain();
    rib.announce(key(1), attributes(7));
    drain();
    CHECK(peer == Table{{name(1), 7}});
}

TEST_CASE_FIXTURE(AdjRibOutFixture, "a change follows the tables that were asked for before it")
{
    rib.announce(key(1), attributes(7));
    rib.queue_run({RouteSlice::whole(table({1, 2}, 5)), RunKind::as_given, 1});
    rib.announce(key(2), attributes(8));
    rib.announce(key(1), attributes(9));   // waited before the table: goes behind it now
    rib.end_of_rib(ipv4_only);
    CHECK_FALSE(rib.run_at_front());
    take_one();
    REQUIRE(rib.run_at_front());
    take_one();
    take_one();
    REQUIRE(rib.end_of_rib_at_front());
    drain();
    CHECK(peer == Table{{name(1), 9}, {name(2), 8}});
}

TEST_CASE_FIXTURE(AdjRibOutFixture, "a route of a table that was withdrawn stays so after a restart")
{
    rib.queue_run({RouteSlice::whole(table({1, 2}, 5)), RunKind::as_given, 1});
    drain();
    rib.withdraw(key(1));
    drain();
    CHECK(peer == Table{{name(2), 5}});
    for (int i = 0; i < 2; ++i) {
        rib.restart(ipv4_only);
        peer.clear();
        drain();
        CHECK(peer == Table{{name(2), 5}});
    }
}

TEST_CASE_FIXTURE(AdjRibOutFixture,
                  "a change that is forgotten goes with its table, and neither restart nor refresh brings it back")
{
    const auto whole = RouteSlice::whole(table({1, 2}, 5));
    rib.queue_run({whole, RunKind::as_given, 1});
    rib.announce(key(1), attributes(9));
    drain();
    rib.announce(key(2), attributes(8));   // waits, and is passed over
    rib.forget(key(1));
    rib.forget(key(2));
    rib.forget(key(3));
    CHECK(rib.overlay_size() == 0);
    rib.queue_run({whole, RunKind::withdraw, 2});
    drain();
    CHECK(peer == Table{});
    rib.refresh({.negotiated = ipv4_only});
    drain();
    CHECK(peer == Table{});
    rib.restart(ipv4_only);
    drain();
    CHECK(peer == Table{});
    rib.announce(key(3), attributes(7));   // in the place of one that was forgotten
    drain();
    CHECK(peer == Table{{name(3), 7}});
}

TEST_CASE_FIXTURE(AdjRibOutFixture, "after a restart the overlay comes in the order of first announcements, then End-of-RIB")
{
    for (const std::uint8_t x : {4, 2, 9}) rib.announce(key(x), attributes(x));
    drain();
    rib.withdraw(key(4));
    drain();
    rib.announce(key(7), attributes(7));   // in the memory of the one that went
    drain();
    order.clear();
    rib.restart(ipv4_only);
    take_changes(1000);
    CHECK(order == std::vector<std::string>{"+" + name(2), "+" + name(9), "+" + name(7)});
    REQUIRE(rib.end_of_rib_at_front());
    CHECK(rib.end_of_rib_at_front()->families == ipv4_only);
    std::vector<std::string> visited;
    rib.for_each_overlay([&](const RouteKey& route, const AttributeSetRef&) { visited.push_back(route.nlri); });
    CHECK(visited == std::vector<std::string>{key(2).nlri, key(9).nlri, key(7).nlri});
}

TEST_CASE_FIXTURE(AdjRibOutFixture, "a route refresh tells all again and drops nothing that waits")
{
    rib.queue_run({RouteSlice::whole(table({1, 2}, 5)), RunKind::as_given, 1});
    rib.announce(key(8), attributes(7));
    rib.announce(key(9), attributes(7));
    drain();
    rib.withdraw(key(9));
    const auto other = RouteSlice::whole(table({3}, 5));
    rib.queue_run({other, RunKind::as_given, 2});
    order.clear();
    rib.refresh({.negotiated = ipv4_only});
    drain();
    CHECK(std::ranges::count(order, "+" + name(1)) == 1);
    CHECK(std::ranges::count(order, "+" + name(3)) == 1);   // it waited whole: once is enough
    CHECK(std::ranges::count(order, "+" + name(8)) == 1);
    CHECK(std::ranges::count(order, "-" + name(9)) == 1);
    CHECK(peer == Table{{name(1), 5}, {name(2), 5}, {name(3), 5}, {name(8), 7}});
}

TEST_CASE_FIXTURE(AdjRibOutFixture, "a peer that asks for routes without end gets them twice, and the queue does not grow")
{
    rib.announce(key(1), attributes(7));
    drain();
    order.clear();
    for (int i = 0; i < 1000; ++i) rib.refresh({.negotiated = ipv4_only});
    drain();
    CHECK(order.size() == 2);
    rib.refresh({.negotiated = ipv4_only});
    drain();
    CHECK(order.size() == 3);
}

TEST_CASE_FIXTURE(AdjRibOutFixture, "path identifiers name routes of their own")
{
    UpdatePacker with_ids{{.external = false, .families = ipv4_only, .add_path = ipv4_only}};
    auto first = key(1);
    first.path_id = PathId{1};
    auto second = key(1);
    second.path_id = PathId{2};
    rib.announce(first, attributes(1));
    rib.announce(second, attributes(1));
    rib.announce(key(1), attributes(1));   // without one: 0 on the wire
    PackedUpdates updates;
    rib.pack_changes(with_ids, updates, 1000);
    REQUIRE(updates.messages().size() == 2);
    const auto all = to_hex(updates.octets());
    CHECK(all.find("00000001180a0001"
                   "00000002180a0001") != std::string::npos);
    CHECK(all.ends_with("00000000180a0001"));
    CHECK(rib.overlay_size() == 3);
}

}   // namespace barrage
