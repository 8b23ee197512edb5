#include "loadgen/report/scenario_report.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "loadgen/report/answer.hpp"
#include "loadgen/report/hgrm.hpp"
#include "loadgen/report/rfc7747.hpp"
#include "loadgen/words/document_json.hpp"
#include "loadgen/words/json_text.hpp"

namespace barrage {

namespace {

using document::array;
using document::object;
using document::or_null;
using document::seconds_or_null;
using document::texts;
using document::value;

value spread_json(const Spread& spread)
{
    if (spread.count == 0) return nullptr;
    return object{{"count", spread.count},
                  {"min_seconds", seconds(spread.min)},
                  {"p50_seconds", seconds(spread.p50)},
                  {"p90_seconds", seconds(spread.p90)},
                  {"p99_seconds", seconds(spread.p99)},
                  {"p99_9_seconds", seconds(spread.p999)},
                  {"max_seconds", seconds(spread.max)},
                  {"mean_seconds", spread.mean_seconds}};
}

/// Pairs of seconds and the fraction of all that took no longer.
array curve_json(const Histogram& histogram)
{
    array curve;
    constexpr unsigned steps = 8;
    double last = -1;
    histogram.for_each_step(steps, [&](const Histogram::Step& step) {
        if (step.fraction == last) return;
        last = step.fraction;
        curve.push_back(array{seconds(step.value), step.fraction});
    });
    return curve;
}

value times_json(const Histogram& histogram)
{
    auto spread = spread_json(Spread::of(histogram));
    if (spread.is_object()) spread.as_object()["curve"] = curve_json(histogram);
    return spread;
}

object comparison_json(const Comparison& comparison)
{
    object all{{"expected_routes", comparison.expected}};
    for (const auto& kind : Comparison::kinds_of_wrong()) {
        all[fmt::format("{}_routes", kind.key)] = comparison.*kind.count;
        all[fmt::format("{}_samples", kind.key)] = texts(comparison.*kind.samples);
    }
    array excused;
    for (const auto& each : comparison.excused)
        excused.push_back(object{{"reason", text_of(each.reason)}, {"routes", each.routes}, {"sample", each.sample}});
    all["excused"] = std::move(excused);
    return all;
}

/// Times of each group of senders, where they are told apart.
array times_by_group_json(const std::vector<std::string>& groups, const std::vector<SenderTimes>& times)
{
    array all;
    for (std::size_t i = 0; i < std::min(groups.size(), times.size()); ++i)
        all.push_back(object{{"group", groups[i]},
                             {"convergence", spread_json(Spread::of(times[i].announced))},
                             {"withdrawal", spread_json(Spread::of(times[i].withdrawn))}});
    return all;
}

value not_returned_json(const std::optional<NotReturned>& missed) { return missed ? value(missed->all()) : value(nullptr); }

std::optional<NotReturned> not_returned_of(const RunResult& result)
{
    std::optional<NotReturned> sum;
    for (const auto& phase : result.phases) {
        if (!phase.not_returned) continue;
        if (!sum) sum.emplace();
        sum->add(*phase.not_returned, {});
    }
    return sum;
}

std::uint64_t malformed_of(const RunResult& result)
{
    std::uint64_t sum = 0;
    for (const auto& peer : result.peers) sum += peer.malformed;
    return sum;
}

array losses_json(const RunResult& result)
{
    array all;
    for (const auto& loss : result.losses) {
        object one{{"peer", loss.peer},
                   {"group", loss.group},
                   {"phases", texts(loss.phases)},
                   {"end", loss.end},
                   {"expected", loss.expected}};
        one["notification_code"] = loss.notification ? value(std::to_underlying(loss.notification->code)) : value(nullptr);
        one["notification_subcode"] = loss.notification ? value(loss.notification->subcode) : value(nullptr);
        all.push_back(std::move(one));
    }
    return all;
}

object phase_json(const RunResult::Phase& phase, const RunResult& result)
{
    array receivers;
    for (const auto& receiver : phase.receivers)
        receivers.push_back(object{{"peer", receiver.peer},
                                   {"name", receiver.name},
                                   {"convergence", spread_json(receiver.announced)},
                                   {"withdrawal", spread_json(receiver.withdrawn)},
                                   {"failover", spread_json(receiver.failover)},
                                   {"duplicates", receiver.duplicates},
                                   {"last_change_seconds", seconds_or_null(receiver.last_change)},
                                   {"not_returned", receiver.not_returned}});
    return {{"name", phase.name},
            {"word", phase.kind.word()},
            {"began_seconds", seconds(phase.began)},
            {"seconds", seconds(phase.took)},
            {"note", phase.note},
            {"wire_routes", phase.wire_routes},
            {"wire_updates", phase.wire_updates},
            {"wire_octets", phase.wire_octets},
            {"acked_routes", phase.acked_routes},
            {"reflected_routes", phase.reflected},
            {"asked_rate_per_second", or_null(phase.asked_rate)},
            {"rate_per_second", or_null(phase.rate)},
            {"first_change_seconds", seconds_or_null(phase.first_change)},
            {"settled_seconds", seconds_or_null(phase.settled)},
            {"convergence", times_json(phase.times.announced)},
            {"scheduled", times_json(phase.times.scheduled)},
            {"withdrawal", times_json(phase.times.withdrawn)},
            {"failover", times_json(phase.times.failover)},
            {"failover_not_needed_routes", phase.failover_not_needed},
            {"duplicates", phase.times.duplicates},
            {"interruptions", phase.times.interruptions},
            {"altered", phase.times.altered},
            {"leaked", phase.times.leaked},
            {"comparison", phase.comparison ? value(comparison_json(*phase.comparison)) : value(nullptr)},
            {"establish", times_json(phase.establish)},
            {"lateness", times_json(phase.lateness)},
            {"times_by_group", times_by_group_json(result.sender_groups, phase.times_by_group)},
            {"not_returned", not_returned_json(phase.not_returned)},
            {"not_returned_samples", phase.not_returned ? texts(phase.not_returned->samples) : array{}},
            {"malformed_updates", phase.malformed},
            {"peers_down", phase.peers_down},
            {"dut_cores", or_null(phase.dut_cores)},
            {"dut_resident_octets", or_null(phase.dut_octets)},
            {"receivers", std::move(receivers)}};
}

object peer_json(const RunResult::Peer& peer)
{
    return {{"peer", peer.number},
            {"group", peer.group},
            {"address", peer.address},
            {"as", peer.as},
            {"sends", peer.sends},
            {"receives", peer.receives},
            {"routes", peer.routes},
            {"established_seconds", seconds_or_null(peer.established)},
            {"sent_routes", peer.sent},
            {"wire_routes", peer.wire},
            {"acked_routes", peer.acked},
            {"wire_octets", peer.wire_octets},
            {"reflected_routes", peer.reflected},
            {"expected_routes", peer.comparison.expected},
            {"missing_routes", peer.comparison.missing},
            {"unexpected_routes", peer.comparison.unexpected},
            {"stale_routes", peer.comparison.stale},
            {"wrong_attributes_routes", peer.comparison.wrong_attributes},
            {"reflected_to_sender_routes", peer.comparison.reflected_to_sender},
            {"convergence", spread_json(peer.announced)},
            {"withdrawal", spread_json(peer.withdrawn)},
            {"failover", spread_json(peer.failover)},
            {"blocked_share", peer.blocked_share},
            {"losses", peer.losses},
            {"malformed_updates", peer.malformed},
            {"malformed_sample", peer.malformed == 0 ? value(nullptr) : value(peer.malformed_sample)},
            {"not_negotiated_updates", peer.not_negotiated},
            {"repeated_notifications", peer.repeated_notifications},
            {"without_end_of_rib", peer.comparison.without_end_of_rib != 0},
            {"end", peer.end}};
}

object sample_json(const RunResult::Sample& sample)
{
    return {{"at_seconds", sample.at_seconds}, {"sessions_up", sample.up},
            {"sent_routes", sample.sent},      {"wire_routes", sample.wire},
            {"acked_routes", sample.acked},    {"reflected_routes", sample.reflected},
            {"live_routes", sample.live},      {"own_cores", sample.own_cores},
            {"dut_cores", sample.dut_cores},   {"dut_resident_octets", sample.dut_octets}};
}

array thresholds_json(const RunResult& result)
{
    array all;
    for (const auto& verdict : result.verdicts)
        all.push_back(
            object{{"words", verdict.threshold.words},
                   {"measured", or_null(verdict.measured)},
                   {"measured_text", verdict.measured ? value_text(*verdict.measured, verdict.threshold.unit) : "not measured"},
                   {"holds", verdict.holds}});
    return all;
}

/// The figures shown for each of several runs.
object run_json(const RunResult& result)
{
    object phases;
    for (const auto& phase : result.phases)
        phases[phase.name] = object{{"seconds", seconds(phase.took)},
                                    {"rate_per_second", or_null(phase.rate)},
                                    {"settled_seconds", seconds_or_null(phase.settled)}};
    const auto if_compared = [&](std::uint64_t count) { return result.compared ? value(count) : value(nullptr); };
    return {{"result", name(result.status)},
            {"seconds", seconds(result.took)},
            {"convergence", spread_json(Spread::of(result.times.announced))},
            {"withdrawal", spread_json(Spread::of(result.times.withdrawn))},
            {"failover", spread_json(Spread::of(result.times.failover))},
            {"establish", spread_json(Spread::of(result.establish))},
            {"missing_routes", if_compared(result.comparison.missing)},
            {"unexpected_routes", if_compared(result.comparison.unexpected)},
            {"stale_routes", if_compared(result.comparison.stale)},
            {"wrong_attributes_routes", if_compared(result.comparison.wrong_attributes)},
            {"phases", std::move(phases)}};
}

}   // namespace

object to_json(const ScenarioReport& report)
{
    auto document = to_json(report.report);
    const auto& last = report.runs.back();
    array phases, peers, series, runs;
    for (const auto& phase : last.phases) phases.push_back(phase_json(phase, last));
    for (const auto& peer : last.peers) peers.push_back(peer_json(peer));
    for (const auto& sample : last.samples) series.push_back(sample_json(sample));
    for (const auto& run : report.runs) runs.push_back(run_json(run));
    document["scenario"] =
        object{{"file", report.file},
               {"name", report.scenario->name},
               {"about", report.scenario->about},
               {"repeat", report.scenario->repeat},
               {"warmup", report.scenario->warmup},
               {"seconds", seconds(last.took)},
               {"findings", to_json(last.findings)},
               {"thresholds", thresholds_json(last)},
               {"phases", std::move(phases)},
               {"convergence", times_json(last.times.announced)},
               {"scheduled", times_json(last.times.scheduled)},
               {"withdrawal", times_json(last.times.withdrawn)},
               {"failover", times_json(last.times.failover)},
               {"establish", times_json(last.establish)},
               {"lateness", times_json(last.lateness)},
               {"comparison", last.compared ? value(comparison_json(last.comparison)) : value(nullptr)},
               {"sessions_lost", last.sessions_lost},
               {"losses", losses_json(last)},
               {"not_returned", not_returned_json(not_returned_of(last))},
               {"malformed_updates", malformed_of(last)},
               {"times_by_group", times_by_group_json(last.sender_groups, last.times_by_group)},
               {"rfc7747", rfc7747_json(*report.scenario, report.report, last)},
               {"device", last.device.watched ? value(object{{"mean_cores", last.device.mean_cores},
                                                             {"most_cores", last.device.most_cores},
                                                             {"most_resident_octets", last.device.most_octets}})
                                              : value(nullptr)},
               {"peers", std::move(peers)},
               {"runs", std::move(runs)},
               {"series", std::move(series)}};
    document["summary"] = answer(document);
    return document;
}

std::vector<NamedText> hgrm_files(const std::string& path, const RunResult& result)
{
    const bool has_ending = path.ends_with(".hgrm");
    const auto stem = has_ending ? path.substr(0, path.size() - 5) : path;
    std::vector<NamedText> files{{path, to_hgrm(result.times.announced)}};
    const auto beside = [&](const char* kind, const Histogram& histogram) {
        if (!histogram.empty())
            files.push_back({fmt::format("{}.{}{}", stem, kind, has_ending ? ".hgrm" : ""), to_hgrm(histogram)});
    };
    beside("scheduled", result.times.scheduled);
    beside("withdrawal", result.times.withdrawn);
    beside("failover", result.times.failover);
    beside("establish", result.establish);
    beside("lateness", result.lateness);
    return files;
}

std::string series_ndjson(const RunResult& result)
{
    std::string text;
    for (const auto& sample : result.samples) text += json_text(sample_json(sample)) + "\n";
    return text;
}

}   // namespace barrage
