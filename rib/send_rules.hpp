#pragma once
// By whose rules a peer is sent its routes. Chosen once, in its PeerConfig; its Adj-RIB-Out (make_adj_rib_out()) and its packer
// (make_packer()) follow from it, and nothing asks for it afterwards by the route. A plain value.

#include <cstdint>

namespace barrage {

enum class SendRules : std::uint8_t {
    native,          // the newest change of a route is sent, in UPDATEs as RFC 7606 section 5.1 asks for, as full as may be
    exabgp,          // as ExaBGP: ExabgpAdjRibOut, ExabgpPacker
    exabgp_by_rfc,   // as ExaBGP, but where RFCs have it otherwise: these two say where
};

}   // namespace barrage
