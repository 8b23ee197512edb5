#pragma once
// The table of known attributes by type code, made from the list in known_attributes.hpp, and what is done with any
// attribute through it.

#include <array>
#include <utility>

#include "codec/attribute/known_attributes.hpp"

namespace barrage {

/// What the codec knows of an attribute's type. A null decode means: unknown, keep the octets.
struct AttributeCodec {
    std::string_view name;
    std::uint8_t flags = 0;   // Optional and Transitive as they have to be
    Recovery malformed = Recovery::treat_as_withdraw;
    Recovery flags_conflict = Recovery::treat_as_withdraw;   // RFC 7606 section 3.c
    bool internal_only = false;
    Decoded<AnyAttribute> (*decode)(Reader& in, const SessionOptions& options) = nullptr;
    bool (*looks_sound)(Reader in, const SessionOptions& options) = nullptr;   // null: decode tells
};

template <PathAttribute A>
Decoded<AnyAttribute> decode_as(Reader& in, const SessionOptions& options)
{
    auto attribute = A::decode(in, options);
    if (!attribute) return std::unexpected(attribute.error());
    return std::move(*attribute);
}

template <PathAttribute A>
consteval AttributeCodec make_codec()
{
    AttributeCodec codec{.name = A::name, .flags = A::flags, .malformed = A::malformed, .decode = &decode_as<A>};
    if constexpr (requires { A::flags_conflict; }) codec.flags_conflict = A::flags_conflict;
    if constexpr (requires { &A::looks_sound; }) codec.looks_sound = &A::looks_sound;
    if constexpr (requires { A::internal_only; }) codec.internal_only = A::internal_only;
    return codec;
}

template <PathAttribute... A>
consteval auto make_registry(AttributeList<A...>)
{
    std::array<AttributeCodec, 256> by_type{};
    ((by_type[std::to_underlying(A::type)] = make_codec<A>()), ...);
    return by_type;
}
inline constexpr auto registry = make_registry(KnownAttributes{});

constexpr const AttributeCodec& codec_of(AttributeType type) noexcept { return registry[std::to_underlying(type)]; }

/// `in` holds the value and nothing else. The error's offset is that of the value, where the attribute names no other.
Decoded<AnyAttribute> decode_attribute(AttributeType type, Reader in, const SessionOptions& options);

AttributeType type_of(const AnyAttribute& attribute) noexcept;
/// Its name in text and JSON: "as_path"; "unknown" where it is octets.
std::string_view name_of(const AnyAttribute& attribute) noexcept;

/// An attribute as it stood, or is to stand, in a message: a value, and flags with all that is peculiar about them, such
/// as an extended length that was not needed.
struct ReceivedAttribute {
    std::uint8_t flags = 0;
    AnyAttribute value;
    std::size_t offset = 0;   // of its flags octet, from the first octet of the message; not part of what it is

    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("flags", self.flags);
        visit("value", self.value);
    }
    friend bool operator==(const ReceivedAttribute& a, const ReceivedAttribute& b)
    {
        return a.flags == b.flags && a.value == b.value;
    }
};

/// The attribute with the flags its RFC gives it.
ReceivedAttribute with_usual_flags(AnyAttribute value);

/// Flags, type, length, value. The extended length is used where the flags ask for it or the value needs it.
/// False, and nothing written, when the value is longer than 65535 octets, or something in it than its length field says.
bool encode_attribute(const ReceivedAttribute& attribute, const SessionOptions& options, Writer& out);

}   // namespace barrage
