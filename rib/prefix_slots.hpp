#pragma once
// Numbers of IPv4 prefixes of one length, found by their bits: 8 octets a slot, eight slots a cache line. Prefixes that are
// neighbours share a line, as they often come together: a range touches an eighth of the lines, and a table a good part less than
// its prefixes. One thread.
//
//     bits = …hhhhhhppp     the line is chosen by a hash of h, the first place in it by p; a full line goes on in the next one
//
// Per lookup: one cache miss where nobody called prefetch() before. Many are taken out at once, which builds it anew.

#include <array>
#include <cstdint>
#include <utility>
#include <vector>

namespace barrage {

class PrefixSlots {
public:
    PrefixSlots() : lines_(1) {}

    void prefetch(std::uint32_t bits) const noexcept { __builtin_prefetch(&lines_[home(bits)]); }

    static constexpr std::uint32_t none = ~std::uint32_t{0};

    /// The number of the prefix, or none.
    [[nodiscard]] std::uint32_t find(std::uint32_t bits) const noexcept
    {
        return const_cast<PrefixSlots*>(this)->slot_of(bits).number;
    }

    /// The number of the prefix; where it has none, `next` is it from now on.
    std::uint32_t number_of(std::uint32_t bits, std::uint32_t next)
    {
        auto& slot = slot_of(bits);
        if (slot.number != none) return slot.number;
        slot = {bits, next};
        if (++size_ * 8 > lines_.size() * places * 5) grow();   // five of eight places: few lines are full
        return next;
    }

    /// Takes out those whose number `is_gone`; memory that fewer do not need is given back.
    void take_out(const auto& is_gone)
    {
        const auto old = std::exchange(lines_, std::vector<Line>(1));
        size_ = 0;
        for (const auto& line : old)
            for (const auto& slot : line.slots)
                if (slot.number != none && !is_gone(slot.number)) number_of(slot.bits, slot.number);
    }

private:
    static constexpr std::size_t places = 8;

    struct Slot {
        std::uint32_t bits = 0;
        std::uint32_t number = none;
    };
    struct alignas(64) Line {
        std::array<Slot, places> slots;
    };

    [[nodiscard]] std::size_t home(std::uint32_t bits) const noexcept
    {
        return static_cast<std::size_t>((bits / places) * 0x9e3779b97f4a7c15u >> 32) & (lines_.size() - 1);
    }
    /// Where it is, or the free place where it belongs: there is always one.
    Slot& slot_of(std::uint32_t bits) noexcept
    {
        for (auto line = home(bits);; line = (line + 1) & (lines_.size() - 1))
            for (std::size_t i = 0; i < places; ++i) {
                auto& slot = lines_[line].slots[(bits + i) % places];
                if (slot.number == none || slot.bits == bits) return slot;
            }
    }
    void grow()
    {
        auto old = std::exchange(lines_, std::vector<Line>(lines_.size() * 2));
        for (const auto& line : old)
            for (const auto& slot : line.slots)
                if (slot.number != none) slot_of(slot.bits) = slot;
    }

    std::vector<Line> lines_;   // a power of two
    std::size_t size_ = 0;
};

}   // namespace barrage
