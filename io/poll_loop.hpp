#pragma once
// The sync mode's waiting: poll(2) over sockets and pipes, an eventfd for wake(). One thread; no Asio in its path.
//
//     polled_   | eventfd | fd 7 | ~fd 9 | fd 12 | …     dense: what the kernel is given, as it stands, at every wait
//     watched_  |   wake  | id 0 | id 4  | id 2  | …     same places; ~fd is a watch without interest, which poll skips
//     places_   id → place
//
// Per wait: one system call and a scan that ends at the last ready place; nothing is allocated.

#include <poll.h>

#include "io/waiter.hpp"
#include "io/wake_signal.hpp"

namespace barrage {

class PollLoop final : public Waiter {
public:
    PollLoop();

    WatchId watch(int fd, std::uint64_t tag, Interest interest) override;
    void set_interest(WatchId watch, Interest interest) override;
    void unwatch(WatchId watch) override;
    void wait(Clock::time_point deadline, std::vector<Ready>& ready) override;
    void wake() noexcept override { wake_.raise(); }

private:
    struct Watched {
        std::uint64_t tag;
        WatchId id;
    };

    void collect(int found, std::vector<Ready>& ready);

    WakeSignal wake_;
    std::vector<pollfd> polled_;
    std::vector<Watched> watched_;
    std::vector<std::uint32_t> places_;
    std::vector<WatchId> free_ids_;
};

}   // namespace barrage
