#include "loadgen/run/run_result.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "loadgen/report/numbers.hpp"

namespace barrage {

namespace {

constexpr double percentile_of(std::string_view word) noexcept
{
    if (word == "p50") return 50;
    if (word == "p90") return 90;
    if (word == "p99") return 99;
    return 99.9;
}

std::optional<double> spread_of(const Histogram& histogram, std::string_view which)
{
    if (histogram.empty()) return std::nullopt;
    if (which == "mean") return histogram.mean_nanoseconds() / 1e9;
    if (which == "min") return seconds(histogram.min());
    if (which == "max") return seconds(histogram.max());
    return seconds(histogram.percentile(percentile_of(which)));
}

}   // namespace

Spread Spread::of(const Histogram& histogram)
{
    return {.count = histogram.count(),
            .min = histogram.min(),
            .p50 = histogram.percentile(50),
            .p90 = histogram.percentile(90),
            .p99 = histogram.percentile(99),
            .p999 = histogram.percentile(99.9),
            .max = histogram.max(),
            .mean_seconds = histogram.mean_nanoseconds() / 1e9};
}

void find_limits(RunResult& result, double cores)
{
    constexpr double nearly_all = 0.8;
    constexpr double mostly = 0.5;
    constexpr double much = 0.3;
    constexpr double kept = 0.98;
    constexpr auto late = std::chrono::milliseconds{20};
    constexpr double late_share = 0.03;
    const auto find = [&](const char* what, std::string text) { result.findings.push_back({what, std::move(text)}); };
    if (result.sessions_lost != 0)
        find("session_lost", fmt::format("{} session{} ended and {} not to", result.sessions_lost,
                                         result.sessions_lost == 1 ? "" : "s", result.sessions_lost == 1 ? "was" : "were"));
    if (result.own_cores >= nearly_all * cores)
        find("generator", fmt::format("this process used {:.1f} of the {:.0f} cores that it may use: the tester may be the limit",
                                      result.own_cores, cores));
    for (const auto& phase : result.phases)
        if (phase.asked_rate && phase.rate && *phase.rate < kept * *phase.asked_rate)
            find(result.blocked_share >= mostly ? "device" : "rate",
                 fmt::format("{}: {}/s of the {}/s asked for came about{}", phase.name, short_number(*phase.rate),
                             short_number(*phase.asked_rate), result.blocked_share >= mostly ? "; the device took no more" : ""));
    if (result.blocked_share >= mostly)
        find("device",
             fmt::format("senders waited {:.0f} % of the time for the device to take octets", 100 * result.blocked_share));
    if (result.full_read_share >= much)
        find("receiver",
             fmt::format("in {:.0f} % of their turns receivers had more waiting than they read at once: times are upper bounds",
                         100 * result.full_read_share));
    if (result.timer_lateness >= late || result.timer_late_share >= late_share)
        find("starved",
             fmt::format(
                 "this process was woken up to {} later than it asked (p99), {:.0f} % of the time in all: the tester lacked CPU "
                 "time, and times are upper bounds",
                 duration_text(result.timer_lateness), 100 * result.timer_late_share));
    if (result.other_cpu_share >= much)
        find("foreign_cpu", fmt::format("other processes{} used {:.0f} % of this machine",
                                        result.device.watched ? " than the device" : "", 100 * result.other_cpu_share));
    if (result.swapped_octets != 0)
        find("swap", fmt::format("{} of this process are swapped out", octets_text(static_cast<double>(result.swapped_octets))));
    if (result.clock_step >= std::chrono::milliseconds{100} || result.clock_step <= std::chrono::milliseconds{-100})
        find("clock_step",
             fmt::format("the wall clock was set by {:.3f} s meanwhile; measured is with another", seconds(result.clock_step)));
}

std::optional<double> metric_of(const RunResult& result, const Threshold& threshold)
{
    const RunResult::Phase* phase = nullptr;
    if (!threshold.phase.empty()) {
        const auto found = std::ranges::find(result.phases, threshold.phase, &RunResult::Phase::name);
        if (found == result.phases.end()) return std::nullopt;
        phase = &*found;
    }
    const std::string_view metric = threshold.metric;
    const auto dot = metric.find('.');
    const auto base = metric.substr(0, dot);
    const auto which = dot == std::string_view::npos ? std::string_view{} : metric.substr(dot + 1);
    const auto& times = phase ? phase->times : result.times;
    if (base == "convergence") return spread_of(times.announced, which);
    if (base == "scheduled") return spread_of(times.scheduled, which);
    if (base == "withdrawal") return spread_of(times.withdrawn, which);
    if (base == "establish") return spread_of(phase ? phase->establish : result.establish, which);
    if (base == "lateness") return spread_of(phase ? phase->lateness : result.lateness, which);
    if (base == "duration") return seconds(phase ? phase->took : result.took);
    if (base == "missing" || base == "unexpected" || base == "wrong_attributes") {
        if (!result.compared) return std::nullopt;
        const auto& all = result.comparison;
        return static_cast<double>(base == "missing"      ? all.missing
                                   : base == "unexpected" ? all.unexpected
                                                          : all.wrong_attributes);
    }
    if (base == "sessions_lost") return result.sessions_lost;
    if (base == "reflected") return static_cast<double>(result.reflected);
    if (base == "dut_cpu") return result.device.watched ? std::optional{result.device.mean_cores} : std::nullopt;
    if (base == "dut_memory")
        return result.device.watched ? std::optional{static_cast<double>(result.device.most_octets)} : std::nullopt;

    // Of a phase, or the largest (of rates: the smallest) of all phases that have it.
    std::optional<double> found;
    for (const auto& each : result.phases) {
        if (phase && &each != phase) continue;
        std::optional<double> value;
        if (base == "kept" && each.kept && each.kept->at_stake != 0)
            value = 1 - std::min(1.0, static_cast<double>(each.kept->flushed) / static_cast<double>(each.kept->at_stake));
        if (base == "settled" && each.settled) value = seconds(*each.settled);
        if (base == "rate" && each.word == "announce") value = each.rate;
        if (base == "rate_kept" && each.rate && each.asked_rate) value = *each.rate / *each.asked_rate;
        if (value) found = !found ? *value : base == "settled" ? std::max(*found, *value) : std::min(*found, *value);
    }
    return found;
}

void judge(RunResult& result, const std::vector<Threshold>& thresholds)
{
    for (const auto& threshold : thresholds) {
        RunResult::Verdict verdict{.threshold = threshold, .measured = metric_of(result, threshold)};
        verdict.holds = verdict.measured && threshold.holds(*verdict.measured);
        result.verdicts.push_back(std::move(verdict));
    }
    if (result.status == ExitStatus::passed && !std::ranges::all_of(result.verdicts, &RunResult::Verdict::holds))
        result.status = ExitStatus::threshold_failed;
}

}   // namespace barrage
