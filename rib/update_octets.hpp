#pragma once
// What the packers share: octets to their places in a message whose size was measured before, and what is asked of every group, inline.
// Nobody else's.

#include <cstring>

#include "codec/attribute/attribute_view.hpp"
#include "codec/family.hpp"
#include "codec/iana.hpp"
#include "rib/nlri_packing.hpp"

namespace barrage {

constexpr std::size_t lengths_octets = 4;   // withdrawn routes length, attributes length
constexpr std::size_t fixed_octets = header_octets + lengths_octets;
constexpr std::size_t mp_header_octets = attribute_header_octets(0);   // of one that is not extended
constexpr std::size_t path_id_octets = 4;

inline void put16(std::uint8_t* at, std::size_t value) noexcept
{
    at[0] = static_cast<std::uint8_t>(value >> 8);
    at[1] = static_cast<std::uint8_t>(value);
}

inline std::uint8_t* put_header(std::uint8_t* at) noexcept
{
    std::memset(at, 0xff, 16);
    at[18] = static_cast<std::uint8_t>(MessageType::update);
    return at + header_octets;
}

inline std::uint8_t* put_family(std::uint8_t* at, Family family) noexcept
{
    put16(at, static_cast<std::uint16_t>(family.afi));
    at[2] = static_cast<std::uint8_t>(family.safi);
    return at + 3;
}

inline std::uint8_t* put_octets(std::uint8_t* at, OctetView octets) noexcept
{
    if (!octets.empty()) std::memcpy(at, octets.data(), octets.size());
    return at + octets.size();
}

/// NLRI of the group with path identifiers where they have none, and the other way round; in `into`.
OctetView with_other_path_ids(const RouteGroup& group, Octets& into);

inline OctetView NlriPacking::with_wire_path_ids(const RouteGroup& group)
{
    return options_.add_path.contains(group.family) == group.has_path_ids ? group.nlri : with_other_path_ids(group, nlri_);
}

inline std::optional<LeftOutReason> NlriPacking::has_no_family(Family family) const noexcept
{
    if (options_.families.contains(family)) [[likely]]
        return std::nullopt;
    return options_.configured.contains(family) ? LeftOutReason::not_negotiated : LeftOutReason::not_configured;
}

}   // namespace barrage
