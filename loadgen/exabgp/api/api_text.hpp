#pragma once
// A message as lines of an API program, what to announce and to withdraw for the same routes, and as the event that such a program is sent.
// For `loadgen decode --api`, `--events` and `exabgp decode`. Any thread.

#include <string>

#include "codec/message/any_message.hpp"

namespace barrage::exabgp {

/// "announce route 10.0.0.0/8 next-hop 192.0.2.1 origin igp", a line for each route, End-of-RIB or ROUTE-REFRESH. What is no line, or is
/// malformed, is a comment: `# …`.
std::string api_text(const DecodedMessage& decoded, OctetView message);

/// One line of JSON, as of a session of AS 65533 with every family. `octets` are a message, one without its marker, or the body of an UPDATE,
/// as ExaBGP's decoder takes them; "# …" where they are none.
std::string api_event(const Octets& octets, const SessionOptions& options, const std::string& version = "5.0.0");

}   // namespace barrage::exabgp
