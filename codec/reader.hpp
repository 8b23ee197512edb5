#pragma once
// A bounds-checked big-endian cursor over octets that somebody else owns. It fails once and stays
// failed: reading past the end yields 0, empties the reader and sets a flag, so that a decoder is
// straight lines with one check at its end (`finished()`). Any thread; it holds no state but the cursor.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace barrage {

using OctetView = std::span<const std::uint8_t>;

class Reader {
public:
    constexpr Reader() = default;

    /// `offset` is where `octets` begin in the message they were cut from, so that errors can name a place.
    constexpr explicit Reader(OctetView octets, std::size_t offset = 0) noexcept
        : at_(octets.data()), begin_(octets.data()), end_(octets.data() + octets.size()), base_(offset)
    {
    }

    constexpr std::uint8_t u8() noexcept { return static_cast<std::uint8_t>(number<1>()); }
    constexpr std::uint16_t u16() noexcept { return static_cast<std::uint16_t>(number<2>()); }
    constexpr std::uint32_t u24() noexcept { return static_cast<std::uint32_t>(number<3>()); }
    constexpr std::uint32_t u32() noexcept { return static_cast<std::uint32_t>(number<4>()); }
    constexpr std::uint64_t u64() noexcept { return number<8>(); }

    /// The next `count` octets; empty and failed where there are fewer.
    constexpr OctetView octets(std::size_t count) noexcept
    {
        if (count > remaining()) {
            fail();
            return {};
        }
        const OctetView taken{at_, count};
        at_ += count;
        return taken;
    }

    /// All that is left, which stays.
    [[nodiscard]] constexpr OctetView left() const noexcept { return {at_, end_}; }
    /// All that is left, taken.
    constexpr OctetView rest() noexcept { return octets(remaining()); }

    /// A sub-reader over the next `count` octets: what is wrong inside cannot eat its neighbour. When there are
    /// fewer, both this reader and the one returned have failed.
    constexpr Reader take(std::size_t count) noexcept
    {
        const auto where = offset();
        const auto view = octets(count);
        Reader sub{view, where};
        sub.failed_ = failed_;
        return sub;
    }

    constexpr void skip(std::size_t count) noexcept { octets(count); }

    /// The next octet without taking it; 0 at the end, which is not a failure.
    [[nodiscard]] constexpr std::uint8_t peek() const noexcept { return at_ == end_ ? std::uint8_t{0} : *at_; }

    constexpr void fail() noexcept
    {
        failed_ = true;
        at_ = end_;
    }

    [[nodiscard]] constexpr std::size_t remaining() const noexcept { return static_cast<std::size_t>(end_ - at_); }
    [[nodiscard]] constexpr bool empty() const noexcept { return at_ == end_; }
    [[nodiscard]] constexpr bool failed() const noexcept { return failed_; }
    /// Nothing failed and nothing is left.
    [[nodiscard]] constexpr bool finished() const noexcept { return !failed_ && empty(); }
    /// Where the next octet stands in the message, counted from its first octet.
    [[nodiscard]] constexpr std::size_t offset() const noexcept { return base_ + static_cast<std::size_t>(at_ - begin_); }

private:
    template <std::size_t Count>
    constexpr std::uint64_t number() noexcept
    {
        if (remaining() < Count) {
            fail();
            return 0;
        }
        std::uint64_t value = 0;
        for (std::size_t i = 0; i < Count; ++i) value = value << 8 | at_[i];
        at_ += Count;
        return value;
    }

    const std::uint8_t* at_ = nullptr;
    const std::uint8_t* begin_ = nullptr;
    const std::uint8_t* end_ = nullptr;
    std::size_t base_ = 0;
    bool failed_ = false;
};

}   // namespace barrage
