#pragma once
// A big-endian cursor that appends to octets it does not own. Length fields are scopes:
//     const auto length = out.length16();   // patched when `length` leaves its block
// What is longer than its length field can say makes the writer fail, and it stays failed: who writes values that others
// chose asks failed() at the end.
// For what is encoded once (OPEN, attribute sets, single changes); the bulk path copies what was encoded here.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "codec/reader.hpp"

namespace barrage {

using Octets = std::vector<std::uint8_t>;

class Writer {
public:
    explicit Writer(Octets& out) noexcept : out_(&out) {}

    void u8(std::uint8_t value) { out_->push_back(value); }
    void u16(std::uint16_t value) { number<2>(value); }
    void u24(std::uint32_t value) { number<3>(value); }
    void u32(std::uint32_t value) { number<4>(value); }
    void u64(std::uint64_t value) { number<8>(value); }
    void octets(OctetView octets) { out_->insert(out_->end(), octets.begin(), octets.end()); }

    /// Octets in the target so far, also those that were there before this writer.
    [[nodiscard]] std::size_t size() const noexcept { return out_->size(); }

    void patch_u8(std::size_t at, std::uint8_t value) { (*out_)[at] = value; }
    void patch_u16(std::size_t at, std::uint16_t value)
    {
        (*out_)[at] = static_cast<std::uint8_t>(value >> 8);
        (*out_)[at + 1] = static_cast<std::uint8_t>(value);
    }

    void fail() noexcept { failed_ = true; }
    /// Whether something did not fit its length field.
    [[nodiscard]] bool failed() const noexcept { return failed_; }

    /// A length field of `Width` octets that holds how much was written between its making and its end.
    template <std::size_t Width>
    class [[nodiscard]] Length {
    public:
        explicit Length(Writer& out) : out_(&out), at_(out.size()) { out.number<Width>(0); }
        Length(const Length&) = delete;
        Length& operator=(const Length&) = delete;
        ~Length()
        {
            const auto length = out_->size() - at_ - Width;
            if constexpr (Width == 1) {
                if (length > 0xff) out_->fail();
                out_->patch_u8(at_, static_cast<std::uint8_t>(length));
            } else {
                if (length > 0xffff) out_->fail();
                out_->patch_u16(at_, static_cast<std::uint16_t>(length));
            }
        }

    private:
        Writer* out_;
        std::size_t at_;
    };

    Length<1> length8() { return Length<1>{*this}; }
    Length<2> length16() { return Length<2>{*this}; }

private:
    template <std::size_t Count>
    void number(std::uint64_t value)
    {
        for (std::size_t i = Count; i-- > 0;) out_->push_back(static_cast<std::uint8_t>(value >> (8 * i)));
    }

    Octets* out_;
    bool failed_ = false;
};

}   // namespace barrage
