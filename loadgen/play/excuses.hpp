#pragma once
// Routes that are not expected from the device although a sender advertises them: by the AS path, by well-known communities, by what route
// reflection notes. Values; any thread.

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "codec/asn.hpp"
#include "codec/ip.hpp"
#include "codec/reader.hpp"

namespace barrage {

enum class Excuse : std::uint8_t {
    none,
    left_out,            // this tester did not send it
    receiver_family,     // the receiver's session is not to have its family
    receiver_refused,    // … was to have it, and the device did not agree: what comes of it nobody sees
    device_as,           // RFC 4271 section 9.1.2: an AS loop
    device_originator,   // RFC 4456 section 8
    device_cluster,
    as_0,           // RFC 7607: nobody passes it on
    no_advertise,   // RFC 1997
    no_export,
    no_export_subconfed,
    receiver_as,   // the receiver would refuse it; devices may pass it on
    receiver_originator,
};
inline constexpr std::size_t excuse_count = 13;

/// "path has the device's AS".
std::string_view text_of(Excuse excuse) noexcept;
/// The device must not pass it on; else it may.
constexpr bool is_forbidden(Excuse excuse) noexcept
{
    return excuse >= Excuse::device_as && excuse <= Excuse::no_export_subconfed;
}

/// Where the best path of several has it, the device rightly passes on none of them to this receiver (RFC 4271 section 9.2: only what it uses itself).
/// The others are not sent, not for this receiver at all, or nothing that the device could use.
constexpr bool may_hide_others(Excuse excuse) noexcept
{
    return excuse >= Excuse::no_advertise && excuse <= Excuse::receiver_originator;
}

/// One side of a session with the device, or the device itself.
struct PeerIdentity {
    Asn as;
    Ipv4Address identifier;
};

/// What of a route's attributes can excuse it.
struct RouteTraits {
    bool no_advertise = false;
    bool no_export = false;
    bool no_export_subconfed = false;
    std::vector<Asn> ases = {};   // of the path, those that were looked for
    std::optional<Ipv4Address> originator = {};
    std::vector<Ipv4Address> clusters = {};

    /// `attributes`: canonical octets; `watched`: sorted.
    static RouteTraits of(OctetView attributes, const std::vector<Asn>& watched);
    [[nodiscard]] bool are_plain() const noexcept
    {
        return !no_advertise && !no_export && !no_export_subconfed && ases.empty() && !originator && clusters.empty();
    }
    friend bool operator==(const RouteTraits&, const RouteTraits&) = default;
};

/// Of a route between these two; the first reason that holds. Without a device that is known nothing of its AS and identifier is.
Excuse excuse_of(const RouteTraits& route, const PeerIdentity& sender, const PeerIdentity& receiver,
                 const std::optional<PeerIdentity>& device);

}   // namespace barrage
