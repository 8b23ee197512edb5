// Phases about time and order: hold, barrier, and branches side by side.

#include <fmt/format.h>

#include <algorithm>

#include "loadgen/play/phase_run.hpp"
#include "loadgen/words/numbers.hpp"

namespace barrage {

namespace {

class HoldRun final : public PhaseRun {
public:
    using Asked = Scenario::Hold;
    HoldRun(const Asked& phase, Player& player) : PhaseRun(player), time_(phase.time) {}
    void begin(TimePoint now) override { until_ = now + time_; }
    void go_on(TimePoint now) override
    {
        const bool all_gone = player_.scenario().may_end_when_done && std::ranges::none_of(player_.peers(), &PlayedPeer::up);
        if (now >= until_ || all_gone) done();
    }
    TimePoint deadline() override { return until_; }
    /// Behind an injection all that was asked for is done; and what is to stay for ever is ended so alone.
    bool ends_when_interrupted(TimePoint now) override
    {
        if (!player_.scenario().may_end_when_done && time_ < Scenario::forever) return false;
        until_ = now;
        return true;
    }

private:
    Duration time_;
    TimePoint until_ = never;
};

class BarrierRun final : public PhaseRun {
public:
    using Asked = Scenario::Barrier;
    BarrierRun(const Asked& phase, Player& player) : PhaseRun(player), asked_(phase) {}

    void begin(TimePoint now) override
    {
        lines_ = player_.peers().chosen(asked_.peers, PlayedPeers::Which::all);
        began_ = now;
        give_up_at_ = now + asked_.timeout;
    }

    void go_on(TimePoint now) override
    {
        ready_ = std::ranges::all_of(lines_, [this](const auto* line) { return line->up || player_.is_excused(*line); }) &&
                 PlayedPeers::all_acked(lines_);
        if (now < give_up_at_ || is_done()) return;
        const auto up = std::ranges::count_if(lines_, &PlayedPeer::up);
        player_.give_up(fmt::format("{}: not passed within {}: {} of {} sessions are up{}", record().name,
                                    duration_text(asked_.timeout), up, lines_.size(),
                                    ready_ ? ", and another branch has not come to its own" : ""),
                        ExitStatus::incomplete);
    }

    TimePoint deadline() override { return give_up_at_; }
    [[nodiscard]] bool stands_at_barrier() const override { return ready_ && !is_done(); }
    void pass_barrier(TimePoint now) override
    {
        record().note = fmt::format("{} peers held for {}", lines_.size(), duration_text(now - began_));
        done();
    }

private:
    const Asked& asked_;
    std::vector<PlayedPeer*> lines_;
    bool ready_ = false;
    TimePoint began_ = never;
    TimePoint give_up_at_ = never;
};

class ParallelRun final : public PhaseRun {
public:
    using Asked = Scenario::Parallel;
    ParallelRun(const Asked& phase, Player& player) : PhaseRun(player)
    {
        for (const auto& branch : phase.branches) branches_.push_back({&branch, 0, {}});
    }

    void begin(TimePoint now) override
    {
        for (auto& branch : branches_) next(branch, now);
    }

    void on_event(PlayedPeer& line, const PeerEvent& event) override
    {
        for (auto& branch : branches_)
            if (branch.current) branch.current->run->on_event(line, event);
    }

    void go_on(TimePoint now) override
    {
        if (player_.is_comparing()) return;   // for one branch: what others do would change what receivers are held against
        for (auto& branch : branches_) {
            if (!branch.current) continue;
            branch.current->run->go_on(now);
            if (branch.current->run->is_done()) next(branch, now);
        }
        // All that have something left to do stand at a barrier: each goes on.
        bool any = false, all = true;
        for (const auto& branch : branches_)
            if (branch.current) (branch.current->run->stands_at_barrier() ? any : all) = branch.current->run->stands_at_barrier();
        if (any && all)
            for (auto& branch : branches_) {
                if (!branch.current) continue;
                branch.current->run->pass_barrier(now);
                next(branch, now);
            }
        if (std::ranges::none_of(branches_, [](const Branch& branch) { return branch.current.has_value(); })) done();
    }

    TimePoint deadline() override
    {
        auto at = never;
        if (player_.is_comparing()) return at;
        for (const auto& branch : branches_)
            if (branch.current) at = std::min(at, branch.current->run->deadline());
        return at;
    }

private:
    struct Branch {
        const std::vector<Scenario::Phase>* phases;
        std::size_t next;
        std::optional<Player::UnderWay> current;
    };

    void next(Branch& branch, TimePoint now)
    {
        if (branch.current) player_.finish(*branch.current, now);
        branch.current.reset();
        if (branch.next == branch.phases->size()) return;
        branch.current = player_.prepare((*branch.phases)[branch.next++], now);
        player_.begin(*branch.current, now);
        player_.look_again();
    }

    std::vector<Branch> branches_;
};

}   // namespace

std::unique_ptr<PhaseRun> make_run(const Scenario::Hold& phase, Player& player)
{
    return std::make_unique<HoldRun>(phase, player);
}

std::unique_ptr<PhaseRun> make_run(const Scenario::Barrier& phase, Player& player)
{
    return std::make_unique<BarrierRun>(phase, player);
}

std::unique_ptr<PhaseRun> make_run(const Scenario::Parallel& phase, Player& player)
{
    return std::make_unique<ParallelRun>(phase, player);
}

}   // namespace barrage
