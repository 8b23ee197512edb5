#include "codec/printable.hpp"

#include <algorithm>
#include <cstdint>

#include "codec/describe.hpp"

namespace barrage {

namespace {

constexpr std::string_view digits = "0123456789abcdef";

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

/// Of a character of one to three octets; those of four are all shown.
char32_t code_point(std::string_view character) noexcept
{
    const auto at = [character](std::size_t i) { return static_cast<std::uint8_t>(character[i]); };
    switch (character.size()) {
    case 1: return at(0);
    case 2: return static_cast<char32_t>((at(0) & 0x1f) << 6 | (at(1) & 0x3f));
    case 3: return static_cast<char32_t>((at(0) & 0x0f) << 12 | (at(1) & 0x3f) << 6 | (at(2) & 0x3f));
    default: return U'\U00010000';
    }
}

/// It moves something on a terminal, ends a line or turns the direction of what follows.
constexpr bool is_control(char32_t c) noexcept
{
    return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x061c || c == 0x200e || c == 0x200f || (c >= 0x2028 && c <= 0x202e) ||
           (c >= 0x2066 && c <= 0x2069);
}

void append_octet(std::string& out, char octet, std::string_view before)
{
    out += before;
    out += digits[static_cast<std::uint8_t>(octet) >> 4];
    out += digits[static_cast<std::uint8_t>(octet) & 15];
}

constexpr bool is_plain(char c) noexcept { return c >= 0x20 && c < 0x7f; }

/// Calls `shown(text)` for what stays, `control(character, code point)` and `no_utf8(octet)` for the rest.
void for_each_part(std::string_view text, auto&& shown, auto&& control, auto&& no_utf8)
{
    while (!text.empty()) {
        const auto plain = static_cast<std::size_t>(std::ranges::find_if_not(text, is_plain) - text.begin());
        if (plain != 0) {
            shown(text.substr(0, plain));
            text.remove_prefix(plain);
            continue;
        }
        const auto octets = character_octets(text);
        const auto character = text.substr(0, std::max<std::size_t>(octets, 1));
        const auto point = code_point(character);
        if (octets == 0)
            no_utf8(text[0]);
        else if (is_control(point))
            control(character, point);
        else
            shown(character);
        text.remove_prefix(character.size());
    }
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
    for_each_part(
        text, [&](std::string_view shown) { out += shown; },
        [&](std::string_view character, char32_t) {
            for (const auto octet : character) append_octet(out, octet, "\\x");
        },
        [&](char octet) { append_octet(out, octet, "\\x"); });
    return out;
}

std::string printable_lines(std::string_view text)
{
    std::string out;
    while (!text.empty()) {
        const auto end = text.find('\n');
        out += printable(text.substr(0, end));
        if (end == std::string_view::npos) break;
        out += '\n';
        text.remove_prefix(end + 1);
    }
    return out;
}

std::string valid_json(std::string json)
{
    if (std::ranges::all_of(json, is_plain)) return json;
    std::string out;
    for_each_part(
        json, [&](std::string_view shown) { out += shown; },
        [&](std::string_view character, char32_t point) {
            if (point < 0x20) {   // outside of strings: between values
                out += character;
                return;
            }
            append_octet(out, static_cast<char>(point >> 8), "\\u");
            append_octet(out, static_cast<char>(point & 0xff), "");
        },
        [&](char octet) { append_octet(out, octet, "\\\\x"); });
    return out;
}

}   // namespace barrage
