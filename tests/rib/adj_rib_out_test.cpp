#include <doctest.h>

#include <map>
#include <random>

#include "codec/message/update_view.hpp"
#include "codec/nlri/nlri_count.hpp"
#include "rib/adj_rib_out.hpp"
#include "tests/support/hex.hpp"

namespace barrage {

namespace {

const FamilySet ipv4_only{ipv4_unicast};
const PackOptions options{.external = false, .families = ipv4_only};

/// 10.0.x.0/24.
RouteKey key(std::uint8_t x) { return {ipv4_unicast, std::nullopt, std::string{24, 10, 0, static_cast<char>(x)}}; }
std::string name(std::uint8_t x) { return to_hex(Octets{24, 10, 0, x}); }

/// What a peer has: prefix → MULTI_EXIT_DISC, which tells attribute sets apart.
using Table = std::map<std::string, std::uint32_t>;

struct Fixture {
    AttributePool pool;
    AdjRibOut rib;
    UpdatePacker packer{options};
    Table peer;
    std::vector<std::string> order;   // of all that was announced or withdrawn, "+"/"-" and prefix

    AttributeSetRef attributes(std::uint32_t med)
    {
        Octets octets = hex("40 01 01 00  40 02 00  80 04 04");
        Writer{octets}.u32(med);
        return pool.intern(octets, hex("c0 00 02 01"));
    }

    std::shared_ptr<const RouteSet> table(std::initializer_list<std::uint8_t> prefixes, std::uint32_t med)
    {
        RouteSetBuilder builder{pool, RouteSetBuilder::Order::by_attribute_set};
        const auto set = attributes(med);
        for (const auto x : prefixes) {
            const Octets nlri{24, 10, 0, x};
            builder.add({RouteBatch::Kind::announce, ipv4_unicast, set->octets(), set->next_hop(), nlri, false, 1});
        }
        return std::move(builder).finish();
    }

    void receive(const PackedUpdates& updates)
    {
        for (std::size_t i = 0; i < updates.messages().size(); ++i) {
            const auto begin = updates.message_begin(i);
            const auto view = split_update(updates.octets().subspan(begin, updates.messages()[i].end - begin));
            REQUIRE(view.has_value());
            const auto text = [](const PrefixView& prefix) { return to_hex(Octets{prefix.length}) + to_hex(prefix.octets); };
            for_each_prefix(view->withdrawn, 32, false, [&](const PrefixView& prefix) {
                peer.erase(text(prefix));
                order.push_back("-" + text(prefix));
            });
            // ORIGIN 4, AS_PATH 3, NEXT_HOP 7, then MULTI_EXIT_DISC's header.
            std::uint32_t med = 0;
            if (view->attributes.size() >= 21) med = Reader{view->attributes.subspan(17)}.u32();
            for_each_prefix(view->nlri, 32, false, [&](const PrefixView& prefix) {
                peer[text(prefix)] = med;
                order.push_back("+" + text(prefix));
            });
        }
    }

    void take_run()
    {
        PackedUpdates updates;
        const auto run = *rib.run_at_front();
        pack_window(run.slice, run.kind, packer, updates);
        receive(updates);
        rib.pop_front();
    }
    void take_changes(std::size_t most)
    {
        PackedUpdates updates;
        rib.pack_changes(packer, updates, most);
        receive(updates);
    }
    void take_one(std::size_t most = 1000)
    {
        if (rib.run_at_front())
            take_run();
        else if (rib.end_of_rib_at_front())
            rib.pop_front();
        else
            take_changes(most);
    }
    void drain()
    {
        for (int i = 0; rib.has_waiting(); ++i) {
            REQUIRE((i < 10'000));
            take_one();
        }
    }
};

}   // namespace

TEST_CASE_FIXTURE(Fixture, "announce then clear sends nothing")
{
    rib.announce(key(1), attributes(7));
    rib.clear_waiting();
    CHECK(!rib.has_waiting());
    CHECK((rib.overlay_size() == 0));
    rib.tell({RouteSlice::whole(table({2, 3}, 1)), RunKind::as_given, 1});
    rib.clear_waiting();
    CHECK(!rib.has_waiting());
    CHECK(rib.tables().empty());
    rib.restart(ipv4_only);
    drain();
    CHECK(order.empty());
}

TEST_CASE_FIXTURE(Fixture, "clear falls back to what the peer knows")
{
    rib.announce(key(1), attributes(7));
    rib.announce(key(2), attributes(7));
    drain();
    rib.announce(key(1), attributes(8));
    rib.withdraw(key(2));
    rib.clear_waiting();
    CHECK((rib.overlay_size() == 2));
    rib.announce(key(1), attributes(7));   // told already
    CHECK(!rib.has_waiting());
    rib.announce(key(1), attributes(8));
    drain();
    CHECK((peer == Table{{name(1), 8}, {name(2), 7}}));
    rib.restart(ipv4_only);
    peer.clear();
    drain();
    CHECK((peer == Table{{name(1), 8}, {name(2), 7}}));
}

TEST_CASE_FIXTURE(Fixture, "clear leaves a run alone that was begun, and forgets one behind it")
{
    rib.tell({RouteSlice::whole(table({1, 2}, 1)), RunKind::as_given, 1});
    rib.tell({RouteSlice::whole(table({3, 4}, 1)), RunKind::as_given, 2});
    rib.begin_front();
    rib.clear_waiting();
    REQUIRE((rib.tables().size() == 1));
    CHECK((rib.tables()[0].id == 1));
    drain();
    CHECK((peer.size() == 2));
}

TEST_CASE_FIXTURE(Fixture, "clear forgets a withdrawing run: the table still holds")
{
    const auto slice = RouteSlice::whole(table({1, 2}, 1));
    rib.tell({slice, RunKind::as_given, 1});
    drain();
    rib.tell({slice, RunKind::withdraw, 2});
    CHECK(rib.tables().empty());
    rib.clear_waiting();
    REQUIRE((rib.tables().size() == 1));
    CHECK((rib.tables()[0].id == 1));
    // Both undone: neither is told, and none remains.
    rib.tell({slice, RunKind::withdraw, 3});
    drain();
    rib.tell({slice, RunKind::as_given, 4});
    rib.tell({slice, RunKind::withdraw, 5});
    rib.clear_waiting();
    CHECK(rib.tables().empty());
}

TEST_CASE_FIXTURE(Fixture, "a newer change replaces the one that waits and keeps its place")
{
    rib.announce(key(1), attributes(7));
    rib.announce(key(2), attributes(8));
    rib.announce(key(3), attributes(9));
    rib.announce(key(1), attributes(10));
    rib.withdraw(key(2));
    drain();
    CHECK((order == std::vector<std::string>{"+" + name(1), "-" + name(2), "+" + name(3)}));
    CHECK((peer == Table{{name(1), 10}, {name(3), 9}}));
}

TEST_CASE_FIXTURE(Fixture, "changes go out by attribute set, in the order of the sets' first use")
{
    rib.announce(key(1), attributes(7));
    rib.announce(key(2), attributes(8));
    rib.announce(key(3), attributes(7));
    PackedUpdates updates;
    rib.pack_changes(packer, updates, 1000);
    CHECK((updates.messages().size() == 2));
    receive(updates);
    CHECK((order == std::vector<std::string>{"+" + name(1), "+" + name(3), "+" + name(2)}));
}

TEST_CASE_FIXTURE(Fixture, "an announcement that the peer knows is not repeated, unless a table came over it")
{
    rib.announce(key(1), attributes(7));
    drain();
    rib.announce(key(1), attributes(7));
    CHECK(!rib.has_waiting());
    rib.tell({RouteSlice::whole(table({1}, 5)), RunKind::as_given, 1});
    rib.announce(key(1), attributes(7));
    drain();
    CHECK((peer == Table{{name(1), 7}}));
    rib.tell({RouteSlice::whole(table({1}, 6)), RunKind::as_given, 2});
    drain();
    rib.announce(key(1), attributes(7));
    drain();
    CHECK((peer == Table{{name(1), 7}}));
}

TEST_CASE_FIXTURE(Fixture, "a change follows the tables that were asked for before it")
{
    rib.announce(key(1), attributes(7));
    rib.tell({RouteSlice::whole(table({1, 2}, 5)), RunKind::as_given, 1});
    rib.announce(key(2), attributes(8));
    rib.announce(key(1), attributes(9));   // waited before the table: goes behind it now
    rib.end_of_rib(ipv4_only);
    CHECK(rib.changes_at_front());
    take_one();
    REQUIRE(rib.run_at_front());
    take_one();
    take_one();
    REQUIRE(rib.end_of_rib_at_front());
    drain();
    CHECK((peer == Table{{name(1), 9}, {name(2), 8}}));
}

TEST_CASE_FIXTURE(Fixture, "a route of a table that was withdrawn stays so after a restart")
{
    rib.tell({RouteSlice::whole(table({1, 2}, 5)), RunKind::as_given, 1});
    drain();
    rib.withdraw(key(1));
    drain();
    CHECK((peer == Table{{name(2), 5}}));
    for (int i = 0; i < 2; ++i) {
        rib.restart(ipv4_only);
        peer.clear();
        drain();
        CHECK((peer == Table{{name(2), 5}}));
    }
}

TEST_CASE_FIXTURE(Fixture, "after a restart the overlay comes in the order of first announcements, then End-of-RIB")
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
    CHECK((order == std::vector<std::string>{"+" + name(2), "+" + name(9), "+" + name(7)}));
    REQUIRE(rib.end_of_rib_at_front());
    CHECK((rib.end_of_rib_at_front()->families == ipv4_only));
    std::vector<std::string> visited;
    rib.for_each_overlay([&](const RouteKey& route, const AttributeSetRef&) { visited.push_back(route.nlri); });
    CHECK((visited == std::vector<std::string>{key(2).nlri, key(9).nlri, key(7).nlri}));
}

TEST_CASE_FIXTURE(Fixture, "a route refresh tells all again and drops nothing that waits")
{
    rib.tell({RouteSlice::whole(table({1, 2}, 5)), RunKind::as_given, 1});
    rib.announce(key(8), attributes(7));
    rib.announce(key(9), attributes(7));
    drain();
    rib.withdraw(key(9));
    const auto other = RouteSlice::whole(table({3}, 5));
    rib.tell({other, RunKind::as_given, 2});
    order.clear();
    rib.refresh(ipv4_only);
    drain();
    CHECK((std::ranges::count(order, "+" + name(1)) == 1));
    CHECK((std::ranges::count(order, "+" + name(3)) == 1));   // it waited whole: once is enough
    CHECK((std::ranges::count(order, "+" + name(8)) == 1));
    CHECK((std::ranges::count(order, "-" + name(9)) == 1));
    CHECK((peer == Table{{name(1), 5}, {name(2), 5}, {name(3), 5}, {name(8), 7}}));
}

TEST_CASE_FIXTURE(Fixture, "a peer that asks for routes without end gets them twice, and the queue does not grow")
{
    rib.announce(key(1), attributes(7));
    drain();
    order.clear();
    for (int i = 0; i < 1000; ++i) rib.refresh(ipv4_only);
    drain();
    CHECK((order.size() == 2));
    rib.refresh(ipv4_only);
    drain();
    CHECK((order.size() == 3));
}

TEST_CASE_FIXTURE(Fixture, "path identifiers name routes of their own")
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
    REQUIRE((updates.messages().size() == 2));
    const auto all = to_hex(updates.octets());
    CHECK((all.find("00000001180a0001"
                    "00000002180a0001") != std::string::npos));
    CHECK(all.ends_with("00000000180a0001"));
    CHECK((rib.overlay_size() == 3));
}

TEST_CASE_FIXTURE(Fixture, "random changes and tables end in the table that their order says")
{
    std::mt19937 random(99);
    const std::vector<RouteSlice> slices{RouteSlice::whole(table({1, 2, 3, 4, 5, 6}, 101)),
                                         RouteSlice::whole(table({4, 5, 6, 7, 8, 9}, 102))};
    const std::vector<std::vector<std::uint8_t>> inside{{1, 2, 3, 4, 5, 6}, {4, 5, 6, 7, 8, 9}};
    std::uint64_t id = 1;
    for (int round = 0; round < 300; ++round) {
        CAPTURE(round);
        AdjRibOut fresh;
        std::swap(rib, fresh);
        peer.clear();
        Table wanted;
        std::optional<std::pair<std::size_t, RunKind>> begun;
        const auto apply = [&](Table& to, std::size_t which, RunKind kind) {
            for (const auto x : inside[which])
                if (kind == RunKind::withdraw)
                    to.erase(name(x));
                else
                    to[name(x)] = 101 + static_cast<std::uint32_t>(which);
        };
        for (int step = 0; step < 60; ++step) {
            const auto x = static_cast<std::uint8_t>(1 + random() % 10);
            switch (random() % 12) {
            case 0:
            case 1:
            case 2:
            case 3: {
                const auto med = static_cast<std::uint32_t>(random() % 3);
                rib.announce(key(x), attributes(med));
                wanted[name(x)] = med;
                break;
            }
            case 4:
            case 5:
                rib.withdraw(key(x));
                wanted.erase(name(x));
                break;
            case 6:
            case 7: {
                const auto which = random() % 2;
                const auto kind = random() % 3 == 0 ? RunKind::withdraw : RunKind::as_given;
                rib.tell({slices[which], kind, id++});
                apply(wanted, which, kind);
                break;
            }
            case 8:
                if (random() % 3 != 0) break;
                rib.clear_waiting();
                wanted = peer;
                if (begun) apply(wanted, begun->first, begun->second);
                break;
            default:
                if (!rib.has_waiting()) break;
                if (rib.run_at_front() && !begun) {
                    begun.emplace(rib.run_at_front()->slice == slices[0] ? 0 : 1, rib.run_at_front()->kind);
                    rib.begin_front();
                    break;
                }
                if (rib.run_at_front()) begun.reset();
                take_one(1 + random() % 4);
            }
        }
        drain();
        REQUIRE((peer == wanted));
    }
}

TEST_CASE_FIXTURE(Fixture, "random sequences with restarts and refreshes end in tables and overlay")
{
    std::mt19937 random(7);
    const std::vector<std::vector<std::uint8_t>> inside{{21, 22, 23}, {31, 32, 33}, {41, 42}};
    std::vector<RouteSlice> slices;
    for (std::size_t i = 0; i < inside.size(); ++i) {
        RouteSetBuilder builder{pool, RouteSetBuilder::Order::by_attribute_set};
        const auto set = attributes(200 + static_cast<std::uint32_t>(i));
        for (const auto x : inside[i]) {
            const Octets nlri{24, 10, 0, x};
            builder.add({RouteBatch::Kind::announce, ipv4_unicast, set->octets(), set->next_hop(), nlri, false, 1});
        }
        slices.push_back(RouteSlice::whole(std::move(builder).finish()));
    }
    std::uint64_t id = 1;
    for (int round = 0; round < 300; ++round) {
        CAPTURE(round);
        AdjRibOut fresh;
        std::swap(rib, fresh);
        peer.clear();
        Table wanted;                 // tables and overlay never meet here
        std::array<bool, 3> told{};   // wanted of each table
        for (int step = 0; step < 60; ++step) {
            const auto x = static_cast<std::uint8_t>(1 + random() % 8);
            const auto which = random() % 3;
            switch (random() % 12) {
            case 0:
            case 1:
            case 2: {
                const auto med = static_cast<std::uint32_t>(random() % 3);
                rib.announce(key(x), attributes(med));
                wanted[name(x)] = med;
                break;
            }
            case 3:
            case 4:
                rib.withdraw(key(x));
                wanted.erase(name(x));
                break;
            case 5:
            case 6:
                rib.tell({slices[which], told[which] ? RunKind::withdraw : RunKind::as_given, id++});
                told[which] = !told[which];
                for (const auto each : inside[which])
                    if (told[which])
                        wanted[name(each)] = 200 + static_cast<std::uint32_t>(which);
                    else
                        wanted.erase(name(each));
                break;
            case 7:
                if (random() % 2) break;
                rib.clear_waiting();
                wanted = peer;
                for (std::size_t i = 0; i < told.size(); ++i) told[i] = peer.contains(name(inside[i][0]));
                break;
            case 8:
                rib.restart(ipv4_only);   // the session went, and the peer forgot
                peer.clear();
                if (random() % 2) drain();
                break;
            case 9:
                rib.refresh(ipv4_only);   // the peer forgot some, and wants them again
                peer.erase(name(x));
                if (told[which]) peer.erase(name(inside[which][0]));
                drain();
                REQUIRE((peer == wanted));
                break;
            default:
                if (rib.has_waiting()) take_one(1 + random() % 4);
            }
        }
        drain();
        REQUIRE((peer == wanted));
        std::size_t of_tables = 0;
        for (std::size_t i = 0; i < told.size(); ++i) of_tables += told[i] ? inside[i].size() : 0;
        CHECK((rib.overlay_size() == wanted.size() - of_tables));
    }
}

}   // namespace barrage
