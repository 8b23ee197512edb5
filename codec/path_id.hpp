#pragma once
// The path identifier of RFC 7911 section 3: with the prefix it names a path. Only its sender gives it a meaning.

#include <compare>
#include <cstdint>

namespace barrage {

struct PathId {
    std::uint32_t value = 0;
    friend constexpr auto operator<=>(const PathId&, const PathId&) = default;
};

}   // namespace barrage
