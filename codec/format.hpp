#pragma once
// Values as text for people: one printer over describe(), and the fmt formatter that every describable value gets from it.
//     fmt::print("{}\n", attribute);   →   communities [65001:1 no-export]
// A struct of one field is written as the field alone, a type with a to_text of its own as that says.

#include <fmt/format.h>

#include <string>
#include <utility>
#include <variant>

#include "codec/asn.hpp"
#include "codec/attribute/registry.hpp"
#include "codec/describe.hpp"
#include "codec/message/update.hpp"
#include "codec/path_id.hpp"

namespace barrage {

template <Describable T>
std::string to_text(const T& value);
template <class T>
    requires is_variant<T>
std::string to_text(const T& value);

/// Appends one field.
template <class T>
void print(std::string& out, const T& field)
{
    if constexpr (std::same_as<T, bool>)
        out += field ? "true" : "false";
    else if constexpr (std::integral<T>)
        out += std::to_string(field);
    else if constexpr (std::same_as<T, Asn> || std::same_as<T, PathId>)
        out += std::to_string(field.value);
    else if constexpr (std::is_enum_v<T>) {
        std::string_view name;
        if constexpr (NamedEnum<T>) name = enum_name(field);
        out += name.empty() ? std::to_string(std::to_underlying(field)) : std::string{name};
    } else if constexpr (std::same_as<T, Octets>)
        out += hex_text(field);
    else if constexpr (std::same_as<T, std::string>)
        out += printable(field);
    else if constexpr (is_optional<T>) {
        if (field) print(out, *field);
    } else if constexpr (is_vector<T>) {
        out += '[';
        for (std::size_t i = 0; i < field.size(); ++i) {
            if (i) out += ' ';
            print(out, field[i]);
        }
        out += ']';
    } else if constexpr (Describable<T>) {
        const auto text = to_text(field);
        const bool one_word = text.find(' ') == std::string::npos;
        out += one_word ? text : "{" + text + "}";
    } else
        out += to_text(field);
}

template <Describable T>
std::string to_text(const T& value)
{
    std::size_t fields = 0;
    const auto is_shown = []<class F>(const F& field) {
        if constexpr (is_optional<F>) return field.has_value();
        return true;
    };
    T::describe(value, [&](std::string_view, const auto& field) { fields += is_shown(field); });
    std::string text;
    T::describe(value, [&](std::string_view name, const auto& field) {
        if (!is_shown(field)) return;
        if (!text.empty()) text += ' ';
        if (fields > 1) text.append(name) += ' ';
        print(text, field);
    });
    return text;
}

/// The name of the alternative, then what it holds.
template <class T>
    requires is_variant<T>
std::string to_text(const T& value)
{
    return std::visit(
        [](const auto& alternative) {
            std::string text{alternative.name};
            const auto what = to_text(alternative);
            return what.empty() ? text : text + " " + what;
        },
        value);
}

/// The attribute, with its flags where they are not those of its type.
std::string to_text(const ReceivedAttribute& attribute);
/// One line for each field that is there: "withdrawn […]", an attribute a line, "nlri […]".
std::string to_text(const Update& update);

}   // namespace barrage

template <barrage::Describable T>
struct fmt::formatter<T> : fmt::formatter<std::string> {
    template <class Context>
    auto format(const T& value, Context& context) const
    {
        return fmt::formatter<std::string>::format(to_text(value), context);
    }
};
