#include "loadgen/routes/replay_gaps.hpp"

#include <fmt/format.h>

#include "loadgen/words/numbers.hpp"

namespace barrage {

std::string gaps_text(std::chrono::nanoseconds longest, std::uint64_t capped, std::uint64_t went_back, double speed,
                      std::optional<std::chrono::nanoseconds> most)
{
    constexpr double long_seconds = 600;   // that somebody who waits would like to know of
    std::string text;
    if (capped != 0)
        text = fmt::format("{} gap{} of its times, up to {}, cut to {}", capped, capped == 1 ? "" : "s", duration_text(longest),
                           duration_text(*most));
    else if (!most && speed > 0 && seconds(longest) / speed >= long_seconds)
        text = fmt::format(
            "a gap of {} in its times is waited for, at this speed {}; --replay-max-gap cuts gaps", duration_text(longest),
            duration_text(std::chrono::nanoseconds{static_cast<std::int64_t>(std::min(9e18, longest.count() / speed))}));
    if (went_back != 0)
        text += fmt::format("{}its times go back {} time{}: what follows goes at once", text.empty() ? "" : "; ", went_back,
                            went_back == 1 ? "" : "s");
    return text;
}

}   // namespace barrage
