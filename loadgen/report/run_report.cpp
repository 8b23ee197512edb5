#include "loadgen/report/run_report.hpp"

#include <algorithm>

#include "loadgen/report/answer.hpp"
#include "loadgen/routes/left_out_report.hpp"
#include "loadgen/words/document_json.hpp"

namespace barrage {

namespace {

using document::array;
using document::object;
using document::or_null;
using document::seconds_or_null;
using document::texts;
using document::value;

object to_json(const RunReport::Source& source)
{
    return {{"words", source.words},
            {"announced_routes", source.announced},
            {"withdrawn_routes", source.withdrawn},
            {"attribute_groups", source.groups},
            {"warning", source.warning}};
}

object to_json(const RunReport::Counters& counters, const LeftOut& left_out)
{
    return {{"expected_routes", counters.expected},
            {"sent_routes", counters.sent},
            {"wire_routes", counters.wire},
            {"acked_routes", counters.acked},
            {"reflected_routes", or_null(counters.reflected)},
            {"missing_routes", or_null(counters.missing)},
            {"left_out_routes",
             {{"not_negotiated",
               left_out.of(LeftOutReason::not_negotiated).routes + left_out.of(LeftOutReason::not_configured).routes},
              {"add_path_not_negotiated", left_out.of(LeftOutReason::add_path_not_negotiated).routes},
              {"labels_not_negotiated", left_out.of(LeftOutReason::labels_not_negotiated).routes},
              {"no_next_hop", left_out.of(LeftOutReason::no_next_hop).routes},
              {"too_large", left_out.of(LeftOutReason::too_large).routes}}},
            {"wire_updates", counters.wire_updates},
            {"wire_octets", counters.wire_octets}};
}

object to_json(const RunReport::Session& session)
{
    return {{"peer", session.peer},
            {"local_as", session.local_as},
            {"peer_as", or_null(session.peer_as)},
            {"peer_software", session.peer_software.empty() ? value(nullptr) : value(session.peer_software)},
            {"source_address", session.source},
            {"established_seconds", seconds_or_null(session.established)},
            {"acked_seconds", seconds_or_null(session.acked)},
            {"sent_routes", session.sent_routes},
            {"wire_routes", session.wire_routes},
            {"acked_routes", session.acked_routes},
            {"wire_octets", session.wire_octets},
            {"blocked_seconds", seconds(session.blocked)},
            {"end", session.end}};
}

}   // namespace

std::string_view name(ExitStatus status) noexcept
{
    switch (status) {
    case ExitStatus::passed: return "passed";
    case ExitStatus::too_many_respawns: return "too_many_respawns";
    case ExitStatus::usage: return "usage";
    case ExitStatus::session_failed: return "session_failed";
    case ExitStatus::incomplete: return "incomplete";
    case ExitStatus::threshold_failed: return "threshold_failed";
    case ExitStatus::interrupted: return "interrupted";
    }
    return "unknown";
}

object to_json(const RunReport& report)
{
    object document;
    document["schema"] = "barrage.report/1";
    document["version"] = BARRAGE_VERSION;
    document["summary"] = "";   // here, and known when all else is
    document["started"] = report.started;
    document["host"] = {{"name", report.host.name},   {"kernel", report.host.kernel}, {"cpu", report.host.cpu},
                        {"cores", report.host.cores}, {"version", BARRAGE_VERSION},   {"date", report.started}};
    document["floor"] = report.floor ? value(to_json(*report.floor)) : value(nullptr);
    document["target"] = report.target;
    document["mode"] = report.mode;
    document["shards"] = report.shards;
    document["result"] = name(report.status);
    document["exit_status"] = static_cast<int>(report.status);
    document["problems"] = texts(report.problems);
    document["warnings"] = texts(report.warnings);
    array sources;
    for (const auto& source : report.sources) sources.push_back(to_json(source));
    document["sources"] = std::move(sources);
    document["sliced"] = report.sliced;
    array phases;
    for (const auto& phase : report.phases) phases.push_back(object{{"name", phase.name}, {"seconds", seconds(phase.time)}});
    document["phases"] = std::move(phases);
    document["counters"] = to_json(report.counters, report.left_out);
    document["left_out"] = to_json(report.left_out);
    document["rates"] = {{"seconds", seconds(report.rates.time)},
                         {"routes_per_second", report.rates.routes_per_second},
                         {"updates_per_second", report.rates.updates_per_second},
                         {"bits_per_second", report.rates.octets_per_second * 8},
                         {"scheduled_routes_per_second", or_null(report.rates.scheduled_routes_per_second)}};
    document["memory"] = {{"table_octets", report.memory.table_octets},
                          {"table_octets_per_route", report.memory.table_octets_per_route},
                          {"attribute_sets", report.memory.attribute_sets},
                          {"attribute_octets", report.memory.attribute_octets},
                          {"allocated_octets", or_null(report.memory.allocated_octets)},
                          {"resident_octets", report.memory.resident_octets},
                          {"peak_resident_octets", report.memory.peak_resident_octets}};
    document["limits"] = {{"own_cores", report.limits.own_cores},
                          {"other_cpu_share", report.limits.other_cpu_share},
                          {"blocked_share", report.limits.blocked_share},
                          {"limited_by", report.limits.limited_by},
                          {"explanation", report.limits.explanation}};
    document["findings"] = to_json(report.findings);
    array sessions;
    for (const auto& session : report.sessions) sessions.push_back(to_json(session));
    document["sessions"] = std::move(sessions);
    document["sink"] = report.sink ? value(to_json(*report.sink)) : value(nullptr);
    document["summary"] = answer(document);
    return document;
}

Measures measures_of(const RunReport& report, double cores)
{
    const auto& rates = report.rates;
    Measures measures{.wire_routes = report.counters.wire,
                      .sending = rates.time,
                      .unpaced = !rates.scheduled_routes_per_second,
                      .into_own_sink = report.sink.has_value(),
                      .own_cores = report.limits.own_cores,
                      .cores = cores,
                      .other_cpu_share = report.limits.other_cpu_share,
                      .blocked_share = report.limits.blocked_share};
    if (rates.scheduled_routes_per_second) {
        // From the first Established to the last acknowledgement is more than what is paced: as much as this is not behind.
        constexpr double edges_seconds = 0.5;
        const double asked = *rates.scheduled_routes_per_second, time = seconds(rates.time);
        const double due = asked > 0 ? rates.routes_per_second * time / asked : 0;
        const double paced = std::max(std::min(due, time), time - edges_seconds);
        measures.rates.push_back({"sending", asked, paced > 0 ? rates.routes_per_second * time / paced : asked});
    }
    return measures;
}

void take(RunReport& report, Judgement judgement)
{
    report.limits.limited_by = std::move(judgement.limited_by);
    report.limits.explanation = std::move(judgement.explanation);
    for (auto& finding : judgement.findings) report.findings.push_back(std::move(finding));
    sort(report.findings);
}

array to_json(const std::vector<Finding>& findings)
{
    array all;
    for (const auto& finding : findings)
        all.push_back(object{{"what", word(finding.kind)}, {"text", finding.text}, {"advice", row_of(finding.kind).advice}});
    return all;
}

}   // namespace barrage
