// What one measured latency costs its thread, and what merging the histograms of shards costs.

#include <benchmark/benchmark.h>

#include <vector>

#include "engine/histogram.hpp"
#include "rib/random.hpp"

namespace {

using namespace barrage;

void histogram_record(benchmark::State& state)
{
    Random random{1};
    std::vector<std::chrono::nanoseconds> times(4096);
    for (auto& time : times) time = std::chrono::nanoseconds{static_cast<std::int64_t>(random.bits() >> (20 + random.below(40)))};
    Histogram histogram;
    std::uint64_t routes = 0;
    for (auto _ : state) {
        for (const auto time : times) histogram.record(time);
        benchmark::DoNotOptimize(histogram);
        routes += times.size();
    }
    state.counters["routes/s"] = benchmark::Counter(static_cast<double>(routes), benchmark::Counter::kIsRate);
}
BENCHMARK(histogram_record);

void histogram_add(benchmark::State& state)
{
    Histogram total;
    Histogram part;
    part.record(std::chrono::milliseconds{1});
    for (auto _ : state) {
        total.add(part);
        benchmark::DoNotOptimize(total);
    }
}
BENCHMARK(histogram_add);

void histogram_percentile(benchmark::State& state)
{
    Histogram histogram;
    Random random{1};
    for (int i = 0; i < 100'000; ++i)
        histogram.record(std::chrono::nanoseconds{static_cast<std::int64_t>(random.below(1'000'000'000))});
    for (auto _ : state) benchmark::DoNotOptimize(histogram.percentile(99.9));
}
BENCHMARK(histogram_percentile);

}   // namespace
