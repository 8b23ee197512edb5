#pragma once
// What a run cost this process, and what else the machine was doing meanwhile: so that a report can tell whether the tester
// was the limit. Snapshots; take one at either end and subtract. Any thread; a few system calls each.

#include <sys/resource.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace barrage {

struct ProcessUsage {
    std::chrono::nanoseconds user{};   // CPU time of all threads, since the start
    std::chrono::nanoseconds system{};
    std::uint64_t resident_octets = 0;   // now
    std::uint64_t peak_resident_octets = 0;
    std::uint64_t swapped_octets = 0;         // of ours, now: over 0 a run measures the disk
    std::uint64_t voluntary_switches = 0;     // a thread waited
    std::uint64_t involuntary_switches = 0;   // a thread was made to wait: more runnable threads than cores
    std::uint64_t major_faults = 0;           // pages that came from a disk

    [[nodiscard]] std::chrono::nanoseconds cpu() const noexcept { return user + system; }
};
ProcessUsage process_usage();
/// Of a child that was reaped with `used`: all but what only a living process has.
ProcessUsage process_usage(const rusage& used) noexcept;

/// CPU time of the whole machine, all cores together, since it started.
struct MachineUsage {
    std::chrono::nanoseconds busy{};
    std::chrono::nanoseconds idle{};     // waiting for a disk included
    std::chrono::nanoseconds stolen{};   // by the host of a virtual machine

    [[nodiscard]] std::chrono::nanoseconds all() const noexcept { return busy + idle + stolen; }
};
/// Nothing where /proc/stat cannot be read.
std::optional<MachineUsage> machine_usage();
/// The first line of /proc/stat; for machine_usage() and its test.
std::optional<MachineUsage> parse_machine_usage(std::string_view proc_stat, long ticks_per_second);

/// How much of the machine others used between two snapshots: 0 … 1 of all its cores, ours subtracted, stolen time included.
double other_cpu_load(const MachineUsage& machine_before, const MachineUsage& machine_after, const ProcessUsage& before,
                      const ProcessUsage& after) noexcept;

/// Of the machine, in octets; both 0 where there is no swap.
struct SwapUsage {
    std::uint64_t total_octets = 0;
    std::uint64_t used_octets = 0;
};
SwapUsage swap_usage();

}   // namespace barrage
