#include "loadgen/inject/inject_scenario.hpp"

#include "loadgen/scenario/session_defaults.hpp"

namespace barrage {

namespace {

constexpr auto patience = std::chrono::minutes{5};        // for the router to pass everything on
constexpr auto no_limit = std::chrono::hours{24 * 365};   // --timeout is of the whole run

Scenario::Phase phase(const char* name, Scenario::What what) { return {.name = name, .what = std::move(what)}; }

Scenario scenario_to(const InjectOptions& options, const Endpoint& router)
{
    Scenario scenario;
    scenario.dut = {.address = router.address, .port = router.port, .as = options.peer_as};
    scenario.seed = options.table.seed.value_or(1);
    scenario.allow_left_out = options.allow_left_out;
    return scenario;
}

Scenario::Group senders_of(const InjectOptions& options, const char* name)
{
    Scenario::Group senders{.name = name,
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
    senders.shuffled = options.shuffled;
    senders.graceful_restart = options.graceful_restart;
    senders.next_hop = options.next_hop;
    senders.keeps_as_path = options.keeps_as_path;
    senders.md5_key = options.md5_key;
    senders.ttl = options.ttl;
    senders.extended_message = options.extended_message;
    senders.send_hold_time = options.send_hold_time;
    senders.add_path = options.add_path;
    senders.mrt_peer = options.table.mrt_peer;
    senders.mrt_local = options.table.mrt_local;
    return senders;
}

}   // namespace

Scenario injecting_scenario(const InjectOptions& options, const Endpoint& router)
{
    auto scenario = scenario_to(options, router);
    scenario.name = "inject";
    scenario.compare_attributes = false;
    scenario.timeout = options.timeout;
    scenario.may_end_when_done = true;
    scenario.groups = {senders_of(options, "peers")};
    auto& phases = scenario.phases;
    phases.push_back(phase("connecting", Scenario::Connect{.peers = {},
                                                           .timeout = options.connect_timeout,
                                                           .advertising = {{.rate = options.rate_per_second,
                                                                            .prefixes_per_update = options.prefixes_per_update,
                                                                            .replay_speed = options.table.replay_speed}}}));
    const auto rate = options.rate_per_second * options.peers;
    phases.push_back(
        phase("sending", Scenario::Announce{.peers = {}, .rate = rate, .prefixes_per_update = {}, .timeout = no_limit}));
    if (options.withdraw_after) {
        phases.push_back(phase("waiting", Scenario::Hold{.time = *options.withdraw_after}));
        phases.push_back(phase("withdrawing", Scenario::Withdraw{.peers = {}, .rate = rate, .timeout = no_limit}));
    }
    if (options.hold.count() > 0) phases.push_back(phase("holding", Scenario::Hold{.time = options.hold}));
    return scenario;
}

Scenario verifying_scenario(const InjectOptions& options)
{
    auto scenario = scenario_to(options, *options.router);
    scenario.name = "inject --verify";
    scenario.dut.route_server = options.verify->route_server;
    scenario.compare_attributes = options.peer_as.has_value();   // without it nobody knows what the router puts in front
    Scenario::Group receiver{.name = "receiver", .count = 1, .role = Scenario::Role::receive, .address = options.verify->address};
    if (!receiver.address && options.source)
        receiver.address = session_defaults::source_address_from(*options.source, options.peers);
    receiver.as = options.verify->as;
    receiver.families = options.families;
    receiver.hold_time = options.hold_time;
    receiver.md5_key = options.md5_key;
    receiver.ttl = options.ttl;
    receiver.extended_message = options.extended_message;
    scenario.groups = {senders_of(options, "senders"), std::move(receiver)};

    scenario.phases.push_back(
        phase("connect", Scenario::Connect{.peers = {}, .timeout = options.connect_timeout, .advertising = {}}));
    if (options.table.replay_speed > 0) {
        scenario.phases.push_back(phase("replay", Scenario::Replay{.peers = {},
                                                                   .speed = options.table.replay_speed,
                                                                   .max_gap = options.table.replay_max_gap,
                                                                   .timeout = options.timeout.value_or(std::chrono::hours{24})}));
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

}   // namespace barrage
