// What is measured of routes: numbers, words of sending, and what a receiver makes of them.

#include "tests/support/doctest.hpp"

#include <array>

#include "engine/measured_routes.hpp"
#include "engine/reflections.hpp"
#include "tests/engine/measured_range.hpp"
#include "tests/support/hex.hpp"

using namespace barrage;
using namespace std::chrono_literals;

TEST_CASE("routes are numbered once, in the order of their sets")
{
    AttributePool pool;
    MeasuredRoutes routes;
    const auto first = range(pool, "10.0.0.0", 100);
    const auto second = range(pool, "10.0.50.0", 100);   // half of them are the first's
    routes.add(first);
    routes.add(second);
    routes.add(first);
    CHECK(routes.size() == 150);
    CHECK(routes.names().find(*Ipv4Prefix::from_text("10.0.0.0/24")) == 0);
    CHECK(routes.names().find(*Ipv4Prefix::from_text("10.0.99.0/24")) == 99);
    CHECK(routes.names().find(*Ipv4Prefix::from_text("10.0.100.0/24")) == 100);
    CHECK(routes.names().find(*Ipv4Prefix::from_text("10.0.0.0/25")) == MeasuredRoutes::none);
    CHECK(routes.text_of(149) == "10.0.149.0/24");
    const auto numbers = routes.numbers_of(RouteSlice::whole(second));
    REQUIRE(numbers.size() == 100);
    CHECK(numbers[0] == 50);
    CHECK(numbers[99] == 149);
    const auto part = routes.numbers_of(RouteSlice::part(first, 1, 4));
    REQUIRE(part.size() == 25);
    CHECK(part[0] == 25);
}

TEST_CASE("the routes of a message are found in their order")
{
    AttributePool pool;
    MeasuredRoutes routes;
    routes.add(range(pool, "10.0.0.0", 10));
    // RFC 4271 section 4.3: 10.0.3.0/24 withdrawn; ORIGIN, AS_PATH, NEXT_HOP; 10.0.1.0/24 and 10.9.0.0/24 announced
    const auto message =
        hex("ffffffffffffffffffffffffffffffff 0035 02 0004 180a0003 000e 40010100 400200 400304c0000201 180a0001 180a0900");
    std::vector<MeasuredRoutes::Number> numbers;
    routes.numbers_of_message(message, 3, {}, numbers);
    REQUIRE(numbers.size() == 3);
    CHECK(numbers[0] == (3 | MeasuredRoutes::withdraw_bit));
    CHECK(numbers[1] == 1);
    CHECK(numbers[2] == MeasuredRoutes::none);
}

TEST_CASE("what comes back is held against its sending")
{
    AttributePool pool;
    auto routes = std::make_shared<MeasuredRoutes>();
    const auto set = range(pool, "10.0.0.0", 4);
    routes->add(set);
    const auto start = TimePoint{} + 1h;
    routes->begin(start);
    Reflections seen{routes, {}};
    const auto all = routes->numbers_of(RouteSlice::whole(set));

    routes->begin_operation(start + 1s);
    routes->sent(all.subspan(0, 2), {.sender = 7, .withdraw = false, .due = never}, start + 1s);
    routes->sent(all.subspan(0, 1), {.sender = 8, .withdraw = false, .due = never},
                 start + 2s);   // another who announces it: the first counts
    seen.announced(0, 1, start + 1100ms);
    seen.announced(0, 1, start + 1500ms);   // and told again, it counts once
    seen.announced(1, 1, start + 1300ms);
    CHECK(seen.live() == 2);
    CHECK(seen.reflected() == 2);
    auto times = seen.take_times();
    CHECK(times.duplicates == 1);
    CHECK(times.announced.count() == 2);
    CHECK(times.announced.min() == 100ms);
    CHECK(times.announced.max() == 300ms);
    CHECK(times.scheduled.empty());

    routes->begin_operation(start + 3s);
    routes->sent(all.subspan(0, 1), {.sender = 7, .withdraw = true, .due = never}, start + 3s);
    routes->sent(all.subspan(0, 1), {.sender = 8, .withdraw = true, .due = never},
                 start + 4s);   // only now it is gone: the last counts
    routes->sent(all.subspan(2, 1), {.sender = 7, .withdraw = false, .due = start + 3500ms}, start + 4s);
    seen.withdrawn(0, start + 4050ms);
    seen.withdrawn(3, start + 4050ms);   // it never was there
    seen.announced(2, 1, start + 4100ms);
    times = seen.take_times();
    CHECK(times.withdrawn.count() == 1);
    CHECK(times.withdrawn.max() == 50ms);
    CHECK(times.announced.max() == 100ms);
    CHECK(times.scheduled.max() == 600ms);
    CHECK(seen.live() == 2);

    // A change of its own: the newest counts, whoever sent it.
    routes->sent(all.subspan(2, 1), {.sender = 8, .single = true}, start + 4500ms);
    seen.announced(2, 1, start + 4600ms);
    CHECK(seen.take_times().announced.max() == 100ms);

    seen.unknown("192.0.2.0/24", true, start + 5s);
    seen.unknown("192.0.2.0/24", true, start + 5s);
    CHECK(seen.unknown_live() == 1);
    REQUIRE(seen.unknown().size() == 1);
    seen.session_lost();
    CHECK(seen.live() == 0);
    CHECK(!seen.holds(1));
}

TEST_CASE("a receiver's own routes need not come back")
{
    AttributePool pool;
    auto routes = std::make_shared<MeasuredRoutes>();
    routes->add(range(pool, "10.0.0.0", 2));
    routes->begin(TimePoint{});
    Reflections seen{routes, {true, false}};
    seen.announced(0, 1, TimePoint{} + 1s);
    seen.announced(1, 1, TimePoint{} + 1s);
    CHECK(seen.live() == 1);
}

TEST_CASE("a fingerprint leaves out what routers rewrite, and nothing else")
{
    const FingerprintRules rules{.router_ases = {Asn{65000}}, .sender_ases = {Asn{65001}, Asn{65002}}};
    const auto of = [&](const char* octets) { return route_fingerprint(hex(octets), rules); };
    // ORIGIN igp, AS_PATH 65000 65001 3356, community 65000:1 and 2
    const auto sent = of("40010100 4002 0a 0202 0000fde9 00000d1c c00808 fde80001 fde80002");
    const struct {
        const char* name;
        const char* octets;
        bool same;
    } rows[] = {
        {"the router's AS in front, twice", "40010100 4002 12 0204 0000fde8 0000fde8 0000fde9 00000d1c c00808 fde80001 fde80002",
         true},
        {"told by another of the senders", "40010100 4002 0a 0202 0000fdea 00000d1c c00808 fde80001 fde80002", false},
        {"MED and LOCAL_PREF", "40010100 4002 0a 0202 0000fde9 00000d1c 80040400000001 40050400000064 c00808 fde80001 fde80002",
         true},
        {"communities in another order", "40010100 4002 0a 0202 0000fde9 00000d1c c00808 fde80002 fde80001", true},
        {"the path cut into segments", "40010100 4002 0c 0201 0000fde9 0201 00000d1c c00808 fde80001 fde80002", true},
        {"another community", "40010100 4002 0a 0202 0000fde9 00000d1c c00808 fde80001 fde80003", false},
        {"no communities", "40010100 4002 0a 0202 0000fde9 00000d1c", false},
        {"another ORIGIN", "40010101 4002 0a 0202 0000fde9 00000d1c c00808 fde80001 fde80002", false},
        {"another AS behind", "40010100 4002 0a 0202 0000fde9 00000d1d c00808 fde80001 fde80002", false},
        {"a set in place of the sequence", "40010100 4002 0a 0102 0000fde9 00000d1c c00808 fde80001 fde80002", false},
    };
    for (const auto& row : rows) {
        INFO(row.name);
        CHECK((of(row.octets) == sent) == row.same);
    }
}

TEST_CASE("who sent it is a mark over the fingerprint of the route as it was told")
{
    const FingerprintRules rules{
        .router_ases = {Asn{65000}}, .sender_ases = {Asn{65001}, Asn{65002}}, .sender_ids = {{0xc0000201}}};
    const auto advertised = route_fingerprint(hex("40010100 4002 06 0201 00000d1c"), {});
    CHECK(route_fingerprint(hex("40010100 4002 0e 0203 0000fde8 0000fde9 00000d1c"), rules) ==
          marked(advertised, sender_mark(Asn{65001})));
    CHECK(route_fingerprint(hex("40010100 4002 0a 0202 0000fdea 00000d1c"), rules) ==
          marked(advertised, sender_mark(Asn{65002})));
    // RFC 4456 section 8: a reflector notes who originated it; of others than our senders that says nothing.
    CHECK(route_fingerprint(hex("40010100 4002 06 0201 00000d1c 800904 c0000201"), rules) ==
          marked(advertised, sender_mark(Ipv4Address{0xc0000201})));
    CHECK(route_fingerprint(hex("40010100 4002 06 0201 00000d1c 800904 c0000202"), rules) == advertised);
}

namespace {

/// Two senders of one table of two prefixes, AS 65001 and 65002, and what comes back of their routes.
struct TwoSenders {
    AttributePool pool;
    std::shared_ptr<MeasuredRoutes> routes = std::make_shared<MeasuredRoutes>();
    std::shared_ptr<const RouteSet> set = range(pool, "10.0.0.0", 2);
    TimePoint start = TimePoint{} + 1h;
    std::span<const MeasuredRoutes::Number> all;

    TwoSenders()
    {
        routes->add(set);
        routes->set_rules({.router_ases = {Asn{65000}}, .sender_ases = {Asn{65001}, Asn{65002}}});
        auto& paths = routes->paths();
        const auto table = paths.add_table(*routes, {&set, 1}, true);
        paths.add_sender(*routes, 0, table, Asn{65001}, {});
        paths.add_sender(*routes, 1, table, Asn{65002}, {});
        routes->note_departures_of(paths.sharing(routes->size()));
        routes->begin(start);
        all = routes->numbers_of(RouteSlice::whole(set));
        routes->begin_operation(start + 1s);
        routes->sent(all, {.sender = 0, .due = never}, start + 1s);
        routes->sent(all, {.sender = 1, .due = never}, start + 1s);
    }
    std::uint32_t path_of(KnownPaths::Sender sender) { return routes->paths().fingerprint(sender, 0); }
};

}   // namespace

TEST_CASE("a failover is timed from the going of the path that the receiver held")
{
    TwoSenders two;
    Reflections holds_first{two.routes, {}}, holds_second{two.routes, {}};
    holds_first.announced(0, two.path_of(0), two.start + 2s);
    holds_first.announced(1, two.path_of(0), two.start + 2s);
    holds_second.announced(0, two.path_of(1), two.start + 2s);
    CHECK(two.path_of(0) != two.path_of(1));
    holds_first.take_times();

    SUBCASE("by withdrawal")
    {
        two.routes->begin_operation(two.start + 3s);
        two.routes->sent(two.all, {.sender = 0, .withdraw = true}, two.start + 3s);
        holds_first.announced(0, two.path_of(1), two.start + 3200ms);
        holds_first.withdrawn(1, two.start + 3300ms);   // a device that takes it back first
        holds_first.announced(1, two.path_of(1), two.start + 3400ms);
    }
    SUBCASE("with its session")
    {
        two.routes->begin_operation(two.start + 2s);
        // Noting all of them took a second, and only then the session was ended.
        two.routes->sent(two.all, {.sender = 0, .departs = true, .single = true}, two.start + 2s);
        two.routes->session_ends(0, two.start + 3s);
        holds_first.announced(0, two.path_of(1), two.start + 3200ms);
        holds_first.announced(1, two.path_of(1), two.start + 3400ms);
    }
    CHECK(holds_first.failover_not_needed() == 0);
    CHECK(holds_second.failover_not_needed() == 1);   // it holds the path of the one that stays
    const auto times = holds_first.take_times();
    CHECK(times.failover.count() == 2);
    CHECK(times.failover.min() == 200ms);
    CHECK(times.failover.max() == 400ms);

    // Back again: nothing is gone any more, and going over to it is no failover.
    two.routes->begin_operation(two.start + 5s);
    two.routes->sent(two.all, {.sender = 0, .due = never}, two.start + 5s);
    holds_first.announced(0, two.path_of(0), two.start + 5100ms);
    CHECK(holds_first.take_times().failover.empty());
    CHECK(holds_second.failover_not_needed() == 0);
}

TEST_CASE("what takes nobody's place is no failover")
{
    TwoSenders two;
    Reflections seen{two.routes, {}};
    seen.announced(0, two.path_of(0), two.start + 2s);
    two.routes->begin_operation(two.start + 3s);
    two.routes->sent(two.all, {.sender = 1, .withdraw = true}, two.start + 3s);
    two.routes->sent(two.all, {.sender = 0, .withdraw = true}, two.start + 3s);
    SUBCASE("the path of another that is gone too") { seen.announced(0, two.path_of(1), two.start + 3100ms); }
    SUBCASE("a path that nobody tells")
    {
        two.routes->sent(two.all, {.sender = 1, .due = never}, two.start + 2s);
        seen.announced(0, two.path_of(1) ^ 1, two.start + 3100ms);
    }
    SUBCASE("a path that was announced only later")
    {
        seen.withdrawn(0, two.start + 3100ms);
        two.routes->sent(two.all, {.sender = 1, .due = never}, two.start + 4s);
        seen.announced(0, two.path_of(1), two.start + 4100ms);
    }
    CHECK(seen.take_times().failover.empty());
}

TEST_CASE("a single change is late by its own schedule, from the oldest that waited")
{
    AttributePool pool;
    auto routes = std::make_shared<MeasuredRoutes>();
    const auto set = range(pool, "10.0.0.0", 2);
    routes->add(set);
    routes->expect_due_times();
    const auto start = TimePoint{} + 1h;
    routes->begin(start);
    Reflections seen{routes, {}};
    const auto all = routes->numbers_of(RouteSlice::whole(set));
    routes->due(0, start + 1s);
    routes->due(0, start + 2s);   // overtakes the first before that left
    routes->sent(all.subspan(0, 1), {.single = true}, start + 6s);
    seen.announced(0, 1, start + 6100ms);
    CHECK(seen.take_times().scheduled.max() == 5100ms);
    // The next one has a time of its own, and a table none.
    routes->due(0, start + 7s);
    routes->sent(all.subspan(0, 1), {.single = true}, start + 7s);
    seen.announced(0, 2, start + 7200ms);
    CHECK(seen.take_times().scheduled.max() == 200ms);
    routes->due(1, start + 7s);
    routes->sent(all.subspan(1, 1), {}, start + 9s);
    seen.announced(1, 1, start + 9100ms);
    CHECK(seen.take_times().scheduled.empty());
}

TEST_CASE("times are told apart by the group of the sender")
{
    AttributePool pool;
    auto routes = std::make_shared<MeasuredRoutes>();
    const auto set = range(pool, "10.0.0.0", 2);
    routes->add(set);
    routes->set_groups({0, 1, 1}, 2);
    const auto start = TimePoint{} + 1h;
    routes->begin(start);
    Reflections seen{routes, {}};
    const auto all = routes->numbers_of(RouteSlice::whole(set));
    routes->sent(all.subspan(0, 1), {.sender = 0}, start + 1s);
    routes->sent(all.subspan(1, 1), {.sender = 2}, start + 1s);
    seen.announced(0, 1, start + 1100ms);
    seen.announced(1, 1, start + 1300ms);
    REQUIRE(seen.times_by_group().size() == 2);
    CHECK(seen.times_by_group()[0].announced.max() == 100ms);
    CHECK(seen.times_by_group()[1].announced.max() == 300ms);
    CHECK(seen.times().announced.count() == 2);
    seen.take_times();
    CHECK(seen.times_by_group()[1].announced.empty());
}
