#include "loadgen/play/judge_expected.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "loadgen/play/judge_device.hpp"
#include "loadgen/play/run_judge.hpp"
#include "loadgen/routes/left_out_report.hpp"

namespace barrage {

namespace {

class Judge : RunJudge {
public:
    Judge(RunResult& result, const Scenario& scenario) : RunJudge(result, scenario) {}

    void losses()
    {
        for (auto& loss : result_.losses)
            loss.expected = accepted("sessions_lost", {}) || std::ranges::any_of(loss.phases, [&](const std::string& phase) {
                                return accepted("sessions_lost", phase);
                            });
        for (const auto& expect : scenario_.expects) losses_of(expect, "in the run", [](const RunResult::Loss&) { return true; });
        for (const auto& group : scenario_.groups)
            if (group.expect)
                losses_of(*group.expect, "of " + group.name,
                          [&](const RunResult::Loss& loss) { return loss.group == group.name; });
        for_each_phase(scenario_.phases, [&](const Scenario::Phase& phase) {
            if (phase.expect)
                losses_of(*phase.expect, "in " + phase.name, [&](const RunResult::Loss& loss) {
                    return std::ranges::find(loss.phases, phase.name) != loss.phases.end();
                });
        });
        for (const auto& loss : result_.losses)
            if (!loss.expected) problem(fmt::format("{} was lost: {}", loss.peer, loss.end));
    }

    void times()
    {
        for_each_phase(scenario_.phases, [&](const Scenario::Phase& phase) {
            if (!phase.expect) return;
            const auto found = std::ranges::find(result_.phases, phase.name, &RunResult::Phase::name);
            const bool was_played = found != result_.phases.end() && found->finished;
            if (phase.expect->none && was_played && found->first_change)
                problem(fmt::format("{}: nothing was to come of it, and the first change came after {}", phase.name,
                                    duration_text(*found->first_change)));
            if (!phase.expect->within) return;
            const auto asked = duration_text(*phase.expect->within);
            if (!was_played || !found->settled)
                problem(fmt::format("{}: expected within {}: not measured, no change came", phase.name, asked));
            else if (*found->settled > *phase.expect->within)
                problem(fmt::format("{}: expected within {}, and the last change came after {}", phase.name, asked,
                                    duration_text(*found->settled)));
            if (was_played && found->not_returned && found->not_returned->all() != 0 && found->not_returned_awaited == 0)
                problem(fmt::format("{}: expected within {}, and {} did not come", phase.name, asked,
                                    plural(found->not_returned->all(), "change")));
        });
        for (const auto& group : scenario_.groups)
            if (group.expect && group.expect->within) times_of(group.name, *group.expect->within);
        for (const auto& set : result_.set_times) times_of(set);
    }

    /// What was expected of routes that were never sent says nothing, however right it looks.
    void not_judged()
    {
        if (!std::ranges::all_of(result_.phases, &RunResult::Phase::finished)) return;
        for (const auto index : result_.sets_not_sent)
            if (!scenario_.expects[index].within)
                problem(fmt::format("routes {}: none of them was sent: what is expected of them was not judged",
                                    fmt::join(scenario_.expects[index].routes, ", ")));
        for (const auto& group : scenario_.groups) {
            if (!group.sends() || !group.expect || (!group.expect->none && !group.expect->attributes)) continue;
            const bool sent = std::ranges::any_of(
                result_.peers, [&](const RunResult::Peer& peer) { return peer.group == group.name && peer.sent != 0; });
            if (!sent) problem(fmt::format("{}: it sent no route: what is expected of its routes was not judged", group.name));
        }
    }

    void changes()
    {
        std::uint64_t announced = 0, withdrawn = 0;
        std::string samples;
        for (const auto& phase : result_.phases) {
            if (!phase.not_returned || phase.not_returned->all() == 0) continue;
            announced += phase.not_returned->announced;
            withdrawn += phase.not_returned->withdrawn;
            if (samples.empty() && !phase.not_returned->samples.empty())
                samples = fmt::format(" ({}: {})", phase.name, fmt::join(phase.not_returned->samples, ", "));
            if (phase.not_returned_awaited != 0 && !accepted("not_returned", {}) && !accepted("not_returned", phase.name))
                problem(fmt::format(
                    "{}: {} did not come back: {} and {}{}", phase.name, plural(phase.not_returned->all(), "change"),
                    plural(phase.not_returned->announced, "announcement"), plural(phase.not_returned->withdrawn, "withdrawal"),
                    phase.not_returned->samples.empty() ? "" : ", such as " + phase.not_returned->samples.front()));
        }
        if (announced + withdrawn != 0)
            find(FindingKind::not_returned,
                 fmt::format("{} and {} did not come back before the next operation{}", plural(announced, "announcement"),
                             plural(withdrawn, "withdrawal"), samples));
    }

    /// Player made a problem or a warning of it.
    void left_out()
    {
        if (!result_.left_out.empty()) find(FindingKind::left_out, left_out_text(result_.left_out, scenario_.allow_left_out));
    }

    /// Each sample of a phase is a receiver's.
    void sums()
    {
        for (const auto& phase : result_.phases) {
            if (phase.receivers.empty()) continue;
            std::uint64_t announced = 0, withdrawn = 0;
            for (const auto& receiver : phase.receivers) {
                announced += receiver.announced.count;
                withdrawn += receiver.withdrawn.count;
            }
            if (announced == phase.times.announced.count() && withdrawn == phase.times.withdrawn.count()) continue;
            find(FindingKind::samples_lost,
                 fmt::format("{}: {} came back, and those of the receivers are {} together", phase.name,
                             plural(phase.times.announced.count() + phase.times.withdrawn.count(), "change"),
                             full_number(announced + withdrawn)));
        }
    }

private:
    void losses_of(const Expect& expect, const std::string& where, auto&& concerns)
    {
        if (!expect.is_of_sessions()) return;
        std::vector<RunResult::Loss*> fitting;
        for (auto& loss : result_.losses)
            if (concerns(loss) && (!expect.notification || (loss.notification && expect.notification->is(*loss.notification))))
                fitting.push_back(&loss);
        const bool right = expect.sessions_lost ? fitting.size() == *expect.sessions_lost : !fitting.empty();
        if (right)
            for (auto* loss : fitting) loss->expected = true;
        else
            problem(fmt::format(
                "{} {} to be lost {}{}: {} lost so", expect.sessions_lost ? plural(*expect.sessions_lost, "session") : "sessions",
                expect.sessions_lost == 1u ? "was" : "were", where,
                expect.notification ? " by " + expect.notification->words : "",
                fitting.empty() ? "none was" : fmt::format("{} {}", fitting.size(), fitting.size() == 1 ? "was" : "were")));
    }

    void times_of(const std::string& group, std::chrono::nanoseconds within)
    {
        const auto senders = std::ranges::count_if(scenario_.groups, &Scenario::Group::sends);
        const auto at = std::ranges::find(result_.sender_groups, group);
        const auto text = [&](std::string_view what) {
            problem(fmt::format("{}: expected within {}: {}", group, duration_text(within), what));
        };
        std::array<const Histogram*, 3> all{};
        if (const auto index = static_cast<std::size_t>(at - result_.sender_groups.begin());
            index < result_.times_by_group.size()) {
            const auto& times = result_.times_by_group[index];
            all = {&times.announced, &times.withdrawn, &times.failover};
        } else if (senders == 1) {
            all = {&result_.times.announced, &result_.times.withdrawn, &result_.times.failover};
        }
        std::optional<std::chrono::nanoseconds> most;
        for (const auto* times : all)
            if (times && !times->empty()) most = std::max(most.value_or(times->max()), std::chrono::nanoseconds{times->max()});
        if (!most) return text("not measured, none of its changes came back");
        if (*most > within) text(fmt::format("the slowest change took {}", duration_text(*most)));
    }

    void times_of(const RunResult::SetTime& set)
    {
        const auto& expect = scenario_.expects[set.expect];
        const auto what =
            fmt::format("routes {}: expected within {}", fmt::join(expect.routes, ", "), duration_text(*expect.within));
        if (set.changed == 0)
            problem(what + ": not measured, no change of theirs came back");
        else if (set.slowest > *expect.within)
            problem(fmt::format("{}: the slowest change took {} ({})", what, duration_text(set.slowest), set.sample));
    }
};

}   // namespace

bool expects_losses(const Scenario& scenario) noexcept
{
    bool any =
        std::ranges::any_of(scenario.expects, &Expect::is_of_sessions) ||
        std::ranges::any_of(scenario.groups, [](const auto& group) { return group.expect && group.expect->is_of_sessions(); }) ||
        std::ranges::any_of(scenario.thresholds, [](const auto& threshold) { return threshold.metric == "sessions_lost"; });
    for_each_phase(scenario.phases, [&](const Scenario::Phase& phase) { any |= phase.expect && phase.expect->is_of_sessions(); });
    return any;
}

void judge_expected(RunResult& result, const Scenario& scenario)
{
    Judge judge{result, scenario};
    judge.losses();
    judge.times();
    judge.not_judged();
    judge.changes();
    judge_device(result, scenario);
    judge.left_out();
    judge.sums();
}

}   // namespace barrage
