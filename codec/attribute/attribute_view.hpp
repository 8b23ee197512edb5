#pragma once
// A path attribute where it stands in a message, and the walk from one to the next: no copy, no allocation.
//
//     +-----------+----------+-----------------+---------------+
//     | Flags (1) | Type (1) | Length (1 or 2) | Value         |   two octets of length where the flags say so
//     +-----------+----------+-----------------+---------------+

#include <optional>

#include "codec/iana.hpp"
#include "codec/reader.hpp"

namespace barrage {

struct AttributeView {
    std::uint8_t flags = 0;
    AttributeType type{};
    OctetView value;
    OctetView whole;          // from its flags to the end of its value
    std::size_t offset = 0;   // of its flags, as `in` counts
    std::size_t value_offset = 0;

    [[nodiscard]] Reader reader() const noexcept { return Reader{value, value_offset}; }
};

/// The next attribute; nothing at the end, and nothing with `in` failed where the octets left are no whole attribute
/// (both cases of RFC 7606 section 4).
inline std::optional<AttributeView> next_attribute(Reader& in) noexcept
{
    if (in.empty()) return std::nullopt;
    AttributeView attribute;
    Reader from_here = in;
    attribute.offset = in.offset();
    attribute.flags = in.u8();
    attribute.type = AttributeType{in.u8()};
    const std::size_t length = attribute.flags & flag_extended_length ? in.u16() : in.u8();
    attribute.value_offset = in.offset();
    attribute.value = in.octets(length);
    if (in.failed()) return std::nullopt;
    attribute.whole = from_here.octets(attribute.value_offset - attribute.offset + length);
    return attribute;
}

}   // namespace barrage
