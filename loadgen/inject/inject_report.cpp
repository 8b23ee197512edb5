#include "loadgen/inject/inject_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "loadgen/words/numbers.hpp"

namespace barrage {

namespace {

/// From the first Established to the last acknowledgement, and what was on the wire when everything announced was acknowledged.
void fill_rates(RunReport& report, const RunResult& result, const InjectOptions& options)
{
    std::optional<RunResult::Time> first, last;
    for (const auto& peer : result.peers) {
        if (!peer.established_at) continue;
        first = std::min(first.value_or(*peer.established_at), *peer.established_at);
        if (peer.all_acked) last = std::max(last.value_or(RunResult::Time::zero()), *peer.established_at + *peer.all_acked);
    }
    auto& rates = report.rates;
    rates = {};
    if (!first) return;
    auto until = RunResult::Time::zero();   // where nothing was acknowledged: the end of its phases, without the closing
    for (const auto& phase : result.phases) until = std::max(until, phase.began + phase.took);
    rates.time = std::max(last.value_or(until) - *first, RunResult::Time::zero());
    // Of the whole, without what other phases sent: routes leave between one phase and the next, too.
    auto routes = result.wire, updates = result.wire_updates;
    std::uint64_t octets = 0;
    for (const auto& phase : result.phases) {
        if (phase.kind.is<Scenario::Connect, Scenario::Announce>()) {
            octets += phase.wire_octets;
        } else {
            routes -= std::min(routes, phase.wire_routes);
            updates -= std::min(updates, phase.wire_updates);
        }
    }
    rates.routes_per_second = per_second(static_cast<double>(routes), rates.time);
    rates.updates_per_second = per_second(static_cast<double>(updates), rates.time);
    rates.octets_per_second = per_second(static_cast<double>(octets), rates.time);
    if (options.rate_per_second > 0) rates.scheduled_routes_per_second = options.rate_per_second * options.peers;
}

std::uint64_t routes_of(const RunResult::Peer& peer) { return peer.of_sources.announced + peer.of_sources.withdrawn; }

}   // namespace

RunReport report_of(const ScenarioReport& played, const InjectOptions& options)
{
    auto report = played.report;
    const auto& result = played.runs.back();
    std::erase_if(report.findings,
                  [](const Finding& finding) { return row_of(finding.kind).is_limit; });   // judged by the report
    report.sliced = options.slice;
    if (!options.router) report.target = "the embedded sink";
    auto closing = result.took;
    for (const auto& phase : result.phases) closing -= phase.took;
    report.phases.push_back({"closing", std::max(closing, RunResult::Time::zero())});
    report.counters.expected = 0;
    for (const auto& peer : result.peers) report.counters.expected += routes_of(peer) - std::min(routes_of(peer), peer.left_out);
    fill_rates(report, result, options);
    return report;
}

void add_sink(RunReport& report, SinkResult sink, const RunResult& result, const InjectOptions& options)
{
    report.sink = std::move(sink);
    std::uint64_t missing = 0;
    for (const auto& peer : result.peers) {
        // What is left out is left out of announcements; a source of withdrawals alone is rare enough to be said to be missing.
        const auto expected = peer.of_sources.announced - std::min(peer.of_sources.announced, peer.left_out);
        std::uint64_t announced = 0;
        for (const auto& session : report.sink->sessions)
            if (!peer.address.empty() && session.remote.starts_with(peer.address + ":")) announced += session.announced;
        missing += expected - std::min(expected, announced);
    }
    report.counters.missing = missing;
    const auto total = report.sink->total();
    if (total.malformed != 0)
        report.problems.push_back(fmt::format("the embedded sink found {} malformed messages", total.malformed));
    const bool was_to_finish = report.status == ExitStatus::passed || report.status == ExitStatus::incomplete;
    if (missing != 0 && was_to_finish)
        report.problems.push_back(fmt::format("the embedded sink misses {} routes", full_number(missing)));
    if (options.withdraw_after && report.status == ExitStatus::passed && total.live != 0)
        report.problems.push_back(
            fmt::format("the embedded sink still has {} routes that were withdrawn", full_number(total.live)));
    if (report.status == ExitStatus::passed && !report.problems.empty()) report.status = ExitStatus::incomplete;
}

}   // namespace barrage
