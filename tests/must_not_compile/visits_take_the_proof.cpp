// Who visits a peer is given the proof, so that he can do what needs it.

#include "engine/command.hpp"

using namespace barrage;

command::Visit without_it()
{
    return {[](Peer&, TimePoint) {}};   // error: (could not convert|no viable|no matching)
}
