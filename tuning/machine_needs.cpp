#include "tuning/machine_needs.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <fstream>
#include <optional>
#include <sstream>

#include "tuning/cpu_affinity.hpp"
#include "tuning/limits.hpp"

namespace barrage {

namespace {

namespace fs = std::filesystem;
using State = MachineNeed::State;

/// Which of the numbers of a setting counts, and in which direction.
enum class Rule : std::uint8_t {
    at_least,       // the last one: the most octets of tcp_rmem, say
    at_most,        // … likewise
    range_covers,   // two ports: as many between them
};

struct KernelSetting {
    const char* name;
    const char* value;
    Rule rule;
    const char* reason;
    bool grows_with_peers = false;
};

// clang-format off
const KernelSetting kernel_settings[] = {
    {"net.core.rmem_max", "67108864", Rule::at_least,
     "The most a socket may ask for with SO_RCVBUF: a full table in flight on a 10 ms path is some 10 MB."},
    {"net.core.wmem_max", "67108864", Rule::at_least, "The most a socket may ask for with SO_SNDBUF: of one that sends as much."},
    {"net.ipv4.tcp_rmem", "4096 262144 67108864", Rule::at_least,
     "Least, first and most octets of a TCP buffer, which the kernel sizes by itself: a window of packed UPDATEs should fit."},
    {"net.ipv4.tcp_wmem", "4096 262144 67108864", Rule::at_least, "Likewise of what is sent."},
    {"net.ipv4.tcp_notsent_lowat", "262144", Rule::at_most,
     "Octets not yet sent that a socket takes: above this poll() says wait. Small, so that what is on the wire is told apart from what "
     "lies in the kernel, and a KEEPALIVE does not stand behind megabytes."},
    {"net.ipv4.tcp_slow_start_after_idle", "0", Rule::at_most,
     "A session that was quiet between two phases starts at full speed again, not with a small window."},
    {"net.core.somaxconn", "4096", Rule::at_least, "Connections that wait to be accepted: all peers of a run come in the same second.", true},
    {"net.ipv4.tcp_max_syn_backlog", "8192", Rule::at_least, "Connections whose handshake is not over: as many at once.", true},
    {"net.ipv4.ip_local_port_range", "10240 65000", Rule::range_covers, "Ports of our side: many sessions from one address to one router.",
     true},
    {"net.core.netdev_max_backlog", "16384", Rule::at_least, "Packets that wait for the kernel when a burst comes in over loopback or veth."},
    {"net.ipv4.neigh.default.gc_thresh1", "4096", Rule::at_least,
     "Neighbours on one link: a peer for each of thousands of addresses (the default of 1024 drops them, \"table overflow\").", true},
    {"net.ipv4.neigh.default.gc_thresh2", "16384", Rule::at_least, "Neighbours above which they are forgotten after 5 s.", true},
    {"net.ipv4.neigh.default.gc_thresh3", "32768", Rule::at_least, "Neighbours above which no other one is taken.", true},
    {"fs.file-max", "2097152", Rule::at_least, "Open files of the whole machine; those of one process are ulimit's."},
    {"vm.max_map_count", "262144", Rule::at_least,
     "Regions of memory of one process: the arenas of jemalloc and the threads of a big run are many."},
    {"vm.swappiness", "1", Rule::at_most, "Swap as the last resort only: a tester that swaps measures its disk."},
};
// clang-format on

std::optional<std::string> first_line(const fs::path& file)
{
    std::ifstream in{file};
    std::string line;
    if (!std::getline(in, line)) return std::nullopt;
    for (auto& octet : line)
        if (octet == '\t') octet = ' ';
    return line;
}

std::vector<std::uint64_t> numbers(const std::string& text)
{
    std::vector<std::uint64_t> all;
    std::istringstream words{text};
    for (std::uint64_t number = 0; words >> number;) all.push_back(number);
    return all;
}

fs::path file_of(const fs::path& root, std::string name)
{
    std::ranges::replace(name, '.', '/');
    return root / "proc/sys" / name;
}

bool is_enough(Rule rule, const std::vector<std::uint64_t>& has, const std::vector<std::uint64_t>& wanted, std::uint64_t peers)
{
    if (has.empty()) return false;
    switch (rule) {
    case Rule::at_least: return has.back() >= wanted.back();
    case Rule::at_most: return has.back() <= wanted.back();
    case Rule::range_covers: return has.size() == 2 && has[1] >= has[0] && has[1] - has[0] + 1 >= peers;
    }
    return false;
}

MachineNeed need_of(const KernelSetting& setting, const RunSize& size, const fs::path& root)
{
    std::string wanted = setting.value;
    if (setting.grows_with_peers && setting.rule == Rule::at_least && numbers(wanted).back() < size.peers)
        wanted = std::to_string(size.peers);
    MachineNeed need{.name = setting.name, .has = {}, .needs = wanted, .reason = setting.reason, .command = {}};
    const auto line = first_line(file_of(root, setting.name));
    if (!line) {
        need.state = State::absent;
        return need;
    }
    need.has = *line;
    if (setting.rule == Rule::range_covers) need.needs = std::to_string(size.peers) + " ports";
    if (is_enough(setting.rule, numbers(*line), numbers(wanted), size.peers)) return need;
    need.state = State::lacking;
    const auto quote = wanted.contains(' ') ? "'" : "";
    need.command = std::string{"sudo sysctl -w "} + quote + setting.name + "=" + wanted + quote;
    return need;
}

MachineNeed open_files(const RunSize& size, const ProcessLimits& process)
{
    // A socket a session, here and in an embedded sink, which is a process of its own; what every process has open beside.
    constexpr std::uint64_t beside = 64;
    const auto wanted = size.peers + beside;
    MachineNeed need{.name = "open files",
                     .has = std::to_string(process.open_files) + ", at most " + std::to_string(process.most_open_files),
                     .needs = std::to_string(wanted),
                     .reason = "A socket for each session. Up to the hard limit they are raised by themselves.",
                     .command = {}};
    if (process.most_open_files >= wanted) return need;
    need.state = State::lacking;
    need.command = "sudo prlimit --pid $$ --nofile=" + std::to_string(wanted) + ":" + std::to_string(wanted);
    return need;
}

MachineNeed memory(const RunSize& size, const fs::path& root)
{
    const auto usable = memory_limits(root).usable_octets();
    constexpr std::uint64_t mebibyte = std::uint64_t{1} << 20;
    MachineNeed need{.name = "memory",
                     .has = std::to_string(usable / mebibyte) + " MiB",
                     .needs = std::to_string(size.memory_octets / mebibyte) + " MiB",
                     .reason = "Tables are shared by all sessions; a receiver that checks keeps 8 octets a route and session.",
                     .command = {}};
    if (usable == 0)
        need.state = State::absent;
    else if (usable < size.memory_octets)
        need.state = State::lacking;
    return need;
}

MachineNeed cores(const ProcessLimits& process, const fs::path& root)
{
    const auto quota = control_group_limits(root).cores;
    MachineNeed need{.name = "cores",
                     .has =
                         std::to_string(process.cores) + (quota ? ", control group: " + std::to_string(*quota) : std::string{}),
                     .needs = "2",
                     .reason = "One for the sessions, one for packing; with an embedded sink, as many again.",
                     .command = {}};
    if (process.cores < 2 || (quota && *quota < 2)) need.state = State::lacking;
    return need;
}

/// The chosen one of "always [madvise] never".
std::string chosen(const std::string& line)
{
    const auto from = line.find('[');
    const auto to = line.find(']', from);
    return from == std::string::npos || to == std::string::npos ? line : line.substr(from + 1, to - from - 1);
}

MachineNeed huge_pages(const fs::path& root)
{
    const char* const path = "sys/kernel/mm/transparent_hugepage/enabled";
    MachineNeed need{
        .name = "transparent huge pages",
        .has = {},
        .needs = "always or madvise",
        .reason = "With MALLOC_CONF=thp:always a checking receiver takes ranges at 1.4 times the rate; full tables gain nothing.",
        .command = {}};
    const auto line = first_line(root / path);
    need.state = !line ? State::absent : chosen(*line) == "never" ? State::lacking : State::enough;
    if (line) need.has = chosen(*line);
    if (need.state == State::lacking) need.command = std::string{"echo madvise | sudo tee /"} + path;
    return need;
}

MachineNeed governor(const fs::path& root)
{
    MachineNeed need{.name = "frequency governor",
                     .has = {},
                     .needs = "performance",
                     .reason = "A core that has to wake up to its speed shows in every percentile.",
                     .command = {},
                     .state = State::absent};
    std::error_code unreadable;
    for (const auto& core : fs::directory_iterator{root / "sys/devices/system/cpu", unreadable}) {
        const auto line = first_line(core.path() / "cpufreq/scaling_governor");
        if (!line) continue;
        if (need.state == State::absent) need.state = State::enough;
        if (need.has.empty() || *line != "performance") need.has = *line;
        if (*line != "performance") need.state = State::lacking;
    }
    if (need.state == State::lacking)
        need.command = "echo performance | sudo tee /sys/devices/system/cpu/cpu*/cpufreq/scaling_governor";
    return need;
}

}   // namespace

ProcessLimits process_limits()
{
    ProcessLimits limits{.cores = usable_cores().size()};
    rlimit files{};
    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        limits.open_files = files.rlim_cur;
        limits.most_open_files = files.rlim_max;
    }
    return limits;
}

std::vector<MachineNeed> machine_needs(const RunSize& size, const ProcessLimits& process, const fs::path& root)
{
    std::vector<MachineNeed> needs{cores(process, root), memory(size, root), open_files(size, process), huge_pages(root),
                                   governor(root)};
    for (const auto& setting : kernel_settings) needs.push_back(need_of(setting, size, root));
    return needs;
}

std::string sysctl_profile()
{
    std::string text = "# For runs of hundreds of sessions and millions of routes: sudo sysctl -p big-run.conf (until the next "
                       "start of the machine).\n"
                       "# As `loadgen tune --sysctl` prints it.\n";
    for (const auto& setting : kernel_settings)
        text += std::string{"\n# "} + setting.reason + "\n" + setting.name + " = " + setting.value + "\n";
    return text;
}

}   // namespace barrage
