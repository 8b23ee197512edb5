#include "rib/synthetic_prefixes.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <functional>
#include <span>
#include <utility>

#include "rib/full_table_shape.hpp"
#include "rib/random.hpp"

namespace barrage {

namespace {

constexpr std::size_t length_count = 129;

struct ReservedBlock {
    std::uint64_t address;
    unsigned length;
};

// https://www.iana.org/assignments/iana-ipv4-special-registry: what lies inside blocks that are routed, in order.
constexpr std::array reserved_ipv4{
    ReservedBlock{std::uint64_t{0x64400000} << 32, 10},   // 100.64.0.0/10   RFC 6598
    ReservedBlock{std::uint64_t{0xa9fe0000} << 32, 16},   // 169.254.0.0/16  RFC 3927
    ReservedBlock{std::uint64_t{0xac100000} << 32, 12},   // 172.16.0.0/12   RFC 1918
    ReservedBlock{std::uint64_t{0xc0000000} << 32, 24},   // 192.0.0.0/24    RFC 6890
    ReservedBlock{std::uint64_t{0xc0000200} << 32, 24},   // 192.0.2.0/24    RFC 5737
    ReservedBlock{std::uint64_t{0xc0586300} << 32, 24},   // 192.88.99.0/24  RFC 7526
    ReservedBlock{std::uint64_t{0xc0a80000} << 32, 16},   // 192.168.0.0/16  RFC 1918
    ReservedBlock{std::uint64_t{0xc6120000} << 32, 15},   // 198.18.0.0/15   RFC 2544
    ReservedBlock{std::uint64_t{0xc6336400} << 32, 24},   // 198.51.100.0/24 RFC 5737
    ReservedBlock{std::uint64_t{0xcb007100} << 32, 24},   // 203.0.113.0/24  RFC 5737
};
// https://www.iana.org/assignments/iana-ipv6-special-registry
constexpr std::array reserved_ipv6{
    ReservedBlock{std::uint64_t{0x20010000} << 32, 23},   // 2001::/23       RFC 2928
    ReservedBlock{std::uint64_t{0x20010db8} << 32, 32},   // 2001:db8::/32   RFC 3849
};

std::span<const ReservedBlock> reserved(bool ipv4) noexcept
{
    if (ipv4) return reserved_ipv4;
    return reserved_ipv6;
}

/// The last address of a block of `length` bits (1 to 64).
constexpr std::uint64_t last_of(std::uint64_t address, unsigned length) noexcept
{
    return length == 64 ? address : address | ~std::uint64_t{0} >> length;
}

/// Shares `total` out in proportion to the weights, at random where it does not divide: systematic sampling, exact.
template <class Weight, class Give>
void share(std::uint64_t total, std::size_t places, Random& random, Weight weight, Give give)
{
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < places; ++i) sum += weight(i);
    if (sum == 0) return;
    __extension__ using Unsigned128 = unsigned __int128;
    const Unsigned128 offset = random.below(sum);
    Unsigned128 before = offset / sum;
    std::uint64_t weights = 0;
    for (std::size_t i = 0; i < places; ++i) {
        weights += weight(i);
        const Unsigned128 up_to = (Unsigned128{weights} * total + offset) / sum;
        give(i, static_cast<std::uint64_t>(up_to - before));
        before = up_to;
    }
}

}   // namespace

SyntheticPrefixes::SyntheticPrefixes(Family family, std::uint64_t count, std::uint64_t seed)
    : ipv4_(family.afi == Afi::ipv4), block_depth_(ipv4_ ? 8 : 16), seed_(mixed(seed))
{
    const auto take = [this](const auto& blocks) {
        for (const auto& block : blocks) blocks_.push_back({std::uint64_t{block.number} << (64 - block_depth_), block.weight});
    };
    if (ipv4_)
        take(full_table_shape::ipv4_blocks);
    else
        take(full_table_shape::ipv6_blocks);
    share_out(count);
}

/// How many prefixes of each length go into each block: lengths first (largest remainder), then blocks. What has no room
/// at its length, because the table is larger than any real one, goes one bit longer.
void SyntheticPrefixes::share_out(std::uint64_t count)
{
    using full_table_shape::ipv4_lengths, full_table_shape::ipv6_lengths;
    const std::span<const Weighted> shape =
        ipv4_ ? std::span<const Weighted>{ipv4_lengths} : std::span<const Weighted>{ipv6_lengths};
    const auto total = total_weight(shape);
    std::array<std::uint64_t, length_count> of_length{};
    std::vector<std::pair<std::uint64_t, std::uint16_t>> remainders;
    std::uint64_t given = 0;
    for (const auto& row : shape) {
        of_length[row.value] = count * row.weight / total;
        given += of_length[row.value];
        remainders.emplace_back(count * row.weight % total, row.value);
    }
    std::ranges::sort(remainders, std::greater{});
    for (std::size_t i = 0; given < count; ++i, ++given) ++of_length[remainders[i].second];

    counts_.assign(blocks_.size() * length_count, 0);
    Random random{seed_};
    const unsigned longest = ipv4_ ? 32 : 128;
    std::vector<std::uint64_t> room(blocks_.size());
    std::uint64_t too_many = 0;
    for (unsigned length = block_depth_; length <= longest; ++length) {
        std::uint64_t wanted = of_length[length] + too_many;
        too_many = 0;
        if (wanted == 0) continue;
        std::uint64_t space = 0;
        for (std::size_t i = 0; i < blocks_.size(); ++i) {
            room[i] = usable(blocks_[i].address, block_depth_, std::min(length, 64u));
            space += room[i];
        }
        // A quarter stays free: no real table is without gaps.
        const auto most = length == longest ? space : space - space / 4;
        if (wanted > most) {
            too_many = wanted - most;
            wanted = most;
        }
        std::uint64_t no_room = 0;
        share(
            wanted, blocks_.size(), random, [&](std::size_t i) { return blocks_[i].weight; },
            [&](std::size_t i, std::uint64_t n) {
                const auto fits = std::min(n, room[i]);
                counts_[i * length_count + length] = static_cast<std::uint32_t>(fits);
                no_room += n - fits;
                room[i] -= fits;
            });
        share(
            no_room, blocks_.size(), random, [&](std::size_t i) { return room[i]; },
            [&](std::size_t i, std::uint64_t n) { counts_[i * length_count + length] += static_cast<std::uint32_t>(n); });
    }
    assert(too_many == 0);   // max_count is far below what 32 bits hold
}

/// Prefixes of `length` inside address/depth that touch nothing reserved.
std::uint64_t SyntheticPrefixes::usable(std::uint64_t address, unsigned depth, unsigned length) const noexcept
{
    const auto all = std::uint64_t{1} << (length - depth);
    std::uint64_t lost = 0;
    std::uint64_t next = 0;   // the first prefix not yet counted as lost
    const auto last = last_of(address, depth);
    for (const auto& range : reserved(ipv4_)) {
        const auto range_last = last_of(range.address, range.length);
        if (range_last < address || range.address > last) continue;
        const auto index = [&](std::uint64_t at) { return (std::clamp(at, address, last) - address) >> (64 - length); };
        const auto from = std::max(index(range.address), next);
        const auto to = index(range_last) + 1;
        if (to > from) lost += to - from;
        next = std::max(next, to);
    }
    return all - lost;
}

bool SyntheticPrefixes::holds_reserved(std::uint64_t address, unsigned depth) const noexcept
{
    const auto last = last_of(address, depth);
    return std::ranges::any_of(reserved(ipv4_), [&](const ReservedBlock& range) {
        return range.address <= last && last_of(range.address, range.length) >= address;
    });
}

/// Puts `count` prefixes below a node of the address tree, from its left to its right. Each node divides what it gets by its
/// own odds: a multiplicative cascade, which is how addresses in use are spread (Kohler, Li, Paxson and Shenker, "Observed
/// Structure of Addresses in IP Traffic", 2002). The odds are such that the other half of a /24's /23 is there as often as
/// in the list of 2024 (77 %); more of the prefixes than there (half) lie inside a shorter one.
void SyntheticPrefixes::place(std::uint64_t address, unsigned depth, unsigned length, std::uint8_t entry_length,
                              std::uint64_t count)
{
    if (count == 0) return;
    if (depth == length) {
        entries_.push_back({address, entry_length});
        return;
    }
    const bool plain = !holds_reserved(address, depth);
    const auto node = mixed(seed_ ^ (address + (depth * length_count + length) * 0x9e3779b97f4a7c15u));
    if (plain && count == 1) {
        entries_.push_back({address | scaled(mixed(node), std::uint64_t{1} << (length - depth)) << (64 - length), entry_length});
        return;
    }
    const auto right = address | std::uint64_t{1} << (63 - depth);
    const auto half = std::uint64_t{1} << (length - depth - 1);
    const auto left_room = plain ? half : usable(address, depth + 1, length);
    const auto right_room = plain ? half : usable(right, depth + 1, length);
    // Of each 16 nodes some fill one side first, most near the leaves; the others divide between 3:13 and 13:3.
    const auto from_block = depth - block_depth_;
    const std::uint64_t one_sided = from_block < 4 ? 2 : from_block < 8 ? 3 : 7;
    const bool to_left = node >> 4 & 1;
    const auto parts = (node & 15) < one_sided ? (to_left ? std::uint64_t{16} : std::uint64_t{0}) : 3 + scaled(node, 11);
    auto left = (count * parts + (mixed(node) & 15)) / 16;
    left = std::min({left, left_room, count});
    if (count - left > right_room) left = count - right_room;
    place(address, depth + 1, length, entry_length, left);
    place(right, depth + 1, length, entry_length, count - left);
}

void SyntheticPrefixes::next_block()
{
    assert(block_ < blocks_.size());
    entries_.clear();
    at_ = 0;
    for (unsigned length = block_depth_; length < length_count; ++length)
        place(blocks_[block_].address, block_depth_, std::min(length, 64u), static_cast<std::uint8_t>(length),
              counts_[block_ * length_count + length]);
    std::ranges::sort(entries_);
    ++block_;
}

std::uint64_t SyntheticPrefixes::low_bits(const Entry& entry) const noexcept
{
    if (entry.length <= 64) return 0;
    const auto bits = mixed(seed_ + entry.address + entry.length);
    return bits & ~std::uint64_t{0} << (128 - entry.length);
}

}   // namespace barrage
