#pragma once
// A peer and its sessions over connections, a kernel and a clock that are made of nothing: what is received is handed in, what is
// sent is taken out, time goes as told. A conversation is a chain of steps; every_step_failed() plays it again and again, with
// the connection lost once before each step. Checks with doctest as it goes; also that the peer never asks to be woken at once
// for nothing.

#include <array>
#include <deque>
#include <functional>
#include <string>
#include <vector>

#include "engine/shard.hpp"

namespace barrage {

/// One peer with sockets that are none.
class FakePeer {
public:
    explicit FakePeer(PeerConfig config);

    void start() { peer.start(here, now); }
    /// Our attempt to connect comes to a connection; it must be wanted.
    void connect();
    /// The peer connects to us; false when that is not wanted.
    bool accept();
    void refuse(const std::string& reason = "refused");
    void receive(std::size_t slot, OctetView octets);
    void lose(std::size_t slot, const std::string& reason = "reset");
    /// Turns until nothing happens at this moment any more.
    void settle();
    /// Lets time pass, with a turn whenever the peer wants one.
    void pass(Duration time);
    /// The oldest message sent on this connection and not looked at; empty: none.
    Octets next_sent(std::size_t slot);
    /// How many octets the kernel takes of this connection from now on.
    void kernel_takes(std::size_t slot, std::size_t octets) { links_[slot].room = octets; }

    template <class What>
    std::vector<What> happenings() const
    {
        std::vector<What> found;
        for (const auto& event : events)
            if (const auto* what = std::get_if<What>(&event.what)) found.push_back(*what);
        return found;
    }
    [[nodiscard]] bool is_connected(std::size_t slot) const { return links_[slot].connected; }
    [[nodiscard]] bool is_connecting(std::size_t slot) const { return links_[slot].connecting; }
    [[nodiscard]] std::size_t closes(std::size_t slot) const { return links_[slot].closes; }

    TimePoint now{std::chrono::hours{1}};
    std::vector<PeerEvent> events;

private:
    struct Link {
        bool connecting = false;
        bool connected = false;
        std::size_t room = ~std::size_t{0};
        std::size_t closes = 0;
        Octets sent;
    };
    bool turn();

    PrefixIndex prefixes_;
    WindowSources windows_{
        [](const RouteRun& run, const PackOptions& options) { return std::make_shared<InlineWindows>(run, options); }};
    PatchBuffer patch_buffer_;
    std::array<Link, Peer::slots> links_;
    Shard shard_;   // without peers: the test's thread is its thread

public:
    const OnShard here = shard_.enter();
    Peer peer;
};

/// What a message that was sent has to be.
struct Expected {
    std::string name;
    std::function<bool(OctetView)> matches;
};

Expected any_open();
Expected exactly(std::string name, Octets message);

class Conversation {
public:
    explicit Conversation(PeerConfig config) : config_(std::move(config)) {}

    /// On which connection the next steps are: 0, which we made, or 1, which the peer made.
    Conversation& on(std::size_t slot);
    Conversation& expect_send(Expected expected);
    Conversation& expect_nothing();
    Conversation& receive(std::string name, Octets octets);
    Conversation& after(Duration time);
    Conversation& does(std::string name, std::function<void(FakePeer&)> what);
    Conversation& expect_closed();
    Conversation& ends_in(State state);
    /// Loses the connection before each step in turn: the session ends, the peer says so, and tries again.
    Conversation& every_step_failed();

private:
    struct Step {
        std::string name;
        std::size_t slot;
        std::function<void(FakePeer&)> play;
    };
    Conversation& add(std::string name, std::function<void(FakePeer&)> play);
    void open_connection(FakePeer& fake) const;

    PeerConfig config_;
    std::size_t slot_ = 0;
    std::vector<Step> steps_;
};

}   // namespace barrage
