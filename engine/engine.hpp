#pragma once
// What loadgen drives: peers, listeners, commands in; events and answers out. SyncEngine and AsyncEngine differ in who waits and on how many threads,
// and in nothing that can be seen from here. Everything but the functions marked so belongs to the thread that made the engine and calls run().

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/command.hpp"
#include "engine/counters.hpp"
#include "engine/observer.hpp"
#include "engine/peer.hpp"
#include "engine/turn.hpp"
#include "io/endpoint.hpp"
#include "io/io_error.hpp"
#include "io/tcp_md5.hpp"
#include "io/waiter.hpp"

namespace barrage {

enum class EngineMode : std::uint8_t { sync, async };

struct EngineOptions {
    std::uint32_t shards = 0;   // async: 0 is one for each core this process may use; sync has one
    std::uint32_t peers = 0;    // where it is known beforehand how many there will be: no more shards than that; 0: any number
    /// async: threads that pack bulk runs ahead of the shards; 0: each shard packs what it sends. Where nobody says, half of the cores, and none
    /// with two or fewer.
    std::optional<std::uint32_t> packers = {};
    /// async: a shard stays on its core. Where nobody says, it does so where shards leave a core to others.
    std::optional<bool> pin = {};
    /// async: all that is done is to send as fast as may be, and run() starts no thread or process. Then shards that share all cores let others go
    /// first, and where they leave one and pack by themselves, the thread that calls run() stays on the first shard's core meanwhile.
    bool flat_out = false;
    bool record_turns = false;
};

class Engine {
public:
    /// Which peer an accepted connection belongs to: an existing one, a new one with this configuration, or none (it is closed).
    using Admission = std::variant<std::monostate, PeerIndex, PeerConfig>;
    using Admit = std::function<Admission(const Endpoint& remote, const Endpoint& local)>;

    virtual ~Engine() = default;

    /// The peer starts with the engine, or at once when that runs already.
    virtual PeerIndex add_peer(PeerConfig config) = 0;
    /// Accepts connections once the engine runs. Port 0 is chosen by the kernel; the answer says which it was. `md5_keys` are set for
    /// connections from these addresses (RFC 2385).
    virtual IoResult<Endpoint> listen(const Endpoint& local, Admit admit, std::vector<TcpMd5Key> md5_keys = {}) = 0;
    /// Takes effect in the next turn; see command.hpp.
    virtual void post(Command command) = 0;

    // ---- Descriptors of others, waited for with the engine's own: pipes of programs, signals. On the thread that calls run(), before it too.

    /// `ready` is called on that thread; commands that it posts are put into one turn of every shard, in their order.
    virtual Waiter::WatchId watch(int fd, Waiter::Interest interest, std::function<void(const Waiter::Ready&)> ready) = 0;
    virtual void set_interest(Waiter::WatchId watch, Waiter::Interest interest) = 0;
    /// Before the descriptor is closed; also from inside `ready`.
    virtual void unwatch(Waiter::WatchId watch) = 0;

    /// Until stop(); calls the observer on this thread. An exception, of the observer or of a shard, ends it too: failure() then says which, every
    /// peer is sent a Cease, and the observer is not called any more.
    virtual void run(Observer& observer) = 0;
    /// Why run() ended before it was to: one line for a person. Empty: it did not.
    [[nodiscard]] virtual std::string failure() const = 0;
    /// Ends run() after the current turn. From the observer, another thread or a signal handler.
    virtual void stop() noexcept = 0;
    /// Has the observer's on_interrupt() called soon. From another thread or a signal handler.
    virtual void interrupt() noexcept = 0;

    [[nodiscard]] virtual std::size_t peer_count() const = 0;
    /// Any thread, at any time.
    [[nodiscard]] virtual PeerNumbers numbers(PeerIndex peer) const = 0;
    /// Connections that listeners refused for lack of descriptors. On the thread that calls run().
    [[nodiscard]] virtual std::uint64_t refused() const noexcept = 0;
    /// Once run() has returned: the peers as they were left, in the order of their numbers.
    virtual void for_each_peer(const std::function<void(Peer&)>& visit) = 0;
    /// The record of every shard's turns; empty unless it was asked for. Once run() has returned.
    [[nodiscard]] virtual std::vector<const TurnRecord*> turn_records() const = 0;
    [[nodiscard]] virtual EngineMode mode() const noexcept = 0;
    [[nodiscard]] virtual std::uint32_t shards() const noexcept = 0;
};

std::unique_ptr<Engine> make_engine(EngineMode mode, const EngineOptions& options);

}   // namespace barrage
