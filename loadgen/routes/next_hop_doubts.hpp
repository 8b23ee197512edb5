#pragma once
// Next hops that a router cannot take, found before anything is sent: its own address, one off the session's network, an IPv4-mapped one, one of
// loopback.
// Main thread.

#include <string>
#include <vector>

#include "loadgen/routes/next_hop_words.hpp"
#include "loadgen/routes/route_table.hpp"

namespace barrage {

/// Whom they are sent to.
struct NextHopsGoTo {
    IpAddress router;
    bool external = true;      // the sessions are eBGP, where a next hop is to be on their network
    bool is_verified = true;   // what the router makes of them is seen: those of loopback, which some routers take, are no doubt
};

/// One line for each kind that there is.
std::vector<std::string> next_hop_doubts(const RouteTable& table, const NextHopChoice& choice, const NextHopsGoTo& to);

}   // namespace barrage
