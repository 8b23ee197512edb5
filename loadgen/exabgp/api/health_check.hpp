#pragma once
// ExaBGP's health check, `exabgp healthcheck`: a service is up, down or disabled, and addresses are announced as that says. What becomes of a check, and
// the commands for the speaker. Pure.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace barrage::exabgp {

enum class HealthState : std::uint8_t { init, disabled, rising, falling, up, down, exit };

/// "RISING".
std::string_view health_word(HealthState state) noexcept;

class HealthCheck {
public:
    /// After so many checks in a row that went well, or wrong, the service is up, or down.
    HealthCheck(unsigned rise, unsigned fall) noexcept : rise_(rise), fall_(fall) {}

    /// The state that a check led to, where that is another step; commands on changes of state are then run.
    std::optional<HealthState> take(bool is_disabled, bool went_well) noexcept;
    [[nodiscard]] HealthState state() const noexcept { return state_; }

private:
    HealthState change_to(HealthState state) noexcept;

    unsigned rise_, fall_;
    unsigned checks_ = 0;
    HealthState state_ = HealthState::init;
};

/// What one state is announced with.
struct HealthMetric {
    std::int64_t med = 0;
    std::string as_path;   // empty: that of all states
};

struct HealthRoutes {
    std::vector<std::string> prefixes;    // "10.0.0.1/32"
    std::vector<std::string> neighbors;   // empty: all of the process
    std::string next_hop = "self";
    HealthMetric up{.med = 100, .as_path = {}}, down{.med = 1000, .as_path = {}}, disabled{.med = 500, .as_path = {}};
    std::int64_t increase = 1;   // of the metric, for each prefix more
    std::int64_t local_preference = -1;
    std::string community, disabled_community, extended_community, large_community, as_path;
    bool withdraw_on_down = false;
    std::optional<std::uint32_t> path_id;
};

/// A line for each prefix, in the words and the order of ExaBGP's module; none in states on the way to another.
std::vector<std::string> health_commands(const HealthRoutes& routes, HealthState state);

}   // namespace barrage::exabgp
