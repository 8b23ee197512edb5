#include "loadgen/exabgp/grammar/sent_attributes.hpp"

#include "codec/attribute/attribute_view.hpp"

namespace barrage::exabgp {

bool is_external(const Neighbor& neighbor) noexcept { return neighbor.local_as && neighbor.local_as != neighbor.peer_as; }

bool sends_aigp(const Neighbor& neighbor) noexcept { return neighbor.aigp || !is_external(neighbor); }

bool has_attribute(OctetView attributes, AttributeType type) noexcept
{
    for (Reader in{attributes}; const auto attribute = next_attribute(in);)
        if (attribute->type == type) return true;
    return false;
}

AttributeSetRef without_aigp(const AttributeSetRef& attributes, AttributePool& pool)
{
    if (!has_attribute(attributes->octets(), AttributeType::aigp)) return attributes;
    Octets octets;
    Writer out{octets};
    for (Reader in{attributes->octets()}; const auto attribute = next_attribute(in);)
        if (attribute->type != AttributeType::aigp) out.octets(attribute->whole);
    return pool.intern(octets, attributes->next_hop());
}

}   // namespace barrage::exabgp
