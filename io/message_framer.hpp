#pragma once
// Octets of a connection → whole messages, with no socket in it. One contiguous buffer: the reader fills `space()`,
// the session takes messages as views into it, and only a message cut by the end of the buffer is ever moved.
// Memory is the capacity, from the first space() to release(): who does not take messages finds no space. One per connection, on its shard.
//
//     framer.filled(read(fd, framer.space()));
//     while (auto message = framer.next()) { if (!*message) break; … }   // no value: a NOTIFICATION to send

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "codec/message/header.hpp"

namespace barrage {

class MessageFramer {
public:
    static constexpr std::size_t default_capacity = 2 * (max_extended_message_octets + 1);

    /// A capacity below the largest message is raised to it.
    explicit MessageFramer(std::size_t capacity = default_capacity);

    /// RFC 8654: raised when both sides can, after their OPENs. Messages already taken are not judged again.
    void set_max_message(std::size_t octets) noexcept { max_message_ = octets; }

    /// Where to receive; ends the life of every view that next() gave. Empty only while whole messages wait.
    std::span<std::uint8_t> space();

    /// So many octets of space() hold something now.
    void filled(std::size_t octets) noexcept;

    /// The next whole message; nothing when more octets are needed. After an error it stays at that error.
    /// Per message: no copy, no allocation.
    Checked<std::optional<OctetView>> next();

    /// Octets received and not yet taken.
    [[nodiscard]] std::size_t pending() const noexcept { return end_ - begin_; }

    /// Forgets what is pending and the maximum: for the peer's next connection.
    void reset() noexcept;
    /// … and gives its memory back until then.
    void release() noexcept;

private:
    std::size_t capacity_;
    std::unique_ptr<std::uint8_t[]> buffer_;
    std::size_t begin_ = 0;   // of what is pending
    std::size_t end_ = 0;
    std::size_t max_message_ = max_message_octets;
};

}   // namespace barrage
