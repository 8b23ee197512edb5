#include "loadgen/exabgp/text/attribute_words.hpp"

#include <algorithm>
#include <array>
#include <bit>

#include <fmt/format.h>

#include "codec/match.hpp"
#include "loadgen/exabgp/grammar/given_attributes.hpp"
#include "loadgen/exabgp/grammar/read_back.hpp"
#include "loadgen/exabgp/text/event_attributes.hpp"
#include "loadgen/exabgp/text/json_text.hpp"
#include "loadgen/words/describe_json.hpp"
#include "loadgen/words/json_text.hpp"

namespace barrage::exabgp {

namespace {

struct SegmentWords {
    std::string_view element, begin, end;
};

/// In the brackets that `as-path` is read with. ExaBGP's events have a sequence in those of a set, and the other way round.
SegmentWords words_of(SegmentType type) noexcept
{
    switch (type) {
    case SegmentType::as_set: return {"as-set", "(", ")"};
    case SegmentType::confed_sequence: return {"as-confed-sequence", "[{", "}]"};
    case SegmentType::confed_set: return {"as-confed-set", "({", "})"};
    case SegmentType::as_sequence: break;
    }
    return {"as-sequence", "[", "]"};
}

std::vector<std::uint32_t> numbers_of(const AsPathSegment& segment)
{
    std::vector<std::uint32_t> numbers;
    for (const auto asn : segment.asns) numbers.push_back(asn.value);
    return numbers;
}

std::string path_text(const AsPathSegments& segments)
{
    std::string text;
    for (const auto& segment : segments) {
        const auto words = words_of(segment.type);
        fmt::format_to(std::back_inserter(text), "{}{} {} {}", text.empty() ? "" : " ", words.begin,
                       fmt::join(numbers_of(segment), " "), words.end);
    }
    return text;
}

std::string path_json(const AsPathSegments& segments)
{
    std::string text{"{"};
    for (std::size_t i = 0; i < segments.size(); ++i)
        fmt::format_to(std::back_inserter(text), R"({}"{}": {{"element": "{}", "value": [{}]}})", i == 0 ? "" : ", ", i,
                       words_of(segments[i].type).element, fmt::join(numbers_of(segments[i]), ", "));
    return text + "}";
}

std::string text_of(Community community) { return to_text(community); }
std::string text_of(const LargeCommunity& community) { return to_text(community); }
std::string text_of(Ipv4Address address) { return to_text(address); }

/// A rate has ExaBGP's word where that says it all; what no words are read back as is octets.
std::string text_of(const ExtendedCommunity& community)
{
    const auto& octets = community.value;
    const auto is_read_back = [&](std::string_view text) { return extended_community_from(text) == community; };
    if (octets[0] == 0x80 && octets[1] == 0x06) {
        std::uint32_t bits = 0;
        for (std::size_t i = 4; i < 8; ++i) bits = bits << 8 | octets[i];
        if (auto text = fmt::format("rate-limit:{:.0f}", std::bit_cast<float>(bits)); is_read_back(text)) return text;
    }
    auto text = to_text(community);
    return is_read_back(text) ? text : "0x" + hex_text(community.value);
}

/// One word as it is, several in brackets.
std::string list_text(const auto& values)
{
    if (values.size() == 1) return text_of(values.front());
    std::string text{"["};
    for (const auto& value : values) text += " " + text_of(value);
    return text + " ]";
}

std::string list_json(const auto& values, auto&& one)
{
    std::string text{"["};
    for (std::size_t i = 0; i < values.size(); ++i) text += (i == 0 ? " " : ", ") + one(values[i]);
    return text + " ]";
}

std::string extended_json(const ExtendedCommunity& community)
{
    std::uint64_t number = 0;
    for (const auto octet : community.value) number = number << 8 | octet;
    return fmt::format(R"({{ "value": {}, "string": {} }})", number, json_string(text_of(community)));
}

/// The value octets of one that has no words of its own.
Octets octets_of(const ReceivedAttribute& attribute)
{
    Octets octets;
    Writer writer{octets};
    std::visit([&](const auto& value) { value.encode(writer, SessionOptions{}); }, attribute.value);
    return octets;
}

/// A word, its value as text, and as JSON. Without a word it is written as octets.
struct WrittenAttribute {
    std::string name = {};
    std::string text = {};
    std::string json = {};
    bool left_out = false;
    bool exact = true;   // the text is read back as the same octets; else these stand before it, of two the first one counts
    std::string text_name = {};   // where it is another one
    bool has_text = true;         // or it is written as JSON alone

    [[nodiscard]] bool exact_text() const noexcept { return exact || !text_name.empty(); }
};

/// A list is sorted when it is read, as ExaBGP does.
bool is_sorted(const auto& all) { return !all.empty() && std::ranges::is_sorted(all); }

template <class Service>
std::string srv6_text(std::string_view word, const Service& service)
{
    const auto* only = service.tlvs.size() == 1 ? std::get_if<prefix_sid::SidInformation>(&service.tlvs[0]) : nullptr;
    if (!only) return {};
    const auto& sid = *only;
    auto text = fmt::format("( {} {} 0x{:04x}", word, to_text(sid.sid), sid.behavior);
    for (const auto& tlv : sid.tlvs)
        if (const auto* structure = std::get_if<prefix_sid::SidStructure>(&tlv))
            text +=
                fmt::format(" [ {}, {}, {}, {}, {}, {} ]", structure->locator_block, structure->locator_node, structure->function,
                            structure->argument, structure->transposition_length, structure->transposition_offset);
    return text + " )";
}

/// The words of the grammar, if one of its forms is what this is.
WrittenAttribute words_of_sid(const PrefixSid& sid)
{
    const auto json = json_text(to_json(sid));
    WrittenAttribute words{.name = "bgp-prefix-sid", .json = json, .exact = false, .has_text = false};
    if (sid.tlvs.empty()) return words;
    if (const auto* index = std::get_if<prefix_sid::LabelIndex>(&sid.tlvs[0])) {
        words.text_name = "bgp-prefix-sid";
        words.text = fmt::format("[ {}", index->index);
        if (sid.tlvs.size() > 1)
            if (const auto* srgb = std::get_if<prefix_sid::OriginatorSrgb>(&sid.tlvs[1])) {
                words.text += ", [";
                for (const auto& range : srgb->ranges) words.text += fmt::format(" ( {},{} )", range.base, range.size);
                words.text += " ]";
            }
        words.text += " ]";
    } else if (const auto* l3 = std::get_if<prefix_sid::Srv6L3Service>(&sid.tlvs[0])) {
        words.text_name = "bgp-prefix-sid-srv6";
        words.text = srv6_text("l3-service", *l3);
    } else if (const auto* l2 = std::get_if<prefix_sid::Srv6L2Service>(&sid.tlvs[0])) {
        words.text_name = "bgp-prefix-sid-srv6";
        words.text = srv6_text("l2-service", *l2);
    }
    if (words.text.empty()) return words;
    Octets octets;
    Writer out{octets};
    words.has_text =
        encode_attribute(with_usual_flags(sid), {}, out) && attribute_reads_back(words.text_name + " " + words.text, octets);
    return words;
}

WrittenAttribute words_of(const AnyAttribute& attribute, AttributeForm form)
{
    if (form.as_event)
        if (auto own = event_attribute(attribute, form.version))
            return {.name = std::move(own->name),
                    .text = std::move(own->text),
                    .json = std::move(own->json),
                    .text_name = std::move(own->text_name)};
    return std::visit(
        Match{
            [](const Origin& origin) {
                const std::string word{enum_name(origin.value)};
                return WrittenAttribute{"origin", word, '"' + word + '"'};
            },
            [&](const AsPath& path) {
                return path.segments.empty() ? WrittenAttribute{"as-path", "[ ]", "{}", !form.shows_empty_path}
                                             : WrittenAttribute{"as-path", path_text(path.segments), path_json(path.segments)};
            },
            [](const MultiExitDisc& med) {
                return WrittenAttribute{"med", std::to_string(med.value), std::to_string(med.value)};
            },
            [](const LocalPref& preference) {
                return WrittenAttribute{"local-preference", std::to_string(preference.value), std::to_string(preference.value)};
            },
            [](const AtomicAggregate&) { return WrittenAttribute{"atomic-aggregate", "", "true"}; },
            [](const Aggregator& aggregator) {
                const auto text = fmt::format("{}:{}", aggregator.asn.value, to_text(aggregator.address));
                return WrittenAttribute{"aggregator", "( " + text + " )", '"' + text + '"'};
            },
            [](const Communities& all) {
                return WrittenAttribute{
                    "community", list_text(all.communities),
                    list_json(all.communities,
                              [](Community one) { return fmt::format("[ {}, {} ]", one.value >> 16, one.value & 0xffff); }),
                    false, is_sorted(all.communities)};
            },
            [](const LargeCommunities& all) {
                const bool is_repeated = std::ranges::adjacent_find(all.communities) != all.communities.end();
                return WrittenAttribute{"large-community", list_text(all.communities),
                                        list_json(all.communities,
                                                  [](const LargeCommunity& one) {
                                                      return fmt::format("[ {}, {} , {} ]", one.global_administrator,
                                                                         one.local_data_1, one.local_data_2);
                                                  }),
                                        false, is_sorted(all.communities) && !is_repeated};
            },
            [](const ExtendedCommunities& all) {
                return WrittenAttribute{"extended-community", list_text(all.communities),
                                        list_json(all.communities, extended_json), false, is_sorted(all.communities)};
            },
            [](const OriginatorId& id) {
                const auto text = to_text(id.bgp_identifier);
                return WrittenAttribute{"originator-id", text, '"' + text + '"'};
            },
            [](const ClusterList& list) {
                return WrittenAttribute{"cluster-list", list_text(list.cluster_ids),
                                        list_json(list.cluster_ids, [](Ipv4Address id) { return '"' + to_text(id) + '"'; }),
                                        false, !list.cluster_ids.empty()};
            },
            [](const Aigp& aigp) {
                const auto metric = aigp.metric();
                const bool is_metric = aigp.tlvs.size() == 1 && aigp.tlvs[0].value.size() == sizeof(std::uint64_t);
                return metric ? WrittenAttribute{"aigp", std::to_string(*metric), std::to_string(*metric), false, is_metric}
                              : WrittenAttribute{};
            },
            [](const PrefixSid& sid) { return words_of_sid(sid); },
            [](const BgpLs& ls) {
                return WrittenAttribute{.name = "bgp-ls", .json = json_text(to_json(ls)), .exact = false, .has_text = false};
            },
            [](const NextHop&) { return WrittenAttribute{.left_out = true}; },
            [](const MpReachNlri&) { return WrittenAttribute{.left_out = true}; },
            [](const MpUnreachNlri&) { return WrittenAttribute{.left_out = true}; },
            [&](const As4Path&) { return WrittenAttribute{.left_out = form.merges_as4}; },         // into the path
            [&](const As4Aggregator&) { return WrittenAttribute{.left_out = form.merges_as4}; },   // … the aggregator
            [](const auto&) { return WrittenAttribute{}; },
        },
        attribute);
}

/// RFC 6793 section 4.2.3: the tail of AS_PATH is replaced by AS4_PATH, which knows its numbers better.
AsPathSegments merged(const AsPathSegments& path, const AsPathSegments& path4)
{
    std::size_t length = 0;
    std::size_t length4 = 0;
    for (const auto& segment : path) length += segment.asns.size();
    for (const auto& segment : path4) length4 += segment.asns.size();
    if (length4 > length) return path;
    AsPathSegments result;
    auto keep = length - length4;
    for (const auto& segment : path) {
        if (keep == 0) break;
        auto part = segment;
        part.asns.resize(std::min(keep, part.asns.size()));
        keep -= part.asns.size();
        result.push_back(std::move(part));
    }
    for (const auto& segment : path4) {
        if (!result.empty() && result.back().type == segment.type && segment.type == SegmentType::as_sequence)
            result.back().asns.insert(result.back().asns.end(), segment.asns.begin(), segment.asns.end());
        else
            result.push_back(segment);
    }
    return result;
}

/// RFC 4271 section 5: of types that nobody here knows, those that are transitive are passed on, and marked so; others are ignored.
void take_as_exabgp(std::vector<ReceivedAttribute>& attributes)
{
    const auto is_unknown = [](const ReceivedAttribute& each) { return !codec_of(type_of(each.value)).decode; };
    std::erase_if(attributes,
                  [&](const ReceivedAttribute& each) { return is_unknown(each) && (each.flags & flag_transitive) == 0; });
    for (auto& each : attributes)
        if (is_unknown(each)) each.flags |= flag_partial;
}

/// In the order of their types, with those of two octets and of four as one.
std::vector<ReceivedAttribute> settled(const std::vector<ReceivedAttribute>& attributes, AttributeForm form)
{
    auto all = attributes;
    std::ranges::stable_sort(all, {}, [](const ReceivedAttribute& each) { return type_of(each.value); });
    if (form.as_event) take_as_exabgp(all);
    if (!form.merges_as4) return all;
    const As4Path* path4 = nullptr;
    const As4Aggregator* aggregator4 = nullptr;
    for (const auto& each : attributes) {
        if (const auto* found = std::get_if<As4Path>(&each.value)) path4 = found;
        if (const auto* found = std::get_if<As4Aggregator>(&each.value)) aggregator4 = found;
    }
    for (auto& each : all) {
        if (auto* path = std::get_if<AsPath>(&each.value); path && path4)
            path->segments = merged(path->segments, path4->segments);
        if (auto* aggregator = std::get_if<Aggregator>(&each.value); aggregator && aggregator4)
            *aggregator = {aggregator4->asn, aggregator4->address};
    }
    return all;
}

/// Those of its type, and the extended length where the value needs it. Events do not say whether a speaker passed it on without knowing it.
bool has_usual_flags(const ReceivedAttribute& attribute, AttributeForm form)
{
    const auto usual = codec_of(type_of(attribute.value)).flags;
    if (form.as_event) return (attribute.flags & ~(flag_extended_length | flag_partial)) == usual;
    if ((attribute.flags & ~flag_extended_length) != usual) return false;
    return (attribute.flags & flag_extended_length) == 0 || octets_of(attribute).size() > 0xff;
}

unsigned code_of(const ReceivedAttribute& attribute) { return std::to_underlying(type_of(attribute.value)); }

}   // namespace

std::string attribute_text(const std::vector<ReceivedAttribute>& attributes, AttributeForm form)
{
    std::string text;
    const auto into = std::back_inserter(text);
    for (const auto& attribute : settled(attributes, form)) {
        const auto words = words_of(attribute.value, form);
        if (words.left_out) continue;
        if (words.name.empty() || !words.has_text || !words.exact_text() || !has_usual_flags(attribute, form)) {
            const auto octets = octets_of(attribute);
            fmt::format_to(into, " attribute [ 0x{:02X} 0x{:02X} {} ]", code_of(attribute), attribute.flags,
                           upper_hex(octets.data(), octets.size()));
        }
        if (words.name.empty() || !words.has_text) continue;
        const auto& name = words.text_name.empty() ? words.name : words.text_name;
        fmt::format_to(into, " {}{}{}", name, words.text.empty() ? "" : " ", words.text);
    }
    return text;
}

std::string attribute_json(const std::vector<ReceivedAttribute>& attributes, AttributeForm form)
{
    std::string text;
    const auto into = std::back_inserter(text);
    const auto next = [&] { text += text.empty() ? "" : ", "; };
    for (const auto& attribute : settled(attributes, form)) {
        const auto words = words_of(attribute.value, form);
        if (words.left_out) continue;
        if (words.name.empty() || !words.exact || !has_usual_flags(attribute, form)) {
            const auto octets = octets_of(attribute);
            next();
            fmt::format_to(into, R"("attribute-0x{:02X}-0x{:02X}": "{}")", code_of(attribute), attribute.flags,
                           upper_hex(octets.data(), octets.size()));
        }
        if (words.name.empty()) continue;
        next();
        fmt::format_to(into, R"("{}": {})", words.name, words.json);
    }
    return text;
}

}   // namespace barrage::exabgp
