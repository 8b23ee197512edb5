#pragma once
// Waiting in the World: wait() never sleeps. It says what is ready, or notes that its owner sleeps and until when; the World wakes him by stepping
// the task again. One thread.

#include <map>

#include "tests/simulation/network.hpp"

namespace barrage::simulation {

class SimWaiter final : public Waiter {
public:
    /// `reports_some`: of several descriptors that are ready, wait() reports by chance only some, in any order, as epoll may.
    SimWaiter(World& world, const SimNetwork& network, bool reports_some)
        : world_(world), network_(network), reports_some_(reports_some)
    {
    }

    WatchId watch(int fd, std::uint64_t tag, Interest interest) override;
    void set_interest(WatchId watch, Interest interest) override { watched_.at(watch).interest = interest; }
    void unwatch(WatchId watch) override { watched_.erase(watch); }
    void wait(TimePoint deadline, std::vector<Ready>& ready) override;
    void wake() noexcept override { woken_ = true; }

    /// Whether the last wait() would still sleep.
    [[nodiscard]] bool sleeps() const noexcept { return sleeps_; }
    [[nodiscard]] bool is_due(TimePoint now) const;
    [[nodiscard]] TimePoint deadline() const noexcept { return until_; }

private:
    struct Watched {
        int fd;
        std::uint64_t tag;
        Interest interest;
    };
    [[nodiscard]] Ready look(const Watched& watched) const
    {
        return network_.readiness(watched.fd, watched.tag, watched.interest);
    }
    static bool is_any(const Ready& ready) noexcept { return ready.readable || ready.writable || ready.hung_up; }

    World& world_;
    const SimNetwork& network_;
    bool reports_some_;
    std::map<WatchId, Watched> watched_;
    WatchId next_ = 0;
    bool woken_ = false;
    bool sleeps_ = false;
    TimePoint until_ = TimePoint::min();
};

}   // namespace barrage::simulation
