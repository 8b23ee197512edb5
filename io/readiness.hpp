#pragma once
// How poll(2) speaks of readiness, and how Waiter does. Both waiters translate here, so that they cannot differ.

#include <poll.h>

#include "io/waiter.hpp"

namespace barrage {

constexpr short poll_events(Waiter::Interest interest) noexcept
{
    return static_cast<short>((interest.read ? POLLIN : 0) | (interest.write ? POLLOUT : 0));
}

/// `asked` and `found` as poll(2) writes them; `found` is not 0.
constexpr Waiter::Ready to_ready(std::uint64_t tag, short asked, short found) noexcept
{
    const bool ended = (found & (POLLHUP | POLLERR | POLLNVAL)) != 0;
    return {.tag = tag,
            .readable = (asked & POLLIN) != 0 && (ended || (found & POLLIN) != 0),
            .writable = (asked & POLLOUT) != 0 && (ended || (found & POLLOUT) != 0),
            .hung_up = ended};
}

}   // namespace barrage
