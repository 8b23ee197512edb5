#pragma once
// What a path attribute is to the codec: one struct that says its type, its flags, what its malformation costs, and
// encodes and decodes its value (the octets after the attribute's length). See origin.hpp for the smallest of them.
//
// Besides what the concept asks for, an attribute may say:
//   static constexpr auto flags_conflict = Recovery::…;   where its RFC leaves section 3.c of RFC 7606 (treat-as-withdraw)
//   static constexpr bool internal_only = true;           dropped unread when an external neighbor sends it
//   static bool looks_sound(Reader in, const SessionOptions& options);   true only where decode() finds nothing wrong, whoever sends it; for
//                                                                        who judges and keeps nothing: no allocation
// A length of zero is an error for all but AS_PATH and ATOMIC_AGGREGATE: RFC 7606 section 4.

#include <concepts>
#include <string_view>

#include "codec/describe.hpp"
#include "codec/error.hpp"
#include "codec/iana.hpp"
#include "codec/reader.hpp"
#include "codec/session_options.hpp"
#include "codec/writer.hpp"

namespace barrage {

// The Optional and Transitive bits of an attribute. RFC 4271 section 5.
inline constexpr std::uint8_t well_known = flag_transitive;
inline constexpr std::uint8_t optional_transitive = flag_optional | flag_transitive;
inline constexpr std::uint8_t optional_non_transitive = flag_optional;

template <class A>
concept PathAttribute = Describable<A> && std::equality_comparable<A> && std::default_initializable<A> &&
                        requires(const A attribute, Writer& out, Reader& in, const SessionOptions& options) {
                            { A::type } -> std::convertible_to<AttributeType>;
                            { A::flags } -> std::convertible_to<std::uint8_t>;
                            { A::malformed } -> std::convertible_to<Recovery>;
                            { A::name } -> std::convertible_to<std::string_view>;
                            { attribute.encode(out, options) } -> std::same_as<void>;
                            { A::decode(in, options) } -> std::same_as<Decoded<A>>;
                        };

/// How many elements of `size` octets fill the rest of `in`; 0 where there is none, or they do not come out even: for the
/// attributes that RFC 7606 wants to be "a non-zero multiple of" something.
constexpr std::size_t whole_elements(const Reader& in, std::size_t size) noexcept
{
    return in.remaining() % size == 0 ? in.remaining() / size : 0;
}

}   // namespace barrage
