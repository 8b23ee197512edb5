#pragma once
// Two connections between the same two speakers: which one stays. RFC 4271 section 6.8, RFC 6286 section 2.3.
// A function of what the OPENs said; both speakers come to the same answer. Any thread.

#include "codec/asn.hpp"
#include "codec/ip.hpp"
#include "engine/fsm/state.hpp"

namespace barrage {

struct Speaker {
    Ipv4Address bgp_identifier;
    Asn asn;
};

enum class Initiator : std::uint8_t { us, peer };

/// Asked when an OPEN arrives on a connection while another one, `existing`, to the same peer is in OpenConfirm or
/// beyond, or in OpenSent with the peer's identifier known by other means. Whoever loses gets OpenCollisionDump.
[[nodiscard]] constexpr bool keep_existing(State existing_state, Initiator existing, Speaker ours, Speaker peer) noexcept
{
    // Section 6.8: an established one stays, unless configured otherwise, which barrage does not offer.
    if (existing_state == State::established) return true;
    // The connection begun by the higher identifier stays; of equal ones, by the larger AS number (RFC 6286).
    const auto we_are_higher =
        ours.bgp_identifier != peer.bgp_identifier ? ours.bgp_identifier > peer.bgp_identifier : ours.asn > peer.asn;
    return we_are_higher == (existing == Initiator::us);
}

}   // namespace barrage
