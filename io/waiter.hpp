#pragma once
// Who waits for sockets, pipes and time: PollLoop (sync) or Executor (async). The engines see only this, so that a
// turn is the same text in both. All calls come from the one thread that owns it, but wake().

#include <chrono>
#include <cstdint>
#include <vector>

namespace barrage {

class Waiter {
public:
    using Clock = std::chrono::steady_clock;

    struct Interest {
        bool read = false;
        bool write = false;

        friend bool operator==(const Interest&, const Interest&) = default;
    };

    /// `readable` and `writable` say that the call would not block, be it because it would fail or find the end, and
    /// only for what was asked. `hung_up`: the connection or the other end of the pipe is gone, in both directions.
    struct Ready {
        std::uint64_t tag;
        bool readable;
        bool writable;
        bool hung_up;
    };

    using WatchId = std::uint32_t;

    Waiter() = default;
    Waiter(const Waiter&) = delete;
    Waiter& operator=(const Waiter&) = delete;
    virtual ~Waiter() = default;

    /// `fd` is non-blocking (Asio makes it so), stays the caller's and is watched once at a time. Throws std::system_error when
    /// the kernel takes no more.
    virtual WatchId watch(int fd, std::uint64_t tag, Interest interest) = 0;
    /// Cheap when unchanged. Without any interest nothing is reported, not even a hang-up.
    virtual void set_interest(WatchId watch, Interest interest) = 0;
    /// Before the fd is closed; nothing of it is reported afterwards.
    virtual void unwatch(WatchId watch) = 0;

    /// Level-triggered. Appends what is ready and returns as soon as something is, at wake(), or at `deadline`;
    /// with a deadline in the past it only looks, without sleeping. Clock::time_point::max() is no deadline.
    virtual void wait(Clock::time_point deadline, std::vector<Ready>& ready) = 0;
    /// Ends the wait in progress, or else the next one. Any thread, and from a signal handler.
    virtual void wake() noexcept = 0;
};

}   // namespace barrage
