#pragma once
// The next hop that routes get, in the form of their family: as the source has it, as it was given, or the sender's own. Part of the *pack*
// stage; pure.
//
//     IPv4, IPv6 (unicast, multicast, labelled)   address: 4 octets; 16, or 32 with a link-local one (RFC 2545 section 3); IPv4 routes have
//                                                 16 only where RFC 8950 was agreed on
//     VPN of these, BGP-LS VPN                    the same behind eight octets of zero, the route distinguisher: RFC 4364 section 4.3.2,
//                                                 RFC 4659 section 3.2.1, RFC 9552 section 5.5
//     flow specifications                         that of the source, whatever else was asked for: where packets are redirected or copied to,
//                                                 draft-simpson-idr-flowspec-redirect; mostly none: RFC 8955 section 4
//     others                                      an address of either family

#include <cstdint>

#include "rib/attribute_set.hpp"
#include "rib/pack_options.hpp"

namespace barrage {

/// Octets of the field, and those of them that each peer patches.
struct ChosenNextHop {
    OctetView octets;
    std::uint8_t patched_at = 0;
    std::uint8_t patched_octets = 0;   // 4 or 16; 0: none
    Octets storage = {};               // what `octets` points to when it is not the set's own
};

/// The address in a next hop field: of two of IPv6 the global one (RFC 2545 section 3); of VPN routes without the route distinguisher in front
/// (RFC 4364 section 4.3.2, RFC 4659 section 3.2.1). Their lengths tell all these apart.
OctetView host_of_next_hop(OctetView next_hop) noexcept;

/// Whether routes of this family can have this next hop only where RFC 8950 was agreed on: an address of IPv6 of routes of IPv4.
bool needs_extended_next_hop(Family family, OctetView next_hop) noexcept;

/// Into where it is to be, which is new: per group, moving it costs as much as choosing. False: there is none that suits. An address is never
/// mapped into the other family.
bool choose_next_hop(const AttributeSet& attributes, Family family, const PackOptions& options, ChosenNextHop& chosen);

}   // namespace barrage
