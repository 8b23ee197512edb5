#pragma once
// A batch of routes as UPDATE messages, its attributes unchanged: what `loadgen mrt convert` writes. Sessions send what the
// update packer makes; this knows no session.

#include <functional>

#include "codec/iana.hpp"
#include "codec/writer.hpp"
#include "rib/route_source.hpp"

namespace barrage {

/// Calls `take` for each message: at most 4096 octets, or 65535 (RFC 8654) where the attributes leave no room in those.
/// The number of routes that fit neither.
std::uint32_t for_each_update_message(const RouteBatch& batch, const std::function<void(OctetView message)>& take);

/// Canonical attributes with `next_hop` put where the order of types has it, as `type` (NEXT_HOP or MP_REACH_NLRI).
Octets with_next_hop(OctetView attributes, AttributeType type, OctetView value);

}   // namespace barrage
