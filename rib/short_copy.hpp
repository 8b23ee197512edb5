#pragma once
// Copying a few octets without a call: attributes and prefixes of one UPDATE are some tens of octets, for which memcpy's
// call costs more than the copy. Both sides own `copy_slack` octets beyond what is asked for, which may be read or written.

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace barrage {

inline constexpr std::size_t copy_slack = 32;

inline void short_copy(std::uint8_t* to, const std::uint8_t* from, std::size_t count) noexcept
{
    if (count > 4 * copy_slack) {
        std::memcpy(to, from, count);
        return;
    }
    // Constants: two vector moves each, hardly ever more than two times.
    std::memcpy(to, from, copy_slack);
    for (std::size_t done = copy_slack; done < count; done += copy_slack) std::memcpy(to + done, from + done, copy_slack);
}

}   // namespace barrage
