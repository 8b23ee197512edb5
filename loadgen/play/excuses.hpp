#pragma once
// Routes that are not expected from the device although a sender advertises them: by the AS path, by well-known communities, by what route
// reflection notes. Values; any thread.

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "codec/asn.hpp"
#include "codec/iana.hpp"
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
    only_to_customer,   // RFC 9234 section 5, by the roles of the device's OPENs
    receiver_as,        // the receiver would refuse it; devices may pass it on
    receiver_originator,
    blackhole,       // RFC 7999 section 3.2: NO_ADVERTISE or NO_EXPORT is to be added
    no_peer,         // RFC 3765: not to other ASes, where they are peers
    llgr_stale,      // RFC 9494 section 4.3: not to those without that capability, which we never say
    as_set,          // RFC 9774 section 3: malformed, unless the device is configured otherwise
    several_paths,   // RFC 7911: a sender has several of the prefix, and which of them comes nobody here can tell
};
inline constexpr std::size_t excuse_count = 19;

/// "path has the device's AS".
std::string_view text_of(Excuse excuse) noexcept;
/// The device must not pass it on; else it may.
constexpr bool is_forbidden(Excuse excuse) noexcept { return excuse >= Excuse::device_as && excuse <= Excuse::only_to_customer; }

/// Where the best path of several has it, the device rightly passes on none of them to this receiver (RFC 4271 section 9.2: only what it uses itself).
/// The others are not sent, not for this receiver at all, or nothing that the device could use.
constexpr bool may_hide_others(Excuse excuse) noexcept { return excuse >= Excuse::no_advertise && excuse <= Excuse::llgr_stale; }

/// One side of a session with the device, or the device itself.
struct PeerIdentity {
    Asn as;
    Ipv4Address identifier;
    std::optional<BgpRole> device_role = {};   // towards this peer, as the device's OPEN says
};

/// What of a route's attributes can excuse it.
struct RouteTraits {
    bool no_advertise = false;
    bool no_export = false;
    bool no_export_subconfed = false;
    bool blackhole = false;
    bool no_peer = false;
    bool llgr_stale = false;
    bool as_set = false;
    std::optional<Asn> only_to_customer = {};
    std::vector<Asn> ases = {};   // of the path, those that were looked for
    std::optional<Ipv4Address> originator = {};
    std::vector<Ipv4Address> clusters = {};

    /// `attributes`: canonical octets; `watched`: sorted.
    static RouteTraits of(OctetView attributes, const std::vector<Asn>& watched);
    [[nodiscard]] bool are_plain() const noexcept { return *this == RouteTraits{}; }
    friend bool operator==(const RouteTraits&, const RouteTraits&) = default;
};

/// Of a route between these two; the first reason that holds. Without a device that is known nothing of its AS and identifier is.
Excuse excuse_of(const RouteTraits& route, const PeerIdentity& sender, const PeerIdentity& receiver,
                 const std::optional<PeerIdentity>& device);

}   // namespace barrage
