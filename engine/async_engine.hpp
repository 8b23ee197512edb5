#pragma once
// N shards, each a pinned thread with an io_context and its share of the peers; a pipeline of TBB that packs bulk runs; and the coordinator, on the
// thread that calls run(). Shards take their turns on a standing token, with no barrier between them and no round trip to the coordinator on the
// bulk path.

#include <atomic>
#include <mutex>
#include <optional>
#include <thread>

#include "engine/coordinator.hpp"
#include "engine/pipeline.hpp"
#include "engine/run_failure.hpp"

namespace barrage {

class AsyncEngine final : public Engine {
public:
    explicit AsyncEngine(const EngineOptions& options);
    ~AsyncEngine() override;

    PeerIndex add_peer(PeerConfig config) override;
    IoResult<Endpoint> listen(const Endpoint& local, Admit admit, std::vector<TcpMd5Key> md5_keys) override
    {
        return coordinator_->listen(local, std::move(admit), std::move(md5_keys));
    }
    void post(Command command) override;
    Waiter::WatchId watch(int fd, Waiter::Interest interest, std::function<void(const Waiter::Ready&)> ready) override
    {
        return coordinator_->watch(fd, interest, std::move(ready));
    }
    void set_interest(Waiter::WatchId watch, Waiter::Interest interest) override { coordinator_->set_interest(watch, interest); }
    void unwatch(Waiter::WatchId watch) override { coordinator_->unwatch(watch); }
    void run(Observer& observer) override;
    [[nodiscard]] std::string failure() const override { return failure_.text(); }
    void stop() noexcept override;
    void interrupt() noexcept override;
    std::size_t peer_count() const override { return coordinator_->peer_count(); }
    [[nodiscard]] std::uint64_t refused() const noexcept override { return coordinator_->refused(); }
    PeerNumbers numbers(PeerIndex peer) const override { return coordinator_->numbers(peer); }
    void for_each_peer(const std::function<void(Peer&)>& visit) override;
    std::vector<const TurnRecord*> turn_records() const override;
    EngineMode mode() const noexcept override { return EngineMode::async; }
    std::uint32_t shards() const noexcept override { return static_cast<std::uint32_t>(shards_.size()); }

private:
    [[nodiscard]] WindowSources::Make windows_of(ShardIndex index);
    /// `core`: where it stays; none: wherever the kernel will.
    void run_shard(ShardIndex index, std::optional<int> core);
    void start_shards();
    void coordinate(Observer& observer);
    void take_reports(Observer& observer);
    /// In a catch block, on any thread: the run ends.
    void fail() noexcept;
    void put_report(ShardReport report);

    EngineOptions options_;
    RunFailure failure_;
    std::unique_ptr<Waiter> waiter_;       // the coordinator's
    std::optional<PipelineArena> arena_;   // none: each shard packs what it sends
    SharedSources<PipelinedWindows> pipelines_;
    std::vector<std::unique_ptr<WindowSources>> windows_;   // of each shard: its way to the pipelines, or its own
    std::vector<std::unique_ptr<TurnRecord>> records_;
    std::vector<std::unique_ptr<Shard>> shards_;
    std::unique_ptr<Coordinator> coordinator_;
    std::vector<std::thread> threads_;
    bool stays_here_ = false;   // the thread that called run() is pinned meanwhile
    std::atomic<bool> stopping_{false};
    std::atomic<bool> shards_stopping_{false};
    std::atomic<bool> interrupted_{false};

    std::mutex mutex_;
    std::vector<ShardReport> reports_;         // under mutex_
    std::vector<ShardReport> taken_reports_;   // of the coordinator
};

}   // namespace barrage
