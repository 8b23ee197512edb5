#pragma once
// Next hops that a router cannot take, found before anything is sent: its own address, one off the session's network, an IPv4-mapped one.
// Main thread.

#include <string>
#include <vector>

#include "loadgen/routes/next_hop_words.hpp"
#include "loadgen/routes/route_table.hpp"

namespace barrage {

/// One line for each kind that there is. `external`: the sessions are eBGP, where a next hop is to be on their network.
std::vector<std::string> next_hop_doubts(const RouteTable& table, const NextHopChoice& choice, const IpAddress& router,
                                         bool external);

}   // namespace barrage
