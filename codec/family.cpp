#include "codec/family.hpp"

#include <charconv>
#include <utility>

namespace barrage {

namespace {

template <class Number>
std::optional<Number> number(std::string_view text) noexcept
{
    Number value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

}   // namespace

std::optional<Family> Family::from_text(std::string_view text) noexcept
{
    if (const auto known = family_from_name(text)) return known;
    const auto slash = text.find('/');
    if (slash == std::string_view::npos) return std::nullopt;
    const auto afi = number<std::uint16_t>(text.substr(0, slash));
    const auto safi = number<std::uint8_t>(text.substr(slash + 1));
    if (!afi || !safi) return std::nullopt;
    return Family{Afi{*afi}, Safi{*safi}};
}

std::string to_text(Family family)
{
    const auto known = name(family);
    if (!known.empty()) return std::string{known};
    return std::to_string(std::to_underlying(family.afi)) + "/" + std::to_string(std::to_underlying(family.safi));
}

}   // namespace barrage
