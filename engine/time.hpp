#pragma once
// The engine's clocks. Sessions never read them: whoever drives them hands in the time, so that tests can. What reads them by itself goes by what
// a simulation puts in their place.

#include <chrono>

namespace barrage {

/// `Real`, or what a simulation says. Time points are those of `Real`.
template <class Real>
struct ReplaceableClock : Real {
    using Source = typename Real::time_point (*)() noexcept;
    /// Null: the real one. Set before there are threads.
    static inline constinit Source source = nullptr;

    static typename Real::time_point now() noexcept { return source ? source() : Real::now(); }
};

using Clock = ReplaceableClock<std::chrono::steady_clock>;
/// May be set back and forth while a run goes on.
using WallClock = ReplaceableClock<std::chrono::system_clock>;
using TimePoint = Clock::time_point;
using Duration = Clock::duration;

inline constexpr TimePoint never = TimePoint::max();

}   // namespace barrage
