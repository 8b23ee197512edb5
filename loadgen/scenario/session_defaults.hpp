#pragma once
// What sessions of `inject` and `run` have where nobody says otherwise. Any thread.

#include <algorithm>
#include <cstdint>
#include <optional>

#include "codec/asn.hpp"
#include "codec/ip.hpp"
#include "engine/time.hpp"
#include "io/interface_addresses.hpp"

namespace barrage::session_defaults {

inline constexpr Ipv4Address first_loopback_source{0x7f000101};   // 127.0.1.1: the router mostly is 127.0.0.1
inline constexpr Asn first_as{65001};
inline constexpr Ipv4Address first_router_id{0x0a000001};   // 10.0.0.1

/// Of peer `number`. On IPv4 loopback every address of 127.0.0.0/8 is ours, so each peer has its own; on IPv6 there is ::1 alone. Elsewhere the
/// kernel chooses.
std::optional<IpAddress> source_address(const IpAddress& router, std::uint32_t number);
/// The same where the first one is given.
IpAddress source_address_from(const IpAddress& first, std::uint32_t number);

/// How long the peer's OPEN may take. RFC 4271 section 8.2.2 suggests 4 minutes; but a router whose listen backlog was full never hears of a
/// connection that looks open from here, and only another attempt helps.
inline constexpr Duration open_wait = std::chrono::seconds{10};

/// RFC 9687 section 4: the larger of 8 minutes and twice the hold time.
constexpr Duration send_hold_time(Duration hold_time) { return std::max<Duration>(std::chrono::minutes{8}, 2 * hold_time); }

}   // namespace barrage::session_defaults
