#include "loadgen/report/hgrm.hpp"

#include <fmt/format.h>

#include <cmath>

namespace barrage {

namespace {

constexpr unsigned steps_per_half = 5;   // HdrHistogram's own choice
constexpr double nanoseconds_per_millisecond = 1e6;

/// From the middle of each bucket, as HdrHistogram does it.
double standard_deviation(const Histogram& histogram)
{
    if (histogram.empty()) return 0;
    double sum = 0;
    const auto mean = histogram.mean_nanoseconds();
    histogram.for_each_bucket([&](const Histogram::Bucket& bucket) {
        const auto off = (static_cast<double>(bucket.first) + static_cast<double>(bucket.last)) / 2 - mean;
        sum += off * off * static_cast<double>(bucket.count);
    });
    return std::sqrt(sum / static_cast<double>(histogram.count()));
}

}   // namespace

std::string to_hgrm(const Histogram& histogram)
{
    const auto milliseconds = [](auto time) { return static_cast<double>(time.count()) / nanoseconds_per_millisecond; };
    auto text = fmt::format("{:>12} {:>14} {:>10} {:>14}\n\n", "Value", "Percentile", "TotalCount", "1/(1-Percentile)");
    histogram.for_each_step(steps_per_half, [&](const Histogram::Step& step) {
        text += fmt::format("{:12.3f} {:.12f} {:10}", milliseconds(step.value), step.fraction, step.count);
        text += step.fraction < 1 ? fmt::format(" {:14.2f}\n", 1 / (1 - step.fraction)) : "\n";
    });
    text += fmt::format("#[Mean    = {:12.3f}, StdDeviation   = {:12.3f}]\n",
                        histogram.mean_nanoseconds() / nanoseconds_per_millisecond,
                        standard_deviation(histogram) / nanoseconds_per_millisecond);
    text += fmt::format("#[Max     = {:12.3f}, Total count    = {:12}]\n", milliseconds(histogram.max()), histogram.count());
    // In its words: each bucket is a doubling, of which all but the first use the upper half of their sub-buckets.
    text += fmt::format("#[Buckets = {:12}, SubBuckets     = {:12}]\n",
                        Histogram::bucket_count / Histogram::buckets_per_doubling - 1, 2 * Histogram::buckets_per_doubling);
    return text;
}

}   // namespace barrage
