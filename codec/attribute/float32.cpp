#include "codec/attribute/float32.hpp"

#include <array>
#include <bit>
#include <charconv>
#include <cmath>

namespace barrage {

std::optional<Float32> Float32::from_text(std::string_view text) noexcept
{
    const auto* const end = text.data() + text.size();
    if (text.starts_with("0x")) {
        std::uint32_t bits = 0;
        const auto [at, error] = std::from_chars(text.data() + 2, end, bits, 16);
        if (error != std::errc{} || at != end) return std::nullopt;
        return Float32{bits};
    }
    float value = 0;
    const auto [at, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc{} || at != end || !std::isfinite(value)) return std::nullopt;
    return Float32{std::bit_cast<std::uint32_t>(value)};
}

std::string to_text(Float32 number)
{
    const auto value = std::bit_cast<float>(number.bits);
    std::array<char, 32> text{};   // the shortest that reads back as the same needs 15
    if (std::isfinite(value)) {
        const auto [end, error] = std::to_chars(text.data(), text.data() + text.size(), value);
        return {text.data(), end};
    }
    const auto [end, error] = std::to_chars(text.data(), text.data() + text.size(), number.bits, 16);
    return "0x" + std::string{text.data(), end};
}

}   // namespace barrage
