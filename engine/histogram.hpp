#pragma once
// How nanoseconds are spread: a log-linear histogram of one fixed layout, so that any two merge by adding. Exact below
// 256 ns, then 128 buckets for each doubling (an error below 0.8 %), up to 19.5 hours; longer ones count as that.
// One writer, plain counters, 40 KiB in place: recording allocates nothing. → HdrHistogram, of the same idea.

#include <algorithm>
#include <array>
#include <bit>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace barrage {

class Histogram {
public:
    static constexpr unsigned value_bits = 46;
    static constexpr std::uint64_t max_value = (std::uint64_t{1} << value_bits) - 1;
    static constexpr std::uint64_t buckets_per_doubling = 128;
    static constexpr std::size_t bucket_count = (value_bits - 7 + 1) * buckets_per_doubling;

    /// Negative times (clocks of two machines) count as 0.
    void record(std::chrono::nanoseconds time, std::uint64_t times = 1) noexcept
    {
        const auto value = std::min(static_cast<std::uint64_t>(std::max<std::int64_t>(time.count(), 0)), max_value);
        counts_[bucket_of(value)] += times;
        count_ += times;
        sum_ += Sum{value} * times;
        if (times == 0) return;
        min_ = std::min(min_, value);
        max_ = std::max(max_, value);
    }
    void add(const Histogram& other) noexcept;
    void clear() noexcept { *this = Histogram{}; }

    [[nodiscard]] std::uint64_t count() const noexcept { return count_; }
    [[nodiscard]] bool empty() const noexcept { return count_ == 0; }
    /// Smallest and largest as recorded, not rounded to a bucket. All of these are 0 where nothing was recorded.
    [[nodiscard]] std::chrono::nanoseconds min() const noexcept { return time(count_ == 0 ? 0 : min_); }
    [[nodiscard]] std::chrono::nanoseconds max() const noexcept { return time(max_); }
    [[nodiscard]] double mean_nanoseconds() const noexcept;
    /// The smallest value that at least `percent` of the recorded ones do not exceed, rounded up to the end of its bucket
    /// (but not over max()). `percent` is held to 0 … 100.
    [[nodiscard]] std::chrono::nanoseconds percentile(double percent) const noexcept;

    struct Bucket {
        std::uint64_t first;   // ns
        std::uint64_t last;    // ns, included
        std::uint64_t count;
    };
    /// Calls `visit(Bucket)` for each that is not empty, in ascending order.
    void for_each_bucket(auto&& visit) const
    {
        for (std::size_t i = 0; i < bucket_count; ++i)
            if (counts_[i] != 0) visit(Bucket{first_of(i), last_of(i), counts_[i]});
    }

    struct Step {
        std::chrono::nanoseconds value;
        double fraction;       // of all that are not above value: 0 … 1
        std::uint64_t count;   // … and how many those are
    };
    /// Calls `visit(Step)` as the lines of a .hgrm file go: `steps_per_half` steps to the median, as many to 75 %, to 87.5 %,
    /// and so on until all are in.
    void for_each_step(unsigned steps_per_half, auto&& visit) const
    {
        double percent = 0;
        std::uint64_t seen = 0;
        for (std::size_t i = 0; i < bucket_count; ++i) {
            if (counts_[i] == 0) continue;
            seen += counts_[i];
            const auto reached = 100.0 * static_cast<double>(seen) / static_cast<double>(count_);
            while (percent <= reached && percent < 100) {
                visit(Step{time(std::min(last_of(i), max_)), percent / 100, seen});
                percent = next_step(percent, steps_per_half);
                if (seen == count_) break;
            }
        }
        if (count_ != 0) visit(Step{time(max_), 1.0, count_});
    }

    friend bool operator==(const Histogram&, const Histogram&) = default;

private:
    // 10 million times hours are over 64 bits.
    __extension__ using Sum = unsigned __int128;

    static constexpr std::size_t bucket_of(std::uint64_t value) noexcept
    {
        const auto shift = value < 2 * buckets_per_doubling ? 0u : static_cast<unsigned>(std::bit_width(value)) - 8u;
        return shift * buckets_per_doubling + (value >> shift);
    }
    static constexpr std::uint64_t first_of(std::size_t bucket) noexcept
    {
        const auto shift = bucket < 2 * buckets_per_doubling ? 0u : bucket / buckets_per_doubling - 1;
        return (bucket - shift * buckets_per_doubling) << shift;
    }
    static constexpr std::uint64_t last_of(std::size_t bucket) noexcept { return first_of(bucket + 1) - 1; }
    static constexpr std::chrono::nanoseconds time(std::uint64_t value) noexcept
    {
        return std::chrono::nanoseconds{static_cast<std::int64_t>(value)};
    }
    static double next_step(double percent, unsigned steps_per_half) noexcept;

    std::array<std::uint64_t, bucket_count> counts_{};
    std::uint64_t count_ = 0;
    std::uint64_t min_ = max_value;
    std::uint64_t max_ = 0;
    Sum sum_ = 0;
};

}   // namespace barrage
