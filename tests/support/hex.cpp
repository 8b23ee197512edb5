#include "tests/support/hex.hpp"

#include <stdexcept>

namespace barrage {

namespace {

int digit(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    throw std::invalid_argument("hex: not a hexadecimal digit");
}

}   // namespace

Octets hex(std::string_view text)
{
    Octets octets;
    int high = -1;
    for (const char c : text) {
        if (c == ' ' || c == '\n' || c == ':') continue;
        if (high < 0) {
            high = digit(c);
        } else {
            octets.push_back(static_cast<std::uint8_t>(high << 4 | digit(c)));
            high = -1;
        }
    }
    if (high >= 0) throw std::invalid_argument("hex: an odd number of digits");
    return octets;
}

std::string to_hex(OctetView octets)
{
    static constexpr char digits[] = "0123456789abcdef";
    std::string text;
    for (const auto octet : octets) {
        text += digits[octet >> 4];
        text += digits[octet & 15];
    }
    return text;
}

}   // namespace barrage
