#pragma once
// When the n-th route is due: an open-loop schedule that nothing delays. How far behind a sender is can be asked, and latency
// is taken from due times, so that a slow receiver cannot hide (no coordinated omission). Pure: time is handed in.
// A value; any thread.

#include <chrono>
#include <cstdint>
#include <limits>

namespace barrage {

class Pacer {
public:
    using Clock = std::chrono::steady_clock;

    static constexpr std::uint64_t all = std::numeric_limits<std::uint64_t>::max();

    /// A rate of 0 is none: everything is due at `start`. `burst` routes are due together, when the first of them is.
    constexpr Pacer(Clock::time_point start, std::uint64_t routes_per_second, std::uint64_t burst = 1) noexcept
        : start_(start), rate_(routes_per_second), burst_(burst)
    {
    }

    [[nodiscard]] constexpr Clock::time_point start() const noexcept { return start_; }
    [[nodiscard]] constexpr std::uint64_t routes_per_second() const noexcept { return rate_; }

    /// Routes that should have left by `now`; the first one is due at the start. `all` where there is no rate.
    [[nodiscard]] constexpr std::uint64_t due(Clock::time_point now) const noexcept
    {
        if (now < start_) return 0;
        if (rate_ == 0) return all;
        auto routes = Unsigned128{nanoseconds(now - start_)} * rate_ / second + 1;
        routes = (routes + burst_ - 1) / burst_ * burst_;
        return routes > all ? all : static_cast<std::uint64_t>(routes);
    }

    /// When route number `count` (from 0) is due: having sent `count`, wait until then. The first moment at which
    /// due() is over `count`; the end of time where that is past it.
    [[nodiscard]] constexpr Clock::time_point next_due(std::uint64_t count) const noexcept
    {
        if (rate_ == 0) return start_;
        const auto after = (Unsigned128{count - count % burst_} * second + rate_ - 1) / rate_;
        const auto most = nanoseconds(Clock::time_point::max() - start_);
        if (after > most) return Clock::time_point::max();
        return start_ + std::chrono::nanoseconds{static_cast<std::int64_t>(after)};
    }

    /// Routes that may be waited for and go together with the next one: a write for each would cost more than the route. A millisecond's.
    [[nodiscard]] constexpr std::uint64_t together() const noexcept { return burst_ > 1 ? 0 : rate_ / 1000; }

    /// How far behind its schedule a sender is that has sent `count` routes; 0 when it is not.
    [[nodiscard]] constexpr std::chrono::nanoseconds lateness(Clock::time_point now, std::uint64_t count) const noexcept
    {
        const auto when = next_due(count);
        return now > when ? std::chrono::nanoseconds{now - when} : std::chrono::nanoseconds{0};
    }

private:
    __extension__ using Unsigned128 = unsigned __int128;
    static constexpr std::uint64_t second = 1'000'000'000;

    static constexpr std::uint64_t nanoseconds(Clock::duration duration) noexcept
    {
        return static_cast<std::uint64_t>(std::chrono::nanoseconds{duration}.count());
    }

    Clock::time_point start_;
    std::uint64_t rate_;
    std::uint64_t burst_;
};

}   // namespace barrage
