#include <fmt/format.h>

#include "codec/ip.hpp"
#include "loadgen/exabgp/text/ls_fields.hpp"

namespace barrage::exabgp {

namespace {

constexpr std::string_view prefix_flags[] = {"R", "N", "P", "E", "V", "L"};
constexpr std::string_view adjacency_flags[] = {"F", "B", "V", "L", "S", "P"};
constexpr std::string_view capability_flags[] = {"I", "V"};
constexpr std::string_view end_x_flags[] = {"B", "S", "P"};
constexpr std::string_view locator_flags[] = {"D"};

struct LsSids {
    std::vector<std::uint32_t> sids;
    std::vector<std::string> undecoded;
    bool is_right = true;
};

/// A label of three octets where flags V and L are set, an index of four where neither is: RFC 9085 section 2.2.1.
LsSids sids_of(Reader in, bool is_value, bool is_local)
{
    LsSids all;
    while (!in.empty()) {
        if (is_value != is_local) {
            all.undecoded.push_back(ls_quoted(ls_digits(in.rest())));
            break;
        }
        all.sids.push_back(is_value ? in.u24() : in.u32());
    }
    all.is_right = !in.failed();
    return all;
}

std::optional<LsTlv> adjacency_sid(OctetView value)
{
    Reader in{value};
    const auto octet = in.u8();
    const auto weight = in.u8();
    in.skip(2);
    const auto flags = ls_flags(octet, adjacency_flags);
    const auto sids = sids_of(in, ls_bit(octet, 2), ls_bit(octet, 3));
    if (in.failed() || !flags || !sids.is_right) return std::nullopt;
    const auto list = fmt::format("[{}]", fmt::join(sids.sids, ", "));
    return LsTlv{{{"sr-adj", fmt::format(R"({{"flags": {}, "sids": {}, "weight": {}, "undecoded-sids": [{}]}})", flags->json,
                                         list, weight, fmt::join(sids.undecoded, ", "))}},
                 "adj_flags",
                 fmt::format("{}, sids: {}, undecoded_sid [{}]", flags->text, list, fmt::join(sids.undecoded, ", "))};
}

/// ExaBGP 5.0.0 shows none of them; the later version's form.
std::optional<LsTlv> lan_adjacency_sid(OctetView value)
{
    Reader in{value};
    const auto octet = in.u8();
    const auto weight = in.u8();
    in.skip(2);
    const auto system = in.octets(6);
    const auto flags = ls_flags(octet, adjacency_flags);
    const auto sids = sids_of(in, ls_bit(octet, 2), ls_bit(octet, 3));
    if (in.failed() || !flags || !sids.is_right) return std::nullopt;
    const auto element =
        fmt::format(R"({{"flags": {}, "weight": {}, "system-id": "{}", "sids": [{}], "undecoded": [{}]}})", flags->json, weight,
                    ls_digits(system).substr(2), fmt::join(sids.sids, ", "), fmt::join(sids.undecoded, ", "));
    return LsTlv{{{"sr-adj-lan-sids", element, true}}, "sr-adj-lan-sids", element};
}

std::optional<LsTlv> prefix_segment(OctetView value)
{
    Reader in{value};
    const auto octet = in.u8();
    const auto algorithm = in.u8();
    in.skip(2);
    const auto flags = ls_flags(octet, prefix_flags);
    const auto sids = sids_of(in, ls_bit(octet, 4), ls_bit(octet, 5));
    if (in.failed() || !flags || !sids.is_right) return std::nullopt;
    const auto list = fmt::format("[{}]", fmt::join(sids.sids, ", "));
    const auto undecoded = fmt::format("[{}]", fmt::join(sids.undecoded, ", "));
    return LsTlv{{{"sr-prefix-flags", flags->json},
                  {"sids", list},
                  {"undecoded-sids", undecoded},
                  {"sr-algorithm", std::to_string(algorithm)}},
                 "prefix_flags",
                 fmt::format("{}, sids: {}, undecoded_sid: {}", flags->text, list, undecoded)};
}

/// RFC 9085 section 2.1.2: ranges, each with a SID/Label TLV.
std::optional<LsTlv> sr_capabilities(OctetView value)
{
    Reader in{value};
    const auto flags = ls_flags(in.u8(), capability_flags);
    in.skip(1);
    std::string ranges;
    while (!in.empty()) {
        const auto size = in.u24();
        const auto type = in.u16();
        const auto length = in.u16();
        if (type != 1161) return std::nullopt;
        if (length == 3 || length == 4)
            ranges += fmt::format("{}[{}, {}]", ranges.empty() ? "" : ", ", size, length == 3 ? in.u24() & 0xfffffu : in.u32());
        else
            in.skip(length);
    }
    if (in.failed() || !flags) return std::nullopt;
    return LsTlv{{{"sr-capability-flags", flags->json}, {"sids", "[" + ranges + "]"}},
                 "SR Capability Flags",
                 fmt::format("{}, sids: [{}]", flags->text, ranges)};
}

/// RFC 9514 section 8, inside of an End.X SID.
std::string structure_json(Reader in)
{
    const auto octets = in.octets(4);
    if (in.failed()) return "{}";
    return fmt::format(R"({{"loc_block_len": {}, "loc_node_len": {}, "func_len": {}, "arg_len": {}}})", octets[0], octets[1],
                       octets[2], octets[3]);
}

enum class EndXNeighbor : std::uint8_t { none, isis, ospf };

/// RFC 9514 sections 4.1 and 4.2.
std::optional<LsTlv> end_x_sid(OctetView value, std::string_view key, EndXNeighbor kind)
{
    Reader in{value};
    const auto behavior = in.u16();
    const auto flags = ls_flags(in.u8(), end_x_flags);
    const auto algorithm = in.u8();
    const auto weight = in.u8();
    in.skip(1);
    std::string neighbor;
    if (kind == EndXNeighbor::isis)
        neighbor = fmt::format(R"("neighbor-id": "{}", )", ls_digits(in.octets(6)).substr(2));
    else if (kind == EndXNeighbor::ospf)
        neighbor = fmt::format(R"("neighbor-id": "{}", )", to_text(Ipv4Address::read(in)));
    const auto sid = to_text(Ipv6Address::read(in));
    std::string more;
    while (!in.failed() && in.remaining() >= 4) {
        const auto type = in.u16();
        auto sub = in.take(in.u16());
        more += type == 1252 && sub.remaining() >= 4 ? R"(, "srv6-sid-structure": )" + structure_json(sub)
                                                     : fmt::format(R"(, "{}-undecoded": "{}")", type, ls_digits(sub.rest()));
    }
    if (in.failed() || !flags) return std::nullopt;
    return LsTlv{{{std::string{key},
                   fmt::format(R"({{"flags": {}, {}"behavior": {}, "algorithm": {}, "weight": {}, "sid": "{}"{}}})", flags->json,
                               neighbor, behavior, algorithm, weight, sid, more),
                   true}},
                 std::string{key},
                 fmt::format("behavior: {}, flags: {}, algorithm: {}, weight: {}, sid: {}", behavior, flags->text, algorithm,
                             weight, sid)};
}

std::optional<LsTlv> locator(OctetView value)
{
    Reader in{value};
    const auto flags = ls_flags(in.u8(), locator_flags);
    const auto algorithm = in.u8();
    in.skip(2);
    const auto metric = in.u32();
    if (in.failed() || !flags) return std::nullopt;
    return LsTlv{
        {{"srv6-locator", fmt::format(R"({{"flags": {}, "algorithm": {}, "metric": {}}})", flags->json, algorithm, metric)}},
        "flags",
        fmt::format("{}, algorithm: {}, metric: {}", flags->text, algorithm, metric)};
}

std::optional<LsTlv> endpoint_behavior(OctetView value)
{
    Reader in{value};
    const auto behavior = in.u16();
    in.skip(1);
    const auto algorithm = in.u8();
    if (in.failed()) return std::nullopt;
    return LsTlv{{{"srv6-endpoint-behavior",
                   fmt::format(R"({{"endpoint-behavior": {}, "flags": [], "algorithm": {}}})", behavior, algorithm)}},
                 {},
                 fmt::format("srv6-endpoint-behavior [0x{}, flags: [], algorithm: {}]", behavior, algorithm)};
}

}   // namespace

std::optional<LsTlv> ls_sid_tlv(std::uint16_t type, OctetView value)
{
    switch (type) {
    case 1034: return sr_capabilities(value);
    case 1099: return adjacency_sid(value);
    case 1100: return lan_adjacency_sid(value);
    case 1106: return end_x_sid(value, "srv6-endx", EndXNeighbor::none);
    case 1107: return end_x_sid(value, "srv6-lan-endx-isis", EndXNeighbor::isis);
    case 1108: return end_x_sid(value, "srv6-lan-endx-ospf", EndXNeighbor::ospf);
    case 1158: return prefix_segment(value);
    case 1162: return locator(value);
    case 1250: return endpoint_behavior(value);
    case 1252:
        if (value.size() < 4) return std::nullopt;
        return LsTlv{{{"srv6-sid-structure", structure_json(Reader{value})}},
                     {},
                     fmt::format("sid-structure [{},{},{},{},]", value[0], value[1], value[2], value[3])};
    default: return std::nullopt;
    }
}

}   // namespace barrage::exabgp
