// Phases about tables: announce, withdraw, replay, and waiting for what comes of them.

#include <fmt/format.h>

#include <algorithm>

#include "loadgen/play/phase_run.hpp"
#include "loadgen/words/numbers.hpp"

namespace barrage {

namespace {

/// Announces, replays or withdraws, and is done when TCP has acknowledged it.
class SendRoutes : public PhaseRun {
public:
    SendRoutes(const std::vector<std::string>& peers, Duration timeout, Player& player)
        : PhaseRun(player), peers_(peers), timeout_(timeout)
    {
    }

    void go_on(TimePoint now) override
    {
        if (PlayedPeers::all_acked(lines_)) return done();
        if (now < give_up_at_) return;
        player_.problem(fmt::format("{}: not all was acknowledged within {}", record().name, duration_text(timeout_)));
        done();
    }

    TimePoint deadline() override { return give_up_at_; }

protected:
    void send(RunKind kind, RoutesPart part, Player::SendOptions how, TimePoint now)
    {
        give_up_at_ = now + timeout_;
        lines_ = player_.up_of(player_.peers().chosen(peers_, PlayedPeers::Which::senders), record());
        if (how.rate_per_second > 0) record().asked_rate = how.rate_per_second;
        const auto rates = PlayedPeers::divided(how.rate_per_second, lines_.size());
        std::size_t pieces = 0;
        for (std::size_t i = 0; i < lines_.size(); ++i) {
            how.rate_per_second = rates[i];
            pieces += player_.send(*lines_[i], kind, part, how);
        }
        if (pieces != 0 || lines_.empty()) return;
        if (kind == RunKind::withdraw)
            player_.problem(fmt::format("{}: nothing was withdrawn: none of these routes is announced", record().name));
        else
            record().note += fmt::format("{}nothing: all is announced already", record().note.empty() ? "" : ", ");
    }

private:
    const std::vector<std::string>& peers_;
    Duration timeout_;
    std::vector<PlayedPeer*> lines_;
    TimePoint give_up_at_ = never;
};

class AnnounceRun final : public SendRoutes {
public:
    using Asked = Scenario::Announce;
    AnnounceRun(const Asked& phase, Player& player) : SendRoutes(phase.peers, phase.timeout, player), asked_(phase) {}
    void begin(TimePoint now) override
    {
        send(RunKind::as_given, {},
             {.rate_per_second = asked_.rate, .burst = asked_.burst, .prefixes_per_update = asked_.prefixes_per_update}, now);
    }

private:
    const Asked& asked_;
};

class WithdrawRun final : public SendRoutes {
public:
    using Asked = Scenario::Withdraw;
    WithdrawRun(const Asked& phase, Player& player) : SendRoutes(phase.peers, phase.timeout, player), asked_(phase) {}
    void begin(TimePoint now) override { send(RunKind::withdraw, RoutesPart::of(asked_), {.rate_per_second = asked_.rate}, now); }

private:
    const Asked& asked_;
};

class ReplayRun final : public SendRoutes {
public:
    using Asked = Scenario::Replay;
    ReplayRun(const Asked& phase, Player& player) : SendRoutes(phase.peers, phase.timeout, player), asked_(phase) {}
    void begin(TimePoint now) override
    {
        record().note = fmt::format("{} times as fast as it was heard", asked_.speed);
        send(RunKind::as_given, {}, {.replay_speed = asked_.speed}, now);
    }

private:
    const Asked& asked_;
};

class WaitRun final : public PhaseRun {
public:
    WaitRun(const Scenario::Wait& phase, Player& player) : PhaseRun(player), asked_(phase) {}

    void begin(TimePoint now) override
    {
        receivers_ = player_.peers().chosen({}, PlayedPeers::Which::receivers);
        give_up_at_ = now + asked_.timeout;
        quiet_since_ = now;
        check_at_ = now;
        expect();
    }

    void on_event(PlayedPeer&, const PeerEvent& event) override
    {
        if (std::holds_alternative<happened::Established>(event.what) || std::holds_alternative<happened::Ended>(event.what))
            expect();
    }

    void go_on(TimePoint now) override
    {
        if (comparing_ || now < check_at_) return;
        check_at_ = now + check_every;
        std::uint64_t changes = 0;
        bool may_be_right = true;
        for (std::size_t i = 0; i < receivers_.size(); ++i) {
            if (!receivers_[i]->up) continue;
            const auto numbers = player_.engine().numbers(*receivers_[i]->index);
            changes += numbers.announced + numbers.withdrawn;
            may_be_right &= numbers.reflected_live >= expected_[i].least && numbers.reflected_live <= expected_[i].most;
        }
        const bool calm = std::exchange(changes_, changes) == changes;
        if (!calm) quiet_since_ = now;
        const bool last = now >= give_up_at_;
        if (asked_.what == Scenario::Wait::What::quiet) {
            if (now - quiet_since_ >= asked_.quiet) return done();
        } else if (last || (may_be_right && (is_worth_comparing(calm, now) || now >= settled_at_))) {
            comparing_ = true;
            compared_ = changes;
            compared_at_ = now;
            // The answer may come at once: nothing of ours is touched after this.
            return player_.compare(while_there([this, last](const Comparison& sum) { compared(sum, last); }));
        }
        if (!last) return;
        player_.problem(fmt::format("{}: not quiet within {}", record().name, duration_text(asked_.timeout)));
        done();
    }

    TimePoint deadline() override { return comparing_ || is_done() ? never : std::min(check_at_, give_up_at_); }

private:
    static constexpr Duration check_every = std::chrono::milliseconds{2};
    static constexpr Duration time_to_mend = std::chrono::seconds{1};   // so long a device may take to correct attributes

    /// Comparing takes time of the receivers' threads, which they lack for what is still coming: not again before something came, and while
    /// more comes seldom.
    [[nodiscard]] bool is_worth_comparing(bool calm, TimePoint now) const
    {
        constexpr auto seldom = std::chrono::milliseconds{250};
        if (compared_ == changes_) return false;
        return calm || compared_at_ == never || now - compared_at_ >= seldom;
    }

    void expect()
    {
        expected_.clear();
        for (const auto* line : receivers_) expected_.push_back(player_.expected_live(*line));
        compared_.reset();
    }

    void compared(const Comparison& sum, bool last)
    {
        comparing_ = false;
        const auto now = Clock::now();
        const bool routes_fine = sum.missing == 0 && sum.unexpected == 0 && sum.stale == 0;
        const bool attributes_wrong = routes_fine && sum.wrong_attributes != 0;
        if (!attributes_wrong)
            wrong_since_ = never;
        else if (wrong_since_ == never)
            wrong_since_ = now;
        // Wrong attributes that stay are reported at the end; but for those of a change, which may still be on their way.
        const bool stay_wrong = attributes_wrong && !player_.attributes_changed();
        const bool fine = routes_fine && (!attributes_wrong || (stay_wrong && (last || now - wrong_since_ >= time_to_mend)));
        if (fine && right_since_ == never) right_since_ = now;
        const auto watched_until = fine ? player_.watched_until(right_since_) : never;
        if ((fine || last) && sum.receivers != 0) record().comparison = sum;
        if (fine && (last || now >= watched_until)) return was_right(sum);
        settled_at_ = fine ? watched_until : stay_wrong ? wrong_since_ + time_to_mend : never;
        check_at_ = now + check_every;
        if (!last) return;
        player_.problem(
            fmt::format("{}: not converged within {}: {}", record().name, duration_text(asked_.timeout), short_text(sum)));
        record().note = "not converged";
        done();
    }

    /// … unless there was nothing that could have been wrong.
    void was_right(const Comparison& sum)
    {
        const bool is_excusable = std::ranges::any_of(receivers_, [&](const auto* line) {
            return line->group->expect && line->group->expect->sessions_lost && player_.is_excused(*line);
        });
        if (sum.receivers != 0) player_.all_is_right(Clock::now());
        if (sum.receivers == 0 && !is_excusable)
            player_.problem(fmt::format("{}: no receiver is up: nothing was compared", record().name));
        else if (player_.peers().totals(player_.engine()).sent_routes == 0)
            player_.problem(fmt::format("{}: no route was sent before: there is nothing to converge", record().name));
        done();
    }

    const Scenario::Wait& asked_;
    std::vector<PlayedPeer*> receivers_;
    std::vector<Expectation::Bounds> expected_;   // of each
    std::uint64_t changes_ = 0;
    std::optional<std::uint64_t> compared_;   // changes that had come when they were compared last
    TimePoint compared_at_ = never;
    TimePoint right_since_ = never;   // first seen to be
    TimePoint wrong_since_ = never;   // attributes, and only those
    TimePoint settled_at_ = never;    // to be compared again then, though nothing came
    TimePoint quiet_since_ = never;
    TimePoint give_up_at_ = never;
    TimePoint check_at_ = never;
    bool comparing_ = false;
};

}   // namespace

std::unique_ptr<PhaseRun> make_run(const Scenario::Announce& phase, Player& player)
{
    return std::make_unique<AnnounceRun>(phase, player);
}

std::unique_ptr<PhaseRun> make_run(const Scenario::Withdraw& phase, Player& player)
{
    return std::make_unique<WithdrawRun>(phase, player);
}

std::unique_ptr<PhaseRun> make_run(const Scenario::Replay& phase, Player& player)
{
    return std::make_unique<ReplayRun>(phase, player);
}

std::unique_ptr<PhaseRun> make_run(const Scenario::Wait& phase, Player& player)
{
    return std::make_unique<WaitRun>(phase, player);
}

}   // namespace barrage
