#pragma once
// One thread's share of the peers: their sessions, sockets and timers, and the turn that drives them. The sync engine is one shard on the calling
// thread over a PollLoop; the async engine has one a core, over an Executor. What a shard owns needs no lock; work comes in through its mailbox,
// and what happened goes out in reports.

#include <atomic>
#include <functional>
#include <memory>
#include <variant>
#include <vector>

#include "engine/command.hpp"
#include "engine/mailbox.hpp"
#include "engine/on_shard.hpp"
#include "engine/peer_sockets.hpp"
#include "engine/turn.hpp"
#include "io/waiter.hpp"

namespace barrage {

namespace shard_work {

/// A peer to own from now on, started when it is to connect by itself.
struct NewPeer {
    PeerIndex index;
    PeerConfig config;
    std::shared_ptr<PeerCounters> counters;
};
/// A connection that was accepted for one of its peers.
struct NewConnection {
    PeerIndex peer;
    std::shared_ptr<Connection> connection;
};
/// A numbered command for some or all of its peers.
struct Do {
    std::uint64_t number;
    Addressees peers;
    std::shared_ptr<const std::vector<command::Any>> what;
};

using Any = std::variant<NewPeer, NewConnection, Do>;

}   // namespace shard_work

/// What a turn has to say to whoever drives the engine.
struct ShardReport {
    ShardIndex shard = 0;
    std::vector<std::uint64_t> done;   // numbers of commands that have taken effect here
    std::vector<PeerEvent> events;
};

class Shard {
public:
    /// Work that waits at most; more is refused until the next turn.
    static constexpr std::size_t mailbox_capacity = 4096;

    /// `report` is called in phase four, on the shard's thread, only when there is something to say.
    Shard(ShardIndex index, std::unique_ptr<Waiter> waiter, WindowSources& windows, std::function<void(ShardReport)> report,
          TurnRecord* record, Network& network = tcp_network());
    ~Shard();

    // ---- Any thread.

    /// As much from the front of `work` as the mailbox has room for, in one turn.
    void post_some(std::deque<shard_work::Any>& work);
    /// A pending window is ready, or there is another reason to take a turn.
    void wake() noexcept { waiter_->wake(); }
    [[nodiscard]] Waiter& waiter() noexcept { return *waiter_; }

    // ---- The shard's thread.

    /// Makes the calling thread the shard's for as long as the proof lives; no other may be then. The first thing that a shard's thread
    /// function does; once run() has returned, the engine's own thread may look at peers this way.
    [[nodiscard]] OnShard enter() noexcept { return {index_, entered_}; }
    void turn(const OnShard&);
    /// Waits until there is something to do, at most until `deadline`. What is ready and is not a peer's goes to `others`.
    void wait(const OnShard&, TimePoint deadline, std::vector<Waiter::Ready>& others);
    /// After an exception: sends every peer a Cease and closes, as far as that can still be done. Bounded in time by each session's patience; what
    /// goes wrong meanwhile is passed over. Nothing is reported any more.
    void end_sessions(const OnShard& here, CeaseSubcode subcode) noexcept;
    /// Some connection is being closed; bounded in time by each session's patience.
    [[nodiscard]] bool is_closing() const noexcept;
    /// Null: another shard's.
    [[nodiscard]] Peer* peer(const OnShard&, PeerIndex index) noexcept;
    /// Tags of descriptors that others watch with the same Waiter begin here.
    static constexpr std::uint64_t first_foreign_tag = std::uint64_t{1} << 62;

    // ---- The phases, for take_turn().

    void peers_phase(const OnShard&);
    void commands_phase(const OnShard&);
    void callbacks_phase(const OnShard& here);
    void flush_phase(const OnShard&);

private:
    struct Line {
        Peer peer;
        PeerSockets sockets;
        bool walked = false;   // stands in walked_
        Line(Shard& shard, shard_work::NewPeer& work);
        /// Nothing happens until work comes for it: no connection, no timer.
        [[nodiscard]] bool is_at_rest() const noexcept;
    };
    Line* line_of(PeerIndex index) noexcept;
    /// There is work for it: it takes part in turns again.
    void rouse(Line& line);
    void forget(const std::vector<PeerIndex>& peers);
    void take(const OnShard& here, shard_work::NewPeer& work);
    void take(const OnShard&, shard_work::NewConnection& work);
    void take(const OnShard& here, shard_work::Do& work);

    ShardIndex index_;
    std::atomic<bool> entered_{false};   // some thread is the shard's
    std::unique_ptr<Waiter> waiter_;
    Network& network_;
    WindowSources& windows_;
    std::function<void(ShardReport)> report_;
    TurnRecord* record_;
    PrefixIndex prefixes_;
    PatchBuffer patch_buffer_;
    ShardReport pending_report_;

    Mailbox<shard_work::Any> mailbox_{mailbox_capacity};
    std::vector<shard_work::Any> taken_;   // in phase two, for phase three
    std::vector<std::unique_ptr<Line>> lines_;
    std::vector<PeerIndex> to_forget_;
    std::vector<Line*> walked_;     // those that a turn looks at: peers at rest, and those that are gone, cost it nothing
    std::vector<Line*> by_index_;   // of the whole engine's peers; null: another shard's
    std::vector<Waiter::Ready> ready_;

    std::uint64_t turn_ = 0;
    TimePoint now_ = Clock::now();
    bool busy_ = false;   // some peer could go on at once
};

}   // namespace barrage
