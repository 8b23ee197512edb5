#pragma once
// The 19 octets that begin every BGP message: marker, length, type. RFC 4271 section 4.1.
//
//     marker 16 × ff | length 2 (whole message) | type 1
//
// Reading says what ends the session (section 6.1); writing is a scope that patches the length. Any thread.

#include <cstdint>

#include "codec/error.hpp"
#include "codec/reader.hpp"
#include "codec/writer.hpp"

namespace barrage {

struct MessageHeader {
    std::uint16_t length;   // of the whole message, header included
    MessageType type;

    friend constexpr bool operator==(const MessageHeader&, const MessageHeader&) = default;
};

/// The fewest octets that a message of this type has; 0 for a type that is none.
constexpr std::size_t min_message_octets(MessageType type) noexcept
{
    switch (type) {
    case MessageType::open: return 29;
    case MessageType::update: return 23;
    case MessageType::notification: return 21;
    case MessageType::keepalive: return header_octets;
    // RFC 7313 section 5 gives a wrong length here an error of its own, which decode_route_refresh finds.
    case MessageType::route_refresh: return header_octets;
    case MessageType::operational: return 23;
    }
    return 0;
}

/// Of at least 19 octets: the first 19. `max_message` is SessionOptions::max_message(); OPEN and KEEPALIVE end at
/// 4096 whatever it is (RFC 8654 section 4). Per message: no allocation unless it fails.
Checked<MessageHeader> decode_header(OctetView octets, std::size_t max_message);

/// What follows the header of one whole message, which must be of this type and as long as its header says.
Checked<Reader> message_body(OctetView message, MessageType type);

/// Writes a header and, at the end of the scope, the length of what was written since.
class [[nodiscard]] MessageScope {
public:
    MessageScope(Writer& out, MessageType type);
    MessageScope(const MessageScope&) = delete;
    MessageScope& operator=(const MessageScope&) = delete;
    ~MessageScope();

private:
    Writer* out_;
    std::size_t begin_;
};

/// Appends one message; `body(Writer&)` writes what follows the header.
void encode_message(Octets& out, MessageType type, auto&& body)
{
    Writer writer{out};
    const MessageScope message{writer, type};
    body(writer);
}

}   // namespace barrage
