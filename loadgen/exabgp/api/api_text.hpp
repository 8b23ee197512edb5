#pragma once
// A message as lines of an API program: what to announce and to withdraw for the same routes. For `loadgen decode --api`. Pure; any thread.

#include <string>

#include "codec/message/any_message.hpp"

namespace barrage::exabgp {

/// "announce route 10.0.0.0/8 next-hop 192.0.2.1 origin igp", a line for each route, End-of-RIB or ROUTE-REFRESH. What is no line, or is
/// malformed, is a comment: `# …`.
std::string api_text(const DecodedMessage& decoded, OctetView message);

}   // namespace barrage::exabgp
