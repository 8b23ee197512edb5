#pragma once
// A configured route as the UPDATE that a session with its own AS would send: encoded, decoded, encoded again and compared. For
// `loadgen validate`, without a socket. Pure; any thread.

#include <string>
#include <vector>

#include "codec/message/update.hpp"
#include "loadgen/exabgp/grammar/configuration.hpp"

namespace barrage::exabgp {

struct CheckedRoute {
    Octets message;                   // empty where it does not fit one
    Update update;                    // what it says to who receives it
    std::vector<Problem> problems;    // what RFC 7606 finds wrong with it: it can be sent all the same
    std::vector<std::string> notes;   // what of its words is not sent, or is sent as octets that nobody checked
    std::string error;                // why it cannot be sent, or is not what was meant
};

/// Next hop self is the neighbor's local address, or its router-id, or ::1, where it is not known yet.
CheckedRoute check_route(const Neighbor& neighbor, const ConfiguredRoute& route);

/// Whether the NLRI alone comes back from its octets: for routes whose attributes were checked with another one's.
bool nlri_comes_back(const ConfiguredRoute& route);

/// `neighbor ADDRESS { … }` as it was understood, defaults and all.
std::string to_text(const Neighbor& neighbor);
/// "ipv4 unicast 10.0.0.0/8", the family and the NLRI.
std::string key_text(const RouteKey& key);

}   // namespace barrage::exabgp
