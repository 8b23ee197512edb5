#pragma once
// doctest, and how a check that fails shows our values. Tests include this instead of <doctest.h>, so that a type is shown alike in all of them.

#include <doctest.h>

#include <chrono>
#include <concepts>
#include <optional>
#include <ranges>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

#include "codec/describe.hpp"
#include "codec/error.hpp"
#include "codec/family.hpp"
#include "tests/support/hex.hpp"

namespace barrage {

template <class T>
inline constexpr bool is_time = false;
template <class Rep, class Period>
inline constexpr bool is_time<std::chrono::duration<Rep, Period>> = true;
template <class T>
inline constexpr bool is_pair = false;
template <class A, class B>
inline constexpr bool is_pair<std::pair<A, B>> = true;

/// A number with a type of its own, such as Asn.
template <class T>
concept StrongNumber = std::is_class_v<T> && sizeof(T) == sizeof(T::value) && std::integral<decltype(T::value)>;

/// What doctest shows as "{?}" by itself, and that shown() has a text for.
template <class T>
concept Showable = !std::convertible_to<const T&, std::string_view> &&
                   (NamedEnum<T> || Describable<T> || TextValue<T> || StrongNumber<T> || is_optional<T> || is_variant<T> ||
                    is_time<T> || is_pair<T> || std::same_as<T, FamilySet> || std::same_as<T, DecodeError> ||
                    std::same_as<T, NotificationError> || (std::ranges::input_range<const T> && !std::is_array_v<T>));

template <class T>
std::string shown(const T& value)
{
    if constexpr (Describable<T>) {
        std::string text;
        T::describe(value, [&](std::string_view name, const auto& field) {
            text += (text.empty() ? "" : ", ") + std::string{name} + ": " + shown(field);
        });
        return "{" + text + "}";
    } else if constexpr (TextValue<T>) {
        return to_text(value);
    } else if constexpr (StrongNumber<T>) {
        return std::to_string(value.value);
    } else if constexpr (NamedEnum<T>) {
        const auto name = enum_name(value);
        return name.empty() ? std::to_string(std::to_underlying(value)) : std::string{name};
    } else if constexpr (is_optional<T>) {
        return value ? shown(*value) : "nothing";
    } else if constexpr (is_variant<T>) {
        return std::visit([](const auto& alternative) { return shown(alternative); }, value);
    } else if constexpr (is_time<T>) {
        return std::to_string(std::chrono::nanoseconds{value}.count()) + " ns";
    } else if constexpr (is_pair<T>) {
        return "(" + shown(value.first) + ", " + shown(value.second) + ")";
    } else if constexpr (std::same_as<T, FamilySet>) {
        std::string text;
        value.for_each([&](Family family) { text += (text.empty() ? "" : ",") + std::string{name(family)}; });
        return text;
    } else if constexpr (std::same_as<T, DecodeError>) {
        return std::string{name(value.recovery)} + ", subcode " + std::to_string(std::to_underlying(value.subcode)) + ": " +
               std::string{value.text};
    } else if constexpr (std::same_as<T, NotificationError>) {
        return "NOTIFICATION " + std::to_string(std::to_underlying(value.code)) + "/" + std::to_string(value.subcode) + " " +
               to_hex(value.data) + ": " + std::string{value.text};
    } else if constexpr (std::convertible_to<const T&, std::string_view>) {
        return std::string{std::string_view{value}};
    } else if constexpr (std::convertible_to<const T&, OctetView>) {
        return to_hex(value);
    } else if constexpr (std::ranges::input_range<const T>) {
        std::string text;
        for (const auto& element : value) text += (text.empty() ? "" : ", ") + shown(element);
        return "{" + text + "}";
    } else {
        return doctest::toString(value).c_str();
    }
}

}   // namespace barrage

template <class T>
    requires barrage::Showable<T>
struct doctest::StringMaker<T> {
    static String convert(const T& value) { return barrage::shown(value).c_str(); }
};
