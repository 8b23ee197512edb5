#pragma once
// An address prefix as RFC 4271 section 4.3 writes it: a length in bits, then as many octets as hold them.
//
//     +---------------------------+
//     |   Length (1 octet)        |
//     +---------------------------+
//     |   Prefix (variable)       |   (length + 7) / 8 octets, trailing bits of no meaning
//     +---------------------------+

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "codec/ip.hpp"
#include "codec/writer.hpp"

namespace barrage {

/// The octets that `length` bits of a prefix take, without the length itself.
constexpr std::size_t prefix_octets(std::uint8_t length) noexcept { return (length + 7u) / 8u; }

template <class Address>
struct Prefix {
    Address address{};
    std::uint8_t length = 0;   // bits

    static constexpr std::uint8_t max_length = Address::octets * 8;

    /// Octets on the wire.
    [[nodiscard]] constexpr std::size_t encoded_size() const noexcept { return 1 + prefix_octets(length); }
    void encode(Writer& out) const;
    /// Fails the reader when the length is over `max_length` or octets are missing. Trailing bits are cleared.
    static Prefix read(Reader& in) noexcept;
    /// "10.0.0.0/8"; without a mask a host route. Nothing where the text is no prefix; host bits are kept.
    static std::optional<Prefix> from_text(std::string_view text) noexcept;
    /// With the bits after `length` cleared.
    [[nodiscard]] Prefix masked() const noexcept;
    /// Whether there are bits behind the octets that encode() writes. Those behind `length` in the last of them are written, as they came.
    [[nodiscard]] bool loses_bits() const noexcept
    {
        return Prefix{address, static_cast<std::uint8_t>(8 * prefix_octets(length))}.masked().address != address;
    }

    friend constexpr auto operator<=>(const Prefix&, const Prefix&) = default;
};

using Ipv4Prefix = Prefix<Ipv4Address>;
using Ipv6Prefix = Prefix<Ipv6Address>;

std::string to_text(const Ipv4Prefix& prefix);
std::string to_text(const Ipv6Prefix& prefix);

}   // namespace barrage
