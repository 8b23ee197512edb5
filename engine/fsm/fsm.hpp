#pragma once
// The finite state machine of RFC 4271 section 8 as a function: events in, actions out; no socket, no clock, no
// exception. One instance is one connection of one peer, in a collision there are two, and collision.hpp says which
// of them gets OpenCollisionDump. Every pair of state and event has an answer. On its shard's thread.
//
// Not here: DelayOpen and damping of peer oscillations (section 8.1.1, both optional), and the automatic start
// after a failure, which is a new ManualStart when the session says so.

#include <chrono>

#include "engine/fsm/action.hpp"
#include "engine/fsm/event.hpp"
#include "engine/fsm/state.hpp"

namespace barrage {

class Fsm {
public:
    /// Section 8.2.2 suggests four minutes for an OPEN to come.
    static constexpr std::chrono::seconds open_hold_time{240};

    [[nodiscard]] State state() const noexcept { return state_; }

    /// The negotiated one: from OpenConfirm on.
    [[nodiscard]] std::chrono::seconds hold_time() const noexcept { return hold_time_; }

    /// Section 10: a third of the hold time, but not below a second; zero: no KEEPALIVEs.
    [[nodiscard]] static std::chrono::seconds keepalive_interval(std::chrono::seconds hold_time) noexcept;

    Actions on(const Event& event);

private:
    Actions on_idle(const Event& event);
    Actions on_connect(const Event& event);
    Actions on_active(const Event& event);
    Actions on_open_sent(const Event& event);
    Actions on_open_confirm(const Event& event);
    Actions on_established(const Event& event);

    Actions to_open_sent();
    Actions to_idle();                          // says nothing to the peer
    Actions to_idle(NotificationError error);   // says why
    Actions fsm_error();

    State state_ = State::idle;
    bool passive_ = false;
    std::chrono::seconds hold_time_{0};
};

}   // namespace barrage
