// What is measured of routes: numbers, words of sending, and what a receiver makes of them.

#include <doctest.h>

#include "engine/measured_routes.hpp"
#include "engine/reflections.hpp"
#include "rib/prefix_range.hpp"
#include "tests/support/hex.hpp"

using namespace barrage;
using namespace std::chrono_literals;

namespace {

std::shared_ptr<const RouteSet> range(AttributePool& pool, const char* first, std::uint64_t count)
{
    PrefixRangeDescription description;
    description.address = *IpAddress::from_text(first);
    description.prefix = 24;
    description.count = count;
    auto source = PrefixRange::make(description);
    return load(*source, pool);
}

}   // namespace

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
    CHECK(routes.find(*Ipv4Prefix::from_text("10.0.0.0/24")) == 0);
    CHECK(routes.find(*Ipv4Prefix::from_text("10.0.99.0/24")) == 99);
    CHECK(routes.find(*Ipv4Prefix::from_text("10.0.100.0/24")) == 100);
    CHECK(routes.find(*Ipv4Prefix::from_text("10.0.0.0/25")) == MeasuredRoutes::none);
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
    routes.numbers_of_message(message, 3, false, false, numbers);
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
    routes->sent(all.subspan(0, 2), {.peer = 7, .withdraw = false, .due = never}, start + 1s);
    routes->sent(all.subspan(0, 1), {.peer = 8, .withdraw = false, .due = never},
                 start + 2s);   // another who announces it: the first counts
    seen.announced(0, 1, start + 1100ms);
    seen.announced(0, 1, start + 1500ms);   // and told again, it counts once
    seen.announced(1, 1, start + 1300ms);
    CHECK(seen.live() == 2);
    CHECK(seen.reflected() == 2);
    auto times = seen.take_times();
    CHECK(times.announced.count() == 2);
    CHECK(times.announced.min() == 100ms);
    CHECK(times.announced.max() == 300ms);
    CHECK(times.scheduled.empty());

    routes->begin_operation(start + 3s);
    routes->sent(all.subspan(0, 1), {.peer = 7, .withdraw = true, .due = never}, start + 3s);
    routes->sent(all.subspan(0, 1), {.peer = 8, .withdraw = true, .due = never},
                 start + 4s);   // only now it is gone: the last counts
    routes->sent(all.subspan(2, 1), {.peer = 7, .withdraw = false, .due = start + 3500ms}, start + 4s);
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
    routes->sent(all.subspan(2, 1), {.peer = 8, .single = true}, start + 4500ms);
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
        {"told by another of the senders", "40010100 4002 0a 0202 0000fdea 00000d1c c00808 fde80001 fde80002", true},
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
