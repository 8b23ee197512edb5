#include "loadgen/exabgp/text/message_words.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "codec/match.hpp"
#include "codec/message/update_view.hpp"
#include "loadgen/exabgp/grammar/selector.hpp"
#include "loadgen/exabgp/text/json_text.hpp"

namespace barrage::exabgp {

namespace {

/// What a field of MP_REACH_NLRI holds: an address, an IPv6 one with a link-local one behind it (RFC 2545 section 3), each behind a route
/// distinguisher of zero in VPN families (RFC 4364 section 4.3.2, RFC 4659 section 3.2.1).
struct NextHopParts {
    std::string address;   // empty where the octets are none
    std::string link_local;
    bool has_rd = false;
};

NextHopParts parts_of(OctetView octets)
{
    NextHopParts parts;
    Reader in{octets};
    const auto size = octets.size();
    parts.has_rd = size == 12 || size == 24 || size == 48;
    if (parts.has_rd && in.u64() != 0) return {};
    if (in.remaining() == Ipv4Address::octets) {
        parts.address = to_text(Ipv4Address::read(in));
    } else if (in.remaining() >= Ipv6Address::octets) {
        parts.address = to_text(Ipv6Address::read(in));
        if (parts.has_rd && !in.empty() && in.u64() != 0) return {};
        if (in.remaining() == Ipv6Address::octets) parts.link_local = to_text(Ipv6Address::read(in));
    }
    return in.finished() ? parts : NextHopParts{};
}

/// An address however the field is made: for those who only want to know who it is.
std::string hop_text(OctetView octets)
{
    if (octets.size() == 12 || octets.size() == 24 || octets.size() == 48) octets = octets.subspan(8);
    Reader in{octets};
    if (octets.size() == 4) return to_text(Ipv4Address::read(in));
    if (octets.size() >= 16) return to_text(Ipv6Address::read(in));
    return {};
}

/// Whether an address, and a link-local one, say all of it. A VPN route that is to send its own address has no distinguisher yet.
bool is_named_by(const NextHopParts& parts, Family family)
{
    return !parts.address.empty() && (!parts.has_rd || family.safi == Safi::mpls_vpn);
}

RoutesOf<Ipv4Unicast> unicast(const std::vector<Route<Ipv4Prefix>>& routes) { return {routes}; }

/// Its words as they are gathered over all capabilities of one kind.
struct Gathered {
    std::uint8_t code;
    std::string name;
    std::vector<std::string> json, text;
    std::string more_json;
};

Gathered& of(std::vector<Gathered>& all, std::uint8_t code, std::string_view name)
{
    const auto found = std::ranges::find(all, code, &Gathered::code);
    if (found != all.end()) return *found;
    return all.emplace_back(Gathered{code, std::string{name}, {}, {}, {}});
}

std::string mode_word(std::uint8_t mode)
{
    switch (mode) {
    case capability::AddPath::receive: return "receive";
    case capability::AddPath::send: return "send";
    case capability::AddPath::both: return "send/receive";
    default: return "disabled";
    }
}

void gather(std::vector<Gathered>& all, const Capability& each)
{
    const auto number = code(each);
    std::visit(
        Match{
            [&](const capability::Multiprotocol& one) {
                auto& words = of(all, number, "multiprotocol");
                words.json.push_back('"' + family_words(one.family, '/') + '"');
                words.text.push_back(family_words(one.family));
            },
            [&](const capability::FourOctetAs& one) {
                auto& words = of(all, number, "asn4");
                words.more_json = fmt::format(R"(, "asn4": {})", one.asn.value);
                words.text.push_back(std::to_string(one.asn.value));
            },
            [&](const capability::AddPath& one) {
                auto& words = of(all, number, "addpath");
                for (const auto& entry : one.entries) {
                    words.more_json += fmt::format(R"(, "{}": "{}")", family_words(entry.family, '/'), mode_word(entry.mode));
                    words.text.push_back(mode_word(entry.mode) + " " + family_words(entry.family));
                }
            },
            [&](const capability::GracefulRestart& one) {
                auto& words = of(all, number, "graceful restart");
                std::string families;
                for (const auto& entry : one.entries) {
                    fmt::format_to(std::back_inserter(families), R"({}"{}": [ {} ])", families.empty() ? "" : ", ",
                                   family_words(entry.family, '/'),
                                   entry.flags & capability::GracefulRestart::forwarding ? R"("restart")" : "");
                    words.text.push_back(fmt::format("{}=0x{:02x}", family_words(entry.family, '/'), entry.flags));
                }
                words.more_json =
                    fmt::format(R"(, "time": {}, "address family flags": {{ {} }}, "restart flags": [ {} ])", one.restart_time,
                                families, one.restart_flags & capability::GracefulRestart::restarting ? R"("forwarding")" : "");
                words.text.insert(words.text.begin(), fmt::format("flags 0x{:x} time {}", one.restart_flags, one.restart_time));
            },
            [&](const capability::ExtendedNextHop& one) {
                auto& words = of(all, number, "nexthop");
                for (const auto& entry : one.entries) {
                    const Family family{entry.afi, Safi{static_cast<std::uint8_t>(entry.safi)}};
                    const auto hop = entry.next_hop_afi == Afi::ipv6 ? "ipv6" : "ipv4";
                    words.more_json += fmt::format(R"(, "{}": "{}")", family_words(family, '/'), hop);
                    words.text.push_back(family_words(family) + " " + hop);
                }
            },
            [&](const capability::RouteRefresh&) { of(all, number, "route-refresh").more_json = R"(, "variant": "RFC")"; },
            [&](const capability::RouteRefreshCisco&) {
                of(all, number, "route-refresh-cisco").more_json = R"(, "variant": "Cisco")";
            },
            [&](const capability::EnhancedRouteRefresh&) { of(all, number, "enhanced-route-refresh"); },
            [&](const capability::ExtendedMessage&) {
                auto& words = of(all, number, "extended-message");
                words.more_json = R"(, "size": 65535)";
                words.text.push_back("65535");
            },
            [&](const capability::Hostname& one) {
                auto& words = of(all, number, "hostname");
                words.more_json = R"(, "hostname": )" + json_string(one.host) + R"(, "domain": )" + json_string(one.domain);
                words.text.push_back(printable(one.host) + " " + printable(one.domain));
            },
            [&](const capability::SoftwareVersion& one) {
                auto& words = of(all, number, "software-version");
                words.more_json = R"(, "software": )" + json_string(one.version);
                words.text.push_back(printable(one.version));
            },
            [&](const capability::Operational&) { of(all, number, "operational"); },
            [&](const capability::Multisession& one) { of(all, number, one.name); },
            [&](const capability::MultisessionCisco& one) { of(all, number, one.name); },
            [&](const capability::Role& one) { of(all, number, one.name); },
            [&](const capability::LongLivedGracefulRestart& one) { of(all, number, one.name); },
            [&](const auto& one) {   // those that ExaBGP does not know
                Octets value;
                Writer out{value};
                one.encode(out);
                auto& words = of(all, number, "unknown");
                words.more_json = fmt::format(R"(, "iana": "unassigned", "value": {}, "raw": "{}")", code(each), hex_text(value));
                words.text.push_back(std::to_string(code(each)));
            },
        },
        each);
}

}   // namespace

std::string next_hop_words(OctetView octets, Family family)
{
    if (octets.empty()) return {};
    const auto parts = parts_of(octets);
    if (!is_named_by(parts, family)) return " next-hop 0x" + hex_text(octets);
    return " next-hop " + parts.address + (parts.link_local.empty() ? "" : " link-local " + parts.link_local);
}

std::string next_hop_fields(OctetView octets, Family family)
{
    if (octets.empty()) return {};
    const auto parts = parts_of(octets);
    if (!is_named_by(parts, family)) return fmt::format(R"(, "next-hop-octets": "0x{}")", hex_text(octets));
    return parts.link_local.empty() ? std::string{} : fmt::format(R"(, "link-local": "{}")", parts.link_local);
}

DecodedMessage decode_for_event(const MessageEvent& event)
{
    SessionOptions options;
    if (event.negotiated) {
        options = event.negotiated->options;
        if (event.direction == EventDirection::send) options.add_path_receive = options.add_path_send;
        // Up to the bottom of the stack, as ExaBGP reads them; of what is sent, as many as were given.
        options.multiple_labels = FamilySet::all();
        options.max_labels = 255;
    } else {
        options.extended_message = true;   // nothing was settled: whatever came is as long as it may be
    }
    return decode_any(event.message, options);
}

UpdateWords words_of(const Update& update, OctetView message)
{
    UpdateWords words;
    if (const auto view = split_update(message)) words.end_of_rib = view->end_of_rib();
    if (words.end_of_rib) return words;
    std::string next_hop;
    for (const auto& attribute : update.attributes)
        if (const auto* hop = std::get_if<NextHop>(&attribute.value)) next_hop = to_text(hop->address);
    if (!update.nlri.empty())
        words.announced.push_back({.next_hop = next_hop,
                                   .words = next_hop.empty() ? "" : " next-hop " + next_hop,
                                   .family = ipv4_unicast,
                                   .routes = unicast(update.nlri)});
    if (!update.withdrawn.empty()) words.withdrawn.push_back({ipv4_unicast, unicast(update.withdrawn)});
    for (const auto& attribute : update.attributes) {
        if (const auto* reach = std::get_if<MpReachNlri>(&attribute.value))
            words.announced.push_back({.next_hop = hop_text(reach->next_hop.octets),
                                       .words = next_hop_words(reach->next_hop.octets, reach->family()),
                                       .more_json = next_hop_fields(reach->next_hop.octets, reach->family()),
                                       .family = reach->family(),
                                       .routes = reach->nlri});
        if (const auto* unreach = std::get_if<MpUnreachNlri>(&attribute.value))
            words.withdrawn.push_back({unreach->family(), unreach->nlri});
    }
    return words;
}

std::vector<CapabilityWords> capability_words(const Open& open)
{
    std::vector<Gathered> all;
    for (const auto& each : open.capabilities()) gather(all, each);
    std::vector<CapabilityWords> words;
    for (auto& one : all) {
        auto json = one.more_json;
        if (!one.json.empty()) json += fmt::format(R"(, "families": [ {} ])", fmt::join(one.json, ", "));
        words.push_back({one.name, one.code, std::move(json), fmt::format("{}", fmt::join(one.text, ","))});
    }
    return words;
}

OperationalWords operational_words(const Operational& message)
{
    using enum OperationalType;
    using Kind = OperationalWords::Kind;
    OperationalWords words;
    const auto named = [&](std::string_view name, Kind kind) {
        words.name = name;
        words.kind = kind;
    };
    switch (message.type) {
    case advisory_demand: named("ADM", Kind::advisory); break;
    case advisory_static: named("ASM", Kind::advisory); break;
    case reachable_prefix_count_request: named("RPCQ", Kind::query); break;
    case reachable_prefix_count_reply: named("RPCP", Kind::counter); break;
    case adj_rib_out_prefix_count_request: named("APCQ", Kind::query); break;
    case adj_rib_out_prefix_count_reply: named("APCP", Kind::counter); break;
    case loc_rib_prefix_count_request: named("LPCQ", Kind::query); break;
    case loc_rib_prefix_count_reply: named("LPCP", Kind::counter); break;
    case not_satisfied: named("NS", Kind::other); break;
    }
    Reader in{message.value};
    const Afi afi{in.u16()};
    const Family family{afi, Safi{in.u8()}};
    const auto both = family_words(family);
    words.afi = both.substr(0, both.find(' '));
    words.safi = both.substr(both.find(' ') + 1);
    if (words.kind == Kind::advisory) {
        const auto rest = in.rest();
        words.advisory.assign(rest.begin(), rest.end());
    } else if (words.kind != Kind::other) {
        words.router_id = to_text(Ipv4Address::read(in));
        words.sequence = in.u32();
        if (words.kind == Kind::counter) words.counter = in.u32();
        if (in.failed()) words.kind = Kind::other;
    }
    return words;
}

std::string_view refresh_word(RouteRefreshKind kind) noexcept
{
    switch (kind) {
    case RouteRefreshKind::request: return "query";
    case RouteRefreshKind::begin: return "begin";
    case RouteRefreshKind::end: return "end";
    }
    return "reserved";
}

}   // namespace barrage::exabgp
