#pragma once
// A simulated TCP connection: two directions of octets, and what each end knows. A value that SimNetwork moves on.

#include <array>
#include <deque>
#include <utility>

#include "codec/reader.hpp"
#include "codec/writer.hpp"
#include "tests/simulation/network.hpp"

namespace barrage::simulation {

/// One direction of a connection: from an application's write() to the other's read().
struct Flow {
    struct Segment {
        Octets octets;
        enum class End : std::uint8_t { none, fin, reset } end = End::none;
    };
    std::deque<std::uint8_t> unsent;
    std::deque<Segment> under_way;
    std::size_t octets_under_way = 0;
    std::deque<std::uint8_t> arrived;
    std::size_t unacknowledged = 0;   // written, and not known to have arrived
    std::uint64_t sent = 0;           // octets that ever went under way
    TimePoint last_arrival = TimePoint::min();
    bool fin_wanted = false;
    bool fin_injected = false;   // by somebody in between: the application may still write
    bool fin_sent = false;
    bool fin_arrived = false;
};

/// What one end of a connection knows of it.
struct EndState {
    bool reset = false;            // an RST came
    bool reset_was_read = false;   // … and read() has said so
    bool gone = false;             // the application closed it
};

struct Link {
    std::uint32_t number;
    std::array<Endpoint, 2> address;
    std::array<Flow, 2> flows;   // by the side that writes
    std::array<EndState, 2> ends;
    Duration delay;
    std::size_t send_buffer;
    std::size_t receive_buffer;
    std::size_t lowat = ~std::size_t{0};   // TCP_NOTSENT_LOWAT of the connecting side
    TimePoint stalled_until = TimePoint::min();

    [[nodiscard]] Flow& from(Side side) noexcept { return flows[std::to_underlying(side)]; }
    [[nodiscard]] bool is_shut(Side side) noexcept { return from(side).fin_wanted && !from(side).fin_injected; }
    [[nodiscard]] Flow& to(Side side) noexcept { return from(other(side)); }
    [[nodiscard]] EndState& at(Side side) noexcept { return ends[std::to_underlying(side)]; }
    [[nodiscard]] const Endpoint& of(Side side) const noexcept { return address[std::to_underlying(side)]; }

    [[nodiscard]] std::size_t room(Side side) noexcept
    {
        const auto& flow = from(side);
        if (side == Side::connecting && flow.unsent.size() >= lowat) return 0;
        return send_buffer - std::min(send_buffer, flow.unacknowledged);
    }
    [[nodiscard]] bool is_readable(Side side) noexcept
    {
        return !to(side).arrived.empty() || to(side).fin_arrived || at(side).reset;
    }
};

}   // namespace barrage::simulation
