// Phases about time and order: hold, barrier, and branches side by side.

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <mutex>

#include "loadgen/play/not_returned.hpp"
#include "loadgen/play/phase_run.hpp"
#include "loadgen/scenario/phase_table.hpp"
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
        for (auto& branch : branches_)
            if (!branch.phases->empty()) begin_next(branch, now);
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
            if (branch.is_due) {
                const auto& following = (*branch.phases)[branch.next].what;
                if (branch.operation_began != never && word_of(following).is_operation) return look(branch);
                begin_next(branch, now);
            }
            if (!branch.current) continue;
            branch.current->run->go_on(now);
            if (branch.current->run->is_done()) end(branch, now);
            if (player_.is_comparing()) return;
        }
        // All that have something left to do stand at a barrier: each goes on.
        bool any = false, all = true;
        for (const auto& branch : branches_) {
            all &= !branch.is_due;
            if (branch.current) (branch.current->run->stands_at_barrier() ? any : all) = branch.current->run->stands_at_barrier();
        }
        if (any && all)
            for (auto& branch : branches_) {
                if (!branch.current) continue;
                branch.current->run->pass_barrier(now);
                end(branch, now);
            }
        if (std::ranges::none_of(branches_, [](const Branch& branch) { return branch.current || branch.is_due; })) done();
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
        // Of its last operation: what it changed is looked at before the next one, which may undo it.
        TimePoint operation_began = never;
        std::vector<bool> senders = {};   // by number of the peer
        bool goes = false;                // it is a kill or a withdrawal: a hold behind it is its time
        bool had_time = false;            // to come back
        bool is_due = false;              // its next phase
    };

    void end(Branch& branch, TimePoint now)
    {
        player_.finish(*branch.current, now);
        const auto& what = branch.current->phase->what;
        if (word_of(what).is_operation) note_operation(branch, what);
        branch.had_time |=
            std::holds_alternative<Scenario::Wait>(what) || (branch.goes && std::holds_alternative<Scenario::Hold>(what));
        branch.current.reset();
        branch.is_due = branch.next != branch.phases->size();
        player_.look_again();
    }

    void note_operation(Branch& branch, const Scenario::What& what)
    {
        branch.operation_began = branch.current->began;
        branch.had_time = false;
        branch.goes = PhaseKind{what}.is<Scenario::Kill, Scenario::Withdraw>();
        branch.senders.assign(player_.peers().size(), false);
        const auto* groups = peers_of(what);
        for (const auto* line :
             player_.peers().chosen(groups ? *groups : std::vector<std::string>{}, PlayedPeers::Which::senders))
            branch.senders[line->number] = true;
    }

    void look(Branch& branch)
    {
        struct Sum {
            std::mutex mutex;
            NotReturned missed;
        };
        const auto sum = std::make_shared<Sum>();
        const auto& expectation = player_.expectation();
        player_.visit_receivers(
            [sum, since = player_.measured().word_at(branch.operation_began), senders = branch.senders,
             &expectation](const PlayedPeer& receiver, const Reflections& seen) {
                const auto missed = not_returned(expectation, seen, receiver.number, since, senders);
                const std::lock_guard lock{sum->mutex};
                sum->missed.add(missed, name_of(receiver));
            },
            while_there([this, sum, &branch] {
                branch.operation_began = never;
                if (sum->missed.all() != 0) record().add_not_returned(sum->missed, branch.had_time);
                player_.look_again();
            }));
    }

    void begin_next(Branch& branch, TimePoint now)
    {
        branch.is_due = false;
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
