#include "loadgen/exabgp/api/api_text.hpp"

#include "codec/describe.hpp"

#include "loadgen/exabgp/text/attribute_words.hpp"
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
