#pragma once
// Canonical path attributes with one of them changed, and the well-known communities that bind a router. Pure; any thread.

#include <cstdint>
#include <optional>

#include "codec/attribute/attribute_view.hpp"
#include "codec/attribute/path_attribute.hpp"

namespace barrage::device {

// https://www.iana.org/assignments/bgp-well-known-communities: RFC 1997
inline constexpr std::uint32_t no_export = 0xffffff01;
inline constexpr std::uint32_t no_advertise = 0xffffff02;
inline constexpr std::uint32_t no_export_subconfed = 0xffffff03;

/// The value of an attribute; nothing where it is not among them.
inline std::optional<OctetView> attribute_value(OctetView attributes, AttributeType type)
{
    for (Reader in{attributes}; const auto attribute = next_attribute(in);)
        if (attribute->type == type) return attribute->value;
    return std::nullopt;
}

/// `value` in the place of the attribute's own or, where it is not there, where the order of types has it; nothing: it is left out.
Octets with_attribute(OctetView attributes, AttributeType type, std::uint8_t flags, const std::optional<Octets>& value);

inline Octets without_attribute(OctetView attributes, AttributeType type)
{
    return with_attribute(attributes, type, 0, std::nullopt);
}

/// What passes from one AS into another: no MULTI_EXIT_DISC of others (RFC 4271 section 5.1.4), no optional attribute that is not
/// transitive; Partial is set on those that a router which knows none but the oldest passes on (section 5).
Octets leaving_the_as(OctetView attributes);

}   // namespace barrage::device
