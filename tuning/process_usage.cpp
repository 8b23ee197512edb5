#include "tuning/process_usage.hpp"

#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <string>

namespace barrage {

namespace {

std::chrono::nanoseconds time_of(const timeval& time) noexcept
{
    return std::chrono::seconds{time.tv_sec} + std::chrono::microseconds{time.tv_usec};
}

/// Calls `visit(name, octets)` for the lines "Name:   123 kB" of a file of /proc.
template <class Visit>
void sizes_in(const char* file, Visit visit)
{
    std::ifstream in{file};
    for (std::string line; std::getline(in, line);) {
        std::istringstream words{line};
        std::string name;
        std::string unit;
        std::uint64_t kibibytes = 0;
        if (words >> name >> kibibytes >> unit && unit == "kB") visit(name, kibibytes * 1024);
    }
}

}   // namespace

ProcessUsage process_usage(const rusage& used) noexcept
{
    return {.user = time_of(used.ru_utime),
            .system = time_of(used.ru_stime),
            .peak_resident_octets = static_cast<std::uint64_t>(used.ru_maxrss) * 1024,
            .voluntary_switches = static_cast<std::uint64_t>(used.ru_nvcsw),
            .involuntary_switches = static_cast<std::uint64_t>(used.ru_nivcsw),
            .major_faults = static_cast<std::uint64_t>(used.ru_majflt)};
}

ProcessUsage process_usage()
{
    ProcessUsage usage;
    rusage own{};
    if (getrusage(RUSAGE_SELF, &own) == 0) usage = process_usage(own);
    sizes_in("/proc/self/status", [&](const std::string& name, std::uint64_t octets) {
        if (name == "VmRSS:") usage.resident_octets = octets;
        if (name == "VmSwap:") usage.swapped_octets = octets;
    });
    // The kernel keeps both counts in batches by thread: hold them to what must be.
    usage.peak_resident_octets = std::max(usage.peak_resident_octets, usage.resident_octets);
    return usage;
}

std::optional<MachineUsage> parse_machine_usage(std::string_view proc_stat, long ticks_per_second)
{
    // cpu  user nice system idle iowait irq softirq steal guest guest_nice: guests are within user and nice. proc(5)
    std::istringstream words{std::string{proc_stat.substr(0, proc_stat.find('\n'))}};
    std::string name;
    std::uint64_t user = 0, nice = 0, system = 0, idle = 0, iowait = 0, irq = 0, softirq = 0, steal = 0;
    if (!(words >> name >> user >> nice >> system >> idle) || name != "cpu" || ticks_per_second <= 0) return std::nullopt;
    words >> iowait >> irq >> softirq >> steal;   // old kernels have fewer
    const auto time = [&](std::uint64_t ticks) {
        const std::chrono::nanoseconds tick{1'000'000'000 / ticks_per_second};
        return tick * static_cast<std::int64_t>(ticks);
    };
    return MachineUsage{time(user + nice + system + irq + softirq), time(idle + iowait), time(steal)};
}

std::optional<MachineUsage> machine_usage()
{
    std::ifstream in{"/proc/stat"};
    std::string line;
    if (!std::getline(in, line)) return std::nullopt;
    return parse_machine_usage(line, sysconf(_SC_CLK_TCK));
}

double other_cpu_load(const MachineUsage& machine_before, const MachineUsage& machine_after, const ProcessUsage& before,
                      const ProcessUsage& after) noexcept
{
    const auto all = machine_after.all() - machine_before.all();
    if (all.count() <= 0) return 0.0;
    // Ours is counted in microseconds, the machine's in ticks: over a short time the difference can be below 0.
    const auto others =
        machine_after.busy - machine_before.busy + machine_after.stolen - machine_before.stolen - (after.cpu() - before.cpu());
    return std::clamp(static_cast<double>(others.count()) / static_cast<double>(all.count()), 0.0, 1.0);
}

SwapUsage swap_usage()
{
    std::uint64_t total = 0;
    std::uint64_t free = 0;
    sizes_in("/proc/meminfo", [&](const std::string& name, std::uint64_t octets) {
        if (name == "SwapTotal:") total = octets;
        if (name == "SwapFree:") free = octets;
    });
    return {total, total - std::min(free, total)};
}

}   // namespace barrage
