#pragma once
// One phase of a scenario while it is played: begun once, called for events and at its times, and done at some time. The observer's thread.

#include <memory>
#include <utility>

#include "loadgen/play/player.hpp"

namespace barrage {

class PhaseRun {
public:
    explicit PhaseRun(Player& player) noexcept : player_(player), record_(player.newest_record()) {}
    virtual ~PhaseRun() = default;
    PhaseRun(const PhaseRun&) = delete;
    PhaseRun& operator=(const PhaseRun&) = delete;

    virtual void begin(TimePoint now) = 0;
    virtual void on_event(PlayedPeer&, const PeerEvent&) {}
    /// Called after events and when deadline() has come.
    virtual void go_on(TimePoint now) = 0;
    [[nodiscard]] virtual TimePoint deadline() { return never; }
    /// Of the last phase, where a person interrupts it: whether that is its end, and nothing was cut short.
    [[nodiscard]] virtual bool ends_when_interrupted(TimePoint) { return false; }
    [[nodiscard]] bool is_done() const noexcept { return done_; }
    /// It is ready to go on, and waits for the branches beside it; pass_barrier() lets it.
    [[nodiscard]] virtual bool stands_at_barrier() const { return false; }
    virtual void pass_barrier(TimePoint) {}

protected:
    void done() noexcept { done_ = true; }
    [[nodiscard]] RunResult::Phase& record() { return player_.record(record_); }
    /// For answers of the engine: they may come when the phase is no more, and then do nothing.
    auto while_there(auto call)
    {
        return [there = std::weak_ptr{there_}, call = std::move(call)](auto&&... values) {
            if (there.lock()) call(std::forward<decltype(values)>(values)...);
        };
    }
    Player& player_;

private:
    std::size_t record_;
    bool done_ = false;
    std::shared_ptr<const char> there_ = std::make_shared<const char>();
};

std::unique_ptr<PhaseRun> make_phase_run(const Scenario::Phase& phase, Player& player);

// ---- What plays a phase of each kind, beside its class. A kind without one does not build.

std::unique_ptr<PhaseRun> make_run(const Scenario::Connect& phase, Player& player);
std::unique_ptr<PhaseRun> make_run(const Scenario::Hold& phase, Player& player);
std::unique_ptr<PhaseRun> make_run(const Scenario::Barrier& phase, Player& player);
std::unique_ptr<PhaseRun> make_run(const Scenario::Announce& phase, Player& player);
std::unique_ptr<PhaseRun> make_run(const Scenario::Withdraw& phase, Player& player);
std::unique_ptr<PhaseRun> make_run(const Scenario::Replay& phase, Player& player);
std::unique_ptr<PhaseRun> make_run(const Scenario::Command& phase, Player& player);
std::unique_ptr<PhaseRun> make_run(const Scenario::Wait& phase, Player& player);
std::unique_ptr<PhaseRun> make_run(const Scenario::Churn& phase, Player& player);
std::unique_ptr<PhaseRun> make_run(const Scenario::Flap& phase, Player& player);
std::unique_ptr<PhaseRun> make_run(const Scenario::Refresh& phase, Player& player);
std::unique_ptr<PhaseRun> make_run(const Scenario::Kill& phase, Player& player);
std::unique_ptr<PhaseRun> make_run(const Scenario::Restart& phase, Player& player);
std::unique_ptr<PhaseRun> make_run(const Scenario::Exec& phase, Player& player);
std::unique_ptr<PhaseRun> make_run(const Scenario::Parallel& phase, Player& player);

}   // namespace barrage
