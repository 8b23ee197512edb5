#pragma once
// The fields of a value, named once: text (codec/format.hpp) and JSON (loadgen/words/describe_json.hpp) are made from this,
// and read back from it, without knowing the value's type.
//
//     struct Aggregator {
//         template <class Self, class Visitor>
//         static void describe(Self& self, Visitor&& visit)   // Self is const when printing, mutable when reading back
//         {
//             visit("asn", self.asn);
//             visit("address", self.address);
//         }
//
// A visitor is called as visit(std::string_view, field) and handles fields of these types:
//   - bool and integers; Asn and PathId, which are integers for it;
//   - scoped enumerations: by name where NamedEnum, else by number, and a value without a name by its number;
//   - TextValue: addresses, prefixes, communities: one word of text each;
//   - Octets, as hexadecimal digits; std::string, which may hold any octets;
//   - std::optional<T>, left out where empty; std::vector<T>;
//   - Describable structs, nested;
//   - std::variant of Describable structs, told apart by the static `name` of each.

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include "codec/writer.hpp"

namespace barrage {

/// One enumerator and how it is written.
template <class Enum>
struct EnumName {
    Enum value;
    std::string_view name;
};

/// An enumeration whose `enum_names(Enum)`, found beside it, gives an array of EnumName.
template <class Enum>
concept NamedEnum = std::is_enum_v<Enum> && requires(Enum value) { enum_names(value); };

/// Empty for a value that has no name.
template <NamedEnum Enum>
constexpr std::string_view enum_name(Enum value) noexcept
{
    for (const auto& known : enum_names(value))
        if (known.value == value) return known.name;
    return {};
}

template <NamedEnum Enum>
constexpr std::optional<Enum> enum_from_name(std::string_view name) noexcept
{
    for (const auto& known : enum_names(Enum{}))
        if (known.name == name) return known.value;
    return std::nullopt;
}

/// A value that one word of text says in full, and that is read back from it.
template <class T>
concept TextValue = requires(const T& value, std::string_view text) {
    { to_text(value) } -> std::convertible_to<std::string>;
    { T::from_text(text) } -> std::same_as<std::optional<T>>;
};

/// Octets as hexadecimal digits without blanks, and back; nothing for any other text.
std::string hex_text(OctetView octets);
std::optional<Octets> octets_from_hex(std::string_view text);

/// Whether the octets are UTF-8, as RFC 3629 has it. What a peer writes into a text may be anything.
bool is_utf8(std::string_view text) noexcept;
/// For people: control characters, and octets that are no UTF-8, as "\x1b", so that a line stays a line.
std::string printable(std::string_view text);

/// A struct that names its fields.
template <class T>
concept Describable =
    std::is_class_v<T> && requires(const T& value) { T::describe(value, [](std::string_view, const auto&) {}); };

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;

template <class T>
inline constexpr bool is_variant = false;
template <class... T>
inline constexpr bool is_variant<std::variant<T...>> = true;

template <class T>
inline constexpr bool is_vector = false;
template <class T>
inline constexpr bool is_vector<std::vector<T>> = !std::same_as<std::vector<T>, Octets>;

}   // namespace barrage
