#pragma once
// Path attributes as they stand in a message or a dump → the canonical octets of an AttributeSet. Used by every
// source of routes and by the receiving side, so that a digest does not depend on how a peer wrote an attribute.

#include "codec/error.hpp"
#include "codec/session_options.hpp"
#include "codec/writer.hpp"

namespace barrage {

struct CanonicalAttributes {
    Octets octets;     // see AttributeSet
    Octets next_hop;   // of MP_REACH_NLRI, else of NEXT_HOP; empty where there is neither
    /// Of NEXT_HOP, also beside MP_REACH_NLRI: that of the NLRI behind the attributes. Empty where there is none.
    Octets plain_next_hop;
};

/// `attributes` is the path attributes field of an UPDATE (or of a RIB entry). Values are taken as they are; only framing,
/// repeated attributes (the first one counts, RFC 7606 section 3.g) and AS numbers are looked at.
/// `options.four_octet_as` says how AS_PATH and AGGREGATOR are written; where it is false AS4_PATH and AS4_AGGREGATOR are
/// merged as RFC 6793 section 4.2.3 says. `into` is overwritten; its memory is used again.
Decoded<void> canonical_attributes(OctetView attributes, const SessionOptions& options, CanonicalAttributes& into);

}   // namespace barrage
