#pragma once
// What a session keeps to itself of a route's attributes, for how its neighbor is configured. Pure; any thread.

#include "loadgen/exabgp/grammar/configuration.hpp"
#include "rib/attribute_pool.hpp"

namespace barrage::exabgp {

/// Another AS, or one that is known only from its OPEN.
bool is_external(const Neighbor& neighbor) noexcept;
/// RFC 7311 section 3.1: AIGP goes to another AS only where that is asked for; within an AS it always does.
bool sends_aigp(const Neighbor& neighbor) noexcept;
bool has_attribute(OctetView attributes, AttributeType type) noexcept;
/// The same set without AIGP; itself where there is none.
AttributeSetRef without_aigp(const AttributeSetRef& attributes, AttributePool& pool);

}   // namespace barrage::exabgp
