#include "loadgen/play/judge_expected.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "loadgen/play/transient_wrongs.hpp"
#include "loadgen/routes/left_out_report.hpp"
#include "loadgen/words/numbers.hpp"

namespace barrage {

namespace {

std::string plural(std::uint64_t count, std::string_view what)
{
    return fmt::format("{} {}{}", full_number(count), what, count == 1 ? "" : "s");
}

/// A Cease of somebody who ends the session, or for what was sent: too many prefixes, no room (RFC 4486 section 4).
bool is_called_for(const Notification& notification)
{
    if (notification.code != ErrorCode::cease) return false;
    switch (CeaseSubcode{notification.subcode}) {
    case CeaseSubcode::maximum_prefixes_reached:
    case CeaseSubcode::administrative_shutdown:
    case CeaseSubcode::peer_deconfigured:
    case CeaseSubcode::administrative_reset:
    case CeaseSubcode::out_of_resources: return true;
    default: return false;
    }
}

class Judge {
public:
    Judge(RunResult& result, const Scenario& scenario) : result_(result), scenario_(scenario) {}

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

    /// A sender whose session was lost is a cause, whoever ended it: the device may have known of it before us.
    [[nodiscard]] std::uint64_t interruptions_of(const RunResult::Phase& phase) const
    {
        std::uint64_t count = 0;
        for (const auto& [sender, routes] : phase.times.interruptions_by_sender) {
            const bool was_lost = std::ranges::find(result_.losses, sender, &RunResult::Loss::number) != result_.losses.end();
            if (!was_lost) count += routes;
        }
        return count;
    }

    /// Routes that went without a cause.
    void interruptions()
    {
        std::uint64_t all = 0;
        std::string where;
        for (const auto& phase : result_.phases) {
            const auto count = interruptions_of(phase);
            if (count == 0) continue;
            all += count;
            where += (where.empty() ? "" : ", ") + phase.name;
        }
        if (all == 0) return;
        auto text = fmt::format("the device withdrew {} that {} announced to it, with nothing changed (after {})",
                                plural(all, "route"), all == 1 ? "was" : "were", where);
        const bool is_accepted = accepted("interruptions", {}) || std::ranges::all_of(result_.phases, [&](const auto& phase) {
                                     return interruptions_of(phase) == 0 || accepted("interruptions", phase.name);
                                 });
        if (!is_accepted) problem(text);
        find(FindingKind::interrupted, std::move(text));
    }

    /// What was wrong as it came, and was right again or gone when receivers were compared.
    void transients()
    {
        for (const auto& kind : transient_wrongs()) {
            const auto count = result_.times.*kind.count;
            bool is_compared = result_.comparison.*kind.compared != 0;
            std::string where;
            for (const auto& phase : result_.phases) {
                is_compared |= phase.comparison && phase.comparison.value().*kind.compared != 0;
                if (phase.times.*kind.count != 0) where += (where.empty() ? "" : ", ") + phase.name;
            }
            if (count == 0 || is_compared) continue;   // comparisons say it
            auto text = fmt::format("the device sent {} {} (after {}), such as {}", plural(count, "announcement"), kind.words,
                                    where, result_.times.*kind.sample);
            if (!accepted(kind.metric, {})) problem(text);
            find(FindingKind::transient, std::move(text));
        }
    }

    [[nodiscard]] bool expects_none_of_sets() const
    {
        bool any = std::ranges::any_of(scenario_.expects, &Expect::none);
        for_each_phase(scenario_.phases, [&](const Scenario::Phase& phase) { any |= phase.expect && phase.expect->none; });
        return any;
    }

    /// What the device did not agree to pass on was not looked at. And a run to its end in which every route was excused wherever receivers
    /// were compared says nothing of the device.
    void comparisons()
    {
        const bool came_to_its_end = std::ranges::all_of(result_.phases, &RunResult::Phase::finished);
        std::vector<const Comparison*> all;
        if (result_.compared) all.push_back(&result_.comparison);
        for (const auto& phase : result_.phases)
            if (phase.comparison) all.push_back(&*phase.comparison);
        for (const auto* each : all)
            if (const auto refused = std::ranges::find(each->excused, Excuse::receiver_refused, &Comparison::Excused::reason);
                refused != each->excused.end()) {
                auto text = fmt::format("{} could not be compared: of a {}, such as {}", plural(refused->routes, "route"),
                                        text_of(refused->reason), refused->sample);
                if (!scenario_.allow_left_out) problem(text);
                find(FindingKind::not_compared, std::move(text));
                break;
            }
        if (!came_to_its_end || std::ranges::any_of(all, [](const auto* each) { return each->expected != 0; })) return;
        const auto excused = std::ranges::find_if(all, [](const auto* each) { return !each->excused.empty(); });
        // Receivers whose own loss is expected are not up to be compared.
        const auto are_to_be_there = [&](const Scenario::Group& group) {
            return group.measures() && !(group.expect && group.expect->sessions_lost);
        };
        if (all.empty() && std::ranges::any_of(scenario_.groups, are_to_be_there)) {
            auto text = std::string{"nothing was compared: no receiver was up at a wait for convergence, nor at the end"};
            problem(text);
            return find(FindingKind::not_compared, std::move(text));
        }
        if (all.empty()) return;
        const auto expects_none = [](const auto& each) { return each.expect && each.expect->none; };
        const bool is_silence_asked_for =
            std::ranges::any_of(scenario_.groups, expects_none) || expects_none_of_sets() || expects_losses(scenario_);
        const bool any_sent = std::ranges::any_of(result_.peers, [](const RunResult::Peer& peer) { return peer.sent != 0; });
        if (excused == all.end() && any_sent && result_.reflected == 0 && !is_silence_asked_for) {
            auto text = std::string{"nothing was compared: no route that was sent was to come back, and none came"};
            problem(text);
            return find(FindingKind::not_compared, std::move(text));
        }
        if (excused == all.end()) return;
        std::string reasons;
        for (const auto& each : (*excused)->excused)
            reasons += fmt::format("{}{}: {}, such as {}", reasons.empty() ? "" : "; ", plural(each.routes, "route"),
                                   text_of(each.reason), each.sample);
        auto text = fmt::format("nothing was compared: no route that was sent is expected back ({})", reasons);
        problem(text);
        find(FindingKind::not_compared, std::move(text));
    }

    void wire()
    {
        std::uint64_t malformed = 0, not_negotiated = 0, repeated = 0;
        std::string sample, of_other_family, repeating;
        for (const auto& peer : result_.peers) {
            const auto who = fmt::format("{}{}{}", peer.group, peer.address.empty() ? "" : " ", peer.address);
            malformed += peer.malformed;
            not_negotiated += peer.not_negotiated;
            repeated += peer.repeated_notifications;
            if (sample.empty() && peer.malformed != 0) sample = fmt::format("{} at {}", peer.malformed_sample, who);
            if (of_other_family.empty() && peer.not_negotiated != 0) of_other_family = who;
            if (repeating.empty() && peer.repeated_notifications != 0) repeating = who;
        }
        if (malformed != 0) {
            auto text = fmt::format("the device sent {} (the first: {})", plural(malformed, "malformed UPDATE"), sample);
            const bool is_accepted = accepted("malformed", {}) || std::ranges::any_of(result_.phases, [&](const auto& phase) {
                                         return phase.malformed == malformed && accepted("malformed", phase.name);
                                     });
            if (!is_accepted) problem(text);
            find(FindingKind::malformed, std::move(text));
        }
        if (not_negotiated != 0) {
            auto text =
                fmt::format("the device sent {} that the OPENs did not settle: routes of a family that was not negotiated, "
                            "or ROUTE-REFRESH (the first receiver: {})",
                            plural(not_negotiated, "message"), of_other_family);
            problem(text);
            find(FindingKind::family_not_negotiated, std::move(text));
        }
        ends_of_rib();
        // A session that it ended for nothing is among the losses.
        std::string needless;
        std::uint64_t ended = 0;
        for (const auto& loss : result_.losses)
            if (loss.notification && !loss.expected && !is_called_for(*loss.notification) && ended++ == 0)
                needless = fmt::format("{}: {}", loss.peer, loss.end);
        if (ended != 0)
            find(FindingKind::needless_notification,
                 fmt::format("the device ended {} with a NOTIFICATION that nothing of ours called for ({})",
                             plural(ended, "session"), needless));
        if (repeated != 0)
            find(FindingKind::needless_notification,
                 fmt::format("{} came where the session had been ended by one already (the first at {}): RFC 4271 section 6.4",
                             plural(repeated, "NOTIFICATION"), repeating));
    }

    void ends_of_rib()
    {
        std::uint64_t without = 0;
        std::string first;
        for (const auto& peer : result_.peers)
            if (peer.comparison.without_end_of_rib != 0 && without++ == 0) first = fmt::format("{} {}", peer.group, peer.address);
        if (without == 0) return;
        auto text = fmt::format("the device sent no End-of-RIB in {} with graceful restart (the first: {}): RFC 4724 section 2",
                                plural(without, "session"), first);
        problem(text);
        find(FindingKind::no_end_of_rib, std::move(text));
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

    RunResult& result_;
    const Scenario& scenario_;
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
    judge.interruptions();
    judge.transients();
    judge.comparisons();
    judge.wire();
    judge.left_out();
    judge.sums();
}

}   // namespace barrage
