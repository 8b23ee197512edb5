#pragma once
// An attribute set as one group of peers sends it: own AS prepended, attributes that stay inside an AS dropped or added,
// two-octet AS numbers. Part of the *pack* stage; pure.

#include <cstdint>

#include "codec/writer.hpp"
#include "rib/attribute_set.hpp"
#include "rib/pack_options.hpp"

namespace barrage {

/// Where the octets of a variant can be patched, from its first octet; 0 where there is nothing to patch.
struct VariantOffsets {
    std::size_t own_as = 0;
    std::size_t next_hop = 0;   // of NEXT_HOP; that of an MP_REACH_NLRI is the packer's
};

/// A four-octet AS path in two-octet numbers, AS_TRANS for what does not fit: RFC 6793 section 4.2.2. Says whether anything did not.
bool narrow_as_path(OctetView path, Octets& into);

/// Appends every attribute to `out` in ascending order of type. `next_hop` is written as NEXT_HOP unless it is empty
/// (routes in MP_REACH_NLRI).
VariantOffsets encode_variant(const AttributeSet& attributes, const PackOptions& options, OctetView next_hop, Octets& out);

/// The same octets without a temporary, for the sets of a common table: four-octet AS numbers, an AS_PATH of at most 255 octets that
/// begins with a sequence (or is empty), nothing to drop. Writes at most attributes.octets().size() + 32 octets and reads and writes
/// copy_slack beyond. Returns the octets written, or 0 where encode_variant() has to do it.
std::size_t encode_common_variant(const AttributeSet& attributes, const PackOptions& options, OctetView next_hop,
                                  std::uint8_t* out, VariantOffsets& offsets);

}   // namespace barrage
