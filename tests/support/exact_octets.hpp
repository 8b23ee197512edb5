#pragma once
// A copy of octets on a heap block of exactly their size, so that AddressSanitizer sees a read past their end.

#include <algorithm>
#include <memory>

#include "codec/reader.hpp"

namespace barrage {

class ExactOctets {
public:
    explicit ExactOctets(OctetView octets) : block_(new std::uint8_t[octets.size()]), size_(octets.size())
    {
        std::ranges::copy(octets, block_.get());
    }
    [[nodiscard]] OctetView view() const noexcept { return {block_.get(), size_}; }

private:
    std::unique_ptr<std::uint8_t[]> block_;
    std::size_t size_;
};

}   // namespace barrage
