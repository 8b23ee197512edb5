#pragma once
// Values of a report as they stand in its document, and back: what was not measured is null, times are seconds. Readers take what
// is not there as nothing, since reports of other versions are still worth looking at. Pure; any thread.

#include <boost/json.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "loadgen/words/numbers.hpp"

namespace barrage::document {

using boost::json::array;
using boost::json::object;
using boost::json::value;

// ---- To the document.

template <class T>
value or_null(const std::optional<T>& optional)
{
    return optional ? value(*optional) : value(nullptr);
}

inline value seconds_or_null(const std::optional<std::chrono::nanoseconds>& time)
{
    return time ? value(seconds(*time)) : value(nullptr);
}

inline array texts(const std::vector<std::string>& lines)
{
    array all;
    for (const auto& line : lines) all.emplace_back(line);
    return all;
}

// ---- From it.

inline std::optional<double> number(const object& from, std::string_view key)
{
    const auto* found = from.if_contains(key);
    return found && found->is_number() ? std::optional{found->to_number<double>()} : std::nullopt;
}

inline std::string text(const object& from, std::string_view key)
{
    const auto* found = from.if_contains(key);
    return found && found->is_string() ? std::string{found->as_string()} : std::string{};
}

inline bool flag(const object& from, std::string_view key)
{
    const auto* found = from.if_contains(key);
    return found && found->is_bool() && found->as_bool();
}

inline const object* part(const object& from, std::string_view key)
{
    const auto* found = from.if_contains(key);
    return found ? found->if_object() : nullptr;
}

inline const array& list(const object& from, std::string_view key)
{
    static const array none;
    const auto* found = from.if_contains(key);
    return found && found->is_array() ? found->as_array() : none;
}

/// Of a list, the elements that are objects.
void for_each_object(const array& all, auto&& visit)
{
    for (const auto& each : all)
        if (const auto* one = each.if_object()) visit(*one);
}

}   // namespace barrage::document
