#include "loadgen/exabgp/api/rib_lines.hpp"

#include <fmt/format.h>

#include "codec/attribute/attribute_view.hpp"
#include "loadgen/exabgp/grammar/given_nlri.hpp"
#include "loadgen/exabgp/grammar/selector.hpp"
#include "loadgen/exabgp/text/attribute_words.hpp"
#include "loadgen/exabgp/text/json_text.hpp"
#include "loadgen/exabgp/text/message_words.hpp"
#include "loadgen/exabgp/text/route_words.hpp"

namespace barrage::exabgp {

namespace {

OctetView octets_of(const std::string& text) { return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}; }

/// The route of a key, with its path identifier.
AnyRoutes routes_of(const RouteKey& key)
{
    Octets octets;
    Writer writer{octets};
    if (key.path_id) writer.u32(key.path_id->value);
    writer.octets(octets_of(key.nlri));
    if (auto routes = read_given_nlri(key.family, octets, key.path_id.has_value())) return std::move(*routes);
    return UnknownRoutes{std::to_underlying(key.family.afi), std::to_underlying(key.family.safi), octets};
}

/// A route says these only as octets that were given: what is made of it has its own.
bool is_made(AttributeType type) noexcept
{
    using enum AttributeType;
    return type == mp_reach_nlri || type == mp_unreach_nlri || type == as4_path || type == as4_aggregator;
}

std::vector<ReceivedAttribute> attributes_of(const AttributeSet& set)
{
    std::vector<ReceivedAttribute> attributes;
    Reader in{set.octets()};
    while (const auto view = next_attribute(in)) {
        auto value = decode_attribute(view->type, view->reader(), SessionOptions{});
        if (value && !is_made(view->type))
            attributes.push_back({view->flags, std::move(*value)});
        else
            attributes.push_back({view->flags, UnknownAttribute{view->type, Octets(view->value.begin(), view->value.end())}});
    }
    return attributes;
}

/// A NEXT_HOP beside the next hop of MP_REACH_NLRI, then this.
std::string hop_words(const AttributeSet& set, Family family, const std::vector<ReceivedAttribute>& attributes)
{
    std::string text;
    for (const auto& attribute : attributes)
        if (const auto* plain = std::get_if<NextHop>(&attribute.value)) text += " next-hop " + to_text(plain->address);
    return text + next_hop_words(set.next_hop(), family);
}

std::string next_hop_text(const AttributeSet& set)
{
    auto octets = set.next_hop();
    if (octets.size() == 12 || octets.size() == 24 || octets.size() == 48) octets = octets.subspan(8);
    Reader in{octets};
    if (octets.size() == 4) return to_text(Ipv4Address::read(in));
    if (octets.size() >= 16) return to_text(Ipv6Address::read(in));
    return {};
}

std::string route_text(const AnyRoutes& routes)
{
    const auto texts = texts_of(routes, {.after_family = true});
    return texts.empty() ? std::string{} : texts.front();
}

AttributeForm form_of(const RibLine& line) { return {.shows_empty_path = !line.received, .merges_as4 = false}; }

}   // namespace

bool is_of_kind(Family family, api::RouteKind kind) noexcept
{
    const bool flow = family.safi == Safi::flowspec || family.safi == Safi::flowspec_vpn;
    switch (kind) {
    case api::RouteKind::all: return true;
    case api::RouteKind::flow: return flow;
    case api::RouteKind::l2vpn: return family.afi == Afi::l2vpn;
    case api::RouteKind::inet: return !flow && (family.afi == Afi::ipv4 || family.afi == Afi::ipv6);
    }
    return true;
}

FamilySet families_of_kind(api::RouteKind kind) noexcept
{
    FamilySet families;
    FamilySet::all().for_each([&](Family family) {
        if (is_of_kind(family, kind)) families.insert(family);
    });
    return families;
}

std::string prefix_text(const RouteKey& key)
{
    const auto text = route_text(routes_of(key));
    const bool is_prefix = key.family.afi == Afi::ipv4 || key.family.afi == Afi::ipv6;
    return is_prefix ? text.substr(0, text.find(' ')) : text;
}

void append_rib_text(std::string& out, const RibLine& line)
{
    fmt::format_to(std::back_inserter(out), "{} {} {}", line.extensive ? line.neighbor : line.peer, family_words(line.key.family),
                   route_text(routes_of(line.key)));
    if (line.extensive && line.attributes) {
        const auto attributes = attributes_of(*line.attributes);
        out += hop_words(*line.attributes, line.key.family, attributes);
        out += attribute_text(attributes, form_of(line));
    }
    out += '\n';
}

void append_rib_route_json(std::string& out, const RibLine& line)
{
    const auto routes = routes_of(line.key);
    const auto into = std::back_inserter(out);
    fmt::format_to(into, R"({{"prefix": {}, "family": "{}")", json_string(route_text(routes)), family_words(line.key.family));
    if (line.extensive) {
        out += R"(, "nlri": )";
        append_json(out, routes, false);
        if (line.attributes) {
            if (const auto hop = next_hop_text(*line.attributes); !hop.empty())
                fmt::format_to(into, R"(, "next-hop": "{}"{})", hop,
                               next_hop_fields(line.attributes->next_hop(), line.key.family));
            fmt::format_to(into, R"(, "attribute": {{ {} }})", attribute_json(attributes_of(*line.attributes), form_of(line)));
        }
    }
    out += '}';
}

void append_rib_json(std::string& out, const RibLine& line)
{
    fmt::format_to(std::back_inserter(out), R"({{"{}": {{"routes": [)", line.peer);
    append_rib_route_json(out, line);
    out += ']';
    if (line.extensive) out += R"(, "neighbor": )" + json_string(line.neighbor);
    out += "}}\n";
}

}   // namespace barrage::exabgp
