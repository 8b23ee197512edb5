#pragma once
// What one peer is to be sent next, as the device's thread decided it, and how it comes into that peer's Adj-RIB-Out on its shard. Honest changes
// are the Adj-RIB-Out's own; what an honest speaker would not send goes beside it as messages, in its place among the others.

#include <cstdint>
#include <vector>

#include "engine/peer.hpp"
#include "rib/attribute_set.hpp"
#include "rib/route_key.hpp"

namespace barrage::device {

enum class ChangeKind : std::uint8_t {
    announce,
    withdraw,
    correct,         // … if it is still to be so: DeviceRun::is_still_due()
    announce_anew,   // though it was announced to the peer with the same
    // Beside the Adj-RIB-Out, which does not know of it:
    send_announcement,
    send_withdrawal,
    send_in_other_family,   // one that was not negotiated
    // Of the family of `key`:
    end_of_rib,
    refresh_begins,
    refresh_ends,
};

struct Change {
    ChangeKind kind;
    RouteKey key;
    AttributeSetRef attributes = {};
};

/// On the peer's shard. Nothing where its session is gone.
void apply(const std::vector<Change>& changes, Peer& peer);

}   // namespace barrage::device
