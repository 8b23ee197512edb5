#pragma once
// What the words of BGP-LS are put together from: fields of the attribute's TLVs, flags, addresses and numbers as ExaBGP writes them.
// For ls_words.cpp, ls_sid_words.cpp and ls_nlri_words.cpp. Pure; any thread.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "codec/reader.hpp"

namespace barrage::exabgp {

/// A field of the attribute's object.
struct LsField {
    std::string key;
    std::string json;
    bool gathers = false;   // `json` is an element: those of all such TLVs are one list
};

/// What one TLV says.
struct LsTlv {
    std::vector<LsField> fields;   // at least one
    std::string label;             // of the text: "Node Name"; may be empty
    std::string text;              // behind "LABEL: "
};

/// The names of the bits of an octet, the highest first; the bits behind them are reserved.
using LsBitNames = std::span<const std::string_view>;

struct LsFlags {
    std::string json;   // {"V": 1, "RSV": 0}
    std::string text;   // {'V': 1, 'RSV': 0}
};

/// Nothing where a reserved bit is set, which ExaBGP refuses.
std::optional<LsFlags> ls_flags(std::uint8_t octet, LsBitNames names);
/// Whether the bit with this number is set, 0 being the highest.
bool ls_bit(std::uint8_t octet, std::size_t bit) noexcept;

/// A number of IEEE 754 as Python writes it, "125000000.0"; null for what is no number.
std::string ls_float(std::uint32_t bits);
/// Octets as "0x0AFF".
std::string ls_digits(OctetView octets);
/// Octets of any count as one decimal number.
std::string ls_decimal(OctetView octets);
std::string ls_quoted(std::string_view text);
/// Of four octets or of sixteen; empty for any other count.
std::string ls_address(OctetView octets);

/// TLVs with SIDs: RFC 9085 sections 2.1.2, 2.2.1, 2.2.2 and 2.3.1, RFC 9514 sections 4.1, 4.2, 5.1, 7.1 and 8. Nothing for a TLV that is
/// none of them, or that ExaBGP refuses.
std::optional<LsTlv> ls_sid_tlv(std::uint16_t type, OctetView value);

}   // namespace barrage::exabgp
