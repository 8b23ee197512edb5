#pragma once
// An engine in the World: the real Coordinator, Shards, Peers and sessions, with the loops of SyncEngine or AsyncEngine taken apart into steps that
// the World takes one at a time, in an order that the seed chooses. Checks what must hold of any engine: answers come in the order of commands, and
// each turn has its four phases in their order. One thread.

#include <memory>
#include <string>
#include <vector>

#include "engine/coordinator.hpp"
#include "tests/simulation/network.hpp"
#include "tests/simulation/waiter.hpp"

namespace barrage::simulation {

/// How an engine is to be driven. `shards` 0: as the sync engine, one shard on the coordinator's thread. Else as the async one, without packers.
struct Scheduling {
    std::uint32_t shards = 0;
    bool reports_some = false;   // see SimWaiter

    friend bool operator==(const Scheduling&, const Scheduling&) = default;
};

class SimEngine final : public Engine {
public:
    SimEngine(World& world, SimNetwork& network, const Scheduling& scheduling);
    ~SimEngine() override;

    PeerIndex add_peer(PeerConfig config) override;
    IoResult<Endpoint> listen(const Endpoint& local, Admit admit, std::vector<TcpMd5Key> md5_keys) override;
    void post(Command command) override;
    Waiter::WatchId watch(int, Waiter::Interest, std::function<void(const Waiter::Ready&)>) override { return 0; }
    void set_interest(Waiter::WatchId, Waiter::Interest) override {}
    void unwatch(Waiter::WatchId) override {}
    /// Until stop(), with all others in the World beside it.
    void run(Observer& observer) override;
    /// From now on it takes part in the World, while another engine runs.
    void start(Observer& observer);
    [[nodiscard]] std::string failure() const override { return {}; }   // exceptions end the simulation
    void stop() noexcept override;
    void interrupt() noexcept override;
    [[nodiscard]] std::size_t peer_count() const override { return coordinator_->peer_count(); }
    [[nodiscard]] PeerNumbers numbers(PeerIndex peer) const override { return coordinator_->numbers(peer); }
    [[nodiscard]] std::uint64_t refused() const noexcept override { return coordinator_->refused(); }
    void for_each_peer(const std::function<void(Peer&)>& visit) override;
    [[nodiscard]] std::vector<const TurnRecord*> turn_records() const override;
    [[nodiscard]] EngineMode mode() const noexcept override { return is_sync_ ? EngineMode::sync : EngineMode::async; }
    [[nodiscard]] std::uint32_t shards() const noexcept override { return static_cast<std::uint32_t>(shards_.size()); }

    /// Called when every peer is asked to stop, before they are: the end of a run.
    void before_the_end(std::function<void()> call) { before_the_end_ = std::move(call); }
    /// One line for each thing that must hold of an engine and did not. Once run() has returned.
    [[nodiscard]] std::vector<std::string> broken_rules() const;

private:
    struct ShardTask;
    struct CoordinatorTask;

    void turn_of_sync();
    void turn_of_coordinator();
    void turn_of_shard(ShardIndex index);
    void after_turn();
    void take_reports();
    [[nodiscard]] bool is_over() const;
    [[nodiscard]] SimWaiter& waiter_of(ShardIndex index) const { return static_cast<SimWaiter&>(shards_[index]->waiter()); }

    World& world_;
    bool is_sync_;
    std::vector<std::unique_ptr<WindowSources>> windows_;
    std::vector<std::unique_ptr<TurnRecord>> records_;
    std::vector<std::unique_ptr<Shard>> shards_;
    std::unique_ptr<SimWaiter> own_waiter_;   // of an async coordinator
    std::unique_ptr<Coordinator> coordinator_;
    std::vector<std::unique_ptr<Task>> tasks_;
    std::vector<ShardReport> reports_;
    std::vector<Waiter::Ready> ready_;
    Observer* observer_ = nullptr;
    bool stopping_ = false;
    bool interrupted_ = false;
    bool coordinator_is_over_ = false;

    std::function<void()> before_the_end_;
    std::uint64_t posted_ = 0;
    std::uint64_t answered_ = 0;
    std::uint64_t to_be_answered_ = 0;   // before the end of the run: what is posted with it may stay behind
    std::vector<std::string> broken_;
};

}   // namespace barrage::simulation
