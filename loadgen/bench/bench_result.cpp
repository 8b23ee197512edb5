#include "loadgen/bench/bench_result.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "loadgen/play/judge.hpp"
#include "loadgen/words/numbers.hpp"

namespace barrage {

namespace {

std::string peers_text(std::uint32_t peers) { return peers == 1 ? "1 peer" : fmt::format("{} peers", peers); }

bool all_delivered_the_same(const ContenderResult& contender)
{
    return contender.difference.empty() && contender.problem().empty();
}

std::string how_it_compares(const Ratio& ratio)
{
    if (ratio.is_faster()) return "faster in every round";
    if (ratio.is_slower()) return "slower in every round";
    return "no clear difference";
}

}   // namespace

Spread spread_of(std::vector<double> values)
{
    if (values.empty()) return {};
    std::ranges::sort(values);
    const auto middle = values.size() / 2;
    const auto median = values.size() % 2 != 0 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    return {median, values.front(), values.back()};
}

Spread ContenderResult::spread(const std::function<double(const MeasuredRun&)>& figure) const
{
    std::vector<double> values;
    for (const auto& run : runs)
        if (run.counts()) values.push_back(figure(run));
    return spread_of(std::move(values));
}

std::string ContenderResult::problem() const
{
    if (!proof.counts()) return proof.problem;
    const auto failed = std::ranges::find_if_not(runs, &MeasuredRun::counts);
    return failed == runs.end() ? std::string{} : failed->problem;
}

Ratio ratio(const ContenderResult& of, const ContenderResult& to)
{
    Ratio result;
    std::vector<double> ratios;
    for (std::size_t round = 0; round < std::min(of.runs.size(), to.runs.size()); ++round) {
        if (!of.runs[round].counts() || !to.runs[round].counts()) continue;
        const auto base = to.runs[round].routes_per_second();
        if (base <= 0) continue;
        ratios.push_back(of.runs[round].routes_per_second() / base);
        result.rounds_faster += ratios.back() > 1;
        result.rounds_slower += ratios.back() < 1;
    }
    const auto rate = [](const MeasuredRun& run) { return run.routes_per_second(); };
    if (ratios.empty() || to.spread(rate).median <= 0) return result;
    const auto spread = spread_of(ratios);
    result.of_medians = of.spread(rate).median / to.spread(rate).median;
    result.least = spread.least;
    result.most = spread.most;
    result.rounds = static_cast<std::uint32_t>(ratios.size());
    return result;
}

const ContenderResult* WorkResult::best_async() const
{
    const ContenderResult* best = nullptr;
    double most = 0;
    for (std::size_t i = 1; i < contenders.size(); ++i) {
        const auto median = contenders[i].spread(&MeasuredRun::routes_per_second).median;
        if (!contenders[i].contender.is_ours() || median <= most) continue;
        most = median;
        best = &contenders[i];
    }
    return best;
}

bool BenchResult::same_work() const
{
    return !works.empty() && std::ranges::all_of(works, [](const WorkResult& work) {
        return !work.contenders.empty() && std::ranges::all_of(work.contenders, all_delivered_the_same);
    });
}

ExitStatus BenchResult::status() const
{
    if (interrupted) return ExitStatus::interrupted;
    for (const auto& work : works)
        for (const auto& each : work.contenders)
            if (each.contender.is_ours() && each.proof.status != ExitStatus::passed) return each.proof.status;
    return same_work() ? ExitStatus::passed : ExitStatus::incomplete;
}

std::string verdict(const BenchResult& result)
{
    std::string parts;
    for (const auto& work : result.works) {
        const auto* best = work.best_async();
        const auto against = best ? ratio(*best, work.contenders.front()) : Ratio{};
        if (against.rounds == 0) continue;
        const auto who = result.options.shards.size() > 1 ? best->contender.name + ", " : std::string{};
        parts += fmt::format("{}{:.2f} with {} ({}{}; {:.2f} to {:.2f})", parts.empty() ? "" : ", ", against.of_medians,
                             peers_text(work.peers), who, how_it_compares(against), against.least, against.most);
    }
    const bool same = result.same_work();
    if (parts.empty())
        return fmt::format("No verdict: there are no two runs to hold against each other{}.",
                           same ? "" : ", and not all delivered the same routes");
    return fmt::format("async sends, as a share of the routes/s of sync, {}; {}.", parts,
                       same ? "all delivered the same routes, by digest and count" : "but not all delivered the same routes");
}

std::vector<std::string> remarks(const BenchResult& result)
{
    std::vector<std::string> all;
    double others = 0, blocked = 0;
    for (const auto& work : result.works)
        for (const auto& each : work.contenders) {
            const auto name = fmt::format("{} with {}", each.contender.name, peers_text(work.peers));
            if (!each.problem().empty())
                all.push_back(fmt::format("{}: {}", name, each.problem()));
            else if (!each.difference.empty())
                all.push_back(fmt::format("{} did other work: {}", name, each.difference));
            others = std::max(others, each.spread([](const MeasuredRun& run) { return run.other_cpu_share; }).median);
            if (each.contender.is_ours())
                blocked =
                    std::max(blocked, each.spread([](const MeasuredRun& run) { return run.blocked_share.value_or(0); }).median);
        }
    // The worst of all contenders; the receiver's CPU time is not among that of others.
    const auto judgement = judge_limits({.wire_routes = 1,
                                         .sending = std::chrono::nanoseconds{1},
                                         .unpaced = true,
                                         .into_own_sink = true,
                                         .device_watched = true,
                                         .other_cpu_share = others,
                                         .blocked_share = blocked});
    for (const auto& finding : judgement.findings)
        all.push_back(fmt::format("{}, at times: {}", word(finding.kind), finding.text));
    constexpr std::size_t cores_for_two_sides = 4;
    if (result.cores < cores_for_two_sides)
        all.push_back(
            fmt::format("injector and receiver share {} core{}: what one thread more of async gains, the receiver loses",
                        result.cores, result.cores == 1 ? "" : "s"));
    return all;
}

}   // namespace barrage
