#include "loadgen/report/scenario_report.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "loadgen/report/document_json.hpp"
#include "loadgen/report/hgrm.hpp"
#include "loadgen/report/rfc7747.hpp"

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
    constexpr unsigned steps_per_half = 8;
    double last = -1;
    histogram.for_each_step(steps_per_half, [&](const Histogram::Step& step) {
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

object phase_json(const RunResult::Phase& phase)
{
    array receivers;
    for (const auto& receiver : phase.receivers)
        receivers.push_back(object{{"peer", receiver.peer},
                                   {"name", receiver.name},
                                   {"convergence", spread_json(receiver.announced)},
                                   {"withdrawal", spread_json(receiver.withdrawn)},
                                   {"last_change_seconds", seconds_or_null(receiver.last_change)}});
    return {{"name", phase.name},
            {"word", phase.word},
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
            {"establish", times_json(phase.establish)},
            {"lateness", times_json(phase.lateness)},
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
            {"expected_routes", peer.expected},
            {"missing_routes", peer.missing},
            {"unexpected_routes", peer.unexpected},
            {"wrong_attributes_routes", peer.wrong_attributes},
            {"convergence", spread_json(peer.announced)},
            {"withdrawal", spread_json(peer.withdrawn)},
            {"blocked_share", peer.blocked_share},
            {"losses", peer.losses},
            {"end", peer.end}};
}

object comparison_json(const RunResult& result)
{
    const auto& all = result.comparison;
    return {{"expected_routes", all.expected},
            {"missing_routes", all.missing},
            {"unexpected_routes", all.unexpected},
            {"wrong_attributes_routes", all.wrong_attributes},
            {"missing_samples", texts(all.missing_samples)},
            {"unexpected_samples", texts(all.unexpected_samples)},
            {"wrong_attributes_samples", texts(all.wrong_samples)}};
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

/// What is told of each of several runs.
object run_json(const RunResult& result)
{
    object phases;
    for (const auto& phase : result.phases)
        phases[phase.name] = object{{"seconds", seconds(phase.took)},
                                    {"rate_per_second", or_null(phase.rate)},
                                    {"settled_seconds", seconds_or_null(phase.settled)}};
    return {{"result", name(result.status)},
            {"seconds", seconds(result.took)},
            {"convergence", spread_json(Spread::of(result.times.announced))},
            {"withdrawal", spread_json(Spread::of(result.times.withdrawn))},
            {"establish", spread_json(Spread::of(result.establish))},
            {"missing_routes", result.comparison.missing},
            {"unexpected_routes", result.comparison.unexpected},
            {"wrong_attributes_routes", result.comparison.wrong_attributes},
            {"phases", std::move(phases)}};
}

std::string spread_text(const Histogram& histogram)
{
    return fmt::format("p50 {}, p90 {}, p99 {}, max {} ({} routes)", duration_text(histogram.percentile(50)),
                       duration_text(histogram.percentile(90)), duration_text(histogram.percentile(99)),
                       duration_text(histogram.max()), full_number(histogram.count()));
}

}   // namespace

object to_json(const ScenarioReport& report)
{
    auto document = to_json(report.report);
    const auto& last = report.runs.back();
    array phases, peers, findings, series, runs;
    for (const auto& phase : last.phases) phases.push_back(phase_json(phase));
    for (const auto& peer : last.peers) peers.push_back(peer_json(peer));
    for (const auto& finding : last.findings) findings.push_back(object{{"what", finding.what}, {"text", finding.text}});
    for (const auto& sample : last.samples) series.push_back(sample_json(sample));
    for (const auto& run : report.runs) runs.push_back(run_json(run));
    document["scenario"] =
        object{{"file", report.file},
               {"name", report.scenario->name},
               {"about", report.scenario->about},
               {"repeat", report.scenario->repeat},
               {"warmup", report.scenario->warmup},
               {"seconds", seconds(last.took)},
               {"findings", std::move(findings)},
               {"thresholds", thresholds_json(last)},
               {"phases", std::move(phases)},
               {"convergence", times_json(last.times.announced)},
               {"scheduled", times_json(last.times.scheduled)},
               {"withdrawal", times_json(last.times.withdrawn)},
               {"establish", times_json(last.establish)},
               {"lateness", times_json(last.lateness)},
               {"comparison", last.compared ? value(comparison_json(last)) : value(nullptr)},
               {"sessions_lost", last.sessions_lost},
               {"rfc7747", rfc7747_json(*report.scenario, report.report, last)},
               {"device", last.device.watched ? value(object{{"mean_cores", last.device.mean_cores},
                                                             {"most_cores", last.device.most_cores},
                                                             {"most_resident_octets", last.device.most_octets}})
                                              : value(nullptr)},
               {"peers", std::move(peers)},
               {"runs", std::move(runs)},
               {"series", std::move(series)}};
    return document;
}

std::string summary(const ScenarioReport& report)
{
    std::string text;
    const auto& last = report.runs.back();
    std::size_t width = 12;
    for (const auto& phase : last.phases) width = std::max(width, phase.name.size() + 4);
    const auto line = [&](const std::string& title, const std::string& what) {
        text += fmt::format("{:<{}}{}\n", title, width, what);
    };
    line("result", fmt::format("{} (exit status {})", name(report.report.status), static_cast<int>(report.report.status)));
    for (const auto& problem : report.report.problems) line("problem", problem);
    for (const auto& finding : last.findings) line("finding", finding.what + ": " + finding.text);
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
        if (!phase.note.empty()) what += ", " + phase.note;
        line("  " + phase.name, what);
        if (!phase.times.announced.empty()) line("", "announced → reflected   " + spread_text(phase.times.announced));
        if (!phase.times.scheduled.empty()) line("", "  … from its due time   " + spread_text(phase.times.scheduled));
        if (!phase.times.withdrawn.empty()) line("", "withdrawn → withdrawn   " + spread_text(phase.times.withdrawn));
    }
    if (!last.lateness.empty()) line("late", "handed over after they were due: " + spread_text(last.lateness));
    const auto& counters = report.report.counters;
    line("counters", fmt::format("sent {}, on the wire {}, acked {}, reflected {}", full_number(counters.sent),
                                 full_number(counters.wire), full_number(counters.acked), full_number(last.reflected)));
    if (last.compared)
        line("at the end", fmt::format("{} routes expected at receivers: {} missing, {} unexpected, {} with other attributes",
                                       full_number(last.comparison.expected), full_number(last.comparison.missing),
                                       full_number(last.comparison.unexpected), full_number(last.comparison.wrong_attributes)));
    if (last.device.watched)
        line("device", fmt::format("{:.2f} cores on average, {:.2f} at most, {}", last.device.mean_cores, last.device.most_cores,
                                   octets_text(static_cast<double>(last.device.most_octets))));
    line("tester",
         fmt::format("{:.2f} cores, {}", last.own_cores, octets_text(static_cast<double>(report.report.memory.resident_octets))));
    return text;
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
    beside("establish", result.establish);
    beside("lateness", result.lateness);
    return files;
}

std::string series_ndjson(const RunResult& result)
{
    std::string text;
    for (const auto& sample : result.samples) text += boost::json::serialize(sample_json(sample)) + "\n";
    return text;
}

}   // namespace barrage
