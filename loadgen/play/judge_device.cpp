#include "loadgen/play/judge_device.hpp"

#include "loadgen/play/judge_expected.hpp"
#include "loadgen/play/run_judge.hpp"
#include "loadgen/play/transient_wrongs.hpp"

namespace barrage {

namespace {

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

class DeviceJudge : RunJudge {
public:
    DeviceJudge(RunResult& result, const Scenario& scenario) : RunJudge(result, scenario) {}

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
            auto text = fmt::format("the device announced {} {} (after {}), such as {}", plural(count, "route"), kind.words,
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
};

}   // namespace

void judge_device(RunResult& result, const Scenario& scenario)
{
    DeviceJudge judge{result, scenario};
    judge.interruptions();
    judge.transients();
    judge.comparisons();
    judge.wire();
}

}   // namespace barrage
