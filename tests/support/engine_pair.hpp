#pragma once
// Two whole engines over real sockets on loopback in one process: one injects, one receives, each on a thread of its own. What
// they tell is logged, and the test's thread awaits it with a deadline. Every connection is a new peer of the receiving side,
// with a new Adj-RIB-In, so what it holds came over that connection. Used by the test's thread alone, but for what is said
// otherwise.

#include <atomic>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "engine/engine.hpp"
#include "rib/attribute_pool.hpp"

namespace barrage {

struct EngineKind {
    std::string name;
    EngineMode mode;
    std::uint32_t shards;
    std::uint32_t packers;   // threads of the pipeline; 0: shards pack
};
/// One text of a test runs over all of them; the first is the reference.
inline const EngineKind engine_kinds[] = {
    {"sync", EngineMode::sync, 1, 0},
    {"async, 1 shard", EngineMode::async, 1, 1},
    {"async, 2 shards", EngineMode::async, 2, 1},
    {"async, 2 shards that pack", EngineMode::async, 2, 0},
    {"async, 4 shards", EngineMode::async, 4, 2},
    {"async, 8 shards", EngineMode::async, 8, 1},
};

/// How long anything may take that takes no time of its own.
inline constexpr auto patience = std::chrono::seconds{60};

class EngineOnThread : private Observer {
public:
    explicit EngineOnThread(const EngineKind& kind, bool record_turns = false);
    ~EngineOnThread() override;

    void start();
    /// Ends run() and waits for it. The engine may be looked at from here then.
    void stop();
    [[nodiscard]] Engine& engine() const noexcept { return *engine_; }
    /// On the engine's thread while it runs; returns when it was done.
    void do_there(const std::function<void(Engine&)>& what);
    /// Posts, and waits for the answer; false when none came.
    [[nodiscard]] bool command(Addressees peers, std::vector<command::Any> what);

    /// Until `true` of what was told and counted so far, which it may read with the functions below; false when it never was.
    [[nodiscard]] bool await(const std::function<bool()>& is_so, Duration limit = patience);
    /// So many events of this kind, of any peer or of this one.
    template <class What>
    [[nodiscard]] std::size_t count(std::optional<PeerIndex> peer = std::nullopt) const
    {
        const std::lock_guard lock{mutex_};
        std::size_t found = 0;
        for (const auto& event : log_) found += (!peer || event.peer == *peer) && std::holds_alternative<What>(event.what);
        return found;
    }
    template <class What>
    [[nodiscard]] bool await_count(std::size_t events, std::optional<PeerIndex> peer = std::nullopt)
    {
        return await([&] { return count<What>(peer) >= events; });
    }
    [[nodiscard]] std::vector<PeerEvent> log() const
    {
        const std::lock_guard lock{mutex_};
        return log_;
    }
    /// Called with every report, on the engine's thread; set before start().
    std::function<void(const std::vector<PeerEvent>&)> receives;

private:
    void on_events(const std::vector<PeerEvent>& events) override;
    void on_interrupt() override;

    std::unique_ptr<Engine> engine_;
    std::thread thread_;
    mutable std::mutex mutex_;
    std::condition_variable told_;
    std::vector<PeerEvent> log_;
    std::vector<std::function<void(Engine&)>> to_do_;
};

/// An injecting engine of the given kind, and a receiving one.
class EnginePair {
public:
    explicit EnginePair(const EngineKind& kind, bool record_turns = false);
    ~EnginePair() { stop(); }

    /// Adds an injecting peer, before or while it runs, with 127.0.1.x and AS 65001 + x; `change` may have its way with the
    /// configuration.
    PeerIndex add_peer(const std::function<void(PeerConfig&)>& change = {});
    /// Starts both and waits until every peer is Established.
    [[nodiscard]] bool start();
    void stop();

    EngineOnThread injecting;
    EngineOnThread receiving;
    Endpoint receiver;   // where it listens

    static Asn as_of(PeerIndex peer) noexcept { return {65001 + peer}; }
    static IpAddress address_of(PeerIndex peer) noexcept { return Ipv4Address{0x7f000101 + peer}; }

    /// The receiving side's peer of the latest connection of an injecting peer; none before. Any thread.
    [[nodiscard]] std::optional<PeerIndex> latest(PeerIndex peer) const;
    /// What came over that connection.
    [[nodiscard]] PeerNumbers received(PeerIndex peer) const;
    [[nodiscard]] bool await_live(PeerIndex peer, std::uint64_t routes);
    [[nodiscard]] bool await_table(PeerIndex peer, std::uint64_t routes, std::uint64_t digest);

    /// For peers that connect from now on.
    void set_receive(ReceiverConfig receive);

private:
    mutable std::mutex mutex_;
    std::map<IpAddress, PeerIndex> latest_;   // under mutex_
    ReceiverConfig receive_;                  // under mutex_
    bool started_ = false;
};

/// Routes to tell: /24s with AS path 65010, next hop 192.0.2.1 and a MULTI_EXIT_DISC. Outlives the engines that are told them.
class RoutesToSend {
public:
    [[nodiscard]] static RouteKey key(std::uint32_t address);
    [[nodiscard]] AttributeSetRef attributes(std::uint32_t multi_exit_disc);
    [[nodiscard]] RouteRun range(std::uint32_t address, std::uint64_t count, std::uint32_t multi_exit_disc);
    /// With the shape of a real one.
    [[nodiscard]] RouteRun full_table(std::uint64_t count);
    [[nodiscard]] static RouteRun withdraw(RouteRun run);

private:
    AttributePool pool_;
    std::uint64_t runs_ = 0;
};

/// What a peer is to hold in the end: /24s by address, each with a MULTI_EXIT_DISC; AS path 65010, next hop 192.0.2.1.
class TableModel {
public:
    std::map<std::uint32_t, std::uint32_t> routes;

    void add_range(std::uint32_t address, std::uint32_t count, std::uint32_t multi_exit_disc)
    {
        for (std::uint32_t i = 0; i < count; ++i) routes[address + i * 256] = multi_exit_disc;
    }
    /// Of UPDATEs written here by hand, one a route, as a peer of AS `own_as` tells them to another AS.
    [[nodiscard]] std::uint64_t digest(Asn own_as) const;
};

}   // namespace barrage
