#pragma once
// Who drives the turns: numbers commands, gives each shard those that concern it, counts the shards' completions, and releases answers in the order of
// the commands. It also places peers on shards and accepts connections. Sync mode runs it on the one thread, between the turns of its one shard;
// async mode on the thread that called run(). It never touches a session or an Adj-RIB-Out.

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "engine/engine.hpp"
#include "engine/shard.hpp"
#include "io/network.hpp"

namespace barrage {

class Coordinator {
public:
    /// `waiter` is the coordinator's thread's: it reports descriptors of others with tags from Shard::first_foreign_tag on.
    Coordinator(std::vector<Shard*> shards, Waiter& waiter, Network& network = tcp_network());

    // ---- Any thread.

    void post(Command command);
    [[nodiscard]] PeerNumbers numbers(PeerIndex peer) const;
    [[nodiscard]] std::size_t peer_count() const;

    // ---- The coordinator's thread.

    PeerIndex add_peer(PeerConfig config);
    IoResult<Endpoint> listen(const Endpoint& local, Engine::Admit admit, std::vector<TcpMd5Key> md5_keys);
    /// Begins to accept.
    void watch_listeners();
    Waiter::WatchId watch(int fd, Waiter::Interest interest, std::function<void(const Waiter::Ready&)> ready);
    void set_interest(Waiter::WatchId watch, Waiter::Interest interest) { waiter_.set_interest(watch, interest); }
    void unwatch(Waiter::WatchId watch);
    /// A listener, or a descriptor of others.
    void ready(const Waiter::Ready& ready);
    /// Connections refused for lack of file descriptors.
    [[nodiscard]] std::uint64_t refused() const noexcept { return refused_; }
    [[nodiscard]] TimePoint deadline() const noexcept;
    void on_time(TimePoint now, Observer& observer);
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
        std::unique_ptr<ListeningSocket> socket;
        Engine::Admit admit;
        bool watched = false;
        Waiter::WatchId watch = 0;
        TimePoint back_at = never;     // it accepts again: it had run out of descriptors
        TimePoint failed_at = never;   // last; never: it is well
        std::uint64_t refused = 0;     // since then
    };
    void accept(Listener& listener);
    void failed(Listener& listener, const std::string& why);
    std::vector<ShardIndex> shards_of(const Addressees& peers) const;
    ShardIndex place();

    std::vector<Shard*> shards_;
    std::vector<std::size_t> load_;                      // peers of each shard
    std::vector<std::deque<shard_work::Any>> backlog_;   // of each shard: did not fit its mailbox
    std::vector<ShardIndex> shard_of_;                   // by peer
    std::deque<Outstanding> outstanding_;                // by number, from first_outstanding_
    std::uint64_t first_outstanding_ = 0;
    std::vector<Listener> listeners_;
    bool accepting_ = false;
    struct Watched {
        Waiter::WatchId watch;
        std::function<void(const Waiter::Ready&)> ready;
    };
    std::map<std::uint64_t, Watched> watched_;   // by tag
    std::uint64_t next_watched_ = 0;
    Waiter& waiter_;
    Network& network_;
    std::uint64_t refused_ = 0;
    std::vector<ListenerTrouble> troubles_;   // to be said

    mutable std::mutex mutex_;
    std::vector<Command> inbox_;                            // under mutex_
    std::vector<std::shared_ptr<PeerCounters>> counters_;   // under mutex_
};

}   // namespace barrage
