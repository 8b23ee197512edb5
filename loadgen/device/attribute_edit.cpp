#include "loadgen/device/attribute_edit.hpp"

#include <utility>

namespace barrage::device {

namespace {

bool is_known(AttributeType type) noexcept
{
    switch (type) {
    case AttributeType::aggregator:
    case AttributeType::communities:
    case AttributeType::extended_communities:
    case AttributeType::large_communities: return true;
    default: return false;
    }
}

}   // namespace

Octets with_attribute(OctetView attributes, AttributeType type, std::uint8_t flags, const std::optional<Octets>& value)
{
    Octets all;
    Writer out{all};
    bool done = !value;
    for (Reader in{attributes}; const auto attribute = next_attribute(in);) {
        if (!done && attribute->type >= type) {
            put_attribute(out, flags, type, *value);
            done = true;
        }
        if (attribute->type != type) out.octets(attribute->whole);
    }
    if (!done) put_attribute(out, flags, type, *value);
    return all;
}

Octets leaving_the_as(OctetView attributes)
{
    Octets all;
    Writer out{all};
    for (Reader in{attributes}; const auto attribute = next_attribute(in);) {
        const bool optional = attribute->flags & flag_optional;
        const bool transitive = attribute->flags & flag_transitive;
        if (optional && !transitive) continue;
        const auto at = all.size();
        out.octets(attribute->whole);
        if (optional && !is_known(attribute->type)) all[at] |= flag_partial;
    }
    return all;
}

}   // namespace barrage::device
