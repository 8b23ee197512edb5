#pragma once
// One phase of a scenario while it is played: begun once, told of events and time, and done at some time. The observer's thread.

#include <memory>

#include "loadgen/run/player.hpp"

namespace barrage {

class PhaseRun {
public:
    explicit PhaseRun(Player& player) noexcept : player_(player) {}
    virtual ~PhaseRun() = default;
    PhaseRun(const PhaseRun&) = delete;
    PhaseRun& operator=(const PhaseRun&) = delete;

    virtual void begin(TimePoint now) = 0;
    virtual void on_event(Player::Line&, const PeerEvent&) {}
    /// Called after events and when deadline() has come.
    virtual void go_on(TimePoint now) = 0;
    [[nodiscard]] virtual TimePoint deadline() { return never; }
    [[nodiscard]] bool is_done() const noexcept { return done_; }

protected:
    void done() noexcept { done_ = true; }
    Player& player_;

private:
    bool done_ = false;
};

std::unique_ptr<PhaseRun> make_phase_run(const Scenario::Phase& phase, Player& player);
/// Something is measured from its beginning on.
bool is_operation(const Scenario::What& what) noexcept;
const char* word_of(const Scenario::What& what) noexcept;

// One file a kind, or a few that are alike.
std::unique_ptr<PhaseRun> make_run(const Scenario::Connect& phase, Player& player);
std::unique_ptr<PhaseRun> make_run(const Scenario::Hold& phase, Player& player);
std::unique_ptr<PhaseRun> make_run(const Scenario::Announce& phase, Player& player);
std::unique_ptr<PhaseRun> make_run(const Scenario::Withdraw& phase, Player& player);
std::unique_ptr<PhaseRun> make_run(const Scenario::Wait& phase, Player& player);
std::unique_ptr<PhaseRun> make_run(const Scenario::Churn& phase, Player& player);
std::unique_ptr<PhaseRun> make_run(const Scenario::Flap& phase, Player& player);
std::unique_ptr<PhaseRun> make_run(const Scenario::Refresh& phase, Player& player);
std::unique_ptr<PhaseRun> make_run(const Scenario::Kill& phase, Player& player);
std::unique_ptr<PhaseRun> make_run(const Scenario::Exec& phase, Player& player);

}   // namespace barrage
