#pragma once
// What this process may have: open files, and memory and CPU as its control groups allow. What is too little is raised
// where that is ours to do; else one line says what to type. Read at start-up; any thread.

#include <cstdint>
#include <expected>
#include <filesystem>
#include <optional>
#include <string>

namespace barrage {

/// Lets this process open `needed` files. Returns what it may open now, at least that many.
std::expected<std::uint64_t, std::string> raise_open_files(std::uint64_t needed);
/// For who cannot know how many will come: as many as may be had, up to a number that no machine of today needs more of. Returns
/// what it may open now.
std::uint64_t raise_open_files_as_far_as_may_be() noexcept;

/// The tightest bound on the way from our control group up to the root; nothing where none is set. cgroup v2, and v1's
/// memory and cpu controllers.
struct ControlGroupLimits {
    std::optional<std::uint64_t> memory_octets;
    std::optional<double> cores;   // CPU quota over its period: 1.5 is one core and a half
};
/// `root` is for tests: a folder that stands for /.
ControlGroupLimits control_group_limits(const std::filesystem::path& root = "/");

struct MemoryLimits {
    std::uint64_t total_octets = 0;       // of the machine; 0 where it cannot be told
    std::uint64_t available_octets = 0;   // what can be had without swapping, MemAvailable
    std::optional<std::uint64_t> control_group_octets;

    /// What a run should plan with: the least of the above.
    [[nodiscard]] std::uint64_t usable_octets() const noexcept;
};
MemoryLimits memory_limits(const std::filesystem::path& root = "/");

}   // namespace barrage
