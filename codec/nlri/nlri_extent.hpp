#pragma once
// How long an NLRI is, where it stands: all that packing and cutting need to know of a route. Any thread.

#include <cstddef>

#include "codec/family.hpp"
#include "codec/reader.hpp"

namespace barrage {

/// Where NLRI are a length in bits and so many octets, whatever these mean.
constexpr bool has_bit_length(Family family) noexcept
{
    switch (family.safi) {
    case Safi::unicast:
    case Safi::multicast:
    case Safi::labeled_unicast:
    case Safi::mpls_vpn:
    case Safi::classful_transport:
    case Safi::rt_constraint:
    case Safi::sr_policy: return family.afi == Afi::ipv4 || family.afi == Afi::ipv6;
    default: return false;
    }
}

/// Octets of the first NLRI in `nlri`, without a path identifier; 0 where it is cut, or nobody knows.
std::size_t nlri_octets(Family family, OctetView nlri) noexcept;

/// Whether labels stand behind the length of each NLRI: RFC 8277.
constexpr bool has_labels(Family family) noexcept
{
    return has_bit_length(family) &&
           (family.safi == Safi::labeled_unicast || family.safi == Safi::mpls_vpn || family.safi == Safi::classful_transport);
}

/// Octets of the label stack of the first NLRI in `nlri`, of a family that has labels; they begin at its second octet.
std::size_t label_octets(OctetView nlri) noexcept;

}   // namespace barrage
