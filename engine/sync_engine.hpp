#pragma once
// One thread, one poll(2) loop, one shard: the reference. No TBB and no io_context in its path.

#include <atomic>

#include "engine/coordinator.hpp"
#include "engine/run_failure.hpp"

namespace barrage {

class SyncEngine final : public Engine {
public:
    explicit SyncEngine(const EngineOptions& options);

    PeerIndex add_peer(PeerConfig config) override { return coordinator_.add_peer(std::move(config)); }
    IoResult<Endpoint> listen(const Endpoint& local, Admit admit, std::vector<TcpMd5Key> md5_keys) override
    {
        return coordinator_.listen(local, std::move(admit), std::move(md5_keys));
    }
    void post(Command command) override;
    Waiter::WatchId watch(int fd, Waiter::Interest interest, std::function<void(const Waiter::Ready&)> ready) override
    {
        return coordinator_.watch(fd, interest, std::move(ready));
    }
    void set_interest(Waiter::WatchId watch, Waiter::Interest interest) override { coordinator_.set_interest(watch, interest); }
    void unwatch(Waiter::WatchId watch) override { coordinator_.unwatch(watch); }
    void run(Observer& observer) override;
    [[nodiscard]] std::string failure() const override { return failure_.text(); }
    void stop() noexcept override;
    void interrupt() noexcept override;
    std::size_t peer_count() const override { return coordinator_.peer_count(); }
    [[nodiscard]] std::uint64_t refused() const noexcept override { return coordinator_.refused(); }
    PeerNumbers numbers(PeerIndex peer) const override { return coordinator_.numbers(peer); }
    void for_each_peer(const std::function<void(Peer&)>& visit) override;
    std::vector<const TurnRecord*> turn_records() const override;
    EngineMode mode() const noexcept override { return EngineMode::sync; }
    std::uint32_t shards() const noexcept override { return 1; }

private:
    void take_turns(const OnShard& here, Observer& observer);
    [[nodiscard]] bool is_stopping() const noexcept { return stopping_.load(std::memory_order_relaxed); }

    RunFailure failure_;
    std::unique_ptr<TurnRecord> record_;
    WindowSources windows_;
    Observer* observer_ = nullptr;
    Shard shard_;
    Coordinator coordinator_;
    std::atomic<bool> stopping_{false};
    std::atomic<bool> interrupted_{false};
};

}   // namespace barrage
