#pragma once
// A route distinguisher: what makes equal prefixes of different VPNs different. RFC 4364 section 4.2.
//
//     +----------+--------------------------------------+
//     | Type (2) | Value (6), divided as the type says  |
//     +----------+--------------------------------------+

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "codec/ip.hpp"
#include "codec/writer.hpp"

namespace barrage {

struct RouteDistinguisher {
    std::uint64_t value = 0;   // all eight octets, the type first

    static constexpr std::size_t octets = 8;

    static constexpr RouteDistinguisher read(Reader& in) noexcept { return {in.u64()}; }
    void encode(Writer& out) const { out.u64(value); }

    [[nodiscard]] constexpr std::uint16_t type() const noexcept { return static_cast<std::uint16_t>(value >> 48); }

    static constexpr RouteDistinguisher of_as(std::uint16_t asn, std::uint32_t number) noexcept
    {
        return {std::uint64_t{asn} << 32 | number};
    }
    static constexpr RouteDistinguisher of_address(Ipv4Address address, std::uint16_t number) noexcept
    {
        return {std::uint64_t{1} << 48 | std::uint64_t{address.value} << 16 | number};
    }
    static constexpr RouteDistinguisher of_four_octet_as(std::uint32_t asn, std::uint16_t number) noexcept
    {
        return {std::uint64_t{2} << 48 | std::uint64_t{asn} << 16 | number};
    }

    /// "65000:100" (type 0), "192.0.2.1:100" (type 1), "4200000000:100" (type 2; "65000L:100" where the AS would fit type 0),
    /// and of other types the digits: "0x0003000000000001".
    static std::optional<RouteDistinguisher> from_text(std::string_view text);
    friend constexpr auto operator<=>(const RouteDistinguisher&, const RouteDistinguisher&) = default;
};

std::string to_text(RouteDistinguisher rd);

}   // namespace barrage
