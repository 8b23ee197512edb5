#pragma once
// How long an NLRI is, where it stands: all that packing and cutting need to know of a route. Any thread.

#include <cstddef>

#include "codec/family.hpp"
#include "codec/path_id.hpp"
#include "codec/reader.hpp"

namespace barrage {

/// Where NLRI are a length in bits and so many octets, whatever these mean.
constexpr bool has_bit_length(Family family) noexcept
{
    const auto extent = nlri_extent(family);
    return extent && (extent->length() == NlriExtent::Length::bits || extent->length() == NlriExtent::Length::labeled_bits);
}

/// Octets of the first NLRI in `nlri`, without a path identifier; 0 where it is cut.
std::size_t nlri_octets(NlriExtent extent, OctetView nlri) noexcept;
/// … also 0 for a family that is not known.
inline std::size_t nlri_octets(Family family, OctetView nlri) noexcept
{
    const auto extent = nlri_extent(family);
    return extent ? nlri_octets(*extent, nlri) : 0;
}

/// Calls `visit(PathId, OctetView)` for each NLRI of a field, without its path identifier, which is 0 where there is none. False where one is
/// cut, after those before it were visited, or the family is not known.
bool for_each_nlri(Family family, OctetView nlri, bool has_path_ids, auto&& visit)
{
    const auto extent = nlri_extent(family);
    if (!extent) return false;
    for (Reader in{nlri}; !in.empty();) {
        const PathId id{has_path_ids ? in.u32() : 0};
        const auto octets = in.octets(nlri_octets(*extent, in.left()));
        if (octets.empty()) return false;
        visit(id, octets);
    }
    return true;
}

/// Whether labels stand behind the length of each NLRI: RFC 8277.
constexpr bool has_labels(Family family) noexcept
{
    const auto extent = nlri_extent(family);
    return extent && extent->length() == NlriExtent::Length::labeled_bits;
}

/// Octets of the label stack of the first NLRI in `nlri`, of a family that has labels; they begin at its second octet.
std::size_t label_octets(OctetView nlri) noexcept;

}   // namespace barrage
