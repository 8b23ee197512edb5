// What a receiver makes of what comes: what has come, what was interrupted, made up or leaked, and failovers.

#include "tests/support/doctest.hpp"

#include <array>

#include "engine/measured_routes.hpp"
#include "engine/reflections.hpp"
#include "tests/engine/measured_range.hpp"

using namespace barrage;
using namespace std::chrono_literals;

TEST_CASE("a route that goes though nobody took it back is an interruption, once all was right")
{
    AttributePool pool;
    auto routes = std::make_shared<MeasuredRoutes>();
    const auto set = range(pool, "10.0.0.0", 3);
    const auto other = range(pool, "10.0.2.0", 1);   // the third has two senders
    routes->add(set);
    routes->add(other);
    const auto start = TimePoint{} + 1h;
    const std::array sets{set}, others{other};
    auto& paths = routes->paths();
    paths.add_sender(*routes, 1, paths.add_table(*routes, sets, true), Asn{65001}, Ipv4Address{1});
    paths.add_sender(*routes, 2, paths.add_table(*routes, others, true), Asn{65002}, Ipv4Address{2});
    routes->begin(start);
    Reflections seen{routes, {}};
    const auto all = routes->numbers_of(RouteSlice::whole(set));
    const auto own = paths.fingerprint(1, 0);   // of all its routes
    routes->begin_operation(start + 1s);
    routes->sent(all, {.sender = 1}, start + 1s);
    for (const MeasuredRoutes::Number number : {0, 1, 2}) seen.announced(number, own, start + 2s);
    seen.withdrawn(0, start + 3s);   // nobody has seen yet that all is right
    seen.announced(0, own, start + 4s);
    CHECK(seen.take_times().interruptions == 0);
    routes->all_is_right(start + 5s);
    seen.withdrawn(0, start + 6s);
    seen.withdrawn(2, start + 6s);   // another path may have taken its place
    CHECK(seen.times().interruptions == 1);
    seen.announced(0, own, start + 7s);
    CHECK(seen.take_times().interruptions == 1);
    routes->sent(all.subspan(1, 1), {.sender = 1, .withdraw = true}, start + 8s);
    seen.withdrawn(1, start + 9s);
    routes->all_may_change();
    seen.withdrawn(0, start + 10s);
    CHECK(seen.take_times().interruptions == 0);
}

TEST_CASE("the same path once more in a later operation is no convergence")
{
    AttributePool pool;
    auto routes = std::make_shared<MeasuredRoutes>();
    const auto set = range(pool, "10.0.0.0", 2);
    routes->add(set);
    const auto start = TimePoint{} + 1h;
    routes->begin(start);
    Reflections seen{routes, {}};
    const auto all = routes->numbers_of(RouteSlice::whole(set));
    routes->begin_operation(start + 1s);
    routes->sent(all, {.sender = 1}, start + 1s);
    for (const MeasuredRoutes::Number number : {0, 1}) seen.announced(number, 7, start + 2s);
    routes->begin_operation(start + 3s);
    routes->sent(all, {.sender = 1}, start + 3s);   // a session that came back: the device has nothing to say
    CHECK(seen.take_times().announced.count() == 2);
    routes->begin_operation(start + 5s);   // a refresh
    seen.announced(0, 7, start + 6s);
    CHECK(seen.times().announced.empty());
    seen.announced(1, 8, start + 6s);   // another path is a change, however late
    CHECK(seen.times().announced.count() == 1);
    CHECK(seen.times().announced.max() == 3s);
}

TEST_CASE("a route has come when it comes as it was sent")
{
    AttributePool pool;
    auto routes = std::make_shared<MeasuredRoutes>();
    const auto set = range(pool, "10.0.0.0", 2);
    routes->add(set);
    const auto start = TimePoint{} + 1h;
    const std::array sets{set};
    auto& paths = routes->paths();
    paths.add_sender(*routes, 1, paths.add_table(*routes, sets, true), Asn{65001}, Ipv4Address{1});
    routes->begin(start);
    Reflections seen{routes, {}};
    const auto all = routes->numbers_of(RouteSlice::whole(set));
    const auto sent = paths.fingerprint(1, 0);
    routes->begin_operation(start + 1s);
    routes->sent(all, {.sender = 1}, start + 1s);
    seen.announced(0, sent ^ 5, start + 2s);   // with something that nobody sent
    CHECK(seen.times().announced.empty());
    CHECK(seen.live() == 1);
    seen.announced(0, sent, start + 3s);
    seen.announced(1, sent, start + 2s);
    CHECK(seen.times().announced.count() == 2);
    CHECK(seen.take_times().announced.max() == 2s);
    CHECK(seen.reflected() == 2);

    // The sender's attributes change: the old path once more is not what came of it.
    routes->begin_operation(start + 4s);
    routes->changed_paths().set(1, 0, {.fingerprint = sent ^ 9, .exact = false, .inside = 0});
    routes->sent(all.subspan(0, 1), {.sender = 1, .single = true}, start + 4s);
    seen.announced(0, sent, start + 5s);
    CHECK(seen.times().announced.empty());
    seen.announced(0, sent ^ 9, start + 7s);
    CHECK(seen.take_times().announced.max() == 3s);

    // … and back.
    routes->begin_operation(start + 8s);
    routes->changed_paths().erase(1, 0);
    routes->sent(all.subspan(0, 1), {.sender = 1, .single = true}, start + 8s);
    seen.announced(0, sent ^ 9, start + 9s);
    CHECK(seen.times().announced.empty());
    seen.announced(0, sent, start + 10s);
    CHECK(seen.take_times().announced.max() == 2s);
}

TEST_CASE("another's path may answer, and a path that stands in no table may take over")
{
    AttributePool pool;
    auto routes = std::make_shared<MeasuredRoutes>();
    const auto set = range(pool, "10.0.0.0", 1);
    routes->add(set);
    const auto start = TimePoint{} + 1h;
    const std::array sets{set};
    auto& paths = routes->paths();
    const auto table = paths.add_table(*routes, sets, true);
    paths.add_sender(*routes, 1, table, Asn{65001}, Ipv4Address{1});
    paths.add_sender(*routes, 2, table, Asn{65002}, Ipv4Address{2});
    paths.add_sender(*routes, 3, paths.add_table(*routes, {}, true), Asn{65003}, Ipv4Address{3});
    routes->note_departures_of({1, 2, 3});
    routes->begin(start);
    Reflections seen{routes, {}};
    const auto all = routes->numbers_of(RouteSlice::whole(set));
    routes->begin_operation(start + 1s);
    routes->sent(all, {.sender = 1}, start + 1s);
    routes->sent(all, {.sender = 2}, start + 1s);
    seen.announced(0, paths.fingerprint(2, 0), start + 2s);
    CHECK(seen.take_times().announced.count() == 1);

    const KnownPaths::Advertised commanded{.fingerprint = 77, .exact = false, .inside = 0};
    routes->changed_paths().set(3, 0, commanded);
    routes->sent(all, {.sender = 3, .single = true}, start + 3s);
    CHECK(routes->is_advertised(0, 77));
    routes->begin_operation(start + 4s);
    routes->sent(all, {.sender = 1, .departs = true, .single = true}, start + 4s);
    routes->sent(all, {.sender = 2, .departs = true, .single = true}, start + 4s);
    seen.announced(0, 77, start + 6s);
    CHECK(seen.times().failover.count() == 1);
    CHECK(seen.take_times().failover.max() == 2s);
    routes->sent(all, {.sender = 3, .withdraw = true}, start + 7s);
    CHECK(!routes->is_advertised(0, 77));
    CHECK(routes->gone_since(0, 77) == start + 7s);
}

TEST_CASE("attributes that nobody announced are counted, and do not hide the failover behind them")
{
    AttributePool pool;
    auto routes = std::make_shared<MeasuredRoutes>();
    const auto set = range(pool, "10.0.0.0", 1);
    routes->add(set);
    const auto start = TimePoint{} + 1h;
    const std::array sets{set};
    auto& paths = routes->paths();
    const auto table = paths.add_table(*routes, sets, true);
    paths.add_sender(*routes, 1, table, Asn{65001}, Ipv4Address{1});
    paths.add_sender(*routes, 2, table, Asn{65002}, Ipv4Address{2});
    paths.are_complete();
    routes->note_departures_of({1, 2});
    routes->begin(start);
    Reflections seen{routes, {}};
    const auto all = routes->numbers_of(RouteSlice::whole(set));
    routes->begin_operation(start + 1s);
    routes->sent(all, {.sender = 1}, start + 1s);
    seen.announced(0, paths.fingerprint(1, 0), start + 2s);
    CHECK(seen.take_times().altered == 0);
    routes->begin_operation(start + 3s);
    routes->sent(all, {.sender = 1, .departs = true, .single = true}, start + 3s);
    seen.announced(0, 12345, start + 4s);
    CHECK(seen.times().altered == 1);
    CHECK(seen.times().altered_sample == "10.0.0.0/24");
    CHECK(seen.times().failover.empty());
    seen.announced(0, paths.fingerprint(2, 0), start + 5s);
    CHECK(seen.times().failover.count() == 1);
    CHECK(seen.times().failover.max() == 2s);
    CHECK(seen.failover_not_needed() == 0);
    // What a sender announced before is nobody's no more, and was not made up.
    const auto changed = paths.fingerprint(2, 0) ^ 9;
    routes->changed_paths().set(2, 0, {.fingerprint = changed, .exact = false, .inside = 0});
    routes->changed_paths().erase(2, 0);
    CHECK(!routes->is_made_up(0, changed));
    CHECK(routes->is_made_up(0, changed ^ 2));
}

TEST_CASE("what came and went has come when it stays")
{
    AttributePool pool;
    auto routes = std::make_shared<MeasuredRoutes>();
    const auto set = range(pool, "10.0.0.0", 1);
    routes->add(set);
    const auto start = TimePoint{} + 1h;
    routes->begin(start);
    Reflections seen{routes, {}};
    const auto all = routes->numbers_of(RouteSlice::whole(set));
    routes->begin_operation(start + 1s);
    routes->sent(all, {.sender = 1}, start + 1s);
    seen.announced(0, 7, start + 2s);
    seen.withdrawn(0, start + 3s);
    seen.announced(0, 7, start + 6s);
    CHECK(seen.take_times().announced.max() == 5s);
    routes->begin_operation(start + 7s);
    routes->sent(all, {.sender = 1, .withdraw = true}, start + 7s);
    seen.withdrawn(0, start + 8s);
    seen.announced(0, 7, start + 9s);
    seen.withdrawn(0, start + 11s);
    CHECK(seen.take_times().withdrawn.max() == 4s);
}

TEST_CASE("times begin when the receiver's session is up")
{
    AttributePool pool;
    auto routes = std::make_shared<MeasuredRoutes>();
    const auto set = range(pool, "10.0.0.0", 1);
    routes->add(set);
    const auto start = TimePoint{} + 1h;
    routes->begin(start);
    Reflections seen{routes, {}};
    const auto all = routes->numbers_of(RouteSlice::whole(set));
    routes->begin_operation(start + 1s);
    routes->sent(all, {.sender = 1}, start + 1s);
    seen.session_begun(start + 5s);
    seen.announced(0, 7, start + 6s);
    CHECK(seen.take_times().announced.max() == 1s);
}

TEST_CASE("each route has to be announced again after a refresh: RFC 2918 section 4")
{
    AttributePool pool;
    auto routes = std::make_shared<MeasuredRoutes>();
    const auto set = range(pool, "10.0.0.0", 3);
    routes->add(set);
    const auto start = TimePoint{} + 1h;
    routes->begin(start);
    Reflections seen{routes, {false, false, true}};
    for (const MeasuredRoutes::Number number : {0, 1, 2}) seen.announced(number, 7, start + 1s);
    seen.begin_refresh();
    for (int i = 0; i < 3; ++i) seen.announced(1, 7, start + 2s);
    CHECK(seen.not_refreshed() == std::vector<MeasuredRoutes::Number>{0});   // the third is its own
    seen.announced(0, 7, start + 3s);
    CHECK(seen.not_refreshed().empty());
}

TEST_CASE("departures of more senders than eight are told apart")
{
    AttributePool pool;
    auto routes = std::make_shared<MeasuredRoutes>();
    const auto set = range(pool, "10.0.0.0", 1);
    routes->add(set);
    const auto start = TimePoint{} + 1h;
    const std::array sets{set};
    auto& paths = routes->paths();
    const auto table = paths.add_table(*routes, sets, true);
    std::vector<KnownPaths::Sender> senders;
    for (KnownPaths::Sender sender = 0; sender < 17; ++sender) {
        paths.add_sender(*routes, sender, table, Asn{65000 + sender}, Ipv4Address{sender});
        senders.push_back(sender);
    }
    routes->note_departures_of(senders);
    routes->begin(start);
    const auto all = routes->numbers_of(RouteSlice::whole(set));
    for (KnownPaths::Sender sender = 0; sender < 16; ++sender)
        routes->sent(all, {.sender = sender, .departs = true, .single = true}, start + std::chrono::seconds{1 + sender});
    for (KnownPaths::Sender sender = 0; sender < 16; ++sender)
        CHECK(routes->gone_since(0, paths.fingerprint(sender, 0)) == start + std::chrono::seconds{1 + sender});
    CHECK(routes->is_advertised(0, paths.fingerprint(16, 0)));
}

TEST_CASE("routes that must not come, and that nobody sent, are counted as they come")
{
    AttributePool pool;
    auto routes = std::make_shared<MeasuredRoutes>();
    const auto set = range(pool, "10.0.0.0", 1);
    const auto none = range(pool, "10.1.0.0", 1);
    routes->add(set);
    routes->add(none);
    const auto start = TimePoint{} + 1h;
    const std::array sets{set};
    auto& paths = routes->paths();
    paths.add_sender(*routes, 1, paths.add_table(*routes, sets, true), Asn{65001}, Ipv4Address{1});
    paths.are_complete();
    routes->begin(start);
    Reflections seen{routes, {}};
    seen.unknown("99.0.0.0/8", true, start);   // nothing was sent yet: it may be the device's own
    routes->begin_operation(start + 1s);
    routes->sent(routes->numbers_of(RouteSlice::whole(none)), {.sender = 2}, start + 1s);
    seen.announced(1, 7, start + 2s);
    seen.withdrawn(1, start + 3s);
    CHECK(seen.times().leaked == 1);
    CHECK(seen.times().leaked_sample == "10.1.0.0/24");
    CHECK(seen.times().announced.empty());
    seen.unknown("99.0.0.0/8", true, start + 4s);
    CHECK(seen.take_times().leaked == 2);
}
