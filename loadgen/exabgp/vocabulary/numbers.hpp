#pragma once
// Numbers as they stand in configurations and API lines. Any thread.

#include <charconv>
#include <optional>
#include <string_view>
#include <system_error>

namespace barrage::exabgp {

/// Decimal digits, or hexadecimal ones behind 0x; nothing for any other text or a larger number.
template <class Number>
std::optional<Number> number_from(std::string_view text, Number most) noexcept
{
    const bool hexadecimal = text.starts_with("0x") || text.starts_with("0X");
    if (hexadecimal) text.remove_prefix(2);
    Number value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, hexadecimal ? 16 : 10);
    if (text.empty() || error != std::errc{} || end != text.data() + text.size() || value > most) return std::nullopt;
    return value;
}

}   // namespace barrage::exabgp
