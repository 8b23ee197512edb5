#include "loadgen/exabgp/text/typed_words.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "codec/ip.hpp"
#include "codec/route_distinguisher.hpp"
#include "loadgen/exabgp/text/community_words.hpp"
#include "loadgen/exabgp/text/json_text.hpp"

namespace barrage::exabgp {

namespace {

/// Without "0x" before them, as in "raw".
std::string raw_digits(OctetView octets) { return upper_hex(octets.data(), octets.size()).substr(2); }

std::string rd_field(Reader& in) { return fmt::format(R"("rd": "{}")", to_text(RouteDistinguisher::read(in))); }

/// An address behind its length in bits; empty where that is 0.
std::string sized_address(Reader& in)
{
    const auto bits = in.u8();
    if (bits == 32) return to_text(Ipv4Address::read(in));
    if (bits == 128) return to_text(Ipv6Address::read(in));
    in.skip(bits / 8);
    return {};
}

/// "-" for the one of zeros.
std::string esi_field(Reader& in)
{
    const auto octets = in.octets(10);
    std::string text;
    for (const auto octet : octets) text += fmt::format("{}{:02x}", text.empty() ? "" : ":", octet);
    const bool is_zero = std::ranges::all_of(octets, [](auto octet) { return octet == 0; });
    return fmt::format(R"("esi": "{}")", is_zero ? "-" : text);
}

std::string tag_field(Reader& in) { return fmt::format(R"("ethernet-tag": {})", in.u32()); }

std::string mac_field(Reader& in)
{
    std::string text;
    for (const auto octet : in.octets(6)) text += fmt::format("{}{:02X}", text.empty() ? "" : ":", octet);
    return fmt::format(R"("mac": "{}")", text);
}

/// With all 24 bits behind it, which are the VNI of VXLAN.
std::string label_field(Reader& in)
{
    const auto all = in.u24();
    return all == 0 ? R"("label": [ [0] ])" : fmt::format(R"("label": [ [{}, {}] ])", all >> 4, all);
}

std::string unparsed(unsigned code, OctetView nlri)
{
    return fmt::format(R"({{ "code": {}, "parsed": false, "raw": "{}" }})", code, raw_digits(nlri));
}

std::string parsed(unsigned code, OctetView nlri, std::string_view name, std::string_view fields)
{
    return fmt::format(R"({{ "code": {}, "parsed": true, "raw": "{}", "name": "{}", {} }})", code, raw_digits(nlri), name,
                       fields);
}

std::string mac_ip_fields(Reader& in)
{
    auto text = rd_field(in) + ", ";
    text += esi_field(in);
    text += ", " + tag_field(in);
    in.skip(1);   // 48 bits
    text += ", " + mac_field(in);
    const auto ip = sized_address(in);
    text += ", " + label_field(in);
    if (!ip.empty()) text += fmt::format(R"(, "ip": "{}")", ip);
    return text;
}

std::string ip_prefix_fields(Reader& in)
{
    auto text = rd_field(in) + ", ";
    text += esi_field(in);
    text += ", " + tag_field(in);
    const auto length = in.u8();
    const bool is_v6 = in.remaining() > 11;
    const auto ip = is_v6 ? to_text(Ipv6Address::read(in)) : to_text(Ipv4Address::read(in));
    const auto gateway = is_v6 ? to_text(Ipv6Address::read(in)) : to_text(Ipv4Address::read(in));
    return text + ", " + label_field(in) + fmt::format(R"(, "ip": "{}", "iplen": {}, "gateway": "{}")", ip, length, gateway);
}

/// A prefix whose length in bits stands before it: "24, …".
struct BitsAndAddress {
    unsigned bits = 0;
    std::string address;
};

BitsAndAddress sized_prefix(Reader& in, Afi afi)
{
    const auto bits = in.u8();
    std::array<std::uint8_t, 16> all{};
    const std::size_t most = afi == Afi::ipv6 ? 16 : 4;
    const auto octets = in.octets((bits + 7u) / 8u);
    std::ranges::copy(octets.first(std::min(octets.size(), most)), all.begin());
    Reader whole{OctetView{all}.first(most)};
    return {bits, afi == Afi::ipv6 ? to_text(Ipv6Address::read(whole)) : to_text(Ipv4Address::read(whole))};
}

std::string session_1_fields(Reader& in, Afi afi)
{
    const auto rd = rd_field(in);
    const auto prefix = sized_prefix(in, afi);
    const auto teid = in.u32();
    const auto qfi = in.u8();
    const auto endpoint_bits = in.peek();
    const auto endpoint = sized_address(in);
    const auto source_bits = in.peek();
    const auto source = in.empty() ? std::string{} : sized_address(in);
    return fmt::format(R"("prefix_ip_len": {}, "prefix_ip": "{}", "teid": "{}", "qfi": "{}", {}, "endpoint_ip_len": {}, )"
                       R"("endpoint_ip": "{}", "source_ip_len": {}, "source_ip": "{}")",
                       prefix.bits, prefix.address, teid, qfi, rd, endpoint_bits, endpoint, source_bits, source);
}

std::string session_2_fields(Reader& in, Afi afi)
{
    const auto rd = rd_field(in);
    const auto bits = in.u8();
    const auto endpoint = afi == Afi::ipv6 ? to_text(Ipv6Address::read(in)) : to_text(Ipv4Address::read(in));
    const unsigned address_bits = afi == Afi::ipv6 ? 128 : 32;
    std::uint32_t teid = 0;
    if (bits > address_bits)
        for (const auto octet : in.octets(std::min<std::size_t>(in.remaining(), (bits - address_bits + 7u) / 8u)))
            teid = teid << 8 | octet;
    return fmt::format(R"("endpoint_len": {}, "endpoint_ip": "{}", {}, "teid": "{}")", bits, endpoint, rd, teid);
}

}   // namespace

std::string evpn_json(OctetView nlri)
{
    Reader in{nlri};
    const auto code = in.u8();
    in.skip(1);
    switch (code) {
    case 1: {
        auto text = rd_field(in) + ", ";
        text += esi_field(in);
        text += ", " + tag_field(in);
        return parsed(code, nlri, "Ethernet Auto-Discovery", text + ", " + label_field(in));
    }
    case 2: return parsed(code, nlri, "MAC/IP advertisement", mac_ip_fields(in));
    case 3: {
        auto text = rd_field(in) + ", ";
        text += tag_field(in);
        return parsed(code, nlri, "Inclusive Multicast Ethernet Tag", text + fmt::format(R"(, "ip": "{}")", sized_address(in)));
    }
    case 4: {
        auto text = rd_field(in) + ", ";
        text += esi_field(in);
        return parsed(code, nlri, "Ethernet Segment", text + fmt::format(R"(, "ip": "{}")", sized_address(in)));
    }
    case 5: return parsed(code, nlri, "IP Prefix Advertisement", ip_prefix_fields(in));
    default: return unparsed(code, nlri);
    }
}

std::string mvpn_json(OctetView nlri)
{
    Reader in{nlri};
    const auto code = in.u8();
    in.skip(1);
    if (code < 5 || code > 7) return unparsed(code, nlri);
    auto text = rd_field(in);
    if (code != 5) text += fmt::format(R"(, "source-as": "{}")", in.u32());
    text += fmt::format(R"(, "source": "{}")", sized_address(in));
    text += fmt::format(R"(, "group": "{}")", sized_address(in));
    return parsed(code, nlri,
                  code == 5   ? "Source Active A-D Route"
                  : code == 6 ? "C-Multicast Shared Tree Join route"
                              : "C-Multicast Source Tree Join route",
                  text);
}

std::string mup_json(OctetView nlri, Afi afi)
{
    Reader in{nlri};
    const auto architecture = in.u8();
    const auto code = in.u16();
    in.skip(1);
    std::string_view name;
    std::string fields;
    switch (architecture == 1 ? code : 0) {
    case 1: {
        name = "InterworkSegmentDiscoveryRoute";
        const auto rd = rd_field(in);
        const auto prefix = sized_prefix(in, afi);
        fields = fmt::format(R"("prefix_ip_len": {}, "prefix_ip": "{}", {})", prefix.bits, prefix.address, rd);
        break;
    }
    case 2: {
        name = "DirectSegmentDiscoveryRoute";
        const auto rd = rd_field(in);
        const auto address = in.remaining() == 16 ? to_text(Ipv6Address::read(in)) : to_text(Ipv4Address::read(in));
        fields = fmt::format(R"("ip": "{}", {})", address, rd);
        break;
    }
    case 3:
        name = "Type1SessionTransformedRoute";
        fields = session_1_fields(in, afi);
        break;
    case 4:
        name = "Type2SessionTransformedRoute";
        fields = session_2_fields(in, afi);
        break;
    default: return fmt::format(R"({{ "arch": {}, "code": {}, "raw": "{}" }})", architecture, code, raw_digits(nlri));
    }
    return fmt::format(R"({{ "name": "{}", "arch": {}, "code": {}, {}, "raw": "{}" }})", name, architecture, code, fields,
                       raw_digits(nlri));
}

std::string rtc_json(OctetView nlri)
{
    Reader in{nlri};
    const auto bits = in.u8();
    if (bits == 0) return R"({ "origin": 0, "route-target": null })";
    const auto origin = in.u32();
    const auto target = in.rest();
    if (target.size() == 8 && bits == 96) {
        ExtendedCommunity community;
        std::ranges::copy(target, community.value.begin());
        return fmt::format(R"({{ "origin": {}, "route-target": "{}" }})", origin, community_text(community));
    }
    return fmt::format(R"({{ "origin": {}, "route-target": null, "prefix-length": {}, "route-target-prefix": "{}" }})", origin,
                       bits, upper_hex(target.data(), target.size()));
}

}   // namespace barrage::exabgp
