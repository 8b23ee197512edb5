#include "loadgen/exabgp/text/json_text.hpp"

#include "codec/describe.hpp"
#include "codec/printable.hpp"

namespace barrage::exabgp {

namespace {

constexpr std::string_view digits = "0123456789abcdef";
constexpr std::string_view capital_digits = "0123456789ABCDEF";

void append_escaped(std::string& out, unsigned char octet)
{
    out += "\\u00";
    out += digits[octet >> 4];
    out += digits[octet & 15];
}

}   // namespace

void append_json(std::string& out, std::string_view text)
{
    const bool readable = is_utf8(text);
    const auto begin = out.size();
    bool is_ascii = true;
    out += '"';
    for (const char c : text) {
        const auto octet = static_cast<unsigned char>(c);
        is_ascii &= octet < 0x80;
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (octet < 0x20 || octet == 0x7f || (octet >= 0x80 && !readable)) {
            append_escaped(out, octet);
        } else {
            out += c;
        }
    }
    out += '"';
    if (readable && !is_ascii)
        out.replace(begin, std::string::npos, valid_json(out.substr(begin)));   // C1 and direction controls
}

std::string json_string(std::string_view text)
{
    std::string out;
    append_json(out, text);
    return out;
}

std::string upper_hex(const unsigned char* octets, std::size_t size)
{
    std::string text{"0x"};
    text.reserve(2 + 2 * size);
    for (std::size_t i = 0; i < size; ++i) {
        text += capital_digits[octets[i] >> 4];
        text += capital_digits[octets[i] & 15];
    }
    return text;
}

}   // namespace barrage::exabgp
