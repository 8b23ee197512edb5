#pragma once
// IPv4 and IPv6 addresses as values, and from text. Text to people is in codec/format.

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "codec/reader.hpp"
#include "codec/writer.hpp"

namespace barrage {

struct Ipv4Address {
    std::uint32_t value = 0;   // host order: 127.0.0.1 is 0x7f000001

    static constexpr std::size_t octets = 4;
    static std::optional<Ipv4Address> from_text(std::string_view text) noexcept;
    static constexpr Ipv4Address read(Reader& in) noexcept { return {in.u32()}; }

    friend constexpr auto operator<=>(const Ipv4Address&, const Ipv4Address&) = default;
};

struct Ipv6Address {
    std::array<std::uint8_t, 16> value{};   // network order

    static constexpr std::size_t octets = 16;
    static std::optional<Ipv6Address> from_text(std::string_view text) noexcept;
    static Ipv6Address read(Reader& in) noexcept
    {
        Ipv6Address address;
        const auto taken = in.octets(octets);
        for (std::size_t i = 0; i < taken.size(); ++i) address.value[i] = taken[i];
        return address;
    }

    friend constexpr auto operator<=>(const Ipv6Address&, const Ipv6Address&) = default;
};

/// Either of the two.
class IpAddress {
public:
    constexpr IpAddress() = default;
    constexpr IpAddress(Ipv4Address address) noexcept : address_(address) {}   // NOLINT: an address is an address
    constexpr IpAddress(Ipv6Address address) noexcept : address_(address) {}   // NOLINT

    static std::optional<IpAddress> from_text(std::string_view text) noexcept;

    [[nodiscard]] constexpr bool is_v4() const noexcept { return std::holds_alternative<Ipv4Address>(address_); }
    [[nodiscard]] constexpr bool is_v6() const noexcept { return !is_v4(); }
    [[nodiscard]] constexpr Ipv4Address v4() const noexcept { return *std::get_if<Ipv4Address>(&address_); }   // is_v4() first
    [[nodiscard]] constexpr Ipv6Address v6() const noexcept { return *std::get_if<Ipv6Address>(&address_); }   // is_v6() first
    /// The address `steps` further on, wrapping at the end of the space.
    [[nodiscard]] IpAddress advanced(std::uint64_t steps) const noexcept;

    friend constexpr auto operator<=>(const IpAddress&, const IpAddress&) = default;

private:
    std::variant<Ipv4Address, Ipv6Address> address_{};
};

/// RFC 5952 for IPv6.
std::string to_text(Ipv4Address address);
std::string to_text(const Ipv6Address& address);
std::string to_text(const IpAddress& address);

inline void write_address(const IpAddress& address, Writer& out)
{
    if (address.is_v4())
        out.u32(address.v4().value);
    else
        out.octets(address.v6().value);
}

}   // namespace barrage
