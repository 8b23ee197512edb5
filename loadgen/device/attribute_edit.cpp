#include "loadgen/device/attribute_edit.hpp"

#include <utility>

namespace barrage::device {

namespace {

void put(Writer& out, AttributeType type, std::uint8_t flags, OctetView value)
{
    const bool extended = value.size() > 0xff;
    out.u8(static_cast<std::uint8_t>(flags | (extended ? flag_extended_length : 0)));
    out.u8(std::to_underlying(type));
    if (extended)
        out.u16(static_cast<std::uint16_t>(value.size()));
    else
        out.u8(static_cast<std::uint8_t>(value.size()));
    out.octets(value);
}

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
            put(out, type, flags, *value);
            done = true;
        }
        if (attribute->type != type) out.octets(attribute->whole);
    }
    if (!done) put(out, type, flags, *value);
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
