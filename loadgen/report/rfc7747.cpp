#include "loadgen/report/rfc7747.hpp"

#include <algorithm>

#include "loadgen/words/document_json.hpp"

namespace barrage {

namespace {

using document::array;
using document::object;
using document::or_null;
using document::seconds_or_null;
using document::value;

value text_or_null(const std::string& text) { return text.empty() ? value(nullptr) : value(text); }

/// Where all senders have as many, that; else nothing.
value routes_per_peer(const RunResult& result)
{
    std::optional<std::uint64_t> routes;
    for (const auto& peer : result.peers) {
        if (!peer.sends || peer.routes == routes) continue;
        if (routes) return nullptr;
        routes = peer.routes;
    }
    return or_null(routes);
}

object parameters(const Scenario& scenario, const RunReport& report, const RunResult& result)
{
    const auto& device = scenario.device;
    value external = nullptr, internal = nullptr;
    if (scenario.dut.as) {
        const auto ours = std::ranges::count(result.peers, scenario.dut.as->value, &RunResult::Peer::as);
        internal = ours;
        external = static_cast<std::int64_t>(result.peers.size()) - ours;
    }
    std::uint64_t routes = 0, announced = 0, updates = 0;
    for (const auto& peer : result.peers) routes += peer.routes;
    for (const auto& phase : result.phases)
        if (phase.kind.is<Scenario::Announce>()) {
            announced += phase.wire_routes;
            updates += phase.wire_updates;
        }
    std::string mixture;
    for (const auto& source : report.sources) mixture += (mixture.empty() ? "" : "; ") + source.words;
    return {{"device", text_or_null(device.name)},
            {"test_case", text_or_null(device.test_case)},
            {"test_topology", text_or_null(device.test_topology)},
            {"parallel_links", or_null(device.parallel_links)},
            {"interface_type", text_or_null(device.interface_type)},
            {"ebgp_sessions", external},
            {"ibgp_sessions", internal},
            {"ebgp_neighbors", external},   // each session of a run has an address of its own
            {"ibgp_neighbors", internal},
            {"routes_per_peer", routes_per_peer(result)},
            {"total_unique_routes", result.unique_routes},
            {"total_non_unique_routes", routes},
            {"igp_configured", text_or_null(device.igp)},
            {"route_mixture", text_or_null(mixture)},
            {"route_packing_routes_per_update",
             updates == 0 ? value(nullptr) : value(static_cast<double>(announced) / static_cast<double>(updates))},
            {"policy_configured", text_or_null(device.policy)},
            {"sidr_origin_authentication", text_or_null(device.origin_authentication)},
            {"bgp_sec", text_or_null(device.bgpsec)},
            {"packet_size_offered_to_the_dut_octets", nullptr},
            {"offered_load_packets_per_second", nullptr},
            {"packet_sampling_interval_on_tester_seconds", nullptr},
            {"forwarding_delay_threshold_seconds", nullptr},
            {"timer_values_configured_on_dut",
             {{"interface_failure_indication_delay_seconds", seconds_or_null(device.interface_failure_delay)},
              {"hold_time_seconds", seconds_or_null(device.hold_time)},
              {"min_route_advertisement_interval_seconds", seconds_or_null(device.route_advertisement_interval)},
              {"min_as_origination_interval_seconds", seconds_or_null(device.as_origination_interval)},
              {"keepalive_time_seconds", seconds_or_null(device.keepalive_time)},
              {"connect_retry_seconds", seconds_or_null(device.connect_retry)}}},
            {"tcp_parameters",
             {{"maximum_segment_size_octets", or_null(device.segment_octets)},
              {"slow_start_threshold_octets", or_null(device.slow_start_threshold_octets)},
              {"maximum_window_size_octets", or_null(device.window_octets)}}}};
}

value route_specific(const Histogram& times)
{
    if (times.empty()) return nullptr;
    return object{{"minimum_seconds", seconds(times.min())},
                  {"maximum_seconds", seconds(times.max())},
                  {"median_seconds", seconds(times.percentile(50))},
                  {"average_seconds", times.mean_nanoseconds() / 1e9}};
}

}   // namespace

object rfc7747_json(const Scenario& scenario, const RunReport& report, const RunResult& result)
{
    array events;
    for (const auto& phase : result.phases)
        if (phase.is_operation)
            events.push_back(
                object{{"convergence_event", phase.name},
                       {"first_route_convergence_time_seconds", seconds_or_null(phase.first_change)},
                       {"full_convergence_time_seconds", seconds_or_null(phase.settled)},
                       {"route_specific_convergence_time", object{{"announced", route_specific(phase.times.announced)},
                                                                  {"withdrawn", route_specific(phase.times.withdrawn)},
                                                                  {"failover", route_specific(phase.times.failover)}}}});
    return {{"parameters", parameters(scenario, report, result)}, {"convergence_events", std::move(events)}};
}

}   // namespace barrage
