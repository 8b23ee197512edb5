#pragma once
// How the engine reports what happened. Shards gather events in their turn; in phase four they go to the engine's Observer: in sync mode on
// the one thread, in async mode on the coordinator's. Observers ask for more by commands.

#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "engine/session.hpp"
#include "engine/time.hpp"
#include "io/endpoint.hpp"
#include "rib/left_out.hpp"
#include "rib/route_key.hpp"
#include "rib/route_slice.hpp"

namespace barrage {

/// A peer's number in its engine, from 0 in the order of their making.
using PeerIndex = std::uint32_t;

namespace happened {

struct Established {
    Negotiated negotiated;
};
/// The session ended, or could not be set up. `final`: the peer does not try again.
struct Ended {
    SessionEnd end;
    bool final = false;
};
/// There is a connection, but no session yet. This and the next two: only of peers whose configuration asks for it.
struct Connected {
    IpAddress local;
    IpAddress remote;
};
struct StateChanged {
    State state;
};
/// A whole message, header included, as it was handed over or came.
struct Message {
    bool sent;
    Octets octets;
};
/// A run was handed over whole: all its messages are in the outbox.
struct RunSent {
    std::uint64_t run;
    RouteSlice slice;
    RunKind kind = RunKind::as_given;
    std::shared_ptr<const LeftOut> left_out = {};   // null: nothing
};
/// Of changes and messages of its own.
struct LeftOutChanges {
    LeftOut left_out;
    std::vector<RouteKey> announced;   // those of them that were announced, while they are measured
};
/// All that waited in the Adj-RIB-Out was accepted by the kernel.
struct AllOnTheWire {};
/// … and acknowledged by the peer's TCP.
struct AllAcked {};
/// A receiving peer reached the number of distinct routes that it was to reach.
struct LimitReached {};

}   // namespace happened

struct PeerEvent {
    PeerIndex peer;
    TimePoint at;
    std::variant<happened::Established, happened::Ended, happened::RunSent, happened::LeftOutChanges, happened::AllOnTheWire,
                 happened::AllAcked, happened::LimitReached, happened::Connected, happened::StateChanged, happened::Message>
        what;
};

/// A listener could not take connections, for lack of descriptors or memory, or takes them again: once per change.
struct ListenerTrouble {
    Endpoint listener;
    std::string text = {};   // one line for a person
    bool is_over = false;    // it accepts again
};

class Observer {
public:
    virtual ~Observer() = default;
    virtual void on_events(const std::vector<PeerEvent>& events) = 0;
    virtual void on_listener_trouble(const ListenerTrouble&) {}
    /// Engine::interrupt() was called: Ctrl-C, for one.
    virtual void on_interrupt() {}
    /// Called when deadline() has come, by the thread that calls on_events().
    virtual void on_time(TimePoint) {}
    virtual TimePoint deadline() { return never; }
};

}   // namespace barrage
