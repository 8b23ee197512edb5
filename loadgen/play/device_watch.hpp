#pragma once
// CPU and memory of the device under test where it is a process of this machine (`dut: {pid: …}`). A read of /proc a look. One
// thread.

#include <chrono>
#include <cstdint>
#include <optional>

#include "engine/time.hpp"

namespace barrage {

class DeviceWatch {
public:
    explicit DeviceWatch(std::int64_t pid) noexcept : pid_(pid) {}

    struct Look {
        double cores = 0;   // CPU time since the last look over time; 1 is one core
        std::uint64_t resident_octets = 0;
    };
    /// Nothing where there is no such process (any more).
    std::optional<Look> look(TimePoint now);
    /// CPU time from the first look to the newest.
    [[nodiscard]] std::chrono::nanoseconds cpu() const noexcept { return newest_cpu_ - first_cpu_; }
    [[nodiscard]] bool seen() const noexcept { return seen_; }

private:
    std::int64_t pid_;
    bool seen_ = false;
    std::chrono::nanoseconds first_cpu_{};
    std::chrono::nanoseconds newest_cpu_{};
    std::chrono::nanoseconds last_cpu_{};   // that last_cores_ was reckoned at
    TimePoint last_look_{};
    double last_cores_ = 0;
};

}   // namespace barrage
