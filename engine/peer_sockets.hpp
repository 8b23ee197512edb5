#pragma once
// Joins the sessions of one peer to sockets: connects, reads, writes and closes as they want it. Decides nothing of BGP.
// One thread: its shard's; called in phase one of the turn.

#include <array>
#include <memory>
#include <optional>

#include "engine/peer.hpp"
#include "io/network.hpp"
#include "io/waiter.hpp"

namespace barrage {

class PeerSockets {
public:
    /// `first_tag` and the one after it are what `waiter` reports this peer's sockets by.
    PeerSockets(Peer& peer, Waiter& waiter, Network& network, PatchBuffer& patch_buffer, std::uint64_t first_tag);
    ~PeerSockets();
    PeerSockets(const PeerSockets&) = delete;
    PeerSockets& operator=(const PeerSockets&) = delete;

    /// The waiter reported a socket; acted on in work().
    void ready(std::size_t slot, const Waiter::Ready& ready) noexcept;
    /// A connection that the peer made; closed again when the peer does not want it.
    void adopt(std::shared_ptr<Connection> connection, TimePoint now);
    /// Phase one. Bounded: so many octets read and written at most. True when it could go on at once.
    bool work(TimePoint now);
    [[nodiscard]] TimePoint deadline() const noexcept { return acks_asked_at_; }
    /// There is one, it is being made, or it is wanted.
    [[nodiscard]] bool has_connections() const noexcept;
    /// A session has ended and the other side has not closed its end yet; lasts SessionConfig::close_patience at most.
    [[nodiscard]] bool is_closing() const noexcept;

private:
    struct Link {
        std::shared_ptr<Connection> connection;
        std::unique_ptr<ConnectionAttempt> connecting;
        std::optional<Waiter::WatchId> watch;
        bool readable = false;
        bool writable = false;
        bool shut = false;   // we said all we had to say; waiting for the other side to close
        TimePoint blocked_since = never;
    };
    void begin_connection(std::size_t slot, TimePoint now);
    void finish_connection(std::size_t slot, TimePoint now);
    void notify_connected(std::size_t slot, TimePoint now);
    bool read(std::size_t slot, TimePoint now);
    bool write(std::size_t slot, TimePoint now);
    void close_as_wanted(std::size_t slot, TimePoint now);
    void lose(std::size_t slot, const std::string& reason, TimePoint now);
    void release(Link& link);
    void watch(std::size_t slot, int fd, Waiter::Interest interest);
    void ask_for_acks(TimePoint now);

    Peer& peer_;
    Waiter& waiter_;
    Network& network_;
    PatchBuffer& patch_buffer_;
    std::uint64_t first_tag_;
    std::array<Link, Peer::slots> links_;
    TimePoint acks_asked_at_ = never;
    TimePoint next_ack_look_{};
    std::size_t unacknowledged_ = 0;   // octets, at the last look
    TimePoint acks_moved_at_{};        // when that was last another than before
};

}   // namespace barrage
