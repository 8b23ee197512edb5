#include <csignal>

#include <fmt/format.h>

#include "codec/match.hpp"
#include "loadgen/exabgp/grammar/selector.hpp"
#include "loadgen/exabgp/text/attribute_words.hpp"
#include "loadgen/exabgp/text/event_routes.hpp"
#include "loadgen/exabgp/text/events.hpp"
#include "loadgen/exabgp/text/json_text.hpp"
#include "loadgen/exabgp/text/message_words.hpp"

namespace barrage::exabgp {

namespace {

std::string octets_text(OctetView message)
{
    auto text = " header " + upper_hex(message.data(), header_octets);
    if (message.size() > header_octets)
        text += " body " + upper_hex(message.data() + header_octets, message.size() - header_octets);
    return text;
}

std::string open_text(const Open& open)
{
    std::string capabilities;
    for (const auto& each : capability_words(open)) {
        if (!capabilities.empty()) capabilities += ", ";
        capabilities += each.name;
        if (!each.text.empty()) capabilities += "(" + each.text + ")";
    }
    return fmt::format("open version {} asn {} hold_time {} router_id {} capabilities [{}]", open.version, open.asn().value,
                       open.hold_time, to_text(open.bgp_identifier), capabilities);
}

std::string update_text(const Update& update, OctetView message, const std::string& front, const std::string& octets, int version)
{
    const auto words = exabgp::words_of(update, message);
    auto text = front + " start\n";
    if (words.end_of_rib)
        text += fmt::format("{} route eor {}/{} ({})\n", front, std::to_underlying(words.end_of_rib->afi),
                            std::to_underlying(words.end_of_rib->safi), family_words(*words.end_of_rib));
    const auto attributes = attribute_text(update.attributes, {.as_event = true, .version = version});
    for (const auto& each : words.announced)
        for (const auto& route : event_texts(each.routes, {.next_hop = each.next_hop}))
            text += fmt::format("{} announced {}{}\n", front, route, attributes);
    for (const auto& each : words.withdrawn)
        for (const auto& route : event_texts(each.routes, {.withdrawn = true}))
            text += fmt::format("{} withdrawn {}\n", front, route);
    if (!octets.empty()) text += octets + "\n";
    return text + front + " end\n";
}

std::string operational_text(const Operational& message)
{
    const auto words = operational_words(message);
    auto text = fmt::format("operational {} afi {} safi {}", words.name, words.afi, words.safi);
    if (words.kind == OperationalWords::Kind::advisory) text += " advisory " + json_string(words.advisory);
    if (words.kind == OperationalWords::Kind::counter)
        text += fmt::format(" router-id {} sequence {} counter {}", words.router_id, *words.sequence, *words.counter);
    return text;
}

std::string who(const EventPeer& peer, EventDirection direction)
{
    return "neighbor " + peer.peer + (direction == EventDirection::send ? " send " : " receive ");
}

}   // namespace

std::string_view state_word(State state) noexcept
{
    switch (state) {
    case State::idle: return "IDLE";
    case State::connect: return "CONNECT";
    case State::active: return "ACTIVE";
    case State::open_sent: return "OPENSENT";
    case State::open_confirm: return "OPENCONFIRM";
    case State::established: return "ESTABLISHED";
    }
    return "IDLE";
}

std::string_view signal_name(int signal) noexcept
{
    switch (signal) {
    case SIGTERM: return "SIGTERM";
    case SIGHUP: return "SIGHUP";
    case SIGINT: return "SIGINT";
    case SIGALRM: return "SIGALRM";
    case SIGUSR1: return "SIGUSR1";
    case SIGUSR2: return "SIGUSR2";
    default: return {};
    }
}

std::string_view kind_word(MessageType type) noexcept
{
    switch (type) {
    case MessageType::open: return "open";
    case MessageType::update: return "update";
    case MessageType::notification: return "notification";
    case MessageType::keepalive: return "keepalive";
    case MessageType::route_refresh: return "refresh";
    case MessageType::operational: return "operational";
    }
    return "unknown";
}

std::string TextEvents::connected(const EventPeer& peer) const { return "neighbor " + peer.peer + " connected\n\n"; }

std::string TextEvents::up(const EventPeer& peer) const { return "neighbor " + peer.peer + " up\n\n"; }

std::string TextEvents::down(const EventPeer& peer, std::string_view reason) const
{
    return "neighbor " + peer.peer + " down - " + printable(reason) + "\n\n";
}

std::string TextEvents::parsed(const EventPeer& peer, const MessageEvent& what) const
{
    const auto decoded = decode_for_event(what);
    if (!decoded.message) return packet(peer, what);
    const auto begin = who(peer, what.direction);
    const auto octets = what.with_octets ? octets_text(what.message) : std::string{};
    return std::visit(Match{
                          [&](const Open& open) { return begin + open_text(open) + octets + "\n"; },
                          [&](const Update& update) {
                              return update_text(update, what.message, begin + "update", octets, source_.layout());
                          },
                          [&](const Notification& notification) {
                              return fmt::format("{}notification code {} subcode {} data {}{}\n", begin,
                                                 std::to_underlying(notification.code), notification.subcode,
                                                 upper_hex(notification.data.data(), notification.data.size()), octets);
                          },
                          [&](const Keepalive&) { return begin + "keepalive" + octets + "\n"; },
                          [&](const RouteRefresh& refresh) {
                              const auto both = family_words(refresh.family);
                              return fmt::format("{}route-refresh afi {} safi {} {}{}\n", begin, both.substr(0, both.find(' ')),
                                                 both.substr(both.find(' ') + 1), refresh_word(refresh.kind), octets);
                          },
                          [&](const Operational& message) { return begin + operational_text(message) + octets + "\n"; },
                      },
                      *decoded.message) +
           "\n";
}

std::string TextEvents::packet(const EventPeer& peer, const MessageEvent& what) const
{
    return fmt::format("{}{}{}\n\n", who(peer, what.direction), what.message[header_octets - 1], octets_text(what.message));
}

std::string TextEvents::shutdown() const { return fmt::format("shutdown {} {}\n\n", source_.pid, source_.ppid); }

}   // namespace barrage::exabgp
