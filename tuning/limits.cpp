#include "tuning/limits.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <sstream>
#include <string_view>

namespace barrage {

namespace {

std::optional<std::uint64_t> number(std::string_view text) noexcept
{
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{}) return std::nullopt;   // "max" and -1, too: no bound
    return value;
}

std::optional<std::string> first_line(const std::filesystem::path& file)
{
    std::ifstream in{file};
    std::string line;
    if (!std::getline(in, line)) return std::nullopt;
    return line;
}

template <class T>
void tighten(std::optional<T>& bound, std::optional<T> other)
{
    if (other && (!bound || *other < *bound)) bound = other;
}

std::optional<double> quota(std::optional<std::uint64_t> quota, std::optional<std::uint64_t> period)
{
    if (!quota || !period || *quota == 0 || *period == 0) return std::nullopt;
    return static_cast<double>(*quota) / static_cast<double>(*period);
}

/// "200000 100000" or "max 100000".
std::optional<double> cpu_max(const std::filesystem::path& file)
{
    const auto line = first_line(file);
    if (!line) return std::nullopt;
    const auto blank = line->find(' ');
    if (blank == std::string::npos) return std::nullopt;
    return quota(number(std::string_view{*line}.substr(0, blank)), number(std::string_view{*line}.substr(blank + 1)));
}

std::optional<std::uint64_t> file_number(const std::filesystem::path& file)
{
    const auto line = first_line(file);
    return line ? number(*line) : std::nullopt;
}

/// Calls `visit(folder)` for the group and every group above it, up to where the hierarchy is mounted. In a container the
/// path may be the host's: then only the mount itself is there.
template <class Visit>
void upwards(const std::filesystem::path& mount, std::string_view group, Visit visit)
{
    for (std::filesystem::path path{group}; path.has_relative_path(); path = path.parent_path())
        visit(mount / path.relative_path());
    visit(mount);
}

}   // namespace

std::expected<std::uint64_t, std::string> raise_open_files(std::uint64_t needed)
{
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return std::unexpected(std::string{"the limit of open files cannot be read"});
    if (limit.rlim_cur >= needed) return limit.rlim_cur;
    if (limit.rlim_max < needed) {
        const rlimit both{needed, needed};   // root may
        if (setrlimit(RLIMIT_NOFILE, &both) == 0) return needed;
        return std::unexpected("needs " + std::to_string(needed) + " open files but may have " + std::to_string(limit.rlim_max) +
                               "; type: sudo prlimit --pid $$ --nofile=" + std::to_string(needed) + ":" + std::to_string(needed));
    }
    const rlimit raised{needed, limit.rlim_max};
    if (setrlimit(RLIMIT_NOFILE, &raised) != 0)
        return std::unexpected("needs " + std::to_string(needed) + " open files; type: ulimit -n " + std::to_string(needed));
    return needed;
}

std::uint64_t raise_open_files_as_far_as_may_be() noexcept
{
    constexpr rlim_t enough = 262'144;
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
    if (limit.rlim_cur >= enough) return limit.rlim_cur;
    const rlimit beyond{enough, std::max(limit.rlim_max, enough)};   // root may raise what others may not pass
    const rlimit within{std::min(limit.rlim_max, enough), limit.rlim_max};
    if (setrlimit(RLIMIT_NOFILE, &beyond) == 0) return beyond.rlim_cur;
    return setrlimit(RLIMIT_NOFILE, &within) == 0 ? within.rlim_cur : limit.rlim_cur;
}

ControlGroupLimits control_group_limits(const std::filesystem::path& root)
{
    ControlGroupLimits limits;
    const auto mounted = root / "sys/fs/cgroup";
    std::ifstream groups{root / "proc/self/cgroup"};
    for (std::string line; std::getline(groups, line);) {
        // "0::/user.slice" (v2), "4:memory:/docker/…", "2:cpu,cpuacct:/…" (v1)
        const auto first = line.find(':');
        const auto second = first == std::string::npos ? first : line.find(':', first + 1);
        if (second == std::string::npos) continue;
        auto controllers = line.substr(first, second - first + 1);
        controllers.front() = controllers.back() = ',';   // ",memory,"; v2 has none: ",,"
        const auto group = line.substr(second + 1);
        if (controllers == ",,") {
            upwards(mounted, group, [&](const std::filesystem::path& folder) {
                tighten(limits.memory_octets, file_number(folder / "memory.max"));
                tighten(limits.cores, cpu_max(folder / "cpu.max"));
            });
        } else if (controllers.contains(",memory,")) {
            upwards(mounted / "memory", group, [&](const std::filesystem::path& folder) {
                auto octets = file_number(folder / "memory.limit_in_bytes");
                if (octets && *octets >= std::uint64_t{1} << 62) octets.reset();   // v1's way to say: none
                tighten(limits.memory_octets, octets);
            });
        } else if (controllers.contains(",cpu,")) {
            upwards(mounted / "cpu", group, [&](const std::filesystem::path& folder) {
                tighten(limits.cores, quota(file_number(folder / "cpu.cfs_quota_us"), file_number(folder / "cpu.cfs_period_us")));
            });
        }
    }
    return limits;
}

std::uint64_t MemoryLimits::usable_octets() const noexcept
{
    return std::min(available_octets, control_group_octets.value_or(available_octets));
}

MemoryLimits memory_limits(const std::filesystem::path& root)
{
    MemoryLimits limits;
    std::ifstream in{root / "proc/meminfo"};
    for (std::string line; std::getline(in, line);) {
        std::istringstream words{line};
        std::string name;
        std::uint64_t kibibytes = 0;
        if (!(words >> name >> kibibytes)) continue;
        if (name == "MemTotal:") limits.total_octets = kibibytes * 1024;
        if (name == "MemAvailable:") limits.available_octets = kibibytes * 1024;
    }
    limits.control_group_octets = control_group_limits(root).memory_octets;
    return limits;
}

}   // namespace barrage
