// The phase restart: graceful restart (RFC 4724), and how many of the peers' routes the device keeps meanwhile.

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <vector>

#include "loadgen/play/phase_run.hpp"
#include "loadgen/words/numbers.hpp"

namespace barrage {

namespace {

class RestartRun final : public PhaseRun {
public:
    using Asked = Scenario::Restart;
    RestartRun(const Asked& phase, Player& player) : PhaseRun(player), asked_(phase) {}

    void begin(TimePoint now) override
    {
        const auto all = player_.peers().chosen(asked_.peers, PlayedPeers::Which::all);
        for (auto* line : asked_.count != 0 ? all : PlayedPeers::part_of(all, {0, asked_.share}))
            if (line->up && line->group->graceful_restart && (asked_.count == 0 || lines_.size() < asked_.count))
                lines_.push_back(line);
        if (lines_.size() < asked_.count)
            player_.problem(fmt::format("{}: {} of {} sessions could be restarted: no more with graceful restart were up",
                                        record().name, lines_.size(), asked_.count));
        else if (lines_.empty())
            player_.problem(fmt::format("{}: no session with graceful restart is up: nothing was done", record().name));
        receivers_ = player_.peers().chosen({}, PlayedPeers::Which::receivers);
        began_ = now;
        count_held([this](Held routes) {
            at_stake_ = routes.theirs;
            go_away(Clock::now());
            player_.look_again();
        });
    }

    void go_on(TimePoint now) override
    {
        if (is_done() || state_ == State::asking) return;
        check_at_ = now + std::chrono::milliseconds{2};
        look(now);
        const bool all_down = std::ranges::none_of(lines_, &PlayedPeer::up);
        if (state_ == State::going && all_down && now >= back_at_) {
            state_ = State::asking;
            return count_held([this](Held routes) { come_back(routes); });
        } else if (state_ == State::coming && std::ranges::all_of(lines_, &PlayedPeer::up)) {
            if (up_at_ == never) up_at_ = now;
            if (PlayedPeers::all_acked(lines_)) return finish();
        }
        if (now < give_up_at_) return;
        player_.give_up(fmt::format("{}: {} of {} sessions are back and have announced all again within {}", record().name,
                                    std::ranges::count_if(lines_, [](const auto* line) { return line->up && line->acked; }),
                                    lines_.size(), duration_text(now - began_)),
                        ExitStatus::session_failed);
    }

    TimePoint deadline() override { return is_done() || state_ == State::asking ? never : std::min(check_at_, give_up_at_); }

private:
    enum class State : std::uint8_t { asking, going, coming };

    struct Held {
        std::uint64_t theirs = 0;    // routes that receivers hold by paths of those that restart
        std::uint64_t lacking = 0;   // that others announce too, and receivers do not hold at all
    };
    /// Of a route that others announce with equal attributes nobody can tell whose it is.
    void count_held(std::function<void(Held)> then)
    {
        const auto& expectation = player_.expectation();
        std::vector<bool> restarts(player_.peers().size());
        for (const auto* line : lines_) restarts[line->number] = true;
        struct Sum {
            std::atomic<std::uint64_t> theirs{0}, lacking{0};
        };
        const auto sum = std::make_shared<Sum>();
        player_.visit_receivers(
            [sum, restarts, &expectation](const PlayedPeer& receiver, const Reflections& seen) {
                if (restarts[receiver.number]) return;
                std::uint64_t routes = 0, lacking = 0;
                for (MeasuredRoutes::Number number = 0; number < seen.routes().size(); ++number) {
                    if (seen.is_own(number)) continue;
                    if (!seen.holds(number)) {
                        const bool others = std::ranges::any_of(expectation.holders(number), [&](const auto sender) {
                            return !restarts[sender] && sender != receiver.number;
                        });
                        if (others && expectation.is_wanted(number, receiver.number)) ++lacking;
                        continue;
                    }
                    bool of_restarting = false, of_others = false, all = true;
                    for (const auto sender : expectation.holders(number)) {
                        all &= restarts[sender];
                        if (seen.routes().comes_with(sender, number, seen.fingerprint(number)))
                            (restarts[sender] ? of_restarting : of_others) = true;
                    }
                    if (expectation.is_held(number) && (all || (of_restarting && !of_others))) ++routes;
                }
                sum->theirs += routes;
                sum->lacking += lacking;
            },
            while_there([sum, then = std::move(then)] { then({sum->theirs, sum->lacking}); }));
    }

    void go_away(TimePoint now)
    {
        state_ = State::going;
        began_ = now;
        withdrawn_ = withdrawn();
        for (auto* line : lines_) player_.end_gracefully(*line, asked_.kept, asked_.stale, now);
        back_at_ = now + asked_.down;
        give_up_at_ = back_at_ + asked_.stale + asked_.timeout;
        check_at_ = now;
    }

    /// `held`: what is held yet, before they come back.
    void come_back(Held held)
    {
        state_ = State::coming;
        gone_over_ = at_stake_ - std::min(held.theirs, at_stake_);
        // RFC 4724 section 4.2: who has not come back within the restart time has its routes removed. BIRD 2.0.12 does so 3 s later than that.
        constexpr auto tolerance = std::chrono::seconds{4};
        NotReturned missed;
        if (asked_.down > restart_time() + tolerance) missed = {.announced = held.lacking, .withdrawn = held.theirs};
        if (missed.all() != 0) record().add_not_returned(missed, true);
        for (auto* line : lines_) player_.start(*line, Clock::now());
        player_.look_again();
    }

    [[nodiscard]] Duration restart_time() const
    {
        Duration longest{};
        for (const auto* line : lines_) longest = std::max<Duration>(longest, *line->group->graceful_restart);
        return longest;
    }

    [[nodiscard]] std::uint64_t withdrawn()
    {
        std::uint64_t sum = 0;
        for (const auto* receiver : receivers_)
            if (receiver->index) sum += player_.engine().numbers(*receiver->index).withdrawn;
        return sum;
    }

    void look(TimePoint now)
    {
        const auto flushed = withdrawn() - withdrawn_;
        if (flushed == flushed_) return;
        flushed_ = flushed;
        if (first_flush_ == never) first_flush_ = now;
        last_flush_ = now;
    }

    void finish()
    {
        for (const auto* line : lines_) player_.set_restart_state(*line, false, false, {});
        // Where others announce them too, no withdrawal shows that they went.
        RunResult::Kept kept{
            .at_stake = at_stake_, .flushed = std::max(std::min(flushed_, at_stake_), gone_over_), .down = up_at_ - began_};
        auto note = fmt::format("{} sessions gone for {}; ", lines_.size(), duration_text(kept.down));
        note += at_stake_ == 0 ? std::string{"no receiver held any of their routes"}
                               : fmt::format("the device kept {} of {} routes", full_number(kept.at_stake - kept.flushed),
                                             full_number(kept.at_stake));
        if (flushed_ != 0) {
            kept.first_flush = first_flush_ - began_;
            kept.last_flush = last_flush_ - began_;
            note += fmt::format(" and took {} back after {} to {}", full_number(flushed_), duration_text(*kept.first_flush),
                                duration_text(*kept.last_flush));
        }
        record().note = std::move(note);
        if (at_stake_ != 0) record().kept = kept;
        done();
    }

    const Asked& asked_;
    std::vector<PlayedPeer*> lines_, receivers_;
    State state_ = State::asking;
    std::uint64_t at_stake_ = 0;
    std::uint64_t withdrawn_ = 0;   // before
    std::uint64_t flushed_ = 0;
    std::uint64_t gone_over_ = 0;   // of those at stake, while they were away: to nobody's path or another's
    TimePoint first_flush_ = never, last_flush_ = never;
    TimePoint began_ = never;
    TimePoint back_at_ = never;
    TimePoint up_at_ = never;
    TimePoint give_up_at_ = never;
    TimePoint check_at_ = never;
};

}   // namespace

std::unique_ptr<PhaseRun> make_run(const Scenario::Restart& phase, Player& player)
{
    return std::make_unique<RestartRun>(phase, player);
}

}   // namespace barrage
