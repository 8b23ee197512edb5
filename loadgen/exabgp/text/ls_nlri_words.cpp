#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "codec/ip.hpp"
#include "codec/route_distinguisher.hpp"
#include "loadgen/exabgp/text/ls_fields.hpp"
#include "loadgen/exabgp/text/ls_words.hpp"

namespace barrage::exabgp {

namespace {

/// Of an IS-IS node: its six octets, and of a pseudonode the number behind them, as digits.
std::string node_field(std::uint16_t type, OctetView value, std::uint8_t protocol)
{
    Reader in{value};
    switch (type) {
    case 512:
        if (value.size() == 4) return fmt::format(R"("autonomous-system": {})", in.u32());
        break;
    case 513:
        if (value.size() == 4) return fmt::format(R"("bgp-ls-identifier": "{}")", in.u32());
        break;
    case 514:
        if (const auto area = ls_address(value); !area.empty()) return fmt::format(R"("ospf-area-id": "{}")", area);
        break;
    case 515: {
        const bool is_isis = protocol == 1 || protocol == 2;
        if (is_isis && (value.size() == 6 || value.size() == 7)) {
            auto text = fmt::format(R"("router-id": "{}")", ls_digits(value).substr(2));
            if (value.size() == 7 && value[6] != 0) text += fmt::format(R"(, "psn": "{}")", value[6]);
            return text;
        }
        if (!is_isis && (value.size() == 4 || value.size() == 8)) {
            auto text = fmt::format(R"("router-id": "{}")", to_text(Ipv4Address::read(in)));
            if (value.size() == 8) text += fmt::format(R"(, "designated-router-id": "{}")", to_text(Ipv4Address::read(in)));
            return text;
        }
        break;
    }
    default: break;
    }
    return fmt::format(R"("generic-tlv-{}": "{}")", type, ls_digits(value));
}

std::string node_json(Reader in, std::uint8_t protocol)
{
    std::string text;
    while (!in.empty()) {
        const auto type = in.u16();
        auto value = in.take(in.u16());
        if (in.failed()) break;
        text += fmt::format("{}{{ {} }}", text.empty() ? "" : ", ", node_field(type, value.rest(), protocol));
    }
    return text;
}

/// ExaBGP takes the octets that are there, whatever the length says.
std::string reachability_json(Reader in, bool is_v6)
{
    const auto length = in.u8();
    const auto octets = in.rest();
    std::array<std::uint8_t, 16> all{};
    std::ranges::copy(octets.first(std::min<std::size_t>(octets.size(), is_v6 ? 16 : 4)), all.begin());
    const auto address = ls_address(OctetView{all}.first(is_v6 ? 16 : 4));
    return fmt::format(R"("ip-reachability-tlv": "{}", "ip-reach-prefix": "{}/{}")", address, address, length);
}

/// The descriptors of a route, by their kinds.
struct Descriptors {
    std::string local, remote, interfaces, neighbors, topologies, prefix, ospf, sids;
};

void append_element(std::string& list, const std::string& element)
{
    if (!list.empty()) list += ", ";
    list += element;
}

Descriptors descriptors_of(Reader in, std::uint16_t route, std::uint8_t protocol)
{
    Descriptors all;
    while (!in.empty()) {
        const auto type = in.u16();
        auto value = in.take(in.u16());
        if (in.failed()) break;
        auto look = value;
        const auto octets = look.rest();
        switch (type) {
        case 256: append_element(all.local, node_json(value, protocol)); break;
        case 257: append_element(all.remote, node_json(value, protocol)); break;
        case 258: break;   // ExaBGP 5 reads the identifiers of a link, and shows none
        case 259:
        case 261: append_element(all.interfaces, ls_quoted(ls_address(octets))); break;
        case 260:
        case 262: append_element(all.neighbors, ls_quoted(ls_address(octets))); break;
        case 263: append_element(all.topologies, std::to_string(value.u16())); break;
        case 264: all.ospf = fmt::format(R"("ospf-route-type": {})", value.u8()); break;
        case 265: all.prefix = reachability_json(value, route == 4); break;
        case 518: append_element(all.sids, fmt::format(R"("srv6-sid": "{}")", ls_address(octets))); break;
        default:
            if (route == 6) append_element(all.sids, fmt::format(R"("generic-tlv-{}": ["{}"])", type, ls_digits(octets)));
            break;
        }
    }
    return all;
}

std::string ls_head(std::string_view name, std::uint64_t identifier, std::uint8_t protocol)
{
    return fmt::format(R"({{ "ls-nlri-type": "{}", "l3-routing-topology": {}, "protocol-id": {})", name, identifier, protocol);
}

}   // namespace

std::string ls_nlri_json(OctetView nlri, bool has_rd, std::string_view next_hop)
{
    Reader in{nlri};
    const auto type = in.u16();
    in.skip(2);
    const auto rd = has_rd ? fmt::format(R"(, "rd": "{}")", to_text(RouteDistinguisher::read(in))) : std::string{};
    const auto protocol = in.u8();
    const auto identifier = in.u64();
    const auto all = descriptors_of(in, type, protocol);
    const auto hop = next_hop.empty() ? std::string{} : fmt::format(R"(, "nexthop": "{}")", next_hop);
    switch (type) {
    case 1:
        return fmt::format(R"({}, "node-descriptors": [ {} ]{}{} }})", ls_head("bgpls-node", identifier, protocol), all.local,
                           hop, rd);
    case 2:
        return fmt::format(
            R"({}, "local-node-descriptors": [ {} ], "remote-node-descriptors": [ {} ], "interface-addresses": [ {} ], )"
            R"("neighbor-addresses": [ {} ], "multi-topology-ids": [ {} ], "link-identifiers": [  ]{} }})",
            ls_head("bgpls-link", identifier, protocol), all.local, all.remote, all.interfaces, all.neighbors, all.topologies,
            rd);
    case 3:
    case 4:
        return fmt::format(R"({}, "node-descriptors": [ {} ]{}{}{}{}{}{} }})",
                           ls_head(type == 3 ? "bgpls-prefix-v4" : "bgpls-prefix-v6", identifier, protocol), all.local,
                           all.prefix.empty() ? "" : ", ", all.prefix, hop, all.ospf.empty() ? "" : ", ", all.ospf, rd);
    case 6:
        return fmt::format(R"({}, "node-descriptors": [ {} ], "srv6-sid-descriptors": {{"multi-topology-ids": [{}]{}{}}}{} }})",
                           ls_head("bgpls-srv6sid", identifier, protocol), all.local, all.topologies,
                           all.sids.empty() ? "" : ", ", all.sids, rd);
    default: return fmt::format(R"({{ "code": {}, "parsed": false, "raw": "{}" }})", type, ls_digits(nlri).substr(2));
    }
}

}   // namespace barrage::exabgp
