#pragma once
// What `--metrics` serves of a run at a moment: a snapshot that the observer makes and the HTTP service prints. Values; any
// thread.

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/counters.hpp"
#include "engine/histogram.hpp"
#include "rib/left_out.hpp"

namespace barrage {

/// A histogram for Prometheus: how many times were not above each of a few fixed bounds.
struct MetricTimes {
    static constexpr std::array<double, 20> bounds_seconds{0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1,
                                                           0.25,   0.5,     1,      2.5,   5,      10,    25,   50,    100,  250};
    std::array<std::uint64_t, bounds_seconds.size()> counts{};   // cumulative
    std::uint64_t count = 0;
    double sum_seconds = 0;

    /// A bucket of the histogram counts as not above a bound where its end is not.
    void add(const Histogram& histogram) noexcept;
    void add(const MetricTimes& other) noexcept;
};

struct RunMetrics {
    struct Group {
        std::string name;
        std::array<std::uint64_t, 6> by_state{};   // sessions: Idle … Established
        PeerNumbers numbers;                       // of its peers, summed
    };
    std::string command;   // run, inject, sink
    std::string mode;      // of the engine
    std::uint32_t shards = 0;
    std::string phase;
    std::uint32_t phase_number = 0;   // from 1
    std::uint32_t phases = 0;         // in all; 0: it has no list of them
    double seconds = 0;               // since the run began
    std::vector<Group> groups;
    std::uint64_t sessions_lost = 0;
    std::array<std::uint64_t, left_out_words.size()> left_out{};   // routes, by LeftOutReason
    MetricTimes convergence, scheduled, withdrawal, failover, establish;
    double cpu_seconds = 0;   // of this process
    std::uint64_t resident_octets = 0;
};

std::string to_prometheus(const RunMetrics& metrics);

}   // namespace barrage
