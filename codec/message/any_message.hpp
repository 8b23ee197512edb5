#pragma once
// A BGP message of whatever type: all that is wrong with its octets, its values, and the same octets again. This is what
// `loadgen decode` and `encode` turn into text and JSON; sessions read the types one by one. Any thread.

#include <array>
#include <expected>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "codec/message/keepalive.hpp"
#include "codec/message/notification.hpp"
#include "codec/message/open.hpp"
#include "codec/message/operational.hpp"
#include "codec/message/route_refresh.hpp"
#include "codec/message/update.hpp"

namespace barrage {

constexpr auto enum_names(MessageType)
{
    return std::array{
        EnumName{MessageType::open, "open"},
        EnumName{MessageType::update, "update"},
        EnumName{MessageType::notification, "notification"},
        EnumName{MessageType::keepalive, "keepalive"},
        EnumName{MessageType::route_refresh, "route-refresh"},
        EnumName{MessageType::operational, "operational"},
    };
}

/// In the order of the type codes, from 1.
using AnyMessage = std::variant<Open, Update, Notification, Keepalive, RouteRefresh, Operational>;

constexpr MessageType type_of(const AnyMessage& message) noexcept { return static_cast<MessageType>(message.index() + 1); }

/// An empty message of this type; nothing for a type that is none.
std::optional<AnyMessage> message_of(MessageType type);

struct DecodedMessage {
    std::optional<MessageType> type;     // nothing where the octets are no message: RFC 4271 section 6.1
    std::optional<AnyMessage> message;   // nothing where its own errors end the session, or it is no message
    std::vector<Problem> problems;       // in the order they were found
};

/// Of one whole message, header included.
DecodedMessage decode_any(OctetView octets, const SessionOptions& options, Neighbor neighbor = Neighbor::unknown);

/// The octets; or, where they could not say what the message says, why: a value too large for its field, a message too
/// long, an attribute that nobody could read.
std::expected<Octets, std::string> encode_any(const AnyMessage& message, const SessionOptions& options);

}   // namespace barrage
