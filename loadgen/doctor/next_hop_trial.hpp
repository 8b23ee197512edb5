#pragma once
// Whether a router takes routes with this next hop: one prefix of documentation (203.0.113.0/24, RFC 5737) is advertised from one session, and the
// other is watched for it. On loopback alone, where routers differ: FRR ends the session, GoBGP drops the route in silence. Blocks; main thread.

#include <optional>

#include "codec/message/notification.hpp"
#include "loadgen/doctor/probe.hpp"

namespace barrage::doctor {

enum class NextHopVerdict : std::uint8_t { untried, passed_on, refused, dropped };

struct NextHopTrial {
    NextHopVerdict verdict = NextHopVerdict::untried;
    std::optional<Notification> notification;   // by which it was refused
};

/// Both sessions are Established; `as` is the sender's.
NextHopTrial try_next_hop(const Probe& sender, const Probe& receiver, Asn as, Ipv4Address next_hop,
                          std::chrono::milliseconds timeout);

}   // namespace barrage::doctor
