#include "loadgen/exabgp/api/health_check.hpp"

#include <fmt/format.h>

namespace barrage::exabgp {

namespace {

const HealthMetric& metric_of(const HealthRoutes& routes, HealthState state)
{
    switch (state) {
    case HealthState::down: return routes.down;
    case HealthState::disabled: return routes.disabled;
    default: return routes.up;
    }
}

std::string health_words_of(const HealthRoutes& routes, HealthState state, std::int64_t med)
{
    auto words = fmt::format(" med {}", med);
    if (routes.local_preference >= 0) words += fmt::format(" local-preference {}", routes.local_preference);
    const bool is_up = state == HealthState::up;
    const auto& community = is_up || routes.disabled_community.empty() ? routes.community : routes.disabled_community;
    if (!community.empty()) words += fmt::format(" community [ {} ]", community);
    if (!routes.extended_community.empty()) words += fmt::format(" extended-community [ {} ]", routes.extended_community);
    if (!routes.large_community.empty()) words += fmt::format(" large-community [ {} ]", routes.large_community);
    const auto& own = metric_of(routes, state).as_path;
    const auto& path = own.empty() ? routes.as_path : own;
    if (!path.empty()) words += fmt::format(" as-path [ {} ]", path);
    return words;
}

}   // namespace

std::string_view health_word(HealthState state) noexcept
{
    switch (state) {
    case HealthState::init: return "INIT";
    case HealthState::disabled: return "DISABLED";
    case HealthState::rising: return "RISING";
    case HealthState::falling: return "FALLING";
    case HealthState::up: return "UP";
    case HealthState::down: return "DOWN";
    case HealthState::exit: return "EXIT";
    }
    return "INIT";
}

HealthState HealthCheck::change_to(HealthState state) noexcept
{
    if (state == HealthState::rising && rise_ <= 1) state = HealthState::up;
    if (state == HealthState::falling && fall_ <= 1) state = HealthState::down;
    checks_ = 1;
    return state_ = state;
}

std::optional<HealthState> HealthCheck::take(bool is_disabled, bool went_well) noexcept
{
    using enum HealthState;
    if (is_disabled) return state_ == disabled ? std::nullopt : std::optional{change_to(disabled)};
    switch (state_) {
    case init: return change_to(went_well ? rising : falling);
    case disabled: return change_to(init);
    case rising:
        if (!went_well) return change_to(falling);
        return ++checks_ >= rise_ ? std::optional{change_to(up)} : std::nullopt;
    case falling:
        if (went_well) return change_to(rising);
        return ++checks_ >= fall_ ? std::optional{change_to(down)} : std::nullopt;
    case up: return went_well ? std::nullopt : std::optional{change_to(falling)};
    case down: return went_well ? std::optional{change_to(rising)} : std::nullopt;
    case exit: break;
    }
    return std::nullopt;
}

std::vector<std::string> health_commands(const HealthRoutes& routes, HealthState state)
{
    using enum HealthState;
    if (state != up && state != down && state != disabled && state != exit) return {};
    const bool announces = state == up || (state != exit && !routes.withdraw_on_down);
    std::string front;
    for (const auto& neighbor : routes.neighbors) front += fmt::format("{}neighbor {}", front.empty() ? "" : ", ", neighbor);
    if (!front.empty()) front += ' ';
    std::vector<std::string> commands;
    auto med = metric_of(routes, state).med;
    for (const auto& prefix : routes.prefixes) {
        auto command =
            fmt::format("{}{} route {} next-hop {}", front, announces ? "announce" : "withdraw", prefix, routes.next_hop);
        if (announces) command += health_words_of(routes, state, med);
        if (routes.path_id) command += fmt::format(" path-information {}", *routes.path_id);
        med += routes.increase;
        commands.push_back(std::move(command));
    }
    return commands;
}

}   // namespace barrage::exabgp
