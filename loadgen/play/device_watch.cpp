#include "loadgen/play/device_watch.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <fstream>
#include <sstream>
#include <string>

namespace barrage {

std::optional<DeviceWatch::Look> DeviceWatch::look(TimePoint now)
{
    if (pid_ == 0) return std::nullopt;
    std::string text;
    if (std::ifstream file{fmt::format("/proc/{}/stat", pid_)}; !file || !std::getline(file, text)) return std::nullopt;
    // The name stands in parentheses and may hold blanks; behind it come state (3), …, utime (14), stime (15), …, rss (24):
    // proc(5).
    const auto name_end = text.rfind(')');
    if (name_end == std::string::npos) return std::nullopt;
    std::istringstream fields{text.substr(name_end + 1)};
    std::string word;
    std::uint64_t ticks = 0, pages = 0;
    for (int field = 3; field <= 24 && fields >> word; ++field) {
        if (field == 14 || field == 15) ticks += std::strtoull(word.c_str(), nullptr, 10);
        if (field == 24) pages = std::strtoull(word.c_str(), nullptr, 10);
    }
    const auto cpu = std::chrono::nanoseconds{
        static_cast<std::int64_t>(ticks * (1'000'000'000ull / static_cast<unsigned long>(sysconf(_SC_CLK_TCK))))};
    if (!seen_) {
        seen_ = true;
        first_cpu_ = last_cpu_ = cpu;
        last_look_ = now;
    }
    newest_cpu_ = cpu;
    // Ticks are of 10 ms: over less than a few of them a share says nothing.
    constexpr auto least = std::chrono::milliseconds{100};
    if (now - last_look_ >= least) {
        last_cores_ =
            std::chrono::duration<double>(cpu - last_cpu_).count() / std::chrono::duration<double>(now - last_look_).count();
        last_cpu_ = cpu;
        last_look_ = now;
    }
    return Look{last_cores_, pages * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE))};
}

}   // namespace barrage
