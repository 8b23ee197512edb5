#include "loadgen/report/run_report.hpp"

#include <fmt/format.h>

#include "loadgen/report/document_json.hpp"

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

object to_json(const RunReport::Counters& counters)
{
    return {{"expected_routes", counters.expected},
            {"sent_routes", counters.sent},
            {"wire_routes", counters.wire},
            {"acked_routes", counters.acked},
            {"reflected_routes", or_null(counters.reflected)},
            {"missing_routes", or_null(counters.missing)},
            {"left_out_routes",
             {{"not_negotiated", counters.left_out_not_negotiated},
              {"no_next_hop", counters.left_out_no_next_hop},
              {"too_large", counters.left_out_too_large}}},
            {"wire_updates", counters.wire_updates},
            {"wire_octets", counters.wire_octets}};
}

object to_json(const RunReport::Session& session)
{
    return {{"peer", session.peer},
            {"local_as", session.local_as},
            {"peer_as", or_null(session.peer_as)},
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
    document["started"] = report.started;
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
    document["counters"] = to_json(report.counters);
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
    array sessions;
    for (const auto& session : report.sessions) sessions.push_back(to_json(session));
    document["sessions"] = std::move(sessions);
    document["sink"] = report.sink ? value(to_json(*report.sink)) : value(nullptr);
    return document;
}

void judge_limits(RunReport& report, double cores)
{
    // Where shares lie between these, more than one thing held the run back, and nothing is claimed.
    constexpr double kept_up = 0.98;
    constexpr double mostly = 0.5;
    constexpr double nearly_all = 0.8;
    auto& limits = report.limits;
    const auto& rates = report.rates;
    const auto say = [&](const char* word, std::string why) {
        limits.limited_by = word;
        limits.explanation = std::move(why);
    };
    if (report.counters.wire == 0) return say("nothing", "no route was sent");
    if (rates.time.count() <= 0) return say("nothing", "too few routes to be measured");
    if (rates.scheduled_routes_per_second && rates.routes_per_second >= kept_up * *rates.scheduled_routes_per_second)
        return say("rate", fmt::format("the rate that was asked for, {} routes/s, was kept",
                                       short_number(*rates.scheduled_routes_per_second)));
    if (limits.blocked_share >= mostly)
        return say("receiver", fmt::format("sessions waited {:.0f} % of the time for the receiving side to take octets",
                                           100 * limits.blocked_share));
    if (limits.own_cores >= nearly_all * cores)
        return say("generator",
                   fmt::format("this process used {:.1f} of the {:.0f} cores that sending may use", limits.own_cores, cores));
    if (limits.other_cpu_share >= mostly)
        return say("machine", fmt::format("other processes{} used {:.0f} % of this machine",
                                          report.sink ? ", the embedded sink among them," : "", 100 * limits.other_cpu_share));
    if (rates.scheduled_routes_per_second)
        return say("rate", fmt::format("paced: {} of {} routes/s came about, first and last octets included",
                                       short_number(rates.routes_per_second), short_number(*rates.scheduled_routes_per_second)));
    say("mixed",
        fmt::format(
            "no one thing: {:.1f} cores used, sockets blocked {:.0f} % of the time, other processes {:.0f} % of the machine",
            limits.own_cores, 100 * limits.blocked_share, 100 * limits.other_cpu_share));
}

}   // namespace barrage
