#pragma once
// What can be asked of peers while they run: by API programs, by the command line, by a scenario, all on the same road. A command is given to
// the engine on any thread; it takes effect in phase three of a turn of every shard that has one of its peers, and is answered in phase four,
// when it has taken effect on all of them. Answers come in the order of the commands.

#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "engine/observer.hpp"
#include "rib/adj_rib_out.hpp"

namespace barrage {

namespace command {

struct Start {};
struct Stop {
    CeaseSubcode subcode = CeaseSubcode::administrative_shutdown;
    std::string text = {};
    bool restart = false;   // a reset, not a shutdown
};
struct Announce {
    RouteKey key;
    AttributeSetRef attributes;
};
struct Withdraw {
    RouteKey key;
};
struct Tell {
    Run run;
};
struct SendEndOfRib {
    FamilySet families;
};
struct ClearWaiting {};

using Any = std::variant<Start, Stop, Announce, Withdraw, Tell, SendEndOfRib, ClearWaiting>;

} // namespace command

struct Command {
    std::vector<PeerIndex> peers;       // empty: all there are
    std::vector<command::Any> what;     // in this order, in one turn
    std::function<void()> answer = {};  // on the observer's thread; may be empty
};

class Peer;

/// Phase three for one peer.
void apply(const command::Any& command, Peer& peer, TimePoint now);

} // namespace barrage
