// The phase flap: routes or sessions go and come back, again and again.

#include <fmt/format.h>

#include <algorithm>

#include "loadgen/play/coming_back.hpp"
#include "loadgen/play/phase_run.hpp"
#include "loadgen/words/numbers.hpp"

namespace barrage {

namespace {

class FlapRun final : public PhaseRun {
public:
    using Asked = Scenario::Flap;
    FlapRun(const Asked& phase, Player& player) : PhaseRun(player), asked_(phase) {}

    void begin(TimePoint now) override
    {
        const auto which = asked_.sessions ? PlayedPeers::Which::all : PlayedPeers::Which::senders;
        lines_ = player_.peers().chosen(asked_.peers, which);
        if (asked_.sessions && asked_.count == 0) lines_ = PlayedPeers::part_of(lines_, RoutesPart::of(asked_));
        lines_ = player_.up_of(std::move(lines_), record());
        if (asked_.sessions && asked_.count > lines_.size())
            player_.problem(
                fmt::format("{}: {} of {} sessions could flap: no more were up", record().name, lines_.size(), asked_.count));
        if (asked_.sessions && asked_.count != 0 && asked_.count < lines_.size()) lines_.resize(asked_.count);
        if (asked_.delay > Duration::zero())
            next_at_ = now + asked_.delay;
        else
            go_down(now);
    }

    void go_on(TimePoint now) override
    {
        if (is_done()) return;
        if (coming_back_.is_looking())
            return coming_back_.go_on(
                player_, now, [this](auto call) { return while_there(std::move(call)); },
                [this](const NotReturned& missed) {
                    if (missed.all() != 0) record().add_not_returned(missed, true);
                    player_.look_again();
                });
        if (now < next_at_) return;
        if (!begun_) return go_down(now);
        if (down_) return come_up(now);
        // A session that has to come back is waited for, beyond the time it was to be there.
        if (asked_.sessions && std::ranges::any_of(lines_, [](const PlayedPeer* line) { return !line->up; })) {
            if (now - next_at_ < patience) {
                check_at_ = now + std::chrono::milliseconds{5};
                return;
            }
            return player_.give_up(
                fmt::format("{}: sessions did not come back within {}", record().name, duration_text(patience)),
                ExitStatus::session_failed);
        }
        if (cycles_ + 1 >= asked_.times) {
            const bool all_acked = PlayedPeers::all_acked(lines_);
            if (!all_acked && now - next_at_ < patience) {
                check_at_ = now + std::chrono::milliseconds{5};
                return;
            }
            if (!all_acked)
                player_.problem(fmt::format("{}: not all was acknowledged within {}", record().name, duration_text(patience)));
            ++cycles_;
            record().note = fmt::format("{} times", cycles_);
            return done();
        }
        ++cycles_;
        go_down(now);
    }

    TimePoint deadline() override
    {
        if (coming_back_.is_looking()) return coming_back_.deadline();
        return is_done() ? never : std::max(next_at_, check_at_ == never ? next_at_ : check_at_);
    }

private:
    static constexpr auto patience = std::chrono::seconds{60};

    void go_down(TimePoint now)
    {
        begun_ = down_ = true;
        check_at_ = never;
        next_at_ = now + asked_.down;
        if (!asked_.sessions) return withdraw();
        for (auto* line : lines_) player_.end(*line, command::Stop{}, now);
    }
    void withdraw()
    {
        std::size_t pieces = 0;
        for (auto* line : lines_)
            pieces += player_.send(*line, RunKind::withdraw, player_.flap_parts().of(asked_, line->number), {});
        if (cycles_ != 0 || lines_.empty()) return;
        const auto gone = this->gone().size();
        if (pieces == 0)
            player_.problem(
                fmt::format("{}: nothing to withdraw: that part of the routes is none, or not announced", record().name));
        else if (gone < asked_.count)
            player_.problem(fmt::format("{}: {} of {} routes could flap: there are no more", record().name, full_number(gone),
                                        full_number(asked_.count)));
    }
    void come_up(TimePoint now)
    {
        if (asked_.sessions && std::ranges::any_of(lines_, &PlayedPeer::up)) {   // it has not gone yet
            next_at_ = now + std::chrono::milliseconds{5};
            return;
        }
        // The last time receivers are to have seen it: a device that takes nothing back would else look like one that does.
        if (cycles_ + 1 >= asked_.times && !std::exchange(looked_, true)) {
            coming_back_.begin(gone(), asked_.timeout, now);
            return player_.look_again();
        }
        down_ = false;
        next_at_ = now + asked_.up;
        for (auto* line : lines_)
            if (asked_.sessions)
                player_.start(*line, now);
            else
                player_.send(*line, RunKind::as_given, player_.flap_parts().of(asked_, line->number), {});
    }
    /// All that went: where others hold it, their paths are to have come.
    [[nodiscard]] std::vector<MeasuredRoutes::Number> gone()
    {
        boost::unordered_flat_set<MeasuredRoutes::Number> known;
        for (const auto* line : lines_)
            for (const auto& piece : line->pieces) {
                if (!piece.counts || (!asked_.sessions && piece.advertised)) continue;
                for (const auto each : player_.held_by(piece))
                    if (const auto number = each & ~MeasuredRoutes::withdraw_bit; number < player_.measured().size())
                        known.insert(number);
            }
        return {known.begin(), known.end()};
    }

    const Asked& asked_;
    std::vector<PlayedPeer*> lines_;
    std::uint32_t cycles_ = 0;
    bool begun_ = false;
    bool down_ = false;
    bool looked_ = false;
    ComingBack coming_back_;
    TimePoint next_at_ = never;
    TimePoint check_at_ = never;
};

}   // namespace

std::unique_ptr<PhaseRun> make_run(const Scenario::Flap& phase, Player& player)
{
    return std::make_unique<FlapRun>(phase, player);
}

}   // namespace barrage
