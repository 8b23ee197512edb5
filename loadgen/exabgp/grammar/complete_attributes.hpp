#pragma once
// Words of ExaBGP need not say what every route has: it is added here where routes become a table. Pure; any thread.

#include "codec/writer.hpp"

namespace barrage::exabgp {

/// Canonical octets with ORIGIN (IGP) and AS_PATH (without an AS) where they were not given: RFC 4271 section 5.
Octets complete_attributes(OctetView given);

}   // namespace barrage::exabgp
