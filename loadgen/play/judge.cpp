#include "loadgen/play/judge.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "loadgen/words/numbers.hpp"

namespace barrage {

namespace {

using namespace std::chrono_literals;

constexpr double kept_up = 0.98;     // of a rate that was asked for
constexpr double nearly_all = 0.8;   // of the cores
constexpr double mostly = 0.5;       // of the time
constexpr double much = 0.3;         // of the turns, of the machine
constexpr auto late = 20ms;
constexpr double late_share = 0.03;
constexpr auto step = 100ms;

bool is_behind(const Measures::Rate& rate) { return rate.came < kept_up * rate.asked; }

std::string rates_behind(const std::vector<Measures::Rate>& rates)
{
    constexpr std::size_t most = 3;
    std::string text;
    std::size_t behind = 0;
    for (const auto& rate : rates) {
        if (!is_behind(rate) || ++behind > most) continue;
        text += fmt::format("{}{}: achieved {}/s of the requested {}/s", text.empty() ? "" : "; ", rate.phase,
                            short_number(rate.came), short_number(rate.asked));
    }
    if (behind > most) text += fmt::format("; so did {} more", behind - most);
    return text;
}

/// Clocks of two kinds are in each share: of a run of a millisecond it may come out as anything.
double percent(double share) noexcept { return share > 0 ? 100 * std::min(1.0, share) : 0; }

/// Why nothing limited it, or nothing can be said.
void limit_without_findings(Judgement& judgement, const Measures& measures)
{
    const auto set_limit = [&](const char* word, std::string why) {
        judgement.limited_by = word;
        judgement.explanation = std::move(why);
    };
    if (measures.wire_routes == 0) return set_limit("nothing", "no route was sent");
    if (measures.sending.count() <= 0) return set_limit("nothing", "too few routes to be measured");
    if (measures.replayed && measures.rates.empty() && !measures.unpaced)
        return set_limit("schedule", "the times of the file, which were kept: nothing else held routes back");
    if (!measures.rates.empty() && !measures.unpaced) {
        if (measures.rates.size() > 1) return set_limit("rate", "the rates that were asked for were kept");
        return set_limit("rate",
                         fmt::format("the rate that was asked for, {}/s, was kept", short_number(measures.rates[0].asked)));
    }
    set_limit("mixed",
              fmt::format("no one thing: {:.1f} cores used, sockets blocked {:.0f} % of the time, other processes {:.0f} % of "
                          "the machine",
                          measures.own_cores, percent(measures.blocked_share), percent(measures.other_cpu_share)));
}

}   // namespace

Judgement judge_limits(const Measures& measures)
{
    Judgement judgement;
    const auto find = [&](FindingKind kind, std::string text) { judgement.findings.push_back({kind, std::move(text)}); };
    const bool behind = std::ranges::any_of(measures.rates, is_behind);
    // A socket that blocks while the rate asked for is kept held nothing back.
    if (measures.blocked_share >= mostly && (behind || measures.unpaced || measures.rates.empty()))
        find(measures.into_own_sink ? FindingKind::receiver : FindingKind::device,
             fmt::format("senders waited {:.0f} % of the time for {} to take octets", percent(measures.blocked_share),
                         measures.into_own_sink ? "the sink" : "the device"));
    if (measures.full_read_share >= much)
        find(FindingKind::receiver,
             fmt::format("in {:.0f} % of their turns receivers had more waiting than they read at once: times are upper bounds",
                         percent(measures.full_read_share)));
    if (measures.own_cores >= nearly_all * measures.cores)
        find(FindingKind::generator,
             fmt::format("this process used {:.1f} of the {:.0f} cores that it may use: the tester may be the limit",
                         measures.own_cores, measures.cores));
    if (measures.timer_lateness >= late || measures.timer_late_share >= late_share)
        find(FindingKind::starved,
             fmt::format(
                 "the tester was short of CPU: timers fired up to {} late (p99), {:.0f} % of the time in all; treat times as "
                 "upper bounds",
                 duration_text(measures.timer_lateness), percent(measures.timer_late_share)));
    if (measures.other_cpu_share >= much)
        find(FindingKind::foreign_cpu,
             fmt::format("other processes{} used {:.0f} % of this machine",
                         measures.device_watched  ? (measures.into_own_sink ? " than the sink" : " than the device")
                         : measures.into_own_sink ? ", the embedded sink among them,"
                                                  : "",
                         percent(measures.other_cpu_share)));
    if (behind) find(FindingKind::rate, rates_behind(measures.rates));
    if (measures.swapped_octets != 0)
        find(FindingKind::swap,
             fmt::format("{} of this process are swapped out", octets_text(static_cast<double>(measures.swapped_octets))));
    if (measures.clock_step >= step || measures.clock_step <= -step)
        find(FindingKind::clock_step, fmt::format("the wall clock stepped by {:.3f} s during the run; the measurements use the "
                                                  "monotonic clock and are not affected",
                                                  seconds(measures.clock_step)));
    if (measures.sessions_lost != 0)
        find(FindingKind::session_lost,
             fmt::format("{} session{} ended unexpectedly", measures.sessions_lost, measures.sessions_lost == 1 ? "" : "s"));
    sort(judgement.findings);

    const auto first = std::ranges::find_if(judgement.findings, [](const Finding& one) { return row_of(one.kind).is_limit; });
    if (first != judgement.findings.end()) {
        judgement.limited_by = word(first->kind);
        judgement.explanation = first->text;
    } else {
        limit_without_findings(judgement, measures);
    }
    return judgement;
}

}   // namespace barrage
