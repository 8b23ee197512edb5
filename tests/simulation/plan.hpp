#pragma once
// One simulated run, made from a seed: peers, routes, phases, how the network is, what goes wrong. As few of each as will do, since most faults of
// programs need little; which kinds there are is itself by chance (swarm testing), so that seldom ones meet each other. A value.

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "tests/simulation/engine.hpp"
#include "tests/simulation/network.hpp"

namespace barrage::simulation {

struct Plan {
    struct Group {
        std::string name;
        std::uint32_t count = 1;
        std::string role;   // as scenarios say it
        std::uint32_t as = 65001;
        std::uint32_t routes = 0;
        std::string as_path;            // of a range
        bool synthetic_table = false;   // full-table in place of a range
        bool ipv6 = false;              // a second range
        bool divided = false;
        std::uint32_t hold_time = 90;
        bool graceful_restart = false;
        bool enhanced_refresh = false;

        [[nodiscard]] bool sends() const noexcept { return role != "receive"; }
    };

    /// Phases that belong together, a line of YAML each.
    using Step = std::vector<std::string>;

    std::uint64_t seed = 0;
    Scheduling tester;
    Scheduling device;
    Conditions network;
    std::vector<LinkFault> link_faults;
    std::vector<std::string> device_faults;   // as `loadgen device --fault` takes them
    Duration late_timers{};
    bool wall_clock_jumps = false;
    std::vector<Group> groups;
    std::vector<Step> steps;   // between the first announcement and the end

    [[nodiscard]] bool is_honest() const noexcept { return link_faults.empty() && device_faults.empty(); }
    /// Some phase ends sessions on purpose.
    [[nodiscard]] bool ends_sessions() const noexcept;
    /// … by saying nothing or reading nothing any more, until a hold timer runs out.
    [[nodiscard]] bool has_silence() const noexcept;
    /// The scenario, as `loadgen run` reads it.
    [[nodiscard]] std::string scenario() const;
    /// All of it for a person.
    [[nodiscard]] std::string text() const;
    /// Plans with one thing less each, the largest things first.
    [[nodiscard]] std::vector<Plan> smaller() const;
};

/// Where the device listens, and who it is.
inline const Endpoint device_endpoint{Ipv4Address{0x0a0000fe}, 179};   // 10.0.0.254
inline constexpr std::uint32_t device_as = 65000;

/// What happens with this seed. `honest`: nothing goes wrong.
Plan make_plan(std::uint64_t seed, bool honest);

/// Faults of the device that are to be noticed in every run in which it is asked for anything, with an honest network.
bool is_always_noticed(const std::string& device_fault);

}   // namespace barrage::simulation
