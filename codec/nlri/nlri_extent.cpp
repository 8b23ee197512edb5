#include "codec/nlri/nlri_extent.hpp"

#include "codec/prefix.hpp"

namespace barrage {

std::size_t nlri_octets(NlriExtent extent, OctetView nlri) noexcept
{
    if (nlri.empty()) return 0;
    Reader in{nlri};
    in.skip(extent.before());
    switch (extent.length()) {
    case NlriExtent::Length::bits:
    case NlriExtent::Length::labeled_bits: in.skip(prefix_octets(in.u8())); break;
    case NlriExtent::Length::octet: in.skip(in.u8()); break;
    case NlriExtent::Length::two_octets: in.skip(in.u16()); break;
    case NlriExtent::Length::flow_spec: {
        std::size_t length = in.u8();
        if (length >= 0xf0) length = (length & 0x0f) << 8 | in.u8();
        in.skip(length);
    }
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
