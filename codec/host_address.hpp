#pragma once
// Which addresses a host may have, as far as a next hop asks: RFC 4271 section 6.3. Pure; any thread.

#include <algorithm>

#include "codec/reader.hpp"

namespace barrage {

/// Not all zeros, multicast, or IPv4's limited broadcast address. `address`: 4 or 16 octets. Loopback is one: tests on one machine use it.
constexpr bool may_be_host(OctetView address) noexcept
{
    const auto all = [&](std::uint8_t value) { return std::ranges::all_of(address, [&](auto octet) { return octet == value; }); };
    if (address.size() == 4) return !all(0) && !all(0xff) && (address[0] & 0xf0) != 0xe0;
    return !all(0) && address[0] != 0xff;
}

}   // namespace barrage
