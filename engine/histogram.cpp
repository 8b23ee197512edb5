#include "engine/histogram.hpp"

#include <cmath>

namespace barrage {

void Histogram::add(const Histogram& other) noexcept
{
    static_assert(bucket_of(max_value) == bucket_count - 1 && last_of(bucket_count - 1) == max_value);
    for (std::size_t i = 0; i < bucket_count; ++i) counts_[i] += other.counts_[i];
    count_ += other.count_;
    sum_ += other.sum_;
    min_ = std::min(min_, other.min_);
    max_ = std::max(max_, other.max_);
}

double Histogram::mean_nanoseconds() const noexcept
{
    return count_ == 0 ? 0.0 : static_cast<double>(sum_) / static_cast<double>(count_);
}

std::chrono::nanoseconds Histogram::percentile(double percent) const noexcept
{
    if (count_ == 0) return {};
    const auto exact = std::clamp(percent, 0.0, 100.0) / 100.0 * static_cast<double>(count_);
    // 99.9 % of 1000 is 999, though the product may come out a little above it.
    const auto wanted = std::clamp<std::uint64_t>(static_cast<std::uint64_t>(std::ceil(exact * (1 - 1e-12))), 1, count_);
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < bucket_count; ++i) {
        seen += counts_[i];
        if (seen >= wanted) return time(std::min(last_of(i), max_));
    }
    return max();
}

/// Steps become half as long with each halving of what is left to 100 %.
double Histogram::next_step(double percent, unsigned steps_per_half) noexcept
{
    const auto halvings = std::floor(std::log2(100.0 / (100.0 - percent)) + 1e-9);
    return percent + 100.0 / (std::exp2(halvings + 1) * steps_per_half);
}

}   // namespace barrage
