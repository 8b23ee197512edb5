#pragma once
// What must hold of a simulated run, told from the octets on the wire, the player's beliefs and the counters. Each function gives a line for each
// thing that did not. One thread.

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "loadgen/play/player.hpp"
#include "tests/simulation/plan.hpp"
#include "tests/simulation/wire_watch.hpp"

namespace barrage::simulation {

/// A peer as it was when the end of the run began.
struct PeerAtEnd {
    std::string name;
    bool sends = false;
    bool receives = false;
    std::set<std::string> announces;     // as the player believes
    std::set<std::string> device_read;   // as the octets say that the device has read
    std::set<std::string> was_told;      // as the octets say that the peer has read
    bool all_read = false;               // nothing was under way to the device
    bool all_came = false;               // nothing was under way to the peer
    PeerNumbers counted;                 // by the engine
    PeerNumbers seen;                    // by whoever reads the octets, of what the peer has read
};

/// Those that were up.
std::vector<PeerAtEnd> peers_at_end(Player& player, const WireWatch& watch);

using Broken = std::vector<std::string>;

/// What the device has read is what the player believes to have announced, whatever happened.
Broken check_tables(const std::vector<PeerAtEnd>& peers);
/// An honest device told its receivers exactly what others announce.
Broken check_receivers(const std::vector<PeerAtEnd>& peers);
/// No octet counts as acknowledged before the other end has it. To be asked at each step; a line once.
Broken check_acknowledged(Player& player, const WireWatch& watch);
/// The engine's counters of what was sent say what the octets say.
Broken check_counters(Player& player, const WireWatch& watch);
/// … of what came, over honest sessions that nobody ended before.
Broken check_received(const std::vector<PeerAtEnd>& peers);
/// Both ends spoke often enough, and nobody was refused or timed out.
Broken check_sessions(const Plan& plan, const WireWatch& watch);
/// What was asked of an honest device over an honest network was done.
Broken check_passed(const RunResult& result);
/// What went wrong was noticed. `ended_at`: when the end of the run began.
Broken check_noticed(const Plan& plan, const RunResult& result, const WireWatch& watch, std::optional<TimePoint> ended_at);

}   // namespace barrage::simulation
