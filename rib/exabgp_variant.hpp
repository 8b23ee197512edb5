#pragma once
// An attribute set as ExaBGP sends it to one group of peers. Part of the *pack* stage; pure.

#include "rib/attribute_variant.hpp"

namespace barrage {

/// Appends every attribute to `out`, as rib/exabgp_packer.hpp says; `attributes` may be null: then those that ExaBGP adds by itself.
/// `next_hop` is written as NEXT_HOP unless it is empty. In the answer `own_as` is where each peer writes its own AS.
VariantOffsets encode_exabgp_variant(const AttributeSet* attributes, const PackOptions& options, OctetView next_hop, Octets& out);

}   // namespace barrage
