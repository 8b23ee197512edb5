#include "loadgen/exabgp/text/event_attributes.hpp"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "codec/match.hpp"
#include "loadgen/exabgp/text/community_words.hpp"
#include "loadgen/exabgp/text/json_text.hpp"
#include "loadgen/exabgp/text/ls_words.hpp"

namespace barrage::exabgp {

namespace {

/// ExaBGP calls the segments of a confederation sequences in JSON.
struct EventSegment {
    std::string_view element, begin, end;
};

EventSegment event_segment(SegmentType type) noexcept
{
    switch (type) {
    case SegmentType::as_set: return {"as-set", "[", "]"};
    case SegmentType::confed_sequence: return {"as-sequence", "{(", ")}"};
    case SegmentType::confed_set: return {"as-sequence", "{[", "]}"};
    case SegmentType::as_sequence: break;
    }
    return {"as-sequence", "(", ")"};
}

std::optional<EventAttribute> event_path(const AsPath& path)
{
    if (path.segments.empty()) return std::nullopt;
    std::string text;
    std::string json;
    for (const auto& segment : path.segments) {
        const auto words = event_segment(segment.type);
        std::vector<std::uint32_t> numbers;
        for (const auto asn : segment.asns) numbers.push_back(asn.value);
        json += fmt::format(R"({}"{}": {{"element": "{}", "value": [{}]}})", json.empty() ? "" : ", ",
                            &segment - path.segments.data(), words.element, fmt::join(numbers, ", "));
        text += fmt::format("{}{} {} {}", text.empty() ? "" : " ", words.begin, fmt::join(numbers, " "), words.end);
    }
    return EventAttribute{"as-path", text, "{" + json + "}", {}};
}

/// All segments of a kind are one: of ASes, of a set, of the confederation. JSON has them as fields of their own.
std::optional<EventAttribute> event_path_of_4(const AsPath& path)
{
    if (path.segments.empty()) return std::nullopt;
    std::vector<std::uint32_t> sequence, set, confederation, confederation_set;
    for (const auto& segment : path.segments) {
        auto& numbers = segment.type == SegmentType::as_sequence       ? sequence
                        : segment.type == SegmentType::as_set          ? set
                        : segment.type == SegmentType::confed_sequence ? confederation
                                                                       : confederation_set;
        for (const auto asn : segment.asns) numbers.push_back(asn.value);
    }
    const auto brackets = [](const auto& in_order, const auto& of_set) {
        auto text = std::string{"["};
        for (const auto number : in_order) text += fmt::format(" {}", number);
        if (!of_set.empty()) text += fmt::format(" ( {} )", fmt::join(of_set, " "));
        return text + (in_order.empty() && !of_set.empty() ? "]" : " ]");
    };
    auto text = brackets(sequence, set);
    if (!confederation.empty() || !confederation_set.empty()) text += brackets(confederation, confederation_set);
    auto json = fmt::format("[ {} ]", fmt::join(sequence, ", "));
    if (!set.empty()) json += fmt::format(R"(, "as-set": [ {} ])", fmt::join(set, ", "));
    json += fmt::format(R"(, "confederation-path": [ {} ])", fmt::join(confederation, ", "));
    if (!confederation_set.empty()) json += fmt::format(R"(, "confederation-set": [ {} ])", fmt::join(confederation_set, ", "));
    return EventAttribute{"as-path", text, json, {}};
}

/// One word as it is, several in brackets.
std::string event_list(const std::vector<std::string>& words)
{
    return words.size() == 1 ? words.front() : fmt::format("[ {} ]", fmt::join(words, " "));
}

std::optional<EventAttribute> event_communities(const Communities& all)
{
    auto sorted = all.communities;
    std::ranges::sort(sorted);
    std::vector<std::string> words;
    std::vector<std::string> json;
    for (const auto community : sorted) {
        words.push_back(to_text(community));
        json.push_back(fmt::format("[ {}, {} ]", community.value >> 16, community.value & 0xffff));
    }
    return EventAttribute{"community", event_list(words), fmt::format("[ {} ]", fmt::join(json, ", ")), {}};
}

std::optional<EventAttribute> event_large(const LargeCommunities& all)
{
    auto sorted = all.communities;
    std::ranges::sort(sorted);
    const auto repeated = std::ranges::unique(sorted);
    sorted.erase(repeated.begin(), repeated.end());
    std::vector<std::string> words;
    std::vector<std::string> json;
    for (const auto& one : sorted) {
        words.push_back(to_text(one));
        json.push_back(fmt::format("[ {}, {} , {} ]", one.global_administrator, one.local_data_1, one.local_data_2));
    }
    return EventAttribute{"large-community", event_list(words), fmt::format("[ {} ]", fmt::join(json, ", ")), {}};
}

std::optional<EventAttribute> event_extended(const ExtendedCommunities& all)
{
    auto sorted = all.communities;
    std::ranges::sort(sorted);
    std::vector<std::string> words;
    std::vector<std::string> json;
    for (const auto& community : sorted) {
        std::uint64_t number = 0;
        for (const auto octet : community.value) number = number << 8 | octet;
        words.push_back(community_text(community));
        json.push_back(fmt::format(R"({{ "value": {}, "string": "{}" }})", number, community_name(community)));
    }
    return EventAttribute{"extended-community", event_list(words), fmt::format("[ {} ]", fmt::join(json, ", ")), {}};
}

/// Without a name in ExaBGP, and with its words in the place of octets.
std::optional<EventAttribute> event_ipv6_extended(const Ipv6ExtendedCommunities& all)
{
    auto sorted = all.communities;
    std::ranges::sort(sorted);
    std::vector<std::string> words;
    for (const auto& community : sorted) words.push_back(community_text(community));
    const auto list = event_list(words);
    return EventAttribute{"attribute-0x19-0xC0", fmt::format("[ 0x19 0xC0 {} ]", list), '"' + list + '"', "attribute"};
}

std::string_view pmsi_tunnel_name(PmsiTunnelType type) noexcept
{
    switch (type) {
    case PmsiTunnelType::none: return "notunnel";
    case PmsiTunnelType::rsvp_te_p2mp: return "rsvp-tep2mplsp";
    case PmsiTunnelType::mldp_p2mp: return "mldpp2mplsp";
    case PmsiTunnelType::pim_ssm: return "pim-ssmtree";
    case PmsiTunnelType::pim_sm: return "pim-smtree";
    case PmsiTunnelType::bidir_pim: return "bidir-pimtree";
    case PmsiTunnelType::ingress_replication: return "ingressreplication";
    case PmsiTunnelType::mldp_mp2mp: return "mldpmp2mplsp";
    default: return "unknown";
    }
}

/// Only ingress replication shows all 24 bits of its label, and its address.
std::optional<EventAttribute> event_pmsi(const PmsiTunnel& tunnel)
{
    const auto& octets = tunnel.identifier.octets;
    const bool is_ingress = tunnel.tunnel_type == PmsiTunnelType::ingress_replication && octets.size() == Ipv4Address::octets;
    const auto raw = tunnel.label << 4 | tunnel.label_rest;
    auto label = std::to_string(tunnel.label);
    if (is_ingress && raw != 0) label += fmt::format("({})", raw);
    std::string identifier;
    if (is_ingress) {
        Reader in{octets};
        identifier = to_text(Ipv4Address::read(in));
    } else if (!octets.empty() && tunnel.tunnel_type != PmsiTunnelType::none)
        identifier = upper_hex(octets.data(), octets.size());
    const auto text =
        fmt::format("pmsi:{}:{}:{}:{}", pmsi_tunnel_name(tunnel.tunnel_type), tunnel.tunnel_flags, label, identifier);
    return EventAttribute{"pmsi", text, '"' + text + '"', {}};
}

/// The fields of an SRv6 service as JSON and as text. RFC 9252 sections 2 and 3.
template <class Service>
void add_service(const Service& service, std::string_view name, std::vector<std::string>& json, std::vector<std::string>& text)
{
    std::vector<std::string> json_sids;
    std::vector<std::string> text_sids;
    for (const auto& tlv : service.tlvs)
        std::visit(
            Match{
                [&](const prefix_sid::SidInformation& sid) {
                    auto one = fmt::format(R"({{ "sid": "{}", "flags": {}, "endpoint_behavior": {})", to_text(sid.sid), sid.flags,
                                           sid.behavior);
                    auto words = fmt::format("sid-information [ sid:{} flags:{} endpoint_behavior:0x{:x} ", to_text(sid.sid),
                                             sid.flags, sid.behavior);
                    for (const auto& sub : sid.tlvs)
                        if (const auto* structure = std::get_if<prefix_sid::SidStructure>(&sub)) {
                            one += fmt::format(R"(, "structure": {{"locator-block-length": {}, "locator-node-length": {}, )"
                                               R"("function-length": {}, "argument-length": {}, "transposition-length": {}, )"
                                               R"("transposition-offset": {}}})",
                                               structure->locator_block, structure->locator_node, structure->function,
                                               structure->argument, structure->transposition_length,
                                               structure->transposition_offset);
                            words += fmt::format("[ sid-structure [{},{},{},{},{},{}] ] ", structure->locator_block,
                                                 structure->locator_node, structure->function, structure->argument,
                                                 structure->transposition_length, structure->transposition_offset);
                        }
                    json_sids.push_back(one + " }");
                    text_sids.push_back(words + "]");
                },
                [&](const UnknownTlv& unknown) {
                    json_sids.push_back(fmt::format(R"({{"type": {}, "raw": "{}"}})", unknown.type, hex_text(unknown.value)));
                    text_sids.push_back(fmt::format("SRv6 Service Sub-TLV type {} not implemented", unknown.type));
                },
            },
            tlv);
    json.push_back(fmt::format(R"("{}": [ {} ])", name, fmt::join(json_sids, ", ")));
    text.push_back(fmt::format("{} [ {} ]", name, fmt::join(text_sids, ", ")));
}

/// With a label index the text is that, and the SRGB; without one all that is there.
std::optional<EventAttribute> event_sid(const PrefixSid& sid)
{
    std::vector<std::string> json;
    std::vector<std::string> text;
    std::string index;
    std::string ranges;
    for (const auto& tlv : sid.tlvs)
        std::visit(Match{
                       [&](const prefix_sid::LabelIndex& one) {
                           json.push_back(fmt::format(R"("sr-label-index": {})", one.index));
                           index = std::to_string(one.index);
                       },
                       [&](const prefix_sid::OriginatorSrgb& one) {
                           std::vector<std::string> pairs;
                           std::vector<std::string> words;
                           for (const auto& range : one.ranges) {
                               pairs.push_back(fmt::format("[{}, {}]", range.base, range.size));
                               words.push_back(fmt::format("( {},{} )", range.base, range.size));
                           }
                           json.push_back(fmt::format(R"("sr-srgbs": [{}])", fmt::join(pairs, ", ")));
                           ranges = fmt::format("[ {} ]", fmt::join(words, ", "));
                           text.push_back(ranges);
                       },
                       [&](const prefix_sid::Srv6L3Service& one) { add_service(one, "l3-service", json, text); },
                       [&](const prefix_sid::Srv6L2Service& one) { add_service(one, "l2-service", json, text); },
                       [&](const UnknownTlv& one) {
                           json.push_back(fmt::format(R"("attribute-not-implemented-{}": "{}")", one.type,
                                                      upper_hex(one.value.data(), one.value.size())));
                           text.push_back(fmt::format("Attribute with code [ {} ] not implemented", one.type));
                       },
                   },
                   tlv);
    const auto words = index.empty()    ? fmt::format("[ {} ]", fmt::join(text, ", "))
                       : ranges.empty() ? fmt::format("[ {} ]", index)
                                        : fmt::format("[ {}, {} ]", index, ranges);
    return EventAttribute{"bgp-prefix-sid", words, fmt::format("{{ {} }}", fmt::join(json, ", ")), {}};
}

std::optional<EventAttribute> event_ls(const BgpLs& ls)
{
    Octets octets;
    Writer out{octets};
    ls.encode(out, SessionOptions{});
    auto words = ls_attribute_words(octets);
    return EventAttribute{"bgp-ls", std::move(words.text), std::move(words.json), {}};
}

std::optional<EventAttribute> event_clusters(const ClusterList& list)
{
    std::vector<std::string> words;
    for (const auto id : list.cluster_ids) words.push_back(to_text(id));
    return EventAttribute{"cluster-list",
                          fmt::format("[ {} ]", fmt::join(words, " ")),
                          words.empty() ? "[ ]" : fmt::format(R"([ "{}" ])", fmt::join(words, R"(", ")")),
                          {}};
}

}   // namespace

std::optional<EventAttribute> event_attribute(const AnyAttribute& attribute, int version)
{
    return std::visit(Match{
                          [&](const AsPath& path) { return version == 4 ? event_path_of_4(path) : event_path(path); },
                          [](const Communities& all) { return event_communities(all); },
                          [](const LargeCommunities& all) { return event_large(all); },
                          [](const ExtendedCommunities& all) { return event_extended(all); },
                          [](const Ipv6ExtendedCommunities& all) { return event_ipv6_extended(all); },
                          [](const ClusterList& list) { return event_clusters(list); },
                          [](const PmsiTunnel& tunnel) { return event_pmsi(tunnel); },
                          [](const PrefixSid& sid) { return event_sid(sid); },
                          [](const BgpLs& ls) { return event_ls(ls); },
                          [](const auto&) { return std::optional<EventAttribute>{}; },
                      },
                      attribute);
}

}   // namespace barrage::exabgp
