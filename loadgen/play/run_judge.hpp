#pragma once
// What judges of a run have in common: problems and findings, and what a threshold accepts. Pure; main thread.

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "loadgen/play/run_result.hpp"
#include "loadgen/scenario/scenario.hpp"
#include "loadgen/words/numbers.hpp"

namespace barrage {

/// "1 route", "2,000 routes".
inline std::string plural(std::uint64_t count, std::string_view what)
{
    return fmt::format("{} {}{}", full_number(count), what, count == 1 ? "" : "s");
}

class RunJudge {
protected:
    RunJudge(RunResult& result, const Scenario& scenario) : result_(result), scenario_(scenario) {}

    void problem(std::string text)
    {
        result_.problems.push_back(std::move(text));
        if (result_.status == ExitStatus::passed || result_.status == ExitStatus::threshold_failed)
            result_.status = ExitStatus::incomplete;
    }
    void find(FindingKind kind, std::string text) { result_.findings.push_back({kind, std::move(text)}); }

    /// A threshold on this metric, of the phase or (none named) of the run, holds.
    [[nodiscard]] bool accepted(std::string_view metric, std::string_view phase) const
    {
        bool any = false;
        const auto named = std::ranges::find(result_.phases, phase, &RunResult::Phase::name);
        for (const auto& verdict : result_.verdicts) {
            const auto& of = verdict.threshold.phase;
            const bool is_of_it = of == phase || (named != result_.phases.end() && named->is_called(of));
            if (verdict.threshold.metric != metric || !is_of_it) continue;
            if (!verdict.holds) return false;
            any = true;
        }
        return any;
    }

    RunResult& result_;
    const Scenario& scenario_;
};

}   // namespace barrage
