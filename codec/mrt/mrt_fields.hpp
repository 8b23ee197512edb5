#pragma once
// Fields that several types of MRT records share: an address of the family that stands before it.

#include "codec/iana.hpp"
#include "codec/ip.hpp"
#include "codec/reader.hpp"
#include "codec/writer.hpp"

namespace barrage {

constexpr bool is_ip(Afi afi) noexcept { return afi == Afi::ipv4 || afi == Afi::ipv6; }

constexpr std::size_t address_octets(Afi afi) noexcept { return afi == Afi::ipv6 ? Ipv6Address::octets : Ipv4Address::octets; }

inline IpAddress read_address(Reader& in, Afi afi) noexcept
{
    if (afi == Afi::ipv6) return Ipv6Address::read(in);
    return Ipv4Address::read(in);
}

}   // namespace barrage
