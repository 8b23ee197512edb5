#pragma once
// By whose rules a peer is sent its routes. Chosen once, in its PeerConfig; its packer (make_packer()) follows from it, and nothing asks for it
// afterwards by the route. A plain value.

#include <cstdint>

namespace barrage {

enum class SendRules : std::uint8_t {
    native,          // UPDATEs as RFC 7606 section 5.1 asks for, as full as may be
    exabgp,          // as ExaBGP: ExabgpPacker
    exabgp_by_rfc,   // as ExaBGP, but where RFCs have it otherwise: that one says where
};

}   // namespace barrage
