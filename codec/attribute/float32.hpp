#pragma once
// A number of IEEE 754 in four octets, as rates and bandwidths are written. Kept as its bits, so that every one of them,
// NaN included, comes back as it was.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace barrage {

struct Float32 {
    std::uint32_t bits = 0;

    /// "1250000", "1.5e+09"; what is no finite number as "0x7fc00000".
    static std::optional<Float32> from_text(std::string_view text) noexcept;
    friend bool operator==(const Float32&, const Float32&) = default;
};

std::string to_text(Float32 number);

}   // namespace barrage
