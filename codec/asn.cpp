#include "codec/asn.hpp"

#include <charconv>

namespace barrage {

namespace {

std::optional<std::uint32_t> number(std::string_view text) noexcept
{
    std::uint32_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

}   // namespace

std::optional<Asn> Asn::from_text(std::string_view text) noexcept
{
    const auto dot = text.find('.');
    if (dot == std::string_view::npos) {
        const auto value = number(text);
        return value ? std::optional{Asn{*value}} : std::nullopt;
    }
    const auto high = number(text.substr(0, dot));
    const auto low = number(text.substr(dot + 1));
    if (!high || !low || *high > 0xffff || *low > 0xffff) return std::nullopt;
    return Asn{*high << 16 | *low};
}

}   // namespace barrage
