#pragma once
// Pseudo-random numbers that are the same on every machine and standard library (the <random> distributions are not):
// SplitMix64, Steele, Lea and Flood 2014, and integers only. For inventing routes; nothing here is secret.

#include <cstdint>
#include <span>

#include "rib/unsigned128.hpp"

namespace barrage {

/// The finalizer of SplitMix64: a bijection in which every bit depends on every bit.
constexpr std::uint64_t mixed(std::uint64_t value) noexcept
{
    value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9u;
    value = (value ^ (value >> 27)) * 0x94d049bb133111ebu;
    return value ^ (value >> 31);
}

/// `value` scaled from the whole 64-bit range to [0, bound).
constexpr std::uint64_t scaled(std::uint64_t value, std::uint64_t bound) noexcept
{
    return static_cast<std::uint64_t>(Unsigned128{value} * bound >> 64);
}

class Random {
public:
    constexpr explicit Random(std::uint64_t seed) noexcept : state_(mixed(seed + increment)) {}

    constexpr std::uint64_t bits() noexcept { return mixed(state_ += increment); }
    constexpr std::uint64_t below(std::uint64_t bound) noexcept { return scaled(bits(), bound); }
    constexpr bool chance(std::uint32_t per_million) noexcept { return below(1'000'000) < per_million; }

private:
    static constexpr std::uint64_t increment = 0x9e3779b97f4a7c15u;
    std::uint64_t state_;
};

/// One row of a distribution of small numbers: how often `value` was seen, in any unit.
struct Weighted {
    std::uint16_t value;
    std::uint32_t weight;
};

constexpr std::uint64_t total_weight(std::span<const Weighted> rows) noexcept
{
    std::uint64_t total = 0;
    for (const auto& row : rows) total += row.weight;
    return total;
}

/// `total` is total_weight(rows), which the caller keeps.
constexpr std::uint16_t draw(Random& random, std::span<const Weighted> rows, std::uint64_t total) noexcept
{
    auto left = random.below(total);
    for (const auto& row : rows) {
        if (left < row.weight) return row.value;
        left -= row.weight;
    }
    return rows.back().value;
}

}   // namespace barrage
