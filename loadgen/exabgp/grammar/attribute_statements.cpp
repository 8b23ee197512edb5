// The words of attributes and what each of them reads.

#include <algorithm>
#include <array>

#include "codec/describe.hpp"
#include "loadgen/exabgp/grammar/given_attributes.hpp"
#include "loadgen/exabgp/grammar/values.hpp"
#include "loadgen/exabgp/vocabulary/names.hpp"

namespace barrage::exabgp {

namespace {

void read_origin(TokenCursor& words, GivenAttributes& given)
{
    const auto token = take_word(words, "igp, egp or incomplete");
    const auto value = enum_from_name<Origin::Value>(lower_case(token.text));
    if (!value) return words.fail(token, "expected igp, egp or incomplete");
    given.add(Origin{*value});
}

/// `[ 1 2 ]`, `( 3 4 )`, `[{ 5 }]`, `({ 6 })`, several in a row.
void read_as_path(TokenCursor& words, GivenAttributes& given)
{
    AsPath path;
    if (!words.peek().is("[") && !words.peek().is("(")) {
        const auto asn = take_asn(words);   // one AS alone
        path.segments.push_back({SegmentType::as_sequence, {asn}});
        return given.add(std::move(path));
    }
    while (words.peek().is("[") || words.peek().is("(")) {
        const bool is_sequence = words.take().is("[");
        const bool is_confederation = words.take_if("{");
        AsPathSegment segment{is_confederation ? (is_sequence ? SegmentType::confed_sequence : SegmentType::confed_set)
                                               : (is_sequence ? SegmentType::as_sequence : SegmentType::as_set),
                              {}};
        const auto ends = [&] { return words.peek().is(is_confederation ? "}" : is_sequence ? "]" : ")"); };
        while (!ends() && !words.failed()) {
            if (words.take_if(",")) continue;
            segment.asns.push_back(take_asn(words));
        }
        if (is_confederation) words.expect("}");
        words.expect(is_sequence ? "]" : ")");
        if (!segment.asns.empty()) path.segments.push_back(std::move(segment));
    }
    given.add(std::move(path));
}

void read_aggregator(TokenCursor& words, GivenAttributes& given)
{
    const bool in_parentheses = words.take_if("(");
    const auto token = take_word(words, "ASN:ADDRESS");
    const auto colon = std::min(token.text.find(':'), token.text.size());
    const auto asn = Asn::from_text(token.text.substr(0, colon));
    const auto address = Ipv4Address::from_text(token.text.substr(std::min(colon + 1, token.text.size())));
    if (!asn || !address) return words.fail(token, "expected ASN:ADDRESS, as 65000:192.0.2.1");
    if (in_parentheses) words.expect(")");
    given.add(Aggregator{*asn, *address});
}

std::optional<Community> community_from(std::string_view text)
{
    if (text.starts_with("0x") || text.starts_with("0X")) {
        const auto value = number_from<std::uint32_t>(text, ~std::uint32_t{});
        return value ? std::optional{Community{*value}} : std::nullopt;
    }
    auto name = plain_name(text);
    if (name == "nopeer") name = "no-peer";
    return Community::from_text(name);
}

void read_community(TokenCursor& words, GivenAttributes& given)
{
    Communities all;
    for_each_value(words, [&] {
        const auto token = take_word(words, "a community");
        const auto community = community_from(token.text);
        if (!community) return words.fail(token, "expected a community, as 65000:1, 0xfde80001 or no-export");
        all.communities.push_back(*community);
    });
    std::ranges::sort(all.communities);
    if (!all.communities.empty()) given.add(std::move(all));
}

std::optional<LargeCommunity> large_community_from(std::string_view text)
{
    if (text.find(':') != std::string_view::npos) return LargeCommunity::from_text(text);
    const auto value = number_from<std::uint64_t>(text, ~std::uint64_t{});   // as one number
    if (!value) return std::nullopt;
    return LargeCommunity{0, static_cast<std::uint32_t>(*value >> 32), static_cast<std::uint32_t>(*value)};
}

void read_large_community(TokenCursor& words, GivenAttributes& given)
{
    LargeCommunities all;
    for_each_value(words, [&] {
        const auto token = take_word(words, "a large community");
        const auto community = large_community_from(token.text);
        if (!community) return words.fail(token, "expected a large community, as 65000:1:2");
        all.communities.push_back(*community);
    });
    std::ranges::sort(all.communities);
    const auto repeated = std::ranges::unique(all.communities);
    all.communities.erase(repeated.begin(), repeated.end());
    if (!all.communities.empty()) given.add(std::move(all));
}

void read_extended_community(TokenCursor& words, GivenAttributes& given)
{
    for_each_value(words, [&] {
        const auto token = take_word(words, "an extended community");
        const auto community = extended_community_from(token.text);
        if (!community) return words.fail(token, "expected an extended community, as target:65000:1");
        given.extended_communities.push_back(*community);
    });
}

void read_cluster_list(TokenCursor& words, GivenAttributes& given)
{
    ClusterList list;
    for_each_value(words, [&] { list.cluster_ids.push_back(take_ipv4(words)); });
    if (list.cluster_ids.empty()) return words.fail_last("a cluster list without an identifier");
    given.add(std::move(list));
}

void read_aigp(TokenCursor& words, GivenAttributes& given)
{
    Octets metric;
    Writer{metric}.u64(take_number<std::uint64_t>(words));
    given.add(Aigp{{{Aigp::metric_type, std::move(metric)}}});
}

/// `[ INDEX ]` or `[ INDEX, [ ( BASE,RANGE ), … ] ]`.
void read_prefix_sid(TokenCursor& words, GivenAttributes& given)
{
    constexpr std::uint32_t most_label = 0xffffff;
    words.expect("[");
    PrefixSid sid;
    sid.tlvs.emplace_back(prefix_sid::LabelIndex{.index = take_number<std::uint32_t>(words)});
    if (words.take_if(",")) {
        prefix_sid::OriginatorSrgb srgb;
        words.expect("[");
        while (!words.take_if("]") && !words.failed()) {
            if (words.take_if(",")) continue;
            words.expect("(");
            auto& range = srgb.ranges.emplace_back();
            range.base = take_number<std::uint32_t>(words, 0, most_label);
            words.expect(",");
            range.size = take_number<std::uint32_t>(words, 0, most_label);
            words.expect(")");
        }
        if (!srgb.ranges.empty()) sid.tlvs.emplace_back(std::move(srgb));
    }
    words.expect("]");
    given.add(std::move(sid));
}

/// `( l3-service|l2-service SID [BEHAVIOR [ [ 6 numbers ] ] ] )`.
void read_srv6_prefix_sid(TokenCursor& words, GivenAttributes& given)
{
    constexpr std::uint16_t opaque = 0xffff;   // https://www.iana.org/assignments/segment-routing
    words.expect("(");
    const auto service = take_word(words, "l3-service or l2-service");
    if (!service.is("l3-service") && !service.is("l2-service")) words.fail(service, "expected l3-service or l2-service");
    prefix_sid::SidInformation information{.sid = take_ipv6(words), .behavior = opaque};
    if (!words.peek().is(")")) information.behavior = take_number<std::uint16_t>(words);
    if (words.take_if("[")) {
        prefix_sid::SidStructure structure;
        bool is_first = true;
        for (auto* bits : {&structure.locator_block, &structure.locator_node, &structure.function, &structure.argument,
                           &structure.transposition_length, &structure.transposition_offset}) {
            if (!std::exchange(is_first, false)) words.expect(",");
            *bits = take_number<std::uint8_t>(words);
        }
        words.expect("]");
        information.tlvs.emplace_back(structure);
    }
    words.expect(")");
    PrefixSid sid;
    if (service.is("l3-service"))
        sid.tlvs.emplace_back(prefix_sid::Srv6L3Service{{std::move(information)}});
    else
        sid.tlvs.emplace_back(prefix_sid::Srv6L2Service{{std::move(information)}});
    given.add(std::move(sid));
}

/// `[ 0xCODE 0xFLAGS 0xDATA ]`: sent as it is written, whatever its type, its flags and its octets.
void read_generic(TokenCursor& words, GivenAttributes& given)
{
    const auto octet = [&](std::string_view what) {
        const auto value = take_octets(words);
        if (value.size() != 1) words.fail_last("expected " + std::string{what} + " of one octet");
        return value.empty() ? std::uint8_t{0} : value[0];
    };
    words.expect("[");
    const AttributeType type{octet("0xCODE")};
    const auto code = words.last();
    const auto flags = octet("0xFLAGS");
    auto data = take_octets(words);
    words.expect("]");
    if (words.failed()) return;
    if (type == AttributeType::next_hop) {
        Reader in{data};
        const auto address = Ipv4Address::read(in);
        if (!in.finished()) return words.fail(code, "NEXT_HOP wants four octets");
        return given.add_next_hop(address);
    }
    if (type == AttributeType::extended_communities) given.octets_first |= given.extended_communities.empty();
    if (type == AttributeType::ipv6_extended_communities) given.ipv6_octets_first |= given.ipv6_extended_communities.empty();
    given.attributes.push_back({.flags = flags, .value = UnknownAttribute{type, std::move(data)}});
}

void read_label(TokenCursor& words, GivenAttributes& given)
{
    constexpr std::uint32_t most_label = 0xfffff;
    given.has_label = true;
    given.labels.clear();
    for_each_value(words, [&] { given.labels.push_back(take_number<std::uint32_t>(words, 0, most_label)); });
    if (given.labels.empty()) words.fail_last("a label stack without a label");
}

void read_split(TokenCursor& words, GivenAttributes& given)
{
    const auto token = take_word(words, "/LENGTH");
    const auto length =
        token.text.starts_with('/') ? number_from<std::uint8_t>(token.text.substr(1), Ipv6Address::octets * 8) : std::nullopt;
    if (!length) return words.fail(token, "expected /LENGTH, as /24");
    given.split = *length;
}

void read_watchdog(TokenCursor& words, GivenAttributes& given)
{
    const auto token = take_word(words, "a name");
    const auto name = lower_case(token.text);
    if (name == "announce" || name == "withdraw") return words.fail(token, "a watchdog cannot have this name");
    if (words.failed() || given.watchdogs == nullptr) return;
    auto& names = *given.watchdogs;
    const auto at = static_cast<std::uint32_t>(std::ranges::find(names, token.text) - names.begin());
    if (at == names.size()) names.emplace_back(token.text);
    given.watchdog = at + 1;
}

using Row = Statement<GivenAttributes>;

constexpr Row community_row{"community",
                            "N:N | 0xN | N | no-export | no-advertise | no-export-subconfed | no-peer | blackhole, or [ … ]",
                            read_community};
constexpr Row large_community_row{"large-community", "N:N:N, or [ … ]", read_large_community};
constexpr Row extended_community_row{"extended-community",
                                     "[target|origin|target4|origin4:]N:N | redirect:N:N | redirect:A.B.C.D:N | rate-limit:N | "
                                     "l2info:N:N:N:N | bandwidth:N:FLOAT | mup:N:N | "
                                     "redirect-to-nexthop | 0xHEX | the texts of `loadgen decode`, or [ … ]",
                                     read_extended_community};

constexpr Row rows[] = {
    {"next-hop", "ADDRESS | IPV6 link-local IPV6 | self | 0xOCTETS", read_next_hop},
    {"path-information", "N | A.B.C.D", [](TokenCursor& words, GivenAttributes& given) { given.path_id = take_path_id(words); }},
    {"rd", "ASN:N | A.B.C.D:N", [](TokenCursor& words, GivenAttributes& given) { given.rd = take_route_distinguisher(words); }},
    {"route-distinguisher", "as rd",
     [](TokenCursor& words, GivenAttributes& given) { given.rd = take_route_distinguisher(words); }},
    {"label", "N, or [ N N … ]", read_label},
    {"origin", "igp | egp | incomplete", read_origin},
    {"as-path", "[ ASN … ] sequence, ( ASN … ) set, [{ ASN … }] and ({ ASN … }) of a confederation, several in a row; ASN",
     read_as_path},
    {"med", "N", [](TokenCursor& words, GivenAttributes& given) { given.add(MultiExitDisc{take_number<std::uint32_t>(words)}); }},
    {"local-preference", "N",
     [](TokenCursor& words, GivenAttributes& given) { given.add(LocalPref{take_number<std::uint32_t>(words)}); }},
    {"atomic-aggregate", "", [](TokenCursor&, GivenAttributes& given) { given.add(AtomicAggregate{}); }},
    {"aggregator", "( ASN:A.B.C.D )", read_aggregator},
    community_row,
    large_community_row,
    extended_community_row,
    {"originator-id", "A.B.C.D", [](TokenCursor& words, GivenAttributes& given) { given.add(OriginatorId{take_ipv4(words)}); }},
    {"cluster-list", "A.B.C.D, or [ … ]", read_cluster_list},
    {"aigp", "N | 0xN", read_aigp},
    {"bgp-prefix-sid", "[ INDEX ] | [ INDEX, [ ( BASE,RANGE ), … ] ]", read_prefix_sid},
    {"bgp-prefix-sid-srv6", "( l3-service|l2-service IPV6 [BEHAVIOR [ [N,N,N,N,N,N] ]] )", read_srv6_prefix_sid},
    {"attribute", "[ 0xCODE 0xFLAGS 0xDATA ]", read_generic},
    {"name", "WORD", [](TokenCursor& words, GivenAttributes&) { take_word(words, "a name"); }},
    {"split", "/LENGTH", read_split},
    {"watchdog", "NAME", read_watchdog},
    {"withdraw", "", [](TokenCursor&, GivenAttributes& given) { given.starts_withdrawn = true; }},
};
constexpr Row community_rows[] = {community_row, large_community_row, extended_community_row};

}   // namespace

void read_next_hop(TokenCursor& words, GivenAttributes& given)
{
    const auto token = take_word(words, "an IP address or self");
    const auto octets = token.text.starts_with("0x") ? octets_from_hex(lower_case(token.text.substr(2))) : std::nullopt;
    const bool is_self = is_word(token, "self");
    const auto address = is_self || octets ? std::nullopt : IpAddress::from_text(token.text);
    if (!is_self && !address && (!octets || octets->empty() || octets->size() > 0xff))
        return words.fail(token, "expected an IP address, self, or octets behind 0x");
    const bool is_first = !given.has_next_hop();
    if (octets && is_first) given.next_hop_octets = octets;
    if (is_self && is_first) given.next_hop_self = true;
    if (address) given.add_next_hop(*address);
    if (!take_if_word(words, "link-local")) return;
    if (!address || !address->is_v6()) return words.fail_last("a link-local next hop stands behind an IPv6 one");
    const auto link_local = take_ipv6(words);
    if (is_first) given.link_local = link_local;
}

std::span<const Statement<GivenAttributes>> attribute_statements() noexcept { return rows; }
std::span<const Statement<GivenAttributes>> community_statements() noexcept { return community_rows; }

}   // namespace barrage::exabgp
