#pragma once
// An autonomous system number. RFC 6793: four octets; a 2-octet session writes AS_TRANS for what does not fit.

#include <compare>
#include <cstdint>
#include <optional>
#include <string_view>

#include "codec/iana.hpp"

namespace barrage {

struct Asn {
    std::uint32_t value = 0;

    [[nodiscard]] constexpr bool fits_two_octets() const noexcept { return value <= 0xffff; }
    [[nodiscard]] constexpr std::uint16_t two_octets() const noexcept
    {
        return static_cast<std::uint16_t>(fits_two_octets() ? value : as_trans);
    }

    /// "65001" or "1.10" (asdot, RFC 5396); nothing for any other text.
    static std::optional<Asn> from_text(std::string_view text) noexcept;

    friend constexpr auto operator<=>(const Asn&, const Asn&) = default;
};

}   // namespace barrage
