#pragma once
// One phase of a scenario while it is played: begun once, told of events and time, and done at some time. The observer's thread.

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
    virtual void on_event(Player::Line&, const PeerEvent&) {}
    /// Called after events and when deadline() has come.
    virtual void go_on(TimePoint now) = 0;
    [[nodiscard]] virtual TimePoint deadline() { return never; }
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

// ---- One for each kind, beside its class. A class says with `Asked` which phase it plays.

using MakePhaseRun = std::unique_ptr<PhaseRun> (*)(const Scenario::What& what, Player& player);

template <class Run>
std::unique_ptr<PhaseRun> make_run(const Scenario::What& what, Player& player)
{
    return std::make_unique<Run>(std::get<typename Run::Asked>(what), player);
}

extern const MakePhaseRun make_connect, make_hold, make_barrier, make_announce, make_withdraw, make_replay, make_command,
    make_wait, make_churn, make_flap, make_refresh, make_kill, make_restart, make_exec, make_parallel;

}   // namespace barrage
