#pragma once
// The engine's clock. Sessions never read it: whoever drives them hands in the time, so that tests can.

#include <chrono>

namespace barrage {

using Clock = std::chrono::steady_clock;
using TimePoint = Clock::time_point;
using Duration = Clock::duration;

inline constexpr TimePoint never = TimePoint::max();

}   // namespace barrage
