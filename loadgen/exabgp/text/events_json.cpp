#include <fmt/format.h>
#include <unistd.h>

#include <array>

#include "codec/match.hpp"
#include "loadgen/exabgp/grammar/selector.hpp"
#include "loadgen/exabgp/text/attribute_words.hpp"
#include "loadgen/exabgp/text/event_routes.hpp"
#include "loadgen/exabgp/text/events.hpp"
#include "loadgen/exabgp/text/json_text.hpp"
#include "loadgen/exabgp/text/message_words.hpp"

namespace barrage::exabgp {

namespace {

std::string quoted_families(FamilySet families)
{
    std::string text;
    families.for_each([&](Family family) {
        if (!text.empty()) text += ", ";
        text += '"' + family_words(family) + '"';
    });
    return text;
}

std::string negotiated_json(const Negotiated& negotiated)
{
    const auto& options = negotiated.options;
    std::string next_hops;
    options.extended_next_hop.for_each([&](Family family) {
        if (!next_hops.empty()) next_hops += ", ";
        next_hops += '"' + family_words(family) + " ipv6\"";
    });
    const auto* refresh = negotiated.enhanced_route_refresh ? "enhanced" : negotiated.route_refresh ? "normal" : "absent";
    return fmt::format(
        R"("negotiated": {{ "message_size": {}, "hold_time": {}, "asn4": {}, "multisession": false, "operational": false, )"
        R"("refresh": "{}", "families": [ {} ], "nexthop": [ {} ], "add_path": {{ "send": [ {} ], "receive": [ {} ] }} }} )",
        options.max_message(), negotiated.hold_time.count(), options.four_octet_as, refresh, quoted_families(negotiated.families),
        next_hops, quoted_families(options.add_path_send & negotiated.families),
        quoted_families(options.add_path_receive & negotiated.families));
}

std::string open_json(const Open& open, EventDirection direction)
{
    std::string capabilities;
    for (const auto& each : capability_words(open)) {
        if (!capabilities.empty()) capabilities += ", ";
        // Sent ones are known by name, received ones by number.
        capabilities += direction == EventDirection::send ? '"' + each.name + '"' : '"' + std::to_string(each.code) + '"';
        capabilities += fmt::format(R"(: {{ "name": "{}"{} }})", each.name, each.json);
    }
    return fmt::format(R"("open": {{ "version": {}, "asn": {}, "hold_time": {}, "router_id": "{}", "capabilities": {{ {} }} }})",
                       open.version, open.asn().value, open.hold_time, to_text(open.bgp_identifier), capabilities);
}

/// "ipv4 unicast": { "10.0.0.1": [ … ] }; routes of one family and next hop stand together.
std::string announced_json(const UpdateWords& words)
{
    std::string text;
    for (std::size_t i = 0; i < words.announced.size(); ++i) {
        const auto& first = words.announced[i];
        bool done = false;
        for (std::size_t j = 0; j < i; ++j) done |= words.announced[j].family == first.family;
        if (done) continue;
        if (!text.empty()) text += ", ";
        text += '"' + family_words(first.family) + "\": { ";
        for (std::size_t j = i; j < words.announced.size(); ++j) {
            const auto& each = words.announced[j];
            if (each.family != first.family) continue;
            if (j != i) text += ", ";
            text += '"' + (each.next_hop.empty() ? std::string{"no-nexthop"} : each.next_hop) + "\": [ ";
            append_event_json(text, each.routes, {.next_hop = each.next_hop, .more_json = each.more_json});
            text += " ]";
        }
        text += " }";
    }
    return text;
}

std::string withdrawn_json(const UpdateWords& words)
{
    std::string text;
    for (const auto& each : words.withdrawn) {
        if (!text.empty()) text += ", ";
        text += '"' + family_words(each.family) + "\": [ ";
        append_event_json(text, each.routes, {.withdrawn = true});
        text += " ]";
    }
    return text;
}

std::string update_json(const Update& update, OctetView message, int version)
{
    const auto words = exabgp::words_of(update, message);
    if (words.end_of_rib) {
        const auto both = family_words(*words.end_of_rib);
        return fmt::format(R"("message": {{ "eor": {{ "afi" : "{}", "safi" : "{}" }} }})", both.substr(0, both.find(' ')),
                           both.substr(both.find(' ') + 1));
    }
    std::vector<std::string> parts;
    if (const auto attributes = attribute_json(update.attributes, {.as_event = true, .version = version}); !attributes.empty())
        parts.push_back(R"("attribute": { )" + attributes + " }");
    if (!words.announced.empty()) parts.push_back(R"("announce": { )" + announced_json(words) + " }");
    if (!words.withdrawn.empty()) parts.push_back(R"("withdraw": { )" + withdrawn_json(words) + " }");
    return fmt::format(R"("message": {{ "update": {{ {} }} }})", fmt::join(parts, ", "));
}

std::string notification_json(const Notification& notification)
{
    std::string message{notification.data.begin(), notification.data.end()};
    if (const auto text = shutdown_text(notification)) message = *text;
    return fmt::format(R"("notification": {{ "code": {}, "subcode": {}, "data": "{}", "message": {} }} )",
                       std::to_underlying(notification.code), notification.subcode,
                       upper_hex(notification.data.data(), notification.data.size()), json_string(message));
}

std::string refresh_json(const RouteRefresh& refresh)
{
    const auto both = family_words(refresh.family);
    return fmt::format(R"("route-refresh": {{ "afi": "{}", "safi": "{}", "subtype": "{}" }})", both.substr(0, both.find(' ')),
                       both.substr(both.find(' ') + 1), refresh_word(refresh.kind));
}

std::string operational_json(const Operational& message)
{
    const auto words = operational_words(message);
    std::string more;
    if (words.kind == OperationalWords::Kind::advisory) more = R"(, "advisory": )" + json_string(words.advisory);
    if (!words.router_id.empty()) more += fmt::format(R"(, "router-id": "{}")", words.router_id);
    if (words.sequence) more += fmt::format(R"(, "sequence": {})", *words.sequence);
    if (words.counter) more += fmt::format(R"(, "counter": {})", *words.counter);
    return fmt::format(R"("operational": {{ "name": "{}", "afi": "{}", "safi": "{}"{} }})", words.name, words.afi, words.safi,
                       more);
}

MessageType type_of_octets(OctetView message) { return MessageType{message[header_octets - 1]}; }

std::string octets_json(OctetView message)
{
    std::string text = fmt::format(R"("header": "{}", )", upper_hex(message.data(), header_octets));
    if (message.size() > header_octets)
        text += fmt::format(R"("body": "{}", )", upper_hex(message.data() + header_octets, message.size() - header_octets));
    return text;
}

std::string_view word(EventDirection direction) { return direction == EventDirection::send ? "send" : "receive"; }

}   // namespace

EventSource this_source(std::string version)
{
    std::array<char, 256> name{};
    if (::gethostname(name.data(), name.size() - 1) != 0) name[0] = '\0';
    return {.version = std::move(version), .host = name.data(), .pid = ::getpid(), .ppid = ::getppid()};
}

std::string JsonEvents::event(const EventHead& head, const EventPeer& peer, std::string_view type, std::string_view direction,
                              std::string_view octets, std::string_view content) const
{
    const auto in_between = direction.empty() ? std::string{} : fmt::format(R"(, "direction": "{}")", direction);
    return fmt::format(
        R"({{ "exabgp": "{}", "time": {:.6f}, "host" : {}, "pid" : {}, "ppid" : {}, "counter": {}, "type": "{}", {}"neighbor": )"
        R"({{ "address": {{ "local": "{}", "peer": "{}" }}, "asn": {{ "local": {}, "peer": {} }} {}{}{} }} }})"
        "\n",
        source_.version, head.time, json_string(source_.host), source_.pid, source_.ppid, head.counter, type, octets, peer.local,
        peer.peer, peer.local_as, peer.peer_as, in_between, content.empty() ? " " : ", ", content);
}

std::string JsonEvents::connected(const EventHead& head, const EventPeer& peer) const
{
    return event(head, peer, "state", {}, {}, R"("state": "connected")");
}

std::string JsonEvents::up(const EventHead& head, const EventPeer& peer, std::string_view reason) const
{
    return event(head, peer, "state", {}, {},
                 R"("state": "up")" + (reason.empty() ? "" : R"(, "reason": )" + json_string(reason)));
}

std::string JsonEvents::down(const EventHead& head, const EventPeer& peer, std::string_view reason) const
{
    return event(head, peer, "state", {}, {}, R"("state": "down", "reason": )" + json_string(reason));
}

std::string JsonEvents::state(const EventHead& head, const EventPeer& peer, State state) const
{
    return event(head, peer, "fsm", {}, {}, fmt::format(R"("state": "{}")", state_word(state)));
}

std::string JsonEvents::signal(const EventHead& head, const EventPeer& peer, int signal) const
{
    return event(head, peer, "signal", {}, {}, fmt::format(R"("code": "{}", "name": "{}")", signal, signal_name(signal)));
}

std::string JsonEvents::negotiated(const EventHead& head, const EventPeer& peer, const Negotiated& negotiated) const
{
    return event(head, peer, "negotiated", {}, {}, negotiated_json(negotiated));
}

std::string JsonEvents::parsed(const EventHead& head, const EventPeer& peer, const MessageEvent& what) const
{
    const auto type = type_of_octets(what.message);
    const auto decoded = decode_for_event(what);
    std::string content;
    if (decoded.message)
        content = std::visit(Match{
                                 [&](const Open& open) { return open_json(open, what.direction); },
                                 [&](const Update& update) { return update_json(update, what.message, source_.layout()); },
                                 [&](const Notification& notification) { return notification_json(notification); },
                                 [&](const Keepalive&) { return std::string{}; },
                                 [&](const RouteRefresh& refresh) { return refresh_json(refresh); },
                                 [&](const Operational& message) { return operational_json(message); },
                             },
                             *decoded.message);
    if (what.with_negotiated && what.negotiated && type != MessageType::open && type != MessageType::keepalive)
        content += (content.empty() ? "" : ", ") + negotiated_json(*what.negotiated);
    return event(head, peer, kind_word(type), word(what.direction), what.with_octets ? octets_json(what.message) : "", content);
}

std::string JsonEvents::packet(const EventHead& head, const EventPeer& peer, const MessageEvent& what) const
{
    const auto type = type_of_octets(what.message);
    const auto* body = what.message.data() + header_octets;
    const auto body_size = what.message.size() - header_octets;
    auto content =
        fmt::format(R"("message": {{ "category": {}, "header": "{}", "body": "{}" }} )", std::to_underlying(type),
                    upper_hex(what.message.data(), header_octets), body_size == 0 ? std::string{} : upper_hex(body, body_size));
    if (what.with_negotiated && what.negotiated) content += ", " + negotiated_json(*what.negotiated);
    return event(head, peer, kind_word(type), word(what.direction), {}, content);
}

std::string JsonEvents::shutdown(double time) const
{
    return fmt::format(
        R"({{ "exabgp": "{}", "time": {:.6f}, "host" : {}, "pid" : {}, "ppid" : {}, "type": "notification", "notification": "shutdown" }})"
        "\n",
        source_.version, time, json_string(source_.host), source_.pid, source_.ppid);
}

}   // namespace barrage::exabgp
