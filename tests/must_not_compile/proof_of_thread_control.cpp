// The control: what the other files do wrong, done right.

#include "engine/shard.hpp"

using namespace barrage;

void on_the_thread_of(Shard& shard, TimePoint now)
{
    const OnShard here = shard.enter();
    const command::Any visit =
        command::Visit{[](Peer& peer, const OnShard& there, TimePoint) { peer.set_fault(there, PeerFault::none); }};
    if (auto* peer = shard.peer(here, 0)) {
        peer->stop(here, CeaseSubcode::administrative_shutdown, {}, false, now);
        apply(here, visit, *peer, now);
    }
    shard.turn(here);
}
