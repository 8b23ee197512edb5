// Each kind of phase of a scenario, played over an honest device in the simulation: no sockets, no waiting, times to the point.

#include "tests/support/doctest.hpp"

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "tests/simulation/play.hpp"

namespace barrage::simulation {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::uint32_t routes = 20;

/// Two senders with the same routes each, a peer with longer paths to half of them, two receivers. `lines` are played once all is announced.
Plan plan_of(std::vector<std::string> lines)
{
    Plan plan{.seed = 7};
    plan.groups = {{.name = "senders",
                    .count = 2,
                    .role = "send",
                    .routes = 2 * routes,
                    .as_path = "64512",
                    .divided = true,
                    .graceful_restart = true},
                   {.name = "others", .role = "send", .as = 65101, .routes = routes, .as_path = "64513 64514"},
                   {.name = "receivers", .count = 2, .role = "receive", .as = 64601, .enhanced_refresh = true}};
    plan.steps = {std::move(lines)};
    return plan;
}

const RunResult::Phase& phase(const RunResult& result, std::string_view name)
{
    const auto found = std::ranges::find(result.phases, name, &RunResult::Phase::name);
    REQUIRE(found != result.phases.end());
    return *found;
}

/// Plays it with both ways of driving an engine; all that must hold does, and the run passes.
void check(const std::vector<std::string>& lines, const std::function<void(const RunResult&)>& holds)
{
    for (const std::uint32_t shards : {0u, 1u, 2u, 8u}) {
        CAPTURE(shards);
        auto plan = plan_of(lines);
        plan.tester.shards = shards;
        const auto outcome = play(plan);
        for (const auto& what : outcome.broken) FAIL_CHECK(what);
        CHECK(outcome.result.status == ExitStatus::passed);
        for (const auto& each : outcome.result.phases) {
            CAPTURE(each.name);
            CHECK(each.finished);
        }
        if (outcome.broken.empty()) holds(outcome.result);
    }
}

}   // namespace

TEST_CASE("connect, announce, wait: every receiver has every route, of the shorter path")
{
    check({}, [](const RunResult& result) {
        CHECK(phase(result, "announce").wire_routes == 3 * routes);
        CHECK(result.unique_routes == 2 * routes);
        CHECK(phase(result, "wait").comparison->expected == 2 * 2 * routes);
        CHECK(phase(result, "wait").comparison->is_right());
        CHECK(
            std::ranges::all_of(result.peers, [](const auto& peer) { return peer.established.has_value() && peer.losses == 0; }));
    });
}

TEST_CASE("hold: lasts as long as it is to, keeps sessions up, and costs a second of real time an hour at most")
{
    const auto start = std::chrono::steady_clock::now();
    const auto outcome = play(plan_of({"hold: 1h"}));
    const auto took = std::chrono::steady_clock::now() - start;
    CHECK(outcome.broken.empty());
    CHECK(phase(outcome.result, "hold").took >= std::chrono::hours{1});
    CHECK(phase(outcome.result, "hold").took < std::chrono::hours{1} + milliseconds{1});
    // A thousand times as fast as the clock on the wall; ten times as fast again where nothing else runs.
    CHECK(took < seconds{4});
}

TEST_CASE("announce, withdraw: a share goes, and comes again at a rate")
{
    check({"withdraw: {peers: senders, share: 50%}", "wait", "announce: {peers: senders, rate: 10}", "wait"},
          [](const RunResult& result) {
              CHECK(phase(result, "withdraw").wire_routes == routes);
              CHECK(phase(result, "announce-2").wire_routes == routes);
              // 10 a second of both: the last of 10 of each goes 1.8 s behind the first.
              CHECK(phase(result, "announce-2").took >= milliseconds{1800});
              CHECK(phase(result, "announce-2").took < milliseconds{2200});
              CHECK(phase(result, "announce-2").asked_rate == 10.0);
          });
}

TEST_CASE("churn: as many changes as its rate and time make, and all is as it was")
{
    check({"churn: {peers: senders, rate: 50, for: 4s, share: 50%, attribute_changes: 50%}", "wait"},
          [](const RunResult& result) {
              const auto& churn = phase(result, "churn");
              CHECK(churn.took >= seconds{4});
              CHECK(churn.wire_routes >= 200);
              CHECK(phase(result, "wait-2").comparison->is_right());
              CHECK(churn.not_returned_awaited == 0);
          });
}

TEST_CASE("flap: routes and sessions go and come so many times")
{
    check({"flap: {peers: senders, share: 50%, times: 3, down: 1s, up: 500ms}", "wait"}, [](const RunResult& result) {
        CHECK(phase(result, "flap").wire_routes == 6 * routes);
        CHECK(phase(result, "flap").took >= milliseconds{4000});
    });
    check({"flap: {of: sessions, peers: senders, share: 50%, times: 2, down: 1s, up: 2s}", "wait"}, [](const RunResult& result) {
        CHECK(phase(result, "flap").establish.count() == 2);
        CHECK(result.sessions_lost == 0);
    });
}

TEST_CASE("refresh: each receiver gets everything again")
{
    check({"refresh", "wait"},
          [](const RunResult& result) { CHECK(phase(result, "refresh").note.starts_with("the device marked the end")); });
}

TEST_CASE("kill: in each way, and connect brings all back")
{
    for (const std::string by : {"cease", "rst", "fin", "silence", "stop-reading"}) {
        CAPTURE(by);
        check({"kill: {by: " + by + ", peers: senders, count: 1}", "wait: {timeout: 5m}", "connect", "wait"},
              [&](const RunResult& result) {
                  CHECK(phase(result, "connect-2").establish.count() == 1);
                  CHECK(result.losses.empty());
                  // The device gives up a silent peer when its hold time is over, and not before.
                  if (by == "silence") {
                      CHECK(phase(result, "kill").took > seconds{59});
                      CHECK(phase(result, "kill").took < seconds{91});
                  }
              });
    }
}

TEST_CASE("restart: the device keeps the routes of who comes back, and flushes those of who stays away")
{
    check({"restart: {peers: senders, down: 5s, stale: 2s}", "wait"}, [](const RunResult& result) {
        const auto& kept = phase(result, "restart").kept;
        REQUIRE(kept);
        CHECK(kept->at_stake == 2 * 2 * routes);
        CHECK(kept->flushed == 0);
    });
    check({"restart: {peers: senders, down: 40s}", "wait"}, [](const RunResult& result) {
        const auto& kept = phase(result, "restart").kept;
        REQUIRE(kept);
        CHECK(kept->flushed != 0);
        REQUIRE(kept->first_flush);
        CHECK(*kept->first_flush >= seconds{30});   // the restart time of the OPEN
        CHECK(*kept->first_flush < seconds{31});
    });
}

TEST_CASE("command: lines of an API program are sent and come back")
{
    check({"command: {peers: others, lines: ['announce route 30.0.0.0/24 next-hop 192.0.2.9 as-path [ 65101 64999 ]']}", "wait"},
          [](const RunResult& result) { CHECK(phase(result, "command").wire_routes == 1); });
}

TEST_CASE("parallel, barrier, repeat: branches go side by side and meet")
{
    check({"parallel: [[{flap: {peers: others, share: 100%, times: 2, down: 1s, up: 1s}}, barrier], [{hold: 3s}, barrier]]",
           "wait", "repeat: {times: 2, phases: [{withdraw: {peers: others}}, wait, {announce: {peers: others}}, wait]}"},
          [](const RunResult& result) {
              CHECK(phase(result, "parallel").took >= seconds{3});
              CHECK(phase(result, "withdraw-2").wire_routes == routes);
          });
}

TEST_CASE("what was changed one by one goes with the table that it is of, and does not come back with the session (seeds 653, "
          "1094, 1110)")
{
    check({"churn: {peers: senders, rate: 22, for: 4s, share: 50%, attribute_changes: 80%}", "wait", "withdraw: {peers: senders}",
           "wait", "kill: {by: fin, peers: senders}", "wait", "connect", "wait"},
          [](const RunResult& result) {
              CHECK(phase(result, "wait-5").comparison->is_right());
              CHECK(phase(result, "wait-5").comparison->expected == 2 * routes);   // those of `others`, at both receivers
          });
}

TEST_CASE("an OPEN that was lost with its connection does not count as acknowledged by the session behind it (seeds 1, 5, 21)")
{
    for (const auto kind : {LinkFault::Kind::vanish, LinkFault::Kind::reset_far, LinkFault::Kind::close}) {
        CAPTURE(std::string{name_of(kind)});
        auto plan = plan_of({"hold: 1s"});
        plan.link_faults = {{.kind = kind, .connection = 0, .octets = 14}, {.kind = kind, .connection = 3, .octets = 55}};
        for (const auto& what : play(plan).broken) FAIL_CHECK(what);
    }
}

TEST_CASE("a fault of the device is found, as it is over sockets")
{
    struct Row {
        const char* fault;
        const char* line;
        std::function<bool(const RunResult&)> is_found;
    };
    const Row rows[] = {
        {"drop-one-in=5", "hold: 1s", [](const RunResult& result) { return result.comparison.missing != 0; }},
        {"ignore-withdrawals", "withdraw: {peers: senders, share: 50%}",
         [](const RunResult& result) { return result.comparison.unexpected + result.comparison.stale != 0; }},
        {"change-community", "hold: 1s",
         [](const RunResult& result) { return result.comparison.wrong_attributes + result.comparison.stale != 0; }},
        {"reset-after=10", "hold: 1s", [](const RunResult& result) { return !result.losses.empty(); }},
        {"never-fail-over", "kill: {peers: senders, count: 1}",
         [](const RunResult& result) { return result.comparison.stale != 0; }},
    };
    for (const auto& row : rows) {
        CAPTURE(row.fault);
        auto plan = plan_of({row.line, "wait"});
        plan.device_faults = {row.fault};
        const auto outcome = play(plan);
        for (const auto& what : outcome.broken) FAIL_CHECK(what);
        CHECK(outcome.result.status != ExitStatus::passed);
        CHECK(row.is_found(outcome.result));
    }
}

TEST_CASE("the same seed is the same run: octets, times and findings; another seed is another one")
{
    const auto plan = make_plan(4, true);
    CHECK(play(plan).trace == play(plan).trace);
    CHECK(play(plan).trace != play(make_plan(6, true)).trace);
    const auto faulty = make_plan(5, false);
    CHECK(play(faulty).trace == play(faulty).trace);
}

}   // namespace barrage::simulation
