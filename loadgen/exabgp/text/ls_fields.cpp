#include "loadgen/exabgp/text/ls_fields.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include <fmt/format.h>

#include "codec/ip.hpp"
#include "loadgen/exabgp/text/json_text.hpp"

namespace barrage::exabgp {

bool ls_bit(std::uint8_t octet, std::size_t bit) noexcept { return (octet >> (7 - bit) & 1) != 0; }

/// Nothing where a reserved bit is set.
std::optional<LsFlags> ls_flags(std::uint8_t octet, LsBitNames names)
{
    if ((octet & (0xffu >> names.size())) != 0) return std::nullopt;
    LsFlags flags;
    for (std::size_t bit = 0; bit < names.size(); ++bit) {
        flags.json += fmt::format(R"("{}": {:d}, )", names[bit], ls_bit(octet, bit));
        flags.text += fmt::format("'{}': {:d}, ", names[bit], ls_bit(octet, bit));
    }
    return LsFlags{"{" + flags.json + "\"RSV\": 0}", "{" + flags.text + "'RSV': 0}"};
}

/// As Python writes it: "125000000.0". JSON has no word for what is no number.
std::string ls_float(std::uint32_t bits)
{
    const double value = std::bit_cast<float>(bits);
    if (!std::isfinite(value)) return "null";
    auto text = fmt::format("{}", value);
    if (text.find_first_of(".e") == std::string::npos) text += ".0";
    return text;
}

std::string ls_digits(OctetView octets) { return upper_hex(octets.data(), octets.size()); }

std::string ls_quoted(std::string_view text) { return fmt::format(R"("{}")", text); }

/// Octets of any number as one number in decimal digits, as ExaBGP writes an area.
std::string ls_decimal(OctetView octets)
{
    std::string text{"0"};   // its last digit first
    for (const auto octet : octets) {
        unsigned carry = octet;
        for (auto& digit : text) {
            carry += static_cast<unsigned>(digit - '0') * 256;
            digit = static_cast<char>('0' + carry % 10);
            carry /= 10;
        }
        for (; carry != 0; carry /= 10) text += static_cast<char>('0' + carry % 10);
    }
    std::ranges::reverse(text);
    return text;
}

/// An address of four octets or of sixteen; empty for any other number.
std::string ls_address(OctetView octets)
{
    Reader in{octets};
    if (octets.size() == Ipv4Address::octets) return to_text(Ipv4Address::read(in));
    if (octets.size() == Ipv6Address::octets) return to_text(Ipv6Address::read(in));
    return {};
}

}   // namespace barrage::exabgp
