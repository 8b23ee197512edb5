#include "loadgen/exabgp/api/api_text.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "codec/describe.hpp"
#include "codec/message/header.hpp"
#include "loadgen/exabgp/text/attribute_words.hpp"
#include "loadgen/exabgp/text/events.hpp"
#include "loadgen/exabgp/text/message_words.hpp"
#include "loadgen/exabgp/text/route_words.hpp"
#include "loadgen/exabgp/vocabulary/family_names.hpp"

namespace barrage::exabgp {

namespace {

std::string comment(std::string_view text) { return "# " + printable(text) + "\n"; }

/// Behind the verb: a prefix is behind `route`, all else says what it is.
std::string line(std::string_view verb, const std::string& route)
{
    const auto first = route.substr(0, route.find(' '));
    return std::string{verb} + (first.find('/') != std::string::npos ? " route " : " ") + route;
}

std::string update_text(const Update& update, OctetView message)
{
    const auto words = words_of(update, message);
    if (words.end_of_rib) return "announce eor " + family_words(*words.end_of_rib) + "\n";
    std::string text;
    const auto is_known = [&text](const AnyRoutes& routes, Family family) {
        const bool known = !std::holds_alternative<UnknownRoutes>(routes);
        if (!known) text += comment("routes of " + family_words(family) + ", whose NLRI have no words");
        return known;
    };
    for (const auto& each : words.withdrawn)
        if (is_known(each.routes, each.family))
            for (const auto& route : texts_of(each.routes, {.withdrawn = true})) text += line("withdraw", route) + "\n";
    const auto attributes = attribute_text(update.attributes);
    for (const auto& each : words.announced)
        if (is_known(each.routes, each.family))
            for (const auto& route : texts_of(each.routes, {})) text += line("announce", route) + each.words + attributes + "\n";
    return text.empty() ? comment("an UPDATE without routes") : text;
}

}   // namespace

std::string api_event(const Octets& octets, const SessionOptions& options, const std::string& version)
{
    constexpr std::size_t marker_octets = 16;
    Octets message;
    Writer out{message};
    const auto put_marker = [&] {
        for (std::size_t i = 0; i < marker_octets; ++i) out.u8(0xff);
    };
    Reader in{octets};
    if (octets.size() >= header_octets &&
        std::ranges::all_of(OctetView{octets}.first(marker_octets), [](auto octet) { return octet == 0xff; })) {
        message = octets;
    } else if (in.u16() == octets.size() + marker_octets) {
        put_marker();
        out.octets(octets);
    } else {
        put_marker();
        out.u16(static_cast<std::uint16_t>(header_octets + octets.size()));
        out.u8(std::to_underlying(MessageType::update));
        out.octets(octets);
    }
    Negotiated negotiated;
    negotiated.options = options;
    negotiated.families = FamilySet::all();
    const MessageEvent event{.direction = EventDirection::receive, .message = message, .negotiated = &negotiated};
    if (const auto decoded = decode_for_event(event); !decoded.message)
        return comment(decoded.problems.empty() ? "no message" : decoded.problems.front().text);
    const EventPeer peer{.peer = "127.0.0.1", .local = "127.0.0.1", .peer_as = 65533, .local_as = 65533};
    const auto now = std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
    return JsonEvents{this_source(version)}.parsed({.time = now, .counter = 1}, peer, event);
}

std::string api_text(const DecodedMessage& decoded, OctetView message)
{
    if (!decoded.problems.empty()) return comment(decoded.problems.front().text);
    if (!decoded.message) return comment("no message");
    if (const auto* update = std::get_if<Update>(&*decoded.message)) return update_text(*update, message);
    if (const auto* refresh = std::get_if<RouteRefresh>(&*decoded.message); refresh && refresh->kind == RouteRefreshKind::request)
        return "announce route-refresh " + family_words(refresh->family) + "\n";
    return comment("no UPDATE");
}

}   // namespace barrage::exabgp
