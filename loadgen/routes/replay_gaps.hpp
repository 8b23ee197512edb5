#pragma once
// The times of a file of updates as they are replayed: in order, and no gap longer than asked for. A collector that was off for a year
// leaves a gap of a year, and a clock that was set back a time before the last one. Stands between a source and load().

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>

#include "rib/left_out.hpp"
#include "rib/route_source.hpp"

namespace barrage {

template <RouteSource S>
class ReplayGaps {
public:
    /// `most`: of one gap, in the time of the file; nothing: as long as it is.
    ReplayGaps(S& source, std::optional<std::chrono::nanoseconds> most) : source_(source), most_(most) {}

    bool next(RouteBatch& batch)
    {
        if (!source_.next(batch)) return false;
        if (batch.time == 0) return true;   // the source knows none
        if (at_ == 0) at_ = latest_ = batch.time;
        const std::chrono::nanoseconds gap{batch.time - latest_};
        if (gap < -disorder) {   // the clock was set back: time goes on from there
            ++went_back_;
            latest_ = batch.time;
        } else if (gap.count() > 0) {
            longest_ = std::max(longest_, gap);
            capped_ += most_ && gap > *most_;
            const auto step = std::min(gap, most_.value_or(gap)).count();
            at_ = at_ > std::numeric_limits<std::int64_t>::max() - step ? at_ : at_ + step;   // a file may say anything
            latest_ = batch.time;
        }
        batch.time = at_;
        return true;
    }
    [[nodiscard]] std::string problem() const { return source_.problem(); }
    [[nodiscard]] bool is_ordered() const { return source_.is_ordered(); }
    [[nodiscard]] const LeftOut& left_out() const { return source_.left_out(); }

    [[nodiscard]] std::chrono::nanoseconds longest() const noexcept { return longest_; }
    [[nodiscard]] std::uint64_t capped() const noexcept { return capped_; }
    [[nodiscard]] std::uint64_t went_back() const noexcept { return went_back_; }

private:
    /// Collectors write what their peers say in nearly the order of its times.
    static constexpr std::chrono::minutes disorder{1};

    S& source_;
    std::optional<std::chrono::nanoseconds> most_;
    std::int64_t latest_ = 0;   // as in the file
    std::int64_t at_ = 0;       // as given out
    std::chrono::nanoseconds longest_{0};
    std::uint64_t capped_ = 0;
    std::uint64_t went_back_ = 0;
};

/// What a person should know of them, one line; empty: nothing.
std::string gaps_text(std::chrono::nanoseconds longest, std::uint64_t capped, std::uint64_t went_back, double speed,
                      std::optional<std::chrono::nanoseconds> most);

}   // namespace barrage
