#include "loadgen/exabgp/text/community_words.hpp"

#include <bit>
#include <cmath>

#include <fmt/format.h>

#include "codec/ip.hpp"
#include "codec/reader.hpp"
#include "loadgen/exabgp/text/json_text.hpp"

namespace barrage::exabgp {

namespace {

/// Numbers of two octets and four, of an address and two, of four octets (with an L behind them) and two.
std::string two_parts(std::string_view name, unsigned kind, Reader in)
{
    if (kind == 1) {
        const auto address = to_text(Ipv4Address::read(in));
        return fmt::format("{}:{}:{}", name, address, in.u16());
    }
    if (kind == 2) {
        const auto asn = in.u32();
        return fmt::format("{}:{}L:{}", name, asn, in.u16());
    }
    const auto asn = in.u16();
    return fmt::format("{}:{}:{}", name, asn, in.u32());
}

std::string origin(unsigned kind, Reader in)
{
    if (kind != 0) return two_parts("origin", kind, in);
    const auto asn = in.u16();
    return fmt::format("origin:{}:{}", asn, to_text(Ipv4Address::read(in)));
}

std::string rate_limit(Reader in)
{
    in.skip(2);
    const double rate = std::bit_cast<float>(in.u32());
    return std::isfinite(rate) ? fmt::format("rate-limit:{:.0f}", std::trunc(rate)) : "rate-limit:0";
}

std::string action(unsigned bits)
{
    static constexpr std::string_view words[] = {"", "terminal", "sample", "sample-terminal"};
    return fmt::format("action {}", words[bits & 3]);
}

std::string tunnel_name(unsigned type)
{
    switch (type) {
    case 0: return "Default";
    case 1: return "L2TPv3";
    case 2: return "GRE";
    case 7: return "IP-in-IP";
    case 8: return "VXLAN";
    case 9: return "NVGRE";
    case 10: return "MPLS";
    case 12: return "VXLAN-GPE";
    case 13: return "MPLS-in-UDP";
    default: return fmt::format("encap:UNKNOWN-{}", type);
    }
}

std::string interface_set(Reader in)
{
    const auto asn = in.u32();
    const auto field = in.u16();
    const unsigned direction = field >> 14;
    static constexpr std::string_view words[] = {"0", "input", "output", "input-output"};
    return fmt::format("interface-set:{}:{}:{}", words[direction], asn, field & 0x1fffu);
}

std::string l2_info(Reader in)
{
    const auto encapsulation = in.u8();
    const auto control = in.u8();
    const auto mtu = in.u16();
    return fmt::format("l2info:{}:{}:{}:{}", encapsulation, control, mtu, in.u16());
}

std::string mac_mobility(Reader in)
{
    const bool is_sticky = in.u8() == 1;
    in.skip(1);
    return fmt::format("mac-mobility:{}{}", in.u32(), is_sticky ? ":sticky" : "");
}

std::string redirect_to(const std::string& address, bool copies)
{
    return copies ? fmt::format("copy-to-nexthop-ietf {} (with copy)", address)
                  : fmt::format("redirect-to-nexthop-ietf {}", address);
}

constexpr unsigned key(unsigned type, unsigned subtype) noexcept { return (type & 15u) << 8 | subtype; }

}   // namespace

std::string community_name(const ExtendedCommunity& community)
{
    Reader in{community.value};
    const unsigned kind = in.u8() & 15u;
    const auto subtype = in.u8();
    const auto last = community.value.back();
    switch (key(kind, subtype)) {
    case key(0, 0x02):
    case key(1, 0x02):
    case key(2, 0x02): return two_parts("target", kind, in);
    case key(0, 0x03):
    case key(1, 0x03):
    case key(2, 0x03): return origin(kind, in);
    case key(0, 0x13):
    case key(1, 0x13):
    case key(2, 0x13): return two_parts("rtrecord", kind, in);
    case key(0, 0x06): return rate_limit(in);
    case key(0, 0x07): return action(last);
    case key(0, 0x08):
    case key(2, 0x08): return two_parts("redirect", kind, in);
    case key(0, 0x09): return fmt::format("mark {}", last);
    case key(0, 0x0a): return l2_info(in);
    case key(1, 0x0c): return redirect_to(to_text(Ipv4Address::read(in)), (last & 1) != 0);
    case key(3, 0x0c): return "encap:" + tunnel_name(community.value[6] * 256u + last);
    case key(3, 0x14): return fmt::format("consistentHashSortOrder:{}", in.u32());
    case key(6, 0x00): return mac_mobility(in);
    case key(7, 0x02): return interface_set(in);
    case key(8, 0x00): return (last & 1) != 0 ? "copy-to-nexthop" : "redirect-to-nexthop";
    case key(12, 0x00): return two_parts("mup", 0, in);
    default: return {};
    }
}

std::string community_text(const ExtendedCommunity& community)
{
    const auto name = community_name(community);
    return name.empty() ? upper_hex(community.value.data(), community.value.size()) : name;
}

std::string community_text(const Ipv6ExtendedCommunity& community)
{
    Reader in{community.value};
    if ((in.u8() & 15u) != 0 || in.u8() != 0x0c) return upper_hex(community.value.data(), community.value.size());
    const auto address = to_text(Ipv6Address::read(in));
    return redirect_to(address, (in.u16() & 1) != 0);
}

}   // namespace barrage::exabgp
