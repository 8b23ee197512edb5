#include "loadgen/report/summary.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "codec/describe.hpp"
#include "loadgen/routes/left_out_report.hpp"
#include "loadgen/words/numbers.hpp"

namespace barrage {

namespace {

std::string sources_text(const RunReport& report)
{
    std::string text;
    for (const auto& source : report.sources) {
        text += (text.empty() ? "" : " + ") + source.words + " (" + full_number(source.announced) + " routes";
        if (source.withdrawn != 0) text += ", " + full_number(source.withdrawn) + " withdrawals";
        text += ")";
    }
    return text;
}

std::string phases_text(const RunReport& report)
{
    std::string text;
    for (const auto& phase : report.phases) text += (text.empty() ? "" : ", ") + phase.name + " " + duration_text(phase.time);
    return text;
}

}   // namespace

std::string summary(const RunReport& report)
{
    std::string text;
    const auto line = [&](const char* title, const std::string& what) {
        text += fmt::format("{:<10}{}\n", title, printable(what));
    };
    const auto& counters = report.counters;
    const auto& rates = report.rates;
    const auto& memory = report.memory;
    const auto established =
        std::ranges::count_if(report.sessions, [](const auto& session) { return session.established.has_value(); });

    line("result", fmt::format("{} (exit status {})", name(report.status), static_cast<int>(report.status)));
    for (const auto& problem : report.problems) line("problem", problem);
    for (const auto& finding : report.findings) {
        line("finding", fmt::format("{}: {}", word(finding.kind), finding.text));
        line("", fmt::format("→ {}", row_of(finding.kind).advice));
    }
    for (const auto& warning : report.warnings) line("warning", warning);
    line("routes", sources_text(report) + (report.sliced ? ", divided among the sessions" : ", to each session"));
    line("sessions", fmt::format("{} of {} established with {}, engine {} with {} thread{}", established, report.sessions.size(),
                                 report.target, report.mode, report.shards, report.shards == 1 ? "" : "s"));
    line("counters", fmt::format("sent {}, on the wire {}, acked {}, reflected {}, missing {}", full_number(counters.sent),
                                 full_number(counters.wire), full_number(counters.acked),
                                 counters.reflected ? full_number(*counters.reflected) : "n/a",
                                 counters.missing ? full_number(*counters.missing) : "n/a"));
    for (const auto& reason : left_out_lines(report.left_out)) line("left out", reason);
    line("rate", fmt::format("{} routes/s handed over to the router's TCP, {}, {} UPDATEs/s, over {} from the first Established "
                             "to the last acknowledgement",
                             short_number(rates.routes_per_second), bit_rate_text(rates.octets_per_second),
                             short_number(rates.updates_per_second), duration_text(rates.time)));
    line("volume", fmt::format("{} in {} UPDATEs", octets_text(static_cast<double>(counters.wire_octets)),
                               full_number(counters.wire_updates)));
    line("time", phases_text(report));
    line("memory", fmt::format("table {} ({:.1f} octets a route) + {} of attributes in {} sets{}; process {}, at most {}",
                               octets_text(static_cast<double>(memory.table_octets)), memory.table_octets_per_route,
                               octets_text(static_cast<double>(memory.attribute_octets)), full_number(memory.attribute_sets),
                               memory.allocated_octets ? fmt::format(" ({} allocated for both)",
                                                                     octets_text(static_cast<double>(*memory.allocated_octets)))
                                                       : std::string{},
                               octets_text(static_cast<double>(memory.resident_octets)),
                               octets_text(static_cast<double>(memory.peak_resident_octets))));
    line("limit", report.limits.limited_by + ": " + report.limits.explanation);
    line("floor", floor_text(report.floor, {}));
    line("host", fmt::format("{}; loadgen {}, {}", to_text(report.host), BARRAGE_VERSION, report.started));
    return text;
}

}   // namespace barrage
