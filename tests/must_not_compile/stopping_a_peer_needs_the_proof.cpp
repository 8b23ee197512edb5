// What commands do to a peer is done on its shard only.

#include "engine/peer.hpp"

using namespace barrage;

void from_anywhere(Peer& peer, TimePoint now)
{
    peer.stop(CeaseSubcode::administrative_shutdown, "", false, now);   // error: no matching
}
