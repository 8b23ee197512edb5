#include "codec/message/route_refresh.hpp"

#include <algorithm>
#include <utility>

namespace barrage {

namespace {

constexpr std::size_t subtype_offset = 21;
constexpr std::size_t plain_octets = 23;

/// Whether the filters' own lengths end where the message does. RFC 5291 section 4.
bool well_formed_filters(Reader in)
{
    in.skip(1);   // when to refresh
    do {
        in.skip(1);   // type
        in.skip(in.u16());
    } while (!in.empty());
    return in.finished();
}

std::unexpected<NotificationError> invalid_length(OctetView message, bool is_plain, std::string_view text)
{
    if (is_plain) {
        const auto size = message.size();   // RFC 4271 section 6.1: the data is the erroneous Length field
        return std::unexpected(NotificationError{ErrorCode::message_header,
                                                 std::to_underlying(HeaderSubcode::bad_message_length),
                                                 {static_cast<std::uint8_t>(size >> 8), static_cast<std::uint8_t>(size)},
                                                 text,
                                                 std::min(size, plain_octets)});
    }
    return std::unexpected(NotificationError{ErrorCode::route_refresh_message,
                                             std::to_underlying(RouteRefreshSubcode::invalid_message_length),
                                             {message.begin(), message.end()},
                                             text,
                                             std::min(message.size(), plain_octets)});
}

}   // namespace

bool is_ignored_route_refresh(OctetView message) noexcept
{
    return message.size() > subtype_offset && message[subtype_offset] > std::to_underlying(RouteRefreshKind::end);
}

Checked<RouteRefresh> decode_route_refresh(OctetView message, PeerRefresh peer)
{
    auto body = message_body(message, MessageType::route_refresh);
    if (!body) return std::unexpected(std::move(body.error()));
    auto& in = *body;
    const auto afi = Afi{in.u16()};
    const auto kind = RouteRefreshKind{in.u8()};   // 0, a request, where it is cut off
    const bool is_bracket = kind == RouteRefreshKind::begin || kind == RouteRefreshKind::end;
    RouteRefresh refresh{{afi, Safi{in.u8()}}, kind};
    if (in.failed()) return invalid_length(message, !is_bracket || peer == PeerRefresh::plain, "a ROUTE-REFRESH below 23 octets");
    if (in.empty()) return refresh;

    // RFC 7313 section 5: the two ends of a refresh are four octets, no more.
    if (is_bracket) return invalid_length(message, peer == PeerRefresh::plain, "a beginning or end of a refresh above 23 octets");
    if (!well_formed_filters(in)) return invalid_length(message, true, "an outbound route filter ends past the message");
    const auto filters = in.rest();
    refresh.filters.assign(filters.begin(), filters.end());
    return refresh;
}

void encode(const RouteRefresh& refresh, Octets& out)
{
    encode_message(out, MessageType::route_refresh, [&](Writer& body) {
        body.u16(std::to_underlying(refresh.family.afi));
        body.u8(std::to_underlying(refresh.kind));
        body.u8(std::to_underlying(refresh.family.safi));
        body.octets(refresh.filters);
    });
}

}   // namespace barrage
