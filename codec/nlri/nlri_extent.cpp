#include "codec/nlri/nlri_extent.hpp"

#include "codec/prefix.hpp"

namespace barrage {

std::size_t nlri_octets(Family family, OctetView nlri) noexcept
{
    if (nlri.empty()) return 0;
    Reader in{nlri};
    if (has_bit_length(family)) {
        in.skip(prefix_octets(in.u8()));
    } else if (family.safi == Safi::evpn || family.safi == Safi::mcast_vpn) {   // route type, length
        in.skip(1);
        in.skip(in.u8());
    } else if (family.safi == Safi::mup) {   // architecture, route type, length
        in.skip(3);
        in.skip(in.u8());
    } else if (family.safi == Safi::flowspec || family.safi == Safi::flowspec_vpn) {
        // RFC 8955 section 4.1: one octet below 240, else two.
        std::size_t length = in.u8();
        if (length >= 0xf0) length = (length & 0x0f) << 8 | in.u8();
        in.skip(length);
    } else if (family.safi == Safi::car || family.safi == Safi::vpn_car) {   // RFC 9871 section 2.9: the length of all behind it
        in.skip(in.u8());
    } else if (family.safi == Safi::vpls) {
        in.skip(in.u16());
    } else if (family.afi == Afi::bgp_ls) {   // route type, length
        in.skip(2);
        in.skip(in.u16());
    } else {
        in.fail();
    }
    return in.failed() ? 0 : in.offset();
}

std::size_t label_octets(OctetView nlri) noexcept
{
    Reader in{nlri};
    const auto bits = in.u8();
    std::size_t octets = 0;
    while (!in.failed() && (octets + 3) * 8 <= bits) {
        const auto label = in.u24();
        if (in.failed()) break;
        octets += 3;
        // The bottom of the stack, or what a withdrawn route has there.
        if ((label & 1) != 0 || label == 0x800000 || label == 0) break;
    }
    return octets;
}

}   // namespace barrage
