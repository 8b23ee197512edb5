#include "loadgen/exabgp/attribute_words.hpp"

#include <algorithm>
#include <array>
#include <bit>

#include <fmt/format.h>

#include "loadgen/describe_json.hpp"
#include "loadgen/exabgp/json_text.hpp"

namespace barrage::exabgp {

namespace {

template <class... F>
struct Match : F... {
    using F::operator()...;
};

struct SegmentWords {
    std::string_view element, begin, end;
};

SegmentWords words_of(SegmentType type) noexcept
{
    switch (type) {
    case SegmentType::as_set: return {"as-set", "[", "]"};
    case SegmentType::confed_sequence: return {"as-confed-sequence", "{(", ")}"};
    case SegmentType::confed_set: return {"as-confed-set", "{[", "]}"};
    case SegmentType::as_sequence: break;
    }
    return {"as-sequence", "(", ")"};
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

/// A rate has ExaBGP's word; all others are written alike.
std::string text_of(const ExtendedCommunity& community)
{
    const auto& octets = community.value;
    if (octets[0] == 0x80 && octets[1] == 0x06) {
        std::uint32_t bits = 0;
        for (std::size_t i = 4; i < 8; ++i) bits = bits << 8 | octets[i];
        return fmt::format("rate-limit:{:.0f}", std::bit_cast<float>(bits));
    }
    return to_text(community);
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

std::string_view origin_word(Origin::Value value) noexcept
{
    switch (value) {
    case Origin::Value::igp: return "igp";
    case Origin::Value::egp: return "egp";
    case Origin::Value::incomplete: break;
    }
    return "incomplete";
}

/// The value octets of one that has no words of its own.
Octets octets_of(const ReceivedAttribute& attribute)
{
    Octets octets;
    Writer writer{octets};
    std::visit([&](const auto& value) { value.encode(writer, SessionOptions{}); }, attribute.value);
    return octets;
}

/// A word, its value as text, and as JSON. Without a word it is told by its numbers; without a value it is left out.
struct Words {
    std::string_view name = {};
    std::string text = {};
    std::string json = {};
    bool left_out = false;
};

Words words_of(const AnyAttribute& attribute)
{
    return std::visit(
        Match{
            [](const Origin& origin) {
                const std::string word{origin_word(origin.value)};
                return Words{"origin", word, '"' + word + '"'};
            },
            [](const AsPath& path) {
                return Words{"as-path", path_text(path.segments), path_json(path.segments), path.segments.empty()};
            },
            [](const MultiExitDisc& med) {
                return Words{"med", std::to_string(med.value), std::to_string(med.value)};
            },
            [](const LocalPref& preference) {
                return Words{"local-preference", std::to_string(preference.value), std::to_string(preference.value)};
            },
            [](const AtomicAggregate&) {
                return Words{"atomic-aggregate", "", "true"};
            },
            [](const Aggregator& aggregator) {
                const auto text = fmt::format("{}:{}", aggregator.asn.value, to_text(aggregator.address));
                return Words{"aggregator", "( " + text + " )", '"' + text + '"'};
            },
            [](const Communities& all) {
                return Words{"community", list_text(all.communities), list_json(all.communities, [](Community one) {
                                 return fmt::format("[ {}, {} ]", one.value >> 16, one.value & 0xffff);
                             })};
            },
            [](const LargeCommunities& all) {
                return Words{
                    "large-community", list_text(all.communities), list_json(all.communities, [](const LargeCommunity& one) {
                        return fmt::format("[ {}, {} , {} ]", one.global_administrator, one.local_data_1, one.local_data_2);
                    })};
            },
            [](const ExtendedCommunities& all) {
                return Words{"extended-community", list_text(all.communities), list_json(all.communities, extended_json)};
            },
            [](const OriginatorId& id) {
                const auto text = to_text(id.bgp_identifier);
                return Words{"originator-id", text, '"' + text + '"'};
            },
            [](const ClusterList& list) {
                return Words{"cluster-list", list_text(list.cluster_ids),
                             list_json(list.cluster_ids, [](Ipv4Address id) { return '"' + to_text(id) + '"'; })};
            },
            [](const Aigp& aigp) {
                const auto metric = aigp.metric();
                return metric ? Words{"aigp", std::to_string(*metric), std::to_string(*metric)} : Words{};
            },
            [](const PrefixSid& sid) {
                const auto json = boost::json::serialize(to_json(sid));
                return Words{"bgp-prefix-sid", json, json};
            },
            [](const BgpLs& ls) {
                const auto json = boost::json::serialize(to_json(ls));
                return Words{"bgp-ls", json, json};
            },
            [](const NextHop&) { return Words{.left_out = true}; },
            [](const MpReachNlri&) { return Words{.left_out = true}; },
            [](const MpUnreachNlri&) { return Words{.left_out = true}; },
            [](const As4Path&) { return Words{.left_out = true}; },         // merged into the path
            [](const As4Aggregator&) { return Words{.left_out = true}; },   // … the aggregator
            [](const auto&) { return Words{}; },
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

/// In the order of their types, with those of two octets and of four as one.
std::vector<ReceivedAttribute> settled(const std::vector<ReceivedAttribute>& attributes)
{
    auto all = attributes;
    std::ranges::stable_sort(all, {}, [](const ReceivedAttribute& each) { return type_of(each.value); });
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

unsigned code_of(const ReceivedAttribute& attribute) { return std::to_underlying(type_of(attribute.value)); }

}   // namespace

std::string attribute_text(const std::vector<ReceivedAttribute>& attributes)
{
    std::string text;
    const auto into = std::back_inserter(text);
    for (const auto& attribute : settled(attributes)) {
        const auto words = words_of(attribute.value);
        if (words.left_out) continue;
        if (words.name.empty()) {
            const auto octets = octets_of(attribute);
            fmt::format_to(into, " attribute [ 0x{:02X} 0x{:02X} {} ]", code_of(attribute), attribute.flags,
                           upper_hex(octets.data(), octets.size()));
        } else {
            fmt::format_to(into, " {}{}{}", words.name, words.text.empty() ? "" : " ", words.text);
        }
    }
    return text;
}

std::string attribute_json(const std::vector<ReceivedAttribute>& attributes)
{
    std::string text;
    const auto into = std::back_inserter(text);
    for (const auto& attribute : settled(attributes)) {
        const auto words = words_of(attribute.value);
        if (words.left_out) continue;
        if (!text.empty()) text += ", ";
        if (words.name.empty()) {
            const auto octets = octets_of(attribute);
            fmt::format_to(into, R"("attribute-0x{:02X}-0x{:02X}": "{}")", code_of(attribute), attribute.flags,
                           upper_hex(octets.data(), octets.size()));
        } else {
            fmt::format_to(into, R"("{}": {})", words.name, words.json);
        }
    }
    return text;
}

}   // namespace barrage::exabgp
