#pragma once
// What a session is called wherever people or programs read of it, so that it is the same everywhere: its peer's address, and where another
// session has the same peer, what tells the two apart. Any thread.

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "codec/asn.hpp"
#include "codec/ip.hpp"

namespace barrage {

struct SessionId {
    IpAddress peer;
    std::optional<std::uint8_t> prefix_length = {};   // of a whole prefix of peers
    std::optional<IpAddress> local = {};
    std::optional<Asn> local_as = {}, peer_as = {};   // none: mirrored, or any
    std::string more = {};                            // what else tells sessions with equal values apart
};

/// "192.0.2.1", "192.0.2.1 (from 192.0.2.9)", "192.0.2.1 (from 192.0.2.9, AS65001 to AS65002)": as much of it as tells it from `others`.
std::string session_name(const SessionId& session, std::span<const SessionId> others = {});

}   // namespace barrage
