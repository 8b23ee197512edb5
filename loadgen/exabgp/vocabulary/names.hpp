#pragma once
// One table a vocabulary: what is read is written by the same rows. Of several names of one value the first is the one that is
// written, the others are read too. Names are read as ExaBGP reads them: in any case, with `_` for `-`. Pure; any thread.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace barrage::exabgp {

inline std::string lower_case(std::string_view text)
{
    std::string lower{text};
    for (auto& octet : lower)
        if (octet >= 'A' && octet <= 'Z') octet = static_cast<char>(octet | 0x20);
    return lower;
}

/// "NO_EXPORT" as "no-export".
inline std::string plain_name(std::string_view text)
{
    auto name = lower_case(text);
    for (auto& octet : name)
        if (octet == '_') octet = '-';
    return name;
}

template <class Value>
struct NamedValue {
    Value value;
    std::string_view name;
};

template <class Value>
std::optional<Value> value_named(std::span<const NamedValue<Value>> table, std::string_view name)
{
    const auto plain = plain_name(name);
    for (const auto& known : table)
        if (known.name == plain) return known.value;
    return std::nullopt;
}

/// Empty where the value has no name.
template <class Value>
std::string_view name_of_value(std::span<const NamedValue<Value>> table, Value value) noexcept
{
    for (const auto& known : table)
        if (known.value == value) return known.name;
    return {};
}

}   // namespace barrage::exabgp
