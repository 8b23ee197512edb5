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
inline constexpr std::uint32_t blackhole = 0xffff029a;   // RFC 7999

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

/// What of received attributes comes into the Loc-RIB: nothing that stays behind (rib/passing_on.hpp), Partial on optional transitive ones that
/// a router does not know which knows none but the oldest (RFC 4271 section 5), and NO_EXPORT beside BLACKHOLE (RFC 7999 section 3.2).
Octets as_taken_in(OctetView attributes, bool external);
/// What passes from one AS into another: no optional attribute that is not transitive, MULTI_EXIT_DISC of others among them (RFC 4271
/// section 5.1.4), and nothing that stays behind.
Octets leaving_the_as(OctetView attributes);

}   // namespace barrage::device
