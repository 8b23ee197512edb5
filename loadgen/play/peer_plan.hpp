#pragma once
// The plan of a scenario's peers: what each is configured with, from its group and its place in it. The one builder of such configurations,
// for every command that plays a scenario. Pure, but for addresses of this host's interfaces; any thread.

#include <cstdint>

#include "engine/peer.hpp"
#include "loadgen/scenario/scenario.hpp"

namespace barrage {

/// Both from 0.
struct PlaceOfPeer {
    std::uint32_t of_group = 0;
    std::uint32_t of_all = 0;   // over all groups, in their order
};

/// `families`: those of all routes of the scenario, for groups that name none.
PeerConfig peer_config(const Scenario& scenario, const Scenario::Group& group, PlaceOfPeer place, const Endpoint& device,
                       FamilySet families);

}   // namespace barrage
