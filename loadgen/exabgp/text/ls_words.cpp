#include "loadgen/exabgp/text/ls_words.hpp"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "codec/describe.hpp"
#include "loadgen/exabgp/text/json_text.hpp"
#include "loadgen/exabgp/text/ls_fields.hpp"

namespace barrage::exabgp {

namespace {

constexpr std::string_view node_flags[] = {"O", "T", "E", "B", "R", "V"};
constexpr std::string_view protection_flags[] = {"ExtraTrafic",   "Unprotected",   "Shared",
                                                 "Dedicated 1:1", "Dedicated 1+1", "Enhanced"};
constexpr std::string_view mpls_flags[] = {"LDP", "RSVP-TE"};
constexpr std::string_view igp_flags[] = {"D", "N", "L", "P"};
constexpr std::string_view reachability_flags[] = {"X", "R", "N"};

/// "key": VALUE, and "Label: VALUE".
LsTlv plain(std::string_view key, std::string_view label, const std::string& value)
{
    return {{{std::string{key}, value}}, std::string{label}, value};
}

std::optional<LsTlv> flag_octet(OctetView value, std::string_view key, std::string_view label, LsBitNames names)
{
    if (value.empty()) return std::nullopt;
    const auto flags = ls_flags(value[0], names);
    if (!flags) return std::nullopt;
    return LsTlv{{{std::string{key}, flags->json}}, std::string{label}, flags->text};
}

std::optional<LsTlv> name_field(OctetView value, std::string_view key, std::string_view label)
{
    if (value.size() > 255) return std::nullopt;
    const std::string text{value.begin(), value.end()};
    return LsTlv{{{std::string{key}, json_string(text)}}, std::string{label}, printable(text)};
}

std::optional<LsTlv> address_field(OctetView value, std::string_view key, std::string_view label)
{
    const auto address = ls_address(value);
    if (address.empty()) return std::nullopt;
    return LsTlv{{{std::string{key}, ls_quoted(address)}}, std::string{label}, address};
}

std::optional<LsTlv> number_field(OctetView value, std::size_t size, std::string_view key, std::string_view label)
{
    if (value.size() != size) return std::nullopt;
    std::uint64_t number = 0;
    for (const auto octet : value) number = number << 8 | octet;
    return plain(key, label, std::to_string(number));
}

std::optional<LsTlv> float_field(OctetView value, std::string_view key, std::string_view label)
{
    if (value.size() != 4) return std::nullopt;
    return plain(key, label, ls_float(Reader{value}.u32()));
}

std::optional<LsTlv> number_list(OctetView value, std::size_t size, std::string_view key, std::string_view label)
{
    if (value.size() % size != 0) return std::nullopt;
    std::vector<std::uint64_t> numbers;
    for (std::size_t i = 0; i < value.size(); ++i) {
        if (i % size == 0) numbers.push_back(0);
        numbers.back() = numbers.back() << 8 | value[i];
    }
    return plain(key, label, fmt::format("[{}]", fmt::join(numbers, ", ")));
}

/// What ExaBGP knows of a TLV; nothing where it does not know it, or refuses it.
std::optional<LsTlv> known_tlv(std::uint16_t type, OctetView value)
{
    switch (type) {
    case 1024: return value.size() == 1 ? flag_octet(value, "node-flags", "Node Flags", node_flags) : std::nullopt;
    case 1025: return plain("opaque", "Node Opaque attribute", json_string(std::string{value.begin(), value.end()}));
    case 1026: return name_field(value, "node-name", "Node Name");
    case 1027: {
        const auto area = ls_decimal(value);
        return LsTlv{{{"area-id", ls_quoted(area)}}, "ISIS area id", area};
    }
    case 1028:
    case 1029: {
        const auto address = ls_address(value);
        if (address.empty()) return std::nullopt;
        return LsTlv{{{"local-te-router-ids", ls_quoted(address), true}}, "Local TE Router IDs", '\'' + address + '\''};
    }
    case 1030:
    case 1031: return address_field(value, "remote-te-router-id", "Remote TE Router ID");
    case 1035:
        return value.empty() ? plain("sr-algorithms", "SrAlgorithms", "[0]")
                             : number_list(value, 1, "sr-algorithms", "SrAlgorithms");
    case 1038: {
        Reader in{value};
        const auto flags = in.u16();
        if (in.failed()) return std::nullopt;
        return LsTlv{{{"srv6-capabilities", fmt::format(R"({{"flags": {{"O": {}}}}})", flags & 0x40)}},
                     "flags",
                     fmt::format("{{'O': {}}}", flags & 0x40)};
    }
    case 1088: return number_field(value, 4, "admin-group-mask", "Admin Group mask");
    case 1089: return float_field(value, "maximum-link-bandwidth", "Maximum link bandwidth");
    case 1090: return float_field(value, "maximum-reservable-link-bandwidth", "Maximum reservable link bandwidth");
    case 1091: {
        if (value.size() != 32) return std::nullopt;
        std::vector<std::string> all;
        for (Reader in{value}; !in.empty();) all.push_back(ls_float(in.u32()));
        const auto list = fmt::format("{}", fmt::join(all, ", "));
        return LsTlv{{{"unreserved-bandwidth", "[" + list + "]"}}, "Maximum link bandwidth", "(" + list + ")"};
    }
    case 1092: return number_field(value, 4, "te-metric", "TE Default Metric");
    case 1093:
        return value.size() == 2 ? flag_octet(value, "link-protection-flags", "Link protection mask", protection_flags)
                                 : std::nullopt;
    case 1094: return value.size() == 1 ? flag_octet(value, "mpls-mask", "MPLS Protocol mask", mpls_flags) : std::nullopt;
    case 1095:
        return value.empty() || value.size() > 3 ? std::nullopt : number_field(value, value.size(), "igp-metric", "IGP Metric");
    case 1096: return number_list(value, 4, "shared-risk-link-groups", "link SRLG values");
    case 1097: return plain("opaque-link", "Opaque Link attribute", json_string(std::string{value.begin(), value.end()}));
    case 1098: return name_field(value, "link-name", "Link Name");
    case 1152: return value.size() == 1 ? flag_octet(value, "igp-flags", "IGP flags", igp_flags) : std::nullopt;
    case 1153: return number_list(value, 4, "igp-route-tags", "IGP Route Tags");
    case 1154: return number_list(value, 8, "igp-extended-route-tags", "IGP Extended Route Tags");
    case 1155: return number_field(value, 4, "prefix-metric", "prefix_metric");
    case 1156: return address_field(value, "ospf-forwarding-address", "Ospf forwarding address");
    case 1157: return plain("opaque-prefix", "Opaque Prefix Attribute", json_string(std::string{value.begin(), value.end()}));
    case 1170: return flag_octet(value, "sr-prefix-attribute-flags", "Prefix Attr Flags", reachability_flags);
    case 1171: return address_field(value, "sr-source-router-id", "Source router identifier");
    default: return ls_sid_tlv(type, value);
    }
}

LsTlv unknown_tlv(std::uint16_t type, OctetView value)
{
    return {{{fmt::format("generic-lsid-{}", type), ls_quoted(ls_digits(value)), true}},
            {},
            fmt::format("Attribute with code [ {} ] not implemented", type)};
}

}   // namespace

LsAttributeWords ls_attribute_words(OctetView tlvs)
{
    struct Shown {
        std::string key, label, text, json;
        bool gathers = false;
    };
    std::vector<Shown> fields;
    std::vector<Shown> texts;
    Reader in{tlvs};
    while (!in.empty()) {
        const auto type = in.u16();
        auto value = in.take(in.u16());
        if (in.failed()) break;
        const auto octets = value.rest();
        auto tlv = known_tlv(type, octets);
        if (!tlv) tlv = unknown_tlv(type, octets);
        const bool gathers = tlv->fields.front().gathers;
        for (auto& field : tlv->fields) {
            const auto found = std::ranges::find(fields, field.key, &Shown::key);
            if (found == fields.end())
                fields.push_back({.key = field.key, .json = std::move(field.json), .gathers = field.gathers});
            else if (field.gathers)
                found->json += ", " + field.json;
            else
                found->json = std::move(field.json);
        }
        const auto same =
            std::ranges::find_if(texts, [&](const Shown& each) { return gathers && each.key == tlv->fields.front().key; });
        if (same == texts.end())
            texts.push_back({tlv->fields.front().key, tlv->label, tlv->text, {}, gathers && !tlv->label.empty()});
        else if (same->gathers)
            same->text += ", " + tlv->text;
    }
    LsAttributeWords words;
    for (const auto& field : fields)
        words.json += fmt::format(R"({}"{}": {})", words.json.empty() ? "" : ", ", field.key,
                                  field.gathers ? "[" + field.json + "]" : field.json);
    words.json = words.json.empty() ? "{ }" : "{ " + words.json + " }";
    for (const auto& each : texts) {
        if (!words.text.empty()) words.text += ", ";
        if (!each.label.empty()) words.text += each.label + ": ";
        words.text += each.gathers ? "[" + each.text + "]" : each.text;
    }
    return words;
}

}   // namespace barrage::exabgp
