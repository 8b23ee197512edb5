#include "tests/support/doctest.hpp"

#include <cmath>
#include <memory>
#include <vector>

#include "engine/histogram.hpp"

using namespace barrage;
using namespace std::chrono_literals;

TEST_CASE("an empty histogram is all zeros")
{
    const auto histogram = std::make_unique<Histogram>();
    CHECK(histogram->empty());
    CHECK(histogram->min() == 0ns);
    CHECK(histogram->max() == 0ns);
    CHECK(histogram->mean_nanoseconds() == 0.0);
    CHECK(histogram->percentile(50) == 0ns);
    histogram->for_each_bucket([](auto) { FAIL("a bucket"); });
    histogram->for_each_step(5, [](auto) { FAIL("a step"); });
}

TEST_CASE("any time up to hours falls in a bucket that holds it and is at most 1 % wide")
{
    for (std::uint64_t value = 0; value <= Histogram::max_value; value += 1 + value / 7) {
        for (const auto near : {value, value + 1, (std::uint64_t{1} << std::bit_width(value)) - 1}) {
            if (near > Histogram::max_value) continue;
            Histogram histogram;
            histogram.record(std::chrono::nanoseconds{static_cast<std::int64_t>(near)});
            histogram.for_each_bucket([&](Histogram::Bucket bucket) {
                REQUIRE(bucket.first <= near);
                REQUIRE(near <= bucket.last);
                REQUIRE(bucket.count == 1);
                REQUIRE(bucket.last - bucket.first <= near / 100);
            });
            REQUIRE(histogram.min().count() == static_cast<std::int64_t>(near));
            REQUIRE(histogram.percentile(100).count() == static_cast<std::int64_t>(near));
        }
    }
}

TEST_CASE("percentiles of known values")
{
    Histogram histogram;
    for (int i = 1; i <= 100; ++i) histogram.record(std::chrono::nanoseconds{i});   // exact below 256 ns
    CHECK(histogram.count() == 100);
    CHECK(histogram.mean_nanoseconds() == doctest::Approx(50.5));
    CHECK(histogram.percentile(0) == 1ns);
    CHECK(histogram.percentile(1) == 1ns);
    CHECK(histogram.percentile(50) == 50ns);
    CHECK(histogram.percentile(99) == 99ns);
    CHECK(histogram.percentile(99.1) == 100ns);
    CHECK(histogram.percentile(100) == 100ns);
    CHECK(histogram.percentile(-1) == 1ns);
    CHECK(histogram.percentile(200) == 100ns);

    Histogram wide;
    for (int i = 1; i <= 1000; ++i) wide.record(std::chrono::microseconds{i});
    CHECK(static_cast<double>(wide.percentile(99.9).count()) == doctest::Approx(999'000).epsilon(0.01));
    CHECK(wide.percentile(99.9) >= 999us);
    CHECK(wide.max() == 1000us);
}

TEST_CASE("times before their start count as zero, times of days as the longest")
{
    Histogram histogram;
    histogram.record(-5ns);
    CHECK(histogram.max() == 0ns);
    histogram.record(48h);
    CHECK(histogram.max().count() == static_cast<std::int64_t>(Histogram::max_value));
    CHECK(histogram.max() > 19h);
    CHECK(histogram.count() == 2);
    histogram.record(1h, 0);
    CHECK(histogram.count() == 2);
}

TEST_CASE("histograms merge by adding, as if one had seen all")
{
    Histogram one;
    Histogram other;
    Histogram both;
    for (int i = 0; i < 10'000; ++i) {
        const std::chrono::nanoseconds time{static_cast<std::int64_t>(i) * i * i};
        (i % 3 == 0 ? one : other).record(time);
        both.record(time);
    }
    one.add(other);
    CHECK(one == both);
    one.add(Histogram{});
    CHECK(one == both);
    one.clear();
    CHECK(one == Histogram{});
}

TEST_CASE("the mean of very many long times does not overflow")
{
    Histogram histogram;
    histogram.record(10h, 1'000'000'000);
    CHECK(histogram.mean_nanoseconds() == doctest::Approx(36e12));
}

TEST_CASE("steps rise to all values, finer toward the end")
{
    Histogram histogram;
    for (int i = 1; i <= 100'000; ++i) histogram.record(std::chrono::nanoseconds{i * 10});
    std::vector<Histogram::Step> steps;
    histogram.for_each_step(5, [&](Histogram::Step step) { steps.push_back(step); });
    REQUIRE(steps.size() > 20);
    CHECK(steps.size() < 200);
    CHECK(steps.front().fraction == 0.0);
    CHECK(steps[1].fraction == doctest::Approx(0.1));
    CHECK(steps[5].fraction == doctest::Approx(0.5));
    CHECK(steps[6].fraction == doctest::Approx(0.55));
    CHECK(steps.back().fraction == 1.0);
    CHECK(steps.back().count == 100'000);
    CHECK(steps.back().value == 1ms);
    for (std::size_t i = 1; i < steps.size(); ++i) {
        CHECK(steps[i].fraction > steps[i - 1].fraction);
        CHECK(steps[i].value >= steps[i - 1].value);
        CHECK(static_cast<double>(steps[i].count) >= steps[i].fraction * 100'000 - 1);
    }
}
