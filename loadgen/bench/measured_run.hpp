#pragma once
// One run of one contender: a sink in a process of its own, the injector in another, both ended and reaped whatever happens; and
// what the two came to. Main thread.

#include <cstdint>
#include <optional>
#include <string>

#include "loadgen/bench/bench_options.hpp"
#include "loadgen/console/exit_status.hpp"
#include "loadgen/console/signals.hpp"
#include "loadgen/sink/sink_result.hpp"
#include "tuning/process_usage.hpp"

namespace barrage {

struct RunPlan {
    const Contender* contender = nullptr;
    std::uint32_t peers = 1;
    bool checks = false;        // the receiver checks, keeps and digests; else it counts
    std::uint64_t expect = 0;   // routes of each session: those who never end by themselves are done when the receiver has them
};

struct MeasuredRun {
    std::uint64_t announced = 0;         // as the receiver counted, over all sessions
    std::uint64_t least_announced = 0;   // … of the session that had fewest
    std::uint64_t least_distinct = 0;
    std::uint64_t live = 0;
    std::uint64_t malformed = 0;
    std::uint32_t sessions = 0;
    std::optional<std::uint64_t> digest;   // over all sessions; nothing where the receiver only counted
    double seconds = 0;                    // at the receiver, from the first Established to the last route
    double whole_seconds = 0;              // from the start of the injector to its end
    ProcessUsage usage;                    // of the injector
    ProcessUsage sink_usage;
    // Where the injector says so: its CPU from the first Established to the last acknowledgement, and what of the sessions' time it waited.
    std::optional<double> sending_cpu_seconds;
    std::optional<double> blocked_share;
    double other_cpu_share = 0;   // of the machine, taken by neither of the two
    std::string problem;          // why it does not count; empty: it does
    ExitStatus status = ExitStatus::passed;

    [[nodiscard]] bool counts() const noexcept { return problem.empty(); }
    [[nodiscard]] double routes_per_second() const noexcept { return seconds > 0 ? static_cast<double>(announced) / seconds : 0; }
    [[nodiscard]] double cpu_seconds() const noexcept;
    [[nodiscard]] double sink_cpu_seconds() const noexcept;
    [[nodiscard]] std::uint64_t context_switches() const noexcept
    {
        return usage.voluntary_switches + usage.involuntary_switches;
    }
};

/// Returns when the run is over, or at the first signal of `signals`, with status interrupted.
MeasuredRun measure(const RunPlan& plan, const BenchOptions& options, Signals& signals);

}   // namespace barrage
