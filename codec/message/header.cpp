#include "codec/message/header.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cstring>
#include <utility>

namespace barrage {

namespace {

constexpr std::size_t marker_octets = 16;
constexpr std::size_t length_offset = 16;
constexpr std::size_t type_offset = 18;

constexpr auto marker = [] {
    std::array<std::uint8_t, marker_octets> octets{};
    octets.fill(0xff);
    return octets;
}();

/// RFC 4271 section 6.1: the data is the erroneous Length field.
std::unexpected<NotificationError> bad_length(std::size_t length, std::string_view text)
{
    Octets data{static_cast<std::uint8_t>(length >> 8), static_cast<std::uint8_t>(length)};
    return std::unexpected(NotificationError{ErrorCode::message_header, std::to_underlying(HeaderSubcode::bad_message_length),
                                             std::move(data), text, length_offset});
}

}   // namespace

Checked<MessageHeader> decode_header(OctetView octets, std::size_t max_message)
{
    if (octets.size() < header_octets) return bad_length(octets.size(), "fewer octets than a header has");
    if (std::memcmp(octets.data(), marker.data(), marker_octets) != 0)
        return std::unexpected(NotificationError{ErrorCode::message_header,
                                                 std::to_underlying(HeaderSubcode::connection_not_synchronized),
                                                 {},
                                                 "the marker is not all ones"});

    const auto length = static_cast<std::uint16_t>(octets[length_offset] << 8 | octets[length_offset + 1]);
    const auto type = MessageType{octets[type_offset]};
    if (length < header_octets) return bad_length(length, "length below that of a header");
    if (length > max_message) return bad_length(length, "length above what the session allows");

    const auto least = min_message_octets(type);
    if (least == 0)
        return std::unexpected(NotificationError{ErrorCode::message_header,
                                                 std::to_underlying(HeaderSubcode::bad_message_type),
                                                 {octets[type_offset]},
                                                 "unknown message type",
                                                 type_offset});
    if (length < least) return bad_length(length, "length below the least of this message type");
    if (type == MessageType::keepalive && length != header_octets) return bad_length(length, "a KEEPALIVE with a body");
    if (type == MessageType::open && length > max_message_octets) return bad_length(length, "an OPEN above 4096 octets");
    return MessageHeader{length, type};
}

Checked<Reader> message_body(OctetView message, MessageType type)
{
    const auto header = decode_header(message, max_extended_message_octets);
    if (!header) return std::unexpected(header.error());
    if (header->length != message.size()) return bad_length(header->length, "length is not that of the message");
    if (header->type != type)
        return std::unexpected(NotificationError{ErrorCode::message_header,
                                                 std::to_underlying(HeaderSubcode::bad_message_type),
                                                 {std::to_underlying(header->type)},
                                                 "another message type was expected",
                                                 type_offset});
    return Reader{message.subspan(header_octets), header_octets};
}

MessageScope::MessageScope(Writer& out, MessageType type) : out_(&out), begin_(out.size())
{
    out.octets(marker);
    out.u16(0);
    out.u8(std::to_underlying(type));
}

MessageScope::~MessageScope()
{
    const auto length = out_->size() - begin_;
    assert(length <= max_extended_message_octets);
    out_->patch_u16(begin_ + length_offset, static_cast<std::uint16_t>(length));
}

}   // namespace barrage
