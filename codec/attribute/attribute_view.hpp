#pragma once
// A path attribute where it stands in a message: its header, read and written here and nowhere else, and the walk from one attribute to the
// next, without a copy or an allocation. RFC 4271 section 4.3. Any thread.
//
//     +-----------+----------+-----------------+---------------+
//     | Flags (1) | Type (1) | Length (1 or 2) | Value         |   two octets of length where the flags say so
//     +-----------+----------+-----------------+---------------+

#include <array>
#include <optional>

#include "codec/iana.hpp"
#include "codec/reader.hpp"
#include "codec/writer.hpp"

namespace barrage {

struct AttributeHeader {
    std::uint8_t flags = 0;
    AttributeType type{};
    std::size_t octets = 0;   // of the header: 3, or 4 with an extended length
    std::size_t length = 0;   // of the value
};

/// Of a header in front of a value of `length` octets that has no more of it than it needs.
constexpr std::size_t attribute_header_octets(std::size_t length) noexcept { return length > 0xff ? 4 : 3; }

/// The header at the front of `attributes`; nothing where they do not hold it and its value whole.
constexpr std::optional<AttributeHeader> attribute_header(OctetView attributes) noexcept
{
    constexpr std::size_t shortest = 3;
    if (attributes.size() < shortest) return std::nullopt;
    const bool extended = attributes[0] & flag_extended_length;
    const std::size_t octets = extended ? shortest + 1 : shortest;
    if (attributes.size() < octets) return std::nullopt;
    const std::size_t length = extended ? std::size_t{attributes[2]} << 8 | attributes[3] : attributes[2];
    if (attributes.size() - octets < length) return std::nullopt;
    return AttributeHeader{attributes[0], AttributeType{attributes[1]}, octets, length};
}

/// Flags without the bit that put_attribute_header() sets where the length needs it.
constexpr std::uint8_t without_extended_length(std::uint8_t flags) noexcept
{
    return static_cast<std::uint8_t>(flags & ~flag_extended_length);
}

/// Writes a header to `at`, where there is room for four octets; the extended length where the flags ask for it or the value needs it. What
/// stands behind the header.
constexpr std::uint8_t* put_attribute_header(std::uint8_t* at, std::uint8_t flags, AttributeType type,
                                             std::size_t length) noexcept
{
    const bool extended = length > 0xff || (flags & flag_extended_length) != 0;
    *at++ = static_cast<std::uint8_t>(extended ? flags | flag_extended_length : flags);
    *at++ = static_cast<std::uint8_t>(type);
    if (extended) *at++ = static_cast<std::uint8_t>(length >> 8);
    *at++ = static_cast<std::uint8_t>(length);
    return at;
}
inline void put_attribute_header(Writer& out, std::uint8_t flags, AttributeType type, std::size_t length)
{
    std::array<std::uint8_t, 4> header;
    const auto* const end = put_attribute_header(header.data(), flags, type, length);
    out.octets({header.data(), end});
}
inline void put_attribute(Writer& out, std::uint8_t flags, AttributeType type, OctetView value)
{
    put_attribute_header(out, flags, type, value.size());
    out.octets(value);
}

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
    const auto header = attribute_header(in.left());
    if (!header) {
        in.fail();
        return std::nullopt;
    }
    const auto offset = in.offset();
    const auto whole = in.octets(header->octets + header->length);
    return AttributeView{header->flags, header->type, whole.subspan(header->octets), whole, offset, offset + header->octets};
}

}   // namespace barrage
