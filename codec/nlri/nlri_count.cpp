#include "codec/nlri/nlri_count.hpp"

namespace barrage {

namespace {

// A length decides where the next one stands, so a plain loop waits for a load and an addition per prefix. Nearly all
// prefixes of a table have lengths of one or two sizes: as branches with constant steps these are predicted, and the
// processor reads ahead.
template <std::size_t PathIdOctets, std::uint8_t MaxLength>
std::optional<std::uint32_t> count(OctetView nlri) noexcept
{
    const auto* const data = nlri.data();
    const std::size_t size = nlri.size();
    std::uint32_t prefixes = 0;
    std::size_t at = PathIdOctets;   // of the next length
    while (at < size) {
        const unsigned length = data[at];
        if constexpr (MaxLength == Ipv4Prefix::max_length) {
            if (length - 17u < 8u) [[likely]]
                at += 4 + PathIdOctets;
            else if (length - 25u < 8u)
                at += 5 + PathIdOctets;
            else if (length - 9u < 8u)
                at += 3 + PathIdOctets;
            else if (length <= 8)
                at += 1 + PathIdOctets + (length != 0);
            else
                return std::nullopt;
        } else {
            if (length - 41u < 8u) [[likely]]
                at += 7 + PathIdOctets;
            else if (length - 33u < 8u)
                at += 6 + PathIdOctets;
            else if (length - 25u < 8u)
                at += 5 + PathIdOctets;
            else if (length <= MaxLength)
                at += 1 + PathIdOctets + prefix_octets(static_cast<std::uint8_t>(length));
            else
                return std::nullopt;
        }
        ++prefixes;
    }
    // Where the field ends, `at` stands past it by the path identifier that is not there. An empty field is right too.
    if (at != size + PathIdOctets) return std::nullopt;
    return prefixes;
}

}   // namespace

std::optional<std::uint32_t> count_nlri(OctetView nlri, std::uint8_t max_length, bool has_path_ids) noexcept
{
    assert(max_length == Ipv4Prefix::max_length || max_length == Ipv6Prefix::max_length);
    if (max_length == Ipv4Prefix::max_length)
        return has_path_ids ? count<4, Ipv4Prefix::max_length>(nlri) : count<0, Ipv4Prefix::max_length>(nlri);
    return has_path_ids ? count<4, Ipv6Prefix::max_length>(nlri) : count<0, Ipv6Prefix::max_length>(nlri);
}

}   // namespace barrage
