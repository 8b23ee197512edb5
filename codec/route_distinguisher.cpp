#include "codec/route_distinguisher.hpp"

#include <charconv>

#include "codec/describe.hpp"

namespace barrage {

namespace {

std::optional<std::uint32_t> number_from(std::string_view text, std::uint32_t most)
{
    std::uint32_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty() || error != std::errc{} || end != text.data() + text.size() || number > most) return std::nullopt;
    return number;
}

}   // namespace

std::optional<RouteDistinguisher> RouteDistinguisher::from_text(std::string_view text)
{
    if (text.starts_with("0x")) {
        const auto value = octets_from_hex(text.substr(2));
        if (!value || value->size() != octets) return std::nullopt;
        Reader in{*value};
        return read(in);
    }
    const auto colon = text.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    auto before = text.substr(0, colon);
    const auto after = text.substr(colon + 1);
    if (before.find('.') != std::string_view::npos) {
        const auto address = Ipv4Address::from_text(before);
        const auto number = number_from(after, 0xffff);
        if (!address || !number) return std::nullopt;
        return of_address(*address, static_cast<std::uint16_t>(*number));
    }
    const bool four_octets = before.ends_with('L');
    if (four_octets) before.remove_suffix(1);
    const auto asn = number_from(before, 0xffffffff);
    if (!asn) return std::nullopt;
    if (four_octets || *asn > 0xffff) {
        const auto number = number_from(after, 0xffff);
        if (!number) return std::nullopt;
        return of_four_octet_as(*asn, static_cast<std::uint16_t>(*number));
    }
    const auto number = number_from(after, 0xffffffff);
    if (!number) return std::nullopt;
    return of_as(static_cast<std::uint16_t>(*asn), *number);
}

std::string to_text(RouteDistinguisher rd)
{
    const auto high = static_cast<std::uint32_t>(rd.value >> 16);
    const auto low = std::to_string(rd.value & 0xffff);
    switch (rd.type()) {
    case 0: return std::to_string(rd.value >> 32 & 0xffff) + ":" + std::to_string(rd.value & 0xffffffff);
    case 1: return to_text(Ipv4Address{high}) + ":" + low;
    case 2: return std::to_string(high) + (high <= 0xffff ? "L:" : ":") + low;
    default: {
        Octets all;
        Writer out{all};
        rd.encode(out);
        return "0x" + hex_text(all);
    }
    }
}

}   // namespace barrage
