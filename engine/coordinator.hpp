#pragma once
// Who drives the turns: numbers commands, gives each shard those that concern it, counts the shards' completions, and releases answers in the order of
// the commands. It also places peers on shards and accepts connections. Sync mode runs it on the one thread, between the turns of its one shard;
// async mode on the thread that called run(). It never touches a session or an Adj-RIB-Out.

#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "engine/engine.hpp"
#include "engine/shard.hpp"
#include "io/acceptor.hpp"

namespace barrage {

class Coordinator {
public:
    explicit Coordinator(std::vector<Shard*> shards);

    // ---- Any thread.

    void post(Command command);
    [[nodiscard]] PeerNumbers numbers(PeerIndex peer) const;
    [[nodiscard]] std::size_t peer_count() const;

    // ---- The coordinator's thread.

    PeerIndex add_peer(PeerConfig config);
    IoResult<Endpoint> listen(const Endpoint& local, Engine::Admit admit, std::vector<TcpMd5Key> md5_keys);
    /// Begins to accept; `waiter` is this thread's, and reports listeners with tags from Shard::first_foreign_tag on.
    void watch_listeners(Waiter& waiter);
    void accept(const Waiter::Ready& ready);
    /// Connections refused for lack of file descriptors.
    [[nodiscard]] std::uint64_t refused() const noexcept { return refused_; }
    [[nodiscard]] TimePoint deadline() const noexcept;
    void on_time(TimePoint now);
    /// Hands out what was posted, as far as mailboxes have room. True when some has to wait for a shard's next turn.
    bool pump();
    /// What a shard said: answers that are complete are given, and events go to the observer.
    void take(ShardReport report, Observer& observer);
    /// Answers that wait for nobody (no shard has such a peer), since the last take().
    void release_answers();

private:
    struct Outstanding {
        std::size_t shards_left;
        std::function<void()> answer;
    };
    struct Listener {
        Acceptor acceptor;
        Engine::Admit admit;
        bool watched = false;
        Waiter::WatchId watch = 0;
        TimePoint back_at = never;   // it accepts again: it had run out of descriptors
    };
    std::vector<ShardIndex> shards_of(const std::vector<PeerIndex>& peers) const;
    ShardIndex place();

    std::vector<Shard*> shards_;
    std::vector<std::size_t> load_;                            // peers of each shard
    std::vector<std::deque<shard_work::Any>> backlog_;         // of each shard: did not fit its mailbox
    std::vector<ShardIndex> shard_of_;                         // by peer
    std::deque<Outstanding> outstanding_;                      // by number, from first_outstanding_
    std::uint64_t first_outstanding_ = 0;
    std::vector<Listener> listeners_;
    Waiter* waiter_ = nullptr;
    std::uint64_t refused_ = 0;

    mutable std::mutex mutex_;
    std::vector<Command> inbox_;                               // under mutex_
    std::vector<std::shared_ptr<PeerCounters>> counters_;      // under mutex_
};

} // namespace barrage
