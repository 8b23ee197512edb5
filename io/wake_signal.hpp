#pragma once
// An eventfd that ends a wait: any number of threads and signal handlers raise it, one thread waits for it.
// Raising it again before it was taken costs one atomic exchange and no system call.

#include <sys/eventfd.h>

#include <atomic>
#include <cerrno>
#include <cstdint>
#include <system_error>

#include "io/file_descriptor.hpp"

namespace barrage {

class WakeSignal {
public:
    WakeSignal() : event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK))
    {
        if (!event_) throw std::system_error(errno, std::system_category(), "cannot make an eventfd");
    }

    [[nodiscard]] int fd() const noexcept { return event_.get(); }

    /// Any thread, and from a signal handler: nothing here locks, and errno stays as it was.
    void raise() noexcept
    {
        if (raised_.exchange(true, std::memory_order_acq_rel)) return;
        const int before = errno;
        const std::uint64_t one = 1;
        [[maybe_unused]] const auto written = ::write(event_.get(), &one, sizeof one);
        errno = before;
    }

    /// The waiting thread. What was done before raise() is visible after it. The order matters: were the flag lowered
    /// first, a raise() in between would leave it up with an empty eventfd, and nobody would ever be woken again.
    void take() noexcept
    {
        std::uint64_t count = 0;
        [[maybe_unused]] const auto taken = ::read(event_.get(), &count, sizeof count);
        raised_.exchange(false, std::memory_order_acq_rel);
    }

private:
    FileDescriptor event_;
    std::atomic<bool> raised_ = false;
    static_assert(std::atomic<bool>::is_always_lock_free);
};

}   // namespace barrage
