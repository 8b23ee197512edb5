// The report of `loadgen run` as a person reads it on a terminal.

#include <fmt/format.h>

#include <algorithm>

#include "codec/describe.hpp"
#include "loadgen/report/scenario_report.hpp"
#include "loadgen/routes/left_out_report.hpp"
#include "loadgen/words/numbers.hpp"

namespace barrage {

namespace {

std::string spread_text(const Histogram& histogram)
{
    return fmt::format("p50 {}, p90 {}, p99 {}, max {} ({} routes)", duration_text(histogram.percentile(50)),
                       duration_text(histogram.percentile(90)), duration_text(histogram.percentile(99)),
                       duration_text(histogram.max()), full_number(histogram.count()));
}

}   // namespace

std::string summary(const ScenarioReport& report)
{
    std::string text;
    const auto& last = report.runs.back();
    std::size_t width = 12;
    for (const auto& phase : last.phases) width = std::max(width, phase.name.size() + 4);
    const auto line = [&](const std::string& title, const std::string& what) {
        text += fmt::format("{:<{}}{}\n", printable(title), width, printable(what));
    };
    line("result", fmt::format("{} (exit status {})", name(report.report.status), static_cast<int>(report.report.status)));
    for (const auto& problem : report.report.problems) line("problem", problem);
    for (const auto& finding : last.findings) {
        line("finding", fmt::format("{}: {}", word(finding.kind), finding.text));
        line("", fmt::format("→ {}", row_of(finding.kind).advice));
    }
    for (const auto& warning : report.report.warnings) line("warning", warning);
    line("scenario",
         fmt::format("{}, {} with {}, {} run{}", report.scenario->name.empty() ? report.file : report.scenario->name,
                     duration_text(last.took), report.report.target, report.runs.size(), report.runs.size() == 1 ? "" : "s"));
    for (const auto& verdict : last.verdicts)
        line("threshold", fmt::format("{} {}: {}", verdict.holds ? "holds: " : "FAILED:", verdict.threshold.words,
                                      verdict.measured ? value_text(*verdict.measured, verdict.threshold.unit) : "not measured"));
    for (const auto& phase : last.phases) {
        auto what = duration_text(phase.took);
        if (phase.wire_routes != 0) what += fmt::format(", {} routes on the wire", full_number(phase.wire_routes));
        if (phase.rate) what += fmt::format(", {}/s", short_number(*phase.rate));
        if (phase.asked_rate) what += fmt::format(" of {}/s asked", short_number(*phase.asked_rate));
        if (phase.settled) what += fmt::format(", settled after {}", duration_text(*phase.settled));
        if (phase.peers_down != 0)
            what += fmt::format(", not done with {} peer{} that {} down", phase.peers_down, phase.peers_down == 1 ? "" : "s",
                                phase.peers_down == 1 ? "was" : "were");
        if (phase.not_returned && phase.not_returned->all() != 0)
            what += fmt::format(", {} announcements and {} withdrawals did not come back",
                                full_number(phase.not_returned->announced), full_number(phase.not_returned->withdrawn));
        if (phase.dut_cores) what += fmt::format(", device {:.2f} cores", *phase.dut_cores);
        if (!phase.note.empty()) what += ", " + phase.note;
        line("  " + phase.name, what);
        if (!phase.times.announced.empty()) line("", "announced → reflected   " + spread_text(phase.times.announced));
        if (!phase.times.scheduled.empty()) line("", "  … from its due time   " + spread_text(phase.times.scheduled));
        if (!phase.times.withdrawn.empty()) line("", "withdrawn → withdrawn   " + spread_text(phase.times.withdrawn));
        if (!phase.times.failover.empty()) line("", "path gone → another's   " + spread_text(phase.times.failover));
        if (phase.failover_not_needed != 0)
            line("", fmt::format("failover not needed     {} routes: receivers held another path already",
                                 full_number(phase.failover_not_needed)));
        for (std::size_t i = 0; i < std::min(last.sender_groups.size(), phase.times_by_group.size()); ++i) {
            const auto& times = phase.times_by_group[i];
            if (!times.announced.empty())
                line("", fmt::format("  of {}: announced   {}", last.sender_groups[i], spread_text(times.announced)));
            if (!times.withdrawn.empty())
                line("", fmt::format("  of {}: withdrawn   {}", last.sender_groups[i], spread_text(times.withdrawn)));
        }
    }
    if (!last.lateness.empty()) line("late", "handed over after they were due: " + spread_text(last.lateness));
    const auto& counters = report.report.counters;
    line("counters", fmt::format("sent {}, on the wire {}, acked {}, reflected {}", full_number(counters.sent),
                                 full_number(counters.wire), full_number(counters.acked), full_number(last.reflected)));
    for (const auto& reason : left_out_lines(report.report.left_out)) line("left out", reason);
    if (last.compared) {
        const auto& all = last.comparison;
        line("at the end",
             fmt::format("{} routes expected at receivers: {} missing, {} unexpected, {} stale, {} with other attributes",
                         full_number(all.expected), full_number(all.missing), full_number(all.unexpected), full_number(all.stale),
                         full_number(all.wrong_attributes)));
        for (const auto& each : all.excused)
            line("excused",
                 fmt::format("{} routes: {}, such as {}", full_number(each.routes), text_of(each.reason), each.sample));
    }
    if (last.times.duplicates != 0)
        line("duplicates", fmt::format("{} routes were announced again as they were", full_number(last.times.duplicates)));
    for (const auto& loss : last.losses)
        if (loss.expected) line("lost", fmt::format("as expected: {}: {}", loss.peer, loss.end));
    if (last.device.watched)
        line("device", fmt::format("{:.2f} cores on average, {:.2f} at most, {}", last.device.mean_cores, last.device.most_cores,
                                   octets_text(static_cast<double>(last.device.most_octets))));
    line("tester",
         fmt::format("{:.2f} cores, {}", last.own_cores, octets_text(static_cast<double>(report.report.memory.resident_octets))));
    line("floor", floor_text(report.report.floor, times_of(last)));
    line("host", fmt::format("{}; loadgen {}, {}", to_text(report.report.host), BARRAGE_VERSION, report.report.started));
    return text;
}

}   // namespace barrage
