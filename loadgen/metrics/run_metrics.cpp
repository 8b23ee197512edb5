#include "loadgen/metrics/run_metrics.hpp"

#include <fmt/format.h>

#include "loadgen/metrics/prometheus_text.hpp"

namespace barrage {

namespace {

constexpr std::array<std::string_view, 6> state_names{"idle", "connect", "active", "open_sent", "open_confirm", "established"};

/// Of a group, by the names of the five counters and their units.
struct GroupMetric {
    std::uint64_t PeerNumbers::* number;
    bool is_counter;
    std::string_view name;
    std::string_view help;
};
constexpr GroupMetric group_metrics[] = {
    {&PeerNumbers::sent_routes, true, "barrage_routes_sent_total", "Routes packed and handed over, withdrawn ones included."},
    {&PeerNumbers::wire_routes, true, "barrage_routes_wire_total", "Routes accepted by the kernel."},
    {&PeerNumbers::acked_routes, true, "barrage_routes_acked_total", "Routes acknowledged by the other side's TCP."},
    {&PeerNumbers::reflected, true, "barrage_routes_reflected_total",
     "Changes of routes that came back to their sending at receiving peers."},
    {&PeerNumbers::sent_updates, true, "barrage_updates_sent_total", "UPDATE messages packed and handed over."},
    {&PeerNumbers::wire_updates, true, "barrage_updates_wire_total", "UPDATE messages accepted by the kernel."},
    {&PeerNumbers::wire_octets, true, "barrage_octets_wire_total", "Octets of all messages accepted by the kernel."},
    {&PeerNumbers::acked_octets, true, "barrage_octets_acked_total", "Octets acknowledged by the other side's TCP."},
    {&PeerNumbers::received_messages, true, "barrage_messages_received_total", "BGP messages received."},
    {&PeerNumbers::received_updates, true, "barrage_updates_received_total", "UPDATE messages received."},
    {&PeerNumbers::received_octets, true, "barrage_octets_received_total", "Octets received."},
    {&PeerNumbers::announced, true, "barrage_routes_announced_received_total", "Announced routes received."},
    {&PeerNumbers::withdrawn, true, "barrage_routes_withdrawn_received_total", "Withdrawn routes received."},
    {&PeerNumbers::malformed, true, "barrage_messages_malformed_received_total",
     "Received messages with something wrong in them (RFC 7606)."},
    {&PeerNumbers::full_reads, true, "barrage_full_reads_total", "Turns in which more had arrived than a turn reads."},
    {&PeerNumbers::live, false, "barrage_routes_live",
     "Routes that hold, as received; peers that measure count in barrage_routes_reflected_live."},
    {&PeerNumbers::reflected_live, false, "barrage_routes_reflected_live",
     "Measured routes that hold at receiving peers, without their own."},
    {&PeerNumbers::unknown_live, false, "barrage_routes_unknown_live",
     "Routes that hold at receiving peers and that nobody of us sent."},
};

void print(PrometheusText& text, std::string_view name, std::string_view help, const MetricTimes& times)
{
    text.histogram(name, help);
    text.buckets(MetricTimes::bounds_seconds, times.counts, times.count, times.sum_seconds);
}

}   // namespace

void MetricTimes::add(const Histogram& histogram) noexcept
{
    histogram.for_each_bucket([&](const Histogram::Bucket& bucket) {
        for (std::size_t i = bounds_seconds.size(); i > 0 && static_cast<double>(bucket.last) <= bounds_seconds[i - 1] * 1e9; --i)
            counts[i - 1] += bucket.count;
    });
    count += histogram.count();
    sum_seconds += histogram.mean_nanoseconds() * static_cast<double>(histogram.count()) / 1e9;
}

void MetricTimes::add(const MetricTimes& other) noexcept
{
    for (std::size_t i = 0; i < counts.size(); ++i) counts[i] += other.counts[i];
    count += other.count;
    sum_seconds += other.sum_seconds;
}

std::string to_prometheus(const RunMetrics& metrics)
{
    PrometheusText text;
    text.gauge("barrage_info", "What runs; always 1.");
    const auto shards = fmt::format("{}", metrics.shards);
    text.sample({{"version", BARRAGE_VERSION}, {"command", metrics.command}, {"mode", metrics.mode}, {"shards", shards}},
                std::uint64_t{1});
    text.gauge("barrage_run_seconds", "Time since the run began.");
    text.sample(metrics.seconds);
    text.gauge("barrage_phase", "Number of the phase, from 1; its name is a label.");
    text.sample({{"name", metrics.phase}}, std::uint64_t{metrics.phase_number});
    text.gauge("barrage_phases", "Phases that there are in all; 0: not known.");
    text.sample(std::uint64_t{metrics.phases});
    text.gauge("barrage_sessions", "BGP sessions by state (RFC 4271 section 8).");
    for (const auto& group : metrics.groups)
        for (std::size_t state = 0; state < state_names.size(); ++state)
            text.sample({{"group", group.name}, {"state", state_names[state]}}, group.by_state[state]);
    text.counter("barrage_sessions_lost_total", "Sessions that ended unexpectedly.");
    text.sample(metrics.sessions_lost);
    text.counter("barrage_routes_left_out_total", "Routes that were not put on the wire, by reason.");
    for (std::size_t i = 0; i < metrics.left_out.size(); ++i)
        text.sample({{"reason", left_out_words[i].word}}, metrics.left_out[i]);
    for (const auto& metric : group_metrics) {
        metric.is_counter ? text.counter(metric.name, metric.help) : text.gauge(metric.name, metric.help);
        for (const auto& group : metrics.groups) text.sample({{"group", group.name}}, group.numbers.*metric.number);
    }
    text.counter("barrage_blocked_seconds_total",
                 "Time in which sockets took nothing while octets waited, over all sessions of the group.");
    for (const auto& group : metrics.groups)
        text.sample({{"group", group.name}}, static_cast<double>(group.numbers.blocked_nanoseconds) / 1e9);
    print(text, "barrage_convergence_seconds", "From an announcement's handing to the kernel to its coming back at a receiver.",
          metrics.convergence);
    print(text, "barrage_scheduled_seconds", "As barrage_convergence_seconds, from when a paced announcement was due.",
          metrics.scheduled);
    print(text, "barrage_withdrawal_seconds", "From a withdrawal's handing to the kernel to its coming back at a receiver.",
          metrics.withdrawal);
    print(text, "barrage_failover_seconds",
          "From the going of the path that a receiver held to the coming of another sender's at that receiver.",
          metrics.failover);
    print(text, "barrage_establish_seconds", "From the first attempt at a session to Established.", metrics.establish);
    text.counter("barrage_cpu_seconds_total", "CPU time of this process.");
    text.sample(metrics.cpu_seconds);
    text.gauge("barrage_resident_octets", "Memory of this process.");
    text.sample(metrics.resident_octets);
    return text.take();
}

}   // namespace barrage
