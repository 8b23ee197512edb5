#include "io/message_framer.hpp"

#include <algorithm>
#include <cassert>
#include <cstring>

namespace barrage {

MessageFramer::MessageFramer(std::size_t capacity) : capacity_(std::max(capacity, max_extended_message_octets)) {}

std::span<std::uint8_t> MessageFramer::space()
{
    if (!buffer_) buffer_ = std::make_unique_for_overwrite<std::uint8_t[]>(capacity_);
    // A move costs at most one cut message, or what was not taken, per half a buffer received.
    if (begin_ == end_) {
        begin_ = end_ = 0;
    } else if (begin_ > 0 && capacity_ - end_ < capacity_ / 2) {
        std::memmove(buffer_.get(), buffer_.get() + begin_, pending());
        end_ = pending();
        begin_ = 0;
    }
    return {buffer_.get() + end_, capacity_ - end_};
}

void MessageFramer::filled(std::size_t octets) noexcept
{
    assert(octets <= capacity_ - end_);
    end_ += std::min(octets, capacity_ - end_);
}

Checked<std::optional<OctetView>> MessageFramer::next()
{
    const OctetView received{buffer_.get() + begin_, pending()};
    if (received.size() < header_octets) return std::nullopt;
    const auto header = decode_header(received, max_message_);
    if (!header) return std::unexpected(header.error());
    if (received.size() < header->length) return std::nullopt;
    begin_ += header->length;
    return received.first(header->length);
}

void MessageFramer::reset() noexcept
{
    begin_ = end_ = 0;
    max_message_ = max_message_octets;
}

void MessageFramer::release() noexcept
{
    reset();
    buffer_.reset();
}

}   // namespace barrage
