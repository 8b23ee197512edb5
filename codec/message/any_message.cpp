#include "codec/message/any_message.hpp"

#include <algorithm>
#include <concepts>
#include <utility>

namespace barrage {

namespace {

Problem problem_of(const NotificationError& error)
{
    return {.offset = error.offset, .action = Recovery::session_reset, .text = std::string{error.text}};
}

template <class Message>
void keep(Checked<Message> message, DecodedMessage& decoded)
{
    if (message)
        decoded.message = std::move(*message);
    else
        decoded.problems.push_back(problem_of(message.error()));
}

std::unexpected<std::string> refused(std::string text) { return std::unexpected(std::move(text)); }

/// Values that stand for octets as they are, and those that are written otherwise than they read: long AS_PATH segments
/// are divided, and two octets have no room for every ASN (RFC 6793 section 4.2.2).
bool may_differ(const AnyAttribute& attribute)
{
    if (const auto* reach = std::get_if<MpReachNlri>(&attribute)) return std::holds_alternative<UnknownRoutes>(reach->nlri);
    if (const auto* unreach = std::get_if<MpUnreachNlri>(&attribute)) return std::holds_alternative<UnknownRoutes>(unreach->nlri);
    return std::holds_alternative<UnknownAttribute>(attribute) || std::holds_alternative<AsPath>(attribute) ||
           std::holds_alternative<As4Path>(attribute) || std::holds_alternative<Aggregator>(attribute);
}

/// What is wrong with the attribute's octets as they would be written; empty: nothing.
std::string wrong_octets(const AnyAttribute& attribute, const SessionOptions& options)
{
    if (std::holds_alternative<UnknownAttribute>(attribute)) return {};
    Octets value;
    Writer out{value};
    std::visit([&](const auto& known) { known.encode(out, options); }, attribute);
    if (out.failed()) return "something is longer than its length field can say";
    const auto again = decode_attribute(type_of(attribute), Reader{value}, options);
    if (!again) return may_differ(attribute) ? std::string{} : std::string{again.error().text};
    if (!may_differ(attribute) && *again != attribute) return "a value is too large for its field";
    return {};
}

/// Path identifiers and several labels stand in the values: who encodes need not say so again.
SessionOptions with_forms_of(const Update& update, SessionOptions options)
{
    const auto look = [&options](const auto& routes, Family family) {
        if (routes.empty()) return;
        if (routes.front().path_id) options.add_path_receive.insert(family);
        if constexpr (requires { routes.front().nlri.labels; })
            if (std::ranges::any_of(routes, [](const auto& route) { return route.nlri.labels.labels.size() > 1; }))
                options.multiple_labels.insert(family);
    };
    const auto look_inside = [&look](const AnyRoutes& any) {
        std::visit(
            [&]<class Routes>(const Routes& of_family) {
                if constexpr (requires { Routes::family; }) look(of_family.routes, Routes::family);
            },
            any);
    };
    for (const auto& attribute : update.attributes) {
        if (const auto* reach = std::get_if<MpReachNlri>(&attribute.value)) look_inside(reach->nlri);
        if (const auto* unreach = std::get_if<MpUnreachNlri>(&attribute.value)) look_inside(unreach->nlri);
    }
    return options;
}

std::expected<Octets, std::string> encode_checked(const Update& update, const SessionOptions& given)
{
    const auto options = with_forms_of(update, given);
    for (std::size_t i = 0; i < update.attributes.size(); ++i) {
        const auto& value = update.attributes[i].value;
        if (const auto wrong = wrong_octets(value, options); !wrong.empty())
            return refused("attributes[" + std::to_string(i) + "] (" + std::string{name_of(value)} + "): " + wrong);
    }
    Octets octets;
    if (!encode_update(update, options, octets))
        return refused("longer than " + std::to_string(options.max_message()) + " octets");
    return octets;
}

std::expected<Octets, std::string> encode_checked(const Open& open, const SessionOptions&)
{
    if (!encodable(open)) return refused("a capability, or the OPEN, is longer than its length field can say");
    for (const auto& capability : open.capabilities()) {
        if (std::holds_alternative<capability::Unknown>(capability)) continue;
        Octets octets;
        Writer out{octets};
        encode(capability, out);
        if (decode_capability(code(capability), OctetView{octets}.subspan(2)) != capability)
            return refused("capability " + std::string{name(capability)} + ": a value is too large for its field");
    }
    Octets octets;
    encode(open, octets);
    return octets;
}

/// The others are checked as a whole: what is read again has to be what was written.
template <class Message, class Decode>
std::expected<Octets, std::string> encode_compared(const Message& message, std::size_t body_octets, const SessionOptions& options,
                                                   Decode decode)
{
    if (header_octets + body_octets > options.max_message())
        return refused("longer than " + std::to_string(options.max_message()) + " octets");
    Octets octets;
    if constexpr (std::same_as<Message, Notification>)
        encode(message, octets, options.max_message());
    else
        encode(message, octets);
    const auto again = decode(octets);
    if (!again) return refused(std::string{again.error().text});
    if (*again != message) return refused("a value is too large for its field");
    return octets;
}

std::expected<Octets, std::string> encode_checked(const Notification& notification, const SessionOptions& options)
{
    return encode_compared(notification, 2 + notification.data.size(), options, decode_notification);
}
std::expected<Octets, std::string> encode_checked(const Keepalive& keepalive, const SessionOptions& options)
{
    return encode_compared(keepalive, 0, options, decode_keepalive);
}
std::expected<Octets, std::string> encode_checked(const RouteRefresh& refresh, const SessionOptions& options)
{
    return encode_compared(refresh, 4 + refresh.filters.size(), options,
                           [](OctetView octets) { return decode_route_refresh(octets); });
}
std::expected<Octets, std::string> encode_checked(const Operational& operational, const SessionOptions& options)
{
    return encode_compared(operational, 4 + operational.value.size(), options, decode_operational);
}

}   // namespace

std::optional<AnyMessage> message_of(MessageType type)
{
    switch (type) {
    case MessageType::open: return Open{};
    case MessageType::update: return Update{};
    case MessageType::notification: return Notification{};
    case MessageType::keepalive: return Keepalive{};
    case MessageType::route_refresh: return RouteRefresh{};
    case MessageType::operational: return Operational{};
    }
    return std::nullopt;
}

DecodedMessage decode_any(OctetView octets, const SessionOptions& options, Neighbor neighbor)
{
    DecodedMessage decoded;
    const auto header = decode_header(octets, options.max_message());
    if (!header) {
        decoded.problems.push_back(problem_of(header.error()));
        return decoded;
    }
    if (header->length != octets.size()) {
        decoded.problems.push_back({.offset = 16,
                                    .text = "length " + std::to_string(header->length) + " of a message of " +
                                            std::to_string(octets.size()) + " octets"});
        return decoded;
    }
    decoded.type = header->type;
    switch (header->type) {
    case MessageType::open: {
        auto open = decode_open(octets);
        constexpr std::size_t identifier_at = 24;
        if (open && neighbor != Neighbor::unknown && open->bgp_identifier == Ipv4Address{})   // RFC 6286 section 2.1
            decoded.problems.push_back({.offset = identifier_at, .text = "BGP identifier 0.0.0.0"});
        keep(std::move(open), decoded);
        break;
    }
    case MessageType::update: {
        auto update = decode_update(octets, options, decoded.problems, neighbor);   // which names its own errors
        if (update) decoded.message = std::move(*update);
        break;
    }
    case MessageType::notification: keep(decode_notification(octets), decoded); break;
    case MessageType::keepalive: keep(decode_keepalive(octets), decoded); break;
    case MessageType::route_refresh: keep(decode_route_refresh(octets), decoded); break;
    case MessageType::operational: keep(decode_operational(octets), decoded); break;
    }
    return decoded;
}

std::expected<Octets, std::string> encode_any(const AnyMessage& message, const SessionOptions& options)
{
    return std::visit([&options](const auto& of_type) { return encode_checked(of_type, options); }, message);
}

}   // namespace barrage
