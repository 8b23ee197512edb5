#pragma once
// Prefixes that follow each other by a fixed step, all with the same path attributes. Words and meaning are those of the Open Traffic
// Generator model (Bgp.V4RouteRange, V4RouteAddress, …): address, prefix, count, step. One thread at a time.

#include <cstdint>
#include <optional>

#include "codec/path_id.hpp"
#include "rib/nlri_range.hpp"
#include "rib/prefix_progression.hpp"

namespace barrage {

/// What a range of IPv4 or IPv6 prefixes is, unicast or multicast. Host bits of `address` have no meaning.
struct PrefixRangeDescription : RangeAttributes {
    IpAddress address = {};
    std::uint8_t prefix = 24;   // length in bits
    std::uint64_t count = 1;    // up to 2^32 - 1, as in the model
    std::uint64_t step = 1;     // from one prefix to the next, in prefixes of this length

    std::optional<PathId> path_id = {};   // RFC 7911: the same for every prefix
    bool multicast = false;               // SAFI 2: RFC 4760 section 6

    [[nodiscard]] Family family() const noexcept
    {
        return {address.is_v4() ? Afi::ipv4 : Afi::ipv6, multicast ? Safi::multicast : Safi::unicast};
    }

    friend bool operator==(const PrefixRangeDescription&, const PrefixRangeDescription&) = default;
};

using PrefixRange = NlriRange;

}   // namespace barrage
