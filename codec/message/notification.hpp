#pragma once
// NOTIFICATION: why a session ends. RFC 4271 section 4.5, with the shutdown communication of RFC 9003.
//
//     code 1 | subcode 1 | data
//
// Codes that nobody defined are kept: a NOTIFICATION is never answered by another (section 6.4). Any thread.

#include <optional>
#include <string>
#include <string_view>

#include "codec/message/header.hpp"

namespace barrage {

struct Notification {
    ErrorCode code = ErrorCode::cease;
    std::uint8_t subcode = 0;
    Octets data = {};

    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("code", self.code);
        visit("subcode", self.subcode);
        visit("data", self.data);
    }
    friend bool operator==(const Notification&, const Notification&) = default;
};

/// What to send for an error.
[[nodiscard]] Notification notification_of(const NotificationError& error);

Checked<Notification> decode_notification(OctetView message);

/// Appends the message; data that would pass `max_message` octets, of the whole message, is cut there: RFC 8654 section 4.
void encode(const Notification& notification, Octets& out, std::size_t max_message = max_message_octets);

/// A Cease. The text travels with administrative shutdown and reset only (RFC 9003), cut at 255 octets between
/// two characters of UTF-8.
[[nodiscard]] NotificationError cease(CeaseSubcode subcode, std::string_view text = {});

/// The text of RFC 9003, as received: any octets. Nothing where the message has none or its length is wrong.
[[nodiscard]] std::optional<std::string> shutdown_text(const Notification& notification);

[[nodiscard]] std::string_view name(ErrorCode code) noexcept;                                 // "Cease"; empty: not known
[[nodiscard]] std::string_view subcode_name(ErrorCode code, std::uint8_t subcode) noexcept;   // likewise

/// One line for people: `Cease / Administrative Reset: "maintenance"`. What came from the network is escaped.
[[nodiscard]] std::string to_text(const Notification& notification);

}   // namespace barrage
