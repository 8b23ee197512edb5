#include "loadgen/play/run_result.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "loadgen/play/judge.hpp"
#include "loadgen/play/transient_wrongs.hpp"
#include "loadgen/words/numbers.hpp"

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

/// The most at any time at which receivers were compared.
std::uint64_t most_of(const RunResult& result, std::uint64_t Comparison::* count)
{
    auto most = result.comparison.*count;
    for (const auto& phase : result.phases)
        if (phase.comparison) most = std::max(most, *phase.comparison.*count);
    return most;
}

/// What of the routes that receivers hold is a finding.
void find_wrongs(RunResult& result)
{
    if (const auto stale = most_of(result, &Comparison::stale); stale != 0)
        result.findings.push_back(
            {FindingKind::stale, fmt::format("receivers held {} paths that nobody announces any more", full_number(stale))});
    if (const auto reflected = most_of(result, &Comparison::reflected_to_sender); reflected != 0)
        result.findings.push_back({FindingKind::reflected_to_sender,
                                   fmt::format("{} routes came back to the peer that announces them", full_number(reflected))});
    std::uint64_t duplicates = 0;
    std::string where;
    for (const auto& phase : result.phases) {
        // Whoever asked for everything again gets it again.
        constexpr std::uint64_t many = 100, one_in = 10;
        const auto of_phase = phase.kind.is<Scenario::Refresh, Scenario::Restart>() ? 0 : phase.times.duplicates;
        if (of_phase < many || of_phase * one_in < phase.reflected) continue;
        duplicates += of_phase;
        where += (where.empty() ? "" : ", ") + phase.name;
    }
    if (duplicates != 0)
        result.findings.push_back({FindingKind::duplicates, fmt::format("the device announced {} routes again as they were ({})",
                                                                        full_number(duplicates), where)});
}

}   // namespace

void RunResult::Phase::add_not_returned(const NotReturned& missed, bool awaited)
{
    if (!not_returned) not_returned.emplace();
    not_returned->add(missed, {});
    if (awaited) not_returned_awaited += missed.all();
}

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
    Measures measures{.wire_routes = result.wire,
                      .sending = result.took,
                      .device_watched = result.device.watched,
                      .own_cores = result.own_cores,
                      .cores = cores,
                      .other_cpu_share = result.other_cpu_share,
                      .blocked_share = result.blocked_share,
                      .full_read_share = result.full_read_share,
                      .timer_lateness = result.timer_lateness,
                      .timer_late_share = result.timer_late_share,
                      .swapped_octets = result.swapped_octets,
                      .clock_step = result.clock_step,
                      .sessions_lost =
                          static_cast<std::uint32_t>(std::ranges::count(result.losses, false, &RunResult::Loss::expected))};
    for (const auto& phase : result.phases) {
        if (phase.asked_rate && (phase.rate || phase.finished))
            measures.rates.push_back({phase.name, *phase.asked_rate, phase.rate.value_or(0)});
        const bool is_replay = phase.kind.is<Scenario::Replay>();
        measures.replayed |= is_replay && phase.wire_routes != 0;
        measures.unpaced |= !is_replay && !phase.asked_rate && phase.wire_routes != 0;
    }
    auto judgement = judge_limits(measures);
    result.limited_by = std::move(judgement.limited_by);
    result.limit_text = std::move(judgement.explanation);
    for (auto& finding : judgement.findings) result.findings.push_back(std::move(finding));
    find_wrongs(result);
    sort(result.findings);
}

std::vector<MeasuredTime> times_of(const RunResult& result)
{
    std::vector<MeasuredTime> times;
    const auto take = [&](const char* what, const Histogram& histogram) {
        if (!histogram.empty()) times.push_back({what, histogram.percentile(50), histogram.percentile(99)});
    };
    take("announced → reflected", result.times.announced);
    take("withdrawn → withdrawn", result.times.withdrawn);
    return times;
}

namespace {

/// Whether a threshold that one of two values holds to is in more danger of the other.
bool is_worse(const Threshold& threshold, double value, double than)
{
    using enum Threshold::Comparison;
    if (threshold.holds(value) != threshold.holds(than)) return threshold.holds(than);
    return threshold.comparison == less || threshold.comparison == at_most ? value > than : value < than;
}

std::optional<double> metric_of(const RunResult& result, const std::string_view metric, const RunResult::Phase* phase)
{
    const auto dot = metric.find('.');
    const auto base = metric.substr(0, dot);
    const auto which = dot == std::string_view::npos ? std::string_view{} : metric.substr(dot + 1);
    const auto& times = phase ? phase->times : result.times;
    if (base == "convergence") return spread_of(times.announced, which);
    if (base == "scheduled") return spread_of(times.scheduled, which);
    if (base == "withdrawal") return spread_of(times.withdrawn, which);
    if (base == "establish") return spread_of(phase ? phase->establish : result.establish, which);
    if (base == "lateness") return spread_of(phase ? phase->lateness : result.lateness, which);
    // A phase that the end of the run cut short has lasted for a time that says nothing.
    if (base == "duration" && phase && !phase->finished) return std::nullopt;
    if (base == "duration") return seconds(phase ? phase->took : result.took);
    if (base == "failover") return spread_of(times.failover, which);
    if (base == "duplicates") return static_cast<double>(times.duplicates);
    if (base == "interruptions") return static_cast<double>(times.interruptions);
    for (const auto& kind : Comparison::kinds_of_wrong()) {
        if (base != kind.key) continue;
        if (kind.count == &Comparison::wrong_attributes && !result.attributes_compared) return std::nullopt;
        std::optional<double> most;   // of the phase, or of all times at which receivers were compared
        const auto take = [&](const Comparison& comparison) {
            most = std::max(most.value_or(0), static_cast<double>(comparison.*kind.count));
        };
        if (!phase && result.compared) take(result.comparison);
        for (const auto& each : result.phases)
            if ((!phase || phase == &each) && each.comparison) take(*each.comparison);
        if (most.value_or(0) == 0)
            for (const auto& transient : transient_wrongs())
                if (base == transient.metric && times.*transient.count != 0) most = static_cast<double>(times.*transient.count);
        return most;
    }
    if (base == "sessions_lost")
        return static_cast<double>(std::ranges::count_if(result.losses, [&](const RunResult::Loss& loss) {
            return !phase || std::ranges::find(loss.phases, phase->name) != loss.phases.end();
        }));
    // Without a receiver that measures nobody saw any of this.
    const bool is_measured = std::ranges::any_of(result.peers, &RunResult::Peer::measures);
    if ((base == "reflected" || base == "malformed") && !is_measured) return std::nullopt;
    if (base == "reflected") return static_cast<double>(result.reflected);
    if (base == "malformed") {
        if (phase) return phase->finished ? std::optional{static_cast<double>(phase->malformed)} : std::nullopt;
        double sum = 0;
        for (const auto& peer : result.peers) sum += static_cast<double>(peer.malformed);
        return sum;
    }
    if (base == "not_returned") {
        std::optional<double> sum;
        for (const auto& each : result.phases)
            if ((!phase || &each == phase) && each.not_returned)
                sum = sum.value_or(0) + static_cast<double>(each.not_returned->all());
        return sum;
    }
    if (base == "dut_cpu" && phase) return phase->dut_cores;
    if (base == "dut_memory" && phase)
        return phase->dut_octets ? std::optional{static_cast<double>(*phase->dut_octets)} : std::nullopt;
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
        if (base == "failover_not_needed" && each.is_operation && result.attributes_compared)
            value = static_cast<double>(each.failover_not_needed) + found.value_or(0);
        if (base == "settled" && each.settled) value = seconds(*each.settled);
        if (base == "rate" && each.kind.is<Scenario::Announce>()) value = each.rate;
        if (base == "rate_kept" && each.rate && each.asked_rate) value = *each.rate / *each.asked_rate;
        if (value)
            found = !found                                               ? *value
                    : base == "settled" || base == "failover_not_needed" ? std::max(*found, *value)
                                                                         : std::min(*found, *value);
    }
    return found;
}

}   // namespace

std::optional<double> metric_of(const RunResult& result, const Threshold& threshold)
{
    if (threshold.phase.empty()) return metric_of(result, threshold.metric, nullptr);
    std::optional<double> worst;
    for (const auto& phase : result.phases) {
        if (!phase.is_called(threshold.phase)) continue;
        const auto value = metric_of(result, threshold.metric, &phase);
        if (!value) return std::nullopt;
        if (!worst || is_worse(threshold, *value, *worst)) worst = value;
    }
    return worst;
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
