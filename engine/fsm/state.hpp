#pragma once
// The states of a BGP connection. RFC 4271 section 8.2.2.

#include <cstdint>
#include <string_view>

namespace barrage {

enum class State : std::uint8_t { idle, connect, active, open_sent, open_confirm, established };

/// As RFC 4271 writes it: "OpenSent".
constexpr std::string_view name(State state) noexcept
{
    switch (state) {
    case State::idle: return "Idle";
    case State::connect: return "Connect";
    case State::active: return "Active";
    case State::open_sent: return "OpenSent";
    case State::open_confirm: return "OpenConfirm";
    case State::established: return "Established";
    }
    return "Idle";
}

}   // namespace barrage
