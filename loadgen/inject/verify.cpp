#include "loadgen/inject/verify.hpp"

#include <algorithm>

#include "loadgen/run/run_scenario.hpp"
#include "loadgen/scenario/session_defaults.hpp"

namespace barrage {

namespace {

constexpr auto patience = std::chrono::minutes{5};   // for the router to pass everything on

Scenario::Phase phase(const char* name, Scenario::What what) { return {.name = name, .what = std::move(what)}; }

}   // namespace

Scenario verifying_scenario(const InjectOptions& options)
{
    Scenario scenario;
    scenario.name = "inject --verify";
    scenario.dut = {.address = options.router->address, .port = options.router->port, .as = options.peer_as};
    scenario.seed = options.table.seed.value_or(1);
    scenario.compare_attributes = options.peer_as.has_value();   // without it nobody knows what the router puts in front
    scenario.allow_left_out = options.allow_left_out;

    Scenario::Group senders{.name = "senders",
                            .count = options.peers,
                            .role = Scenario::Role::send,
                            .address = options.source,
                            .as = options.local_as.value_or(session_defaults::first_as),
                            .as_step = options.local_as ? 0u : 1u,
                            .router_id = options.router_id,
                            .families = options.families,
                            .hold_time = options.hold_time};
    senders.routes = options.table.sources;
    senders.divided = options.slice;
    senders.next_hop = options.next_hop;
    senders.md5_key = options.md5_key;
    senders.ttl = options.ttl;
    senders.extended_message = options.extended_message;
    senders.send_hold_time = options.send_hold_time;
    senders.add_path = options.add_path;
    senders.mrt_peer = options.table.mrt_peer;
    senders.mrt_local = options.table.mrt_local;
    Scenario::Group receiver{.name = "receiver", .count = 1, .role = Scenario::Role::receive, .address = options.verify->address};
    if (!receiver.address && options.source)
        receiver.address = session_defaults::source_address_from(*options.source, options.peers);
    receiver.as = options.verify->as;
    receiver.families = options.families;
    receiver.hold_time = options.hold_time;
    receiver.md5_key = options.md5_key;
    receiver.ttl = options.ttl;
    receiver.extended_message = options.extended_message;
    scenario.groups = {std::move(senders), std::move(receiver)};

    scenario.phases.push_back(phase("connect", Scenario::Connect{.peers = {}, .timeout = options.connect_timeout}));
    if (options.table.replay_speed > 0) {
        scenario.phases.push_back(phase("replay", Scenario::Replay{.peers = {}, .speed = options.table.replay_speed, .max_gap = options.table.replay_max_gap}));
    } else {
        Scenario::Announce announce;
        announce.rate = options.rate_per_second * options.peers;
        announce.prefixes_per_update.most = options.prefixes_per_update;
        announce.timeout = options.timeout.value_or(std::chrono::hours{24});
        scenario.phases.push_back(phase("announce", std::move(announce)));
    }
    Scenario::Wait wait;
    wait.timeout = options.timeout.value_or(patience);
    scenario.phases.push_back(phase("wait", wait));
    if (options.hold.count() > 0) scenario.phases.push_back(phase("hold", Scenario::Hold{.time = options.hold}));
    return scenario;
}

ExitStatus inject_and_verify(const InjectOptions& options)
{
    RunOptions run;
    run.command = "inject";
    run.add_addresses = options.add_addresses;
    run.report_file = options.report_file;
    run.html_file = options.html_file;
    run.metrics = options.metrics;
    run.json = options.json;
    run.quiet = options.quiet;
    run.engine = options.engine;
    const auto load = [&options](const Scenario& scenario) -> std::expected<RouteTables, std::string> {
        auto source = options.table;
        const bool is_internal = scenario.dut.as && scenario.groups.front().as == *scenario.dut.as;
        source.drop_next_hops = options.next_hop.mode == NextHopMode::automatic && !is_internal;
        source.with_placeholders = options.next_hop.mode != NextHopMode::automatic;
        auto table = load_routes(source);
        if (!table) return std::unexpected(std::move(table.error()));
        return RouteTables{std::make_shared<const RouteTable>(std::move(*table)), nullptr};
    };
    return play_scenario(verifying_scenario(options), load, run);
}

}   // namespace barrage
