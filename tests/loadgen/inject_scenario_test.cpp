// Every option of `loadgen inject` is a key of scenarios, and every key of a group that sends is an option: one table says which is which.

#include "tests/support/doctest.hpp"

#include <algorithm>
#include <set>

#include "loadgen/commands/inject.hpp"
#include "loadgen/inject/inject_report.hpp"
#include "loadgen/inject/inject_scenario.hpp"
#include "loadgen/scenario/scenario_document.hpp"
#include "loadgen/scenario/scenario_reader.hpp"

using namespace barrage;
using namespace std::chrono_literals;

namespace {

struct Pair {
    const char* option;
    const char* key;   // of a scenario: SECTION.KEY, or a key of the scenario itself
};

constexpr Pair pairs[] = {
    {"--peers", "peers.count"},
    {"--routes", "peers.routes"},
    {"--divided", "peers.divided"},
    {"--shuffle", "peers.order"},
    {"--mrt-peer", "peers.mrt_peer"},
    {"--mrt-local", "peers.mrt_local"},
    {"--next-hop", "peers.next_hop"},
    {"--as-path", "peers.as_path"},
    {"--local-as", "peers.as"},
    {"--address", "peers.address"},
    {"--router-id", "peers.router_id"},
    {"--hold-time", "peers.hold_time"},
    {"--send-hold-time", "peers.send_hold_time"},
    {"--graceful-restart", "peers.graceful_restart"},
    {"--families", "peers.families"},
    {"--extended-message", "peers.extended_message"},
    {"--add-path", "peers.add_path"},
    {"--ttl", "peers.ttl"},
    {"--md5", "peers.md5"},
    {"--md5-file", "peers.md5"},
    {"ROUTER", "dut.address"},
    {"--peer-as", "dut.as"},
    {"--allow-left-out", "allow_left_out"},
    {"--seed", "seed"},
    {"--timeout", "timeout"},
    {"--connect-timeout", "connect.timeout"},
    {"--rate", "announce.rate"},
    {"--prefixes-per-update", "announce.prefixes_per_update"},
    {"--replay", "replay.speed"},
    {"--replay-max-gap", "replay.max_gap"},
    {"--withdraw-after", "withdraw.share"},
    {"--hold", "hold.for"},
    {"--verify", "wait.for"},
    {"--verify-as", "peers.as"},
    {"--verify-address", "peers.address"},
    {"--route-server", "dut.route_server"},
};

/// Options of every command that plays; --help is CLI11's own.
constexpr const char* of_commands[] = {"--add-addresses", "--report", "--html",        "--markdown", "--junit",
                                       "--metrics",       "--json",   "--quiet",       "--mode",     "--shards",
                                       "--packers",       "--pin",    "--trace-turns", "--help"};
/// What `inject` has no use for, and why.
constexpr const char* of_scenarios[] = {
    "name",               // its groups have names of their own
    "role",               // senders, and with --verify a receiver
    "measure",            // what a receiver does
    "as_step",            // 1, or 0 with --local-as
    "enhanced_refresh",   // asked for by receivers
    "reject_as_set",      // what a receiver does
    "expect",             // --verify expects all of it
};

std::set<std::string> options_of_inject()
{
    CLI::App app;
    CommandAction action;
    add_inject_command(app, action);
    std::set<std::string> names;
    for (const auto* option : app.get_subcommand("inject")->get_options()) {
        const auto name = option->get_name(false, false);
        names.insert(name.substr(0, name.find(',')));
    }
    return names;
}

}   // namespace

TEST_CASE("every option of inject has its key in scenarios, and every key of a group its option")
{
    std::set<std::string> known;
    for (const auto& pair : pairs) known.insert(pair.option);
    for (const auto* each : of_commands) known.insert(each);
    for (const auto& option : options_of_inject()) {
        CAPTURE(option);
        CHECK(known.contains(option));
    }
    CHECK(options_of_inject().size() == known.size());

    std::set<std::string> keys;
    for (const auto& pair : pairs) keys.insert(pair.key);
    for (const auto& field : group_fields()) {
        const std::string name{field.name};
        CAPTURE(name);
        CHECK(keys.contains("peers." + name) != (std::ranges::find(of_scenarios, name) != std::end(of_scenarios)));
    }
    const auto schema = scenario_schema();
    for (const auto& key : keys)
        if (!key.contains('.')) CHECK(schema.at("properties").as_object().contains(key));
}

TEST_CASE("what inject is asked for is in its scenario")
{
    InjectOptions options;
    options.peers = 3;
    options.slice = options.shuffled = options.add_path = options.extended_message = true;
    options.send_hold_time = 20s;
    options.graceful_restart = 120s;
    options.rate_per_second = 100;
    options.prefixes_per_update = 7;
    options.withdraw_after = 2s;
    options.hold = 3s;
    options.timeout = 9s;
    const auto scenario = injecting_scenario(options, {*IpAddress::from_text("192.0.2.1"), 179});
    const auto& group = scenario.groups.front();
    CHECK(group.count == 3);
    CHECK(group.divided);
    CHECK(group.shuffled);
    CHECK(group.add_path);
    CHECK(group.extended_message);
    CHECK(group.send_hold_time == 20s);
    CHECK(group.graceful_restart == 120s);
    CHECK(scenario.timeout == 9s);
    REQUIRE(scenario.phases.size() == 5);
    const auto& advertising = std::get<Scenario::Connect>(scenario.phases[0].what).advertising;
    REQUIRE(advertising);
    CHECK(advertising->rate == 100);
    CHECK(advertising->prefixes_per_update == 7);
    CHECK(std::get<Scenario::Announce>(scenario.phases[1].what).rate == 300);
    CHECK(std::get<Scenario::Hold>(scenario.phases[2].what).time == 2s);
    CHECK(std::get<Scenario::Withdraw>(scenario.phases[3].what).rate == 300);
    CHECK(std::get<Scenario::Hold>(scenario.phases[4].what).time == 3s);
}

TEST_CASE("a group has what sessions and dumps of loadgen inject have")
{
    const auto scenario =
        read_scenario("dut: {address: 192.0.2.1}\n"
                      "peers:\n"
                      "  - {name: s, routes: x.mrt, mrt_peer: AS64500, mrt_local: true, add_path: true, send_hold_time: 20s}\n"
                      "phases: [connect, replay: {speed: 10, max_gap: 1m}]\n"
                      "timeout: 5m\n");

    REQUIRE(scenario);
    const auto& group = scenario->groups.front();
    CHECK(group.mrt_peer == MrtPeerChoice::from_text("AS64500"));
    CHECK(group.mrt_local);
    CHECK(group.add_path);
    CHECK(group.send_hold_time == 20s);
    CHECK(scenario->timeout == 5min);
    CHECK(std::get<Scenario::Replay>(scenario->phases[1].what).max_gap == 1min);
    const auto wrong =
        read_scenario("dut: {address: 192.0.2.1}\npeers: [{name: s, routes: x.mrt, mrt_peer: some}]\nphases: [connect]\n");
    REQUIRE(!wrong);
    CHECK(wrong.error().front().line == 2);
    CHECK(wrong.error().front().column == 44);
    CHECK(wrong.error().front().text == "'some': expected an index, an address, an AS (AS65001), most or all");
}

TEST_CASE("routes that leave between two phases count for the rate")
{
    RunResult result;
    result.phases.push_back({.name = "connect", .kind = PhaseKind::of<Scenario::Connect>(), .took = 100ms, .wire_routes = 10});
    result.phases.push_back(
        {.name = "announce", .kind = PhaseKind::of<Scenario::Announce>(), .began = 100ms, .took = 900ms, .wire_routes = 985});
    result.phases.push_back(
        {.name = "withdraw", .kind = PhaseKind::of<Scenario::Withdraw>(), .began = 1s, .took = 1s, .wire_routes = 500});
    result.wire = 1500;   // five of them neither in the one nor in the other
    result.peers.push_back({.number = 1, .group = "senders", .sends = true, .established_at = 0ms, .all_acked = 1s});
    const auto scenario = injecting_scenario({}, {});
    const auto report = report_of({.file = "", .scenario = &scenario, .report = {}, .runs = {result}}, {});
    CHECK(report.rates.routes_per_second == doctest::Approx(1000));
}
