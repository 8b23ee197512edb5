#include "codec/describe.hpp"

namespace barrage {

std::string hex_text(OctetView octets)
{
    static constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    text.reserve(2 * octets.size());
    for (const auto octet : octets) {
        text += digits[octet >> 4];
        text += digits[octet & 15];
    }
    return text;
}

std::optional<Octets> octets_from_hex(std::string_view text)
{
    const auto digit = [](char c) {
        if (c >= '0' && c <= '9') return c - '0';
        if (c >= 'a' && c <= 'f') return c - 'a' + 10;
        if (c >= 'A' && c <= 'F') return c - 'A' + 10;
        return -1;
    };
    if (text.size() % 2 != 0) return std::nullopt;
    Octets octets;
    octets.reserve(text.size() / 2);
    for (std::size_t i = 0; i < text.size(); i += 2) {
        const auto high = digit(text[i]);
        const auto low = digit(text[i + 1]);
        if (high < 0 || low < 0) return std::nullopt;
        octets.push_back(static_cast<std::uint8_t>(high << 4 | low));
    }
    return octets;
}

namespace {

/// How many octets the character at the beginning of `text` has; 0 where there is none. RFC 3629 section 4.
std::size_t character_octets(std::string_view text) noexcept
{
    const auto at = [text](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
    const auto first = at(0);
    if (first < 0x80) return 1;
    const std::size_t size = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (first < 0xc2 || first > 0xf4 || text.size() < size) return 0;
    const std::uint8_t least = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;   // no longer form than needed
    const std::uint8_t most = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;    // no surrogates, nothing past U+10FFFF
    if (at(1) < least || at(1) > most) return 0;
    for (std::size_t i = 2; i < size; ++i)
        if ((at(i) & 0xc0) != 0x80) return 0;
    return size;
}

}   // namespace

bool is_utf8(std::string_view text) noexcept
{
    while (!text.empty()) {
        const auto octets = character_octets(text);
        if (octets == 0) return false;
        text.remove_prefix(octets);
    }
    return true;
}

std::string printable(std::string_view text)
{
    std::string out;
    while (!text.empty()) {
        const auto octets = character_octets(text);
        const auto octet = static_cast<std::uint8_t>(text[0]);
        const bool c1 = octets == 2 && octet == 0xc2 && static_cast<std::uint8_t>(text[1]) < 0xa0;   // U+0080 to U+009F
        if (octets == 0 || octet < 0x20 || octet == 0x7f || c1) {
            out += "\\x" + hex_text({&octet, 1});
            text.remove_prefix(1);
        } else {
            out += text.substr(0, octets);
            text.remove_prefix(octets);
        }
    }
    return out;
}

}   // namespace barrage
