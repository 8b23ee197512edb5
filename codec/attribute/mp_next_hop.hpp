#pragma once
// The next hop field of MP_REACH_NLRI: the number of octets decides what they are. RFC 4760 section 3, RFC 2545, RFC 8950.

#include <optional>
#include <string>

#include "codec/ip.hpp"
#include "codec/writer.hpp"

namespace barrage {

struct MpNextHop {
    Octets octets;   // at most 255

    static MpNextHop of(const IpAddress& address);

    /// "192.0.2.1", "2001:db8::1", "2001:db8::1+fe80::1" (global and link-local); of a VPN with the route distinguisher before each
    /// address, "0:0 192.0.2.1"; "" (flow specifications have none); else the digits: "0xc00002".
    static std::optional<MpNextHop> from_text(std::string_view text);
    friend bool operator==(const MpNextHop&, const MpNextHop&) = default;
};

std::string to_text(const MpNextHop& next_hop);

}   // namespace barrage
