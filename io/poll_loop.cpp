#include "io/poll_loop.hpp"

#include <cassert>
#include <ctime>

#include "io/readiness.hpp"

namespace barrage {

namespace {

constexpr std::uint32_t nowhere = ~std::uint32_t{0};

timespec to_timespec(std::chrono::nanoseconds duration) noexcept
{
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(duration);
    return {.tv_sec = seconds.count(), .tv_nsec = (duration - seconds).count()};
}

}   // namespace

PollLoop::PollLoop()
{
    polled_.push_back({wake_.fd(), POLLIN, 0});
    watched_.push_back({0, nowhere});
}

Waiter::WatchId PollLoop::watch(int fd, std::uint64_t tag, Interest interest)
{
    assert(fd >= 0);
    WatchId id = static_cast<WatchId>(places_.size());
    if (free_ids_.empty()) {
        places_.push_back(nowhere);
    } else {
        id = free_ids_.back();
        free_ids_.pop_back();
    }
    places_[id] = static_cast<std::uint32_t>(polled_.size());
    const short events = poll_events(interest);
    polled_.push_back({events != 0 ? fd : ~fd, events, 0});
    watched_.push_back({tag, id});
    return id;
}

void PollLoop::set_interest(WatchId watch, Interest interest)
{
    assert(watch < places_.size() && places_[watch] != nowhere);
    auto& polled = polled_[places_[watch]];
    const short events = poll_events(interest);
    if (events == polled.events) return;
    // poll(2) reports hang-ups whatever was asked, but ignores a negative fd.
    if ((events != 0) != (polled.events != 0)) polled.fd = ~polled.fd;
    polled.events = events;
}

void PollLoop::unwatch(WatchId watch)
{
    assert(watch < places_.size() && places_[watch] != nowhere);
    const auto place = places_[watch];
    places_[watched_.back().id] = place;
    polled_[place] = polled_.back();
    watched_[place] = watched_.back();
    polled_.pop_back();
    watched_.pop_back();
    places_[watch] = nowhere;
    free_ids_.push_back(watch);
}

void PollLoop::wait(Clock::time_point deadline, std::vector<Ready>& ready)
{
    for (;;) {
        timespec timeout{};
        if (deadline != Clock::time_point::max()) {
            const auto now = Clock::now();   // compared first: time_point::min() - now overflows
            if (deadline > now) timeout = to_timespec(deadline - now);
        }
        const bool endless = deadline == Clock::time_point::max();
        const int found = ::ppoll(polled_.data(), polled_.size(), endless ? nullptr : &timeout, nullptr);
        if (found > 0) return collect(found, ready);
        if (found == 0) return;   // the deadline
        if (errno != EINTR && errno != EAGAIN && errno != ENOMEM)
            throw std::system_error(errno, std::system_category(), "cannot poll; is `ulimit -n` below the number of peers?");
    }
}

void PollLoop::collect(int found, std::vector<Ready>& ready)
{
    if (polled_.front().revents != 0) {
        wake_.take();
        --found;
    }
    for (std::size_t place = 1; found > 0; ++place) {
        auto& polled = polled_[place];
        if (polled.revents == 0 || polled.fd < 0) continue;
        assert((polled.revents & POLLNVAL) == 0 && "closed before unwatch()");
        ready.push_back(to_ready(watched_[place].tag, polled.events, polled.revents));
        --found;
    }
}

}   // namespace barrage
