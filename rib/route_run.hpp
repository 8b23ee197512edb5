#pragma once
// A table, or a part of it, that peers are sent as a whole: a slice of a shared route set and how it is sent. A value; any thread.

#include <cstdint>

#include "rib/route_slice.hpp"

namespace barrage {

struct RouteRun {
    RouteSlice slice;
    RunKind kind = RunKind::as_given;
    std::uint64_t id = 0;           // equal for all peers that were given it by one command
    double replay_speed = 0;        // of RouteSet::times(), 1 as it was heard; 0: without regard to them
    std::uint32_t peers = 0;        // how many are given this slice at once, where that is known; 0: any number
    bool names_next_hops = false;   // in words of whoever asked for it: NextHopMode::automatic lets them be
};

}   // namespace barrage
