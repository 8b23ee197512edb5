#include "codec/message/notification.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "codec/describe.hpp"
#include "codec/family.hpp"
#include "codec/ip.hpp"
#include "codec/message/capability.hpp"

namespace barrage {

namespace {

constexpr std::size_t max_shutdown_octets = 255;   // RFC 9003 section 2
constexpr std::size_t octets_before_data = header_octets + 2;
constexpr std::size_t max_shown_octets = 32;

bool carries_text(ErrorCode code, std::uint8_t subcode) noexcept
{
    return code == ErrorCode::cease && (CeaseSubcode{subcode} == CeaseSubcode::administrative_shutdown ||
                                        CeaseSubcode{subcode} == CeaseSubcode::administrative_reset);
}

constexpr bool continues_character(char c) noexcept { return (static_cast<std::uint8_t>(c) & 0xc0) == 0x80; }

std::string_view cut_between_characters(std::string_view text)
{
    if (text.size() <= max_shutdown_octets) return text;
    auto length = max_shutdown_octets;
    while (length > 0 && continues_character(text[length])) --length;
    return text.substr(0, length);
}

/// The bare names of an error code, indexed by subcode; an empty one is not assigned.
template <std::size_t Count>
std::string_view at(const std::array<std::string_view, Count>& names, std::uint8_t subcode) noexcept
{
    return subcode < Count ? names[subcode] : std::string_view{};
}

constexpr std::array<std::string_view, 4> header_names{"", "Connection Not Synchronized", "Bad Message Length",
                                                       "Bad Message Type"};
constexpr std::array<std::string_view, 12> open_names{"Unspecific",
                                                      "Unsupported Version Number",
                                                      "Bad Peer AS",
                                                      "Bad BGP Identifier",
                                                      "Unsupported Optional Parameter",
                                                      "Authentication Failure",
                                                      "Unacceptable Hold Time",
                                                      "Unsupported Capability",
                                                      "",
                                                      "",
                                                      "",
                                                      "Role Mismatch"};
constexpr std::array<std::string_view, 12> update_names{"Unspecific",
                                                        "Malformed Attribute List",
                                                        "Unrecognized Well-known Attribute",
                                                        "Missing Well-known Attribute",
                                                        "Attribute Flags Error",
                                                        "Attribute Length Error",
                                                        "Invalid ORIGIN Attribute",
                                                        "AS Routing Loop",
                                                        "Invalid NEXT_HOP Attribute",
                                                        "Optional Attribute Error",
                                                        "Invalid Network Field",
                                                        "Malformed AS_PATH"};
constexpr std::array<std::string_view, 4> fsm_names{"Unspecified Error", "Receive Unexpected Message in OpenSent State",
                                                    "Receive Unexpected Message in OpenConfirm State",
                                                    "Receive Unexpected Message in Established State"};
constexpr std::array<std::string_view, 11> cease_names{"",
                                                       "Maximum Number of Prefixes Reached",
                                                       "Administrative Shutdown",
                                                       "Peer De-configured",
                                                       "Administrative Reset",
                                                       "Connection Rejected",
                                                       "Other Configuration Change",
                                                       "Connection Collision Resolution",
                                                       "Out of Resources",
                                                       "Hard Reset",
                                                       "BFD Down"};
constexpr std::array<std::string_view, 2> refresh_names{"", "Invalid Message Length"};

void append_hex(std::string& text, std::uint8_t octet)
{
    static constexpr std::string_view digits = "0123456789abcdef";
    text += digits[octet >> 4];
    text += digits[octet & 0xf];
}

/// A log line stays one line whatever a peer writes; UTF-8 passes.
void append_quoted(std::string& text, std::string_view from_network)
{
    std::string escaped;
    for (const char c : from_network) {
        if (c == '"' || c == '\\') escaped += '\\';
        escaped += c;
    }
    text += '"' + printable(escaped) + '"';
}

/// "Cease / Hard Reset", or the numbers where there are no names.
std::string error_text(ErrorCode code, std::uint8_t subcode)
{
    const auto code_name = name(code);
    auto text = code_name.empty() ? "error " + std::to_string(std::to_underlying(code)) : std::string{code_name};
    const auto known = subcode_name(code, subcode);
    if (!known.empty())
        text.append(" / ").append(known);
    else if (subcode != 0)
        text.append(" / subcode ").append(std::to_string(subcode));
    return text;
}

/// "route-refresh (2), capability 200": of RFC 5492 section 3, the capabilities that are refused or missing.
std::string capabilities_text(OctetView data)
{
    std::string text;
    Reader in{data};
    while (!in.finished()) {
        const auto code = in.u8();
        const auto value = in.octets(in.u8());
        if (in.failed()) return {};
        const auto capability = decode_capability(code, value);
        const auto known = capability ? name(*capability) : std::string_view{};
        if (!text.empty()) text += ", ";
        text += known.empty() || known == "unknown" ? "capability " + std::to_string(code)
                                                    : std::string{known} + " (" + std::to_string(code) + ")";
    }
    return text;
}

/// What the data says where the error defines it; empty where it does not, or the data is of another length.
std::string meaning_of(const Notification& notification)
{
    const OctetView data{notification.data};
    Reader in{data};
    const auto number = [&](std::size_t octets) { return octets == 4 ? in.u32() : octets == 2 ? in.u16() : in.u8(); };
    switch (notification.code) {
    case ErrorCode::message_header:   // RFC 4271 section 6.1
        if (HeaderSubcode{notification.subcode} == HeaderSubcode::bad_message_length && data.size() == 2)
            return std::to_string(number(2)) + " octets";
        if (HeaderSubcode{notification.subcode} == HeaderSubcode::bad_message_type && data.size() == 1)
            return "type " + std::to_string(number(1));
        return {};
    case ErrorCode::open_message:
        switch (OpenSubcode{notification.subcode}) {
        case OpenSubcode::unsupported_version_number:
            return data.size() == 2 ? "its version is " + std::to_string(number(2)) : std::string{};
        // RFC 4271 defines no data for these three; FRR sends what it refuses.
        case OpenSubcode::bad_peer_as:
            return data.size() == 2 || data.size() == 4 ? "AS " + std::to_string(number(data.size())) : std::string{};
        case OpenSubcode::bad_bgp_identifier:
            return data.size() == 4 ? to_text(IpAddress{Ipv4Address{number(4)}}) : std::string{};
        case OpenSubcode::unacceptable_hold_time: return data.size() == 2 ? std::to_string(number(2)) + " s" : std::string{};
        case OpenSubcode::unsupported_capability: return capabilities_text(data);
        default: return {};
        }
    case ErrorCode::update_message:
        // RFC 4271 section 6.3: the attribute as it came, or the type of the one that is missing.
        if (UpdateSubcode{notification.subcode} == UpdateSubcode::missing_well_known_attribute && data.size() == 1)
            return "attribute " + std::to_string(number(1));
        return {};
    case ErrorCode::finite_state_machine:
        return data.size() == 1 ? "message type " + std::to_string(number(1)) : std::string{};   // RFC 6608
    case ErrorCode::cease: {
        constexpr std::size_t family_and_limit = 7;   // RFC 4486 section 4
        if (CeaseSubcode{notification.subcode} != CeaseSubcode::maximum_prefixes_reached || data.size() != family_and_limit)
            return {};
        const Family family{Afi{in.u16()}, Safi{in.u8()}};
        return to_text(family) + ", at most " + std::to_string(number(4));
    }
    default: return {};
    }
}

}   // namespace

Notification notification_of(const NotificationError& error) { return {error.code, error.subcode, error.data}; }

Checked<Notification> decode_notification(OctetView message)
{
    auto body = message_body(message, MessageType::notification);
    if (!body) return std::unexpected(std::move(body.error()));
    Notification notification{ErrorCode{body->u8()}, body->u8()};
    const auto data = body->rest();
    notification.data.assign(data.begin(), data.end());
    return notification;
}

void encode(const Notification& notification, Octets& out, std::size_t max_message)
{
    const auto most = max_message - octets_before_data;
    encode_message(out, MessageType::notification, [&](Writer& body) {
        body.u8(std::to_underlying(notification.code));
        body.u8(notification.subcode);
        body.octets(OctetView{notification.data}.first(std::min(notification.data.size(), most)));
    });
}

NotificationError cease(CeaseSubcode subcode, std::string_view text)
{
    NotificationError error{ErrorCode::cease, std::to_underlying(subcode)};
    if (!text.empty() && carries_text(error.code, error.subcode)) {
        const auto kept = cut_between_characters(text);
        error.data.reserve(1 + kept.size());
        error.data.push_back(static_cast<std::uint8_t>(kept.size()));
        for (const char c : kept) error.data.push_back(static_cast<std::uint8_t>(c));
    }
    return error;
}

std::optional<std::string> shutdown_text(const Notification& notification)
{
    if (!carries_text(notification.code, notification.subcode)) return std::nullopt;
    Reader in{notification.data};
    const auto text = in.octets(in.u8());
    if (!in.finished() || text.empty()) return std::nullopt;
    return std::string{text.begin(), text.end()};
}

std::string_view name(ErrorCode code) noexcept
{
    switch (code) {
    case ErrorCode::message_header: return "Message Header Error";
    case ErrorCode::open_message: return "OPEN Message Error";
    case ErrorCode::update_message: return "UPDATE Message Error";
    case ErrorCode::hold_timer_expired: return "Hold Timer Expired";
    case ErrorCode::finite_state_machine: return "Finite State Machine Error";
    case ErrorCode::cease: return "Cease";
    case ErrorCode::route_refresh_message: return "ROUTE-REFRESH Message Error";
    case ErrorCode::send_hold_timer_expired: return "Send Hold Timer Expired";
    }
    return {};
}

std::string_view subcode_name(ErrorCode code, std::uint8_t subcode) noexcept
{
    switch (code) {
    case ErrorCode::message_header: return at(header_names, subcode);
    case ErrorCode::open_message: return at(open_names, subcode);
    case ErrorCode::update_message: return at(update_names, subcode);
    case ErrorCode::finite_state_machine: return at(fsm_names, subcode);
    case ErrorCode::cease: return at(cease_names, subcode);
    case ErrorCode::route_refresh_message: return at(refresh_names, subcode);
    case ErrorCode::hold_timer_expired:
    case ErrorCode::send_hold_timer_expired: break;
    }
    return {};
}

std::string to_text(const Notification& notification)
{
    auto text = error_text(notification.code, notification.subcode);
    if (const auto shutdown = shutdown_text(notification)) {
        text += ": ";
        append_quoted(text, *shutdown);
        return text;
    }
    auto data = OctetView{notification.data};
    // RFC 8538 section 3.1: a Hard Reset wraps the NOTIFICATION that it stands for.
    if (notification.code == ErrorCode::cease && CeaseSubcode{notification.subcode} == CeaseSubcode::hard_reset &&
        data.size() >= 2) {
        const Notification inner{ErrorCode{data[0]}, data[1], {data.begin() + 2, data.end()}};
        const auto nested = inner.code == ErrorCode::cease && CeaseSubcode{inner.subcode} == CeaseSubcode::hard_reset;
        return text + " (" + (nested ? error_text(inner.code, inner.subcode) : to_text(inner)) + ")";
    }
    if (const auto meaning = meaning_of(notification); !meaning.empty()) return text + ": " + meaning;
    if (!data.empty()) {
        text += " (data ";
        for (const auto octet : data.first(std::min(data.size(), max_shown_octets))) append_hex(text, octet);
        if (data.size() > max_shown_octets) text += "…";
        text += ')';
    }
    return text;
}

}   // namespace barrage
