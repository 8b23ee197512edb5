#pragma once
// What EVPN routes are made of besides addresses: MAC addresses and Ethernet segment identifiers. RFC 7432 sections 5 and 7.2.

#include <array>
#include <compare>
#include <optional>
#include <string>
#include <string_view>

#include "codec/describe.hpp"

namespace barrage {

/// `Count` octets, written "00:11:22:…".
template <std::size_t Count>
struct ColonOctets {
    std::array<std::uint8_t, Count> value{};

    static constexpr std::size_t octets = Count;

    static ColonOctets read(Reader& in) noexcept
    {
        ColonOctets read;
        const auto taken = in.octets(Count);
        for (std::size_t i = 0; i < taken.size(); ++i) read.value[i] = taken[i];
        return read;
    }
    void encode(Writer& out) const { out.octets(value); }

    static std::optional<ColonOctets> from_text(std::string_view text)
    {
        if (text.size() != 3 * Count - 1) return std::nullopt;
        ColonOctets read;
        for (std::size_t i = 0; i < Count; ++i) {
            const auto octet = octets_from_hex(text.substr(3 * i, 2));
            if (!octet || (i + 1 < Count && text[3 * i + 2] != ':')) return std::nullopt;
            read.value[i] = octet->front();
        }
        return read;
    }
    friend std::string to_text(const ColonOctets& octets)
    {
        std::string text;
        for (const auto octet : octets.value) {
            if (!text.empty()) text += ':';
            text += hex_text({&octet, 1});
        }
        return text;
    }
    friend auto operator<=>(const ColonOctets&, const ColonOctets&) = default;
};

using MacAddress = ColonOctets<6>;
using EthernetSegmentId = ColonOctets<10>;

}   // namespace barrage
