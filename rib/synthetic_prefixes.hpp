#pragma once
// Distinct prefixes that lie in the address space as those of a real table do: how many of each length, which /8 (IPv6:
// /16) they are in, and in clusters below that. In ascending order of address, block by block, so that memory is that of
// one block. Part of full_table. One thread.

#include <cstdint>
#include <expected>
#include <string>
#include <vector>

#include "codec/family.hpp"

namespace barrage {

class SyntheticPrefixes {
public:
    struct Entry {
        std::uint64_t address;   // the first 64 bits; IPv4 in the upper half
        std::uint8_t length;
        friend constexpr auto operator<=>(const Entry&, const Entry&) = default;
    };

    static constexpr std::uint64_t max_count = 100'000'000;

    /// Exactly `count` prefixes (1 to max_count) of a family that is IPv4 or IPv6 unicast.
    SyntheticPrefixes(Family family, std::uint64_t count, std::uint64_t seed);

    /// The next one; `count` of them and no more may be asked for.
    Entry next()
    {
        while (at_ == entries_.size()) next_block();
        return entries_[at_++];
    }
    /// Bits 64 to 127 of an IPv6 prefix that is longer than 64.
    [[nodiscard]] std::uint64_t low_bits(const Entry& entry) const noexcept;

private:
    struct Block {
        std::uint64_t address;
        std::uint32_t weight;
    };

    void share_out(std::uint64_t count);
    [[nodiscard]] std::uint64_t usable(std::uint64_t address, unsigned depth, unsigned length) const noexcept;
    [[nodiscard]] bool holds_reserved(std::uint64_t address, unsigned depth) const noexcept;
    void place(std::uint64_t address, unsigned depth, unsigned length, std::uint8_t entry_length, std::uint64_t count);
    void next_block();

    bool ipv4_;
    unsigned block_depth_;   // 8 or 16
    std::uint64_t seed_;
    std::vector<Block> blocks_;
    std::vector<std::uint32_t> counts_;   // by block, then by length 0 … 128
    std::size_t block_ = 0;
    std::vector<Entry> entries_;   // of this block, sorted
    std::size_t at_ = 0;
};

}   // namespace barrage
