#include "codec/attribute/mp_next_hop.hpp"

#include "codec/describe.hpp"
#include "codec/route_distinguisher.hpp"

namespace barrage {

namespace {

void append(const IpAddress& address, Octets& octets)
{
    Writer out{octets};
    if (address.is_v4())
        out.u32(address.v4().value);
    else
        out.octets(address.v6().value);
}

/// An address, with a route distinguisher and a blank before it perhaps.
bool append_part(std::string_view text, Octets& octets)
{
    const auto blank = text.find(' ');
    if (blank != std::string_view::npos) {
        const auto rd = RouteDistinguisher::from_text(text.substr(0, blank));
        if (!rd) return false;
        Writer out{octets};
        rd->encode(out);
        text.remove_prefix(blank + 1);
    }
    const auto address = IpAddress::from_text(text);
    if (address) append(*address, octets);
    return address.has_value();
}

template <class Address>
std::string part(Reader& in, bool has_rd)
{
    auto text = has_rd ? to_text(RouteDistinguisher::read(in)) + " " : std::string{};
    return text += to_text(Address::read(in));
}

}   // namespace

MpNextHop MpNextHop::of(const IpAddress& address)
{
    MpNextHop next_hop;
    append(address, next_hop.octets);
    return next_hop;
}

std::optional<MpNextHop> MpNextHop::from_text(std::string_view text)
{
    if (text.empty()) return MpNextHop{};
    if (text.starts_with("0x") && text.find(' ') == std::string_view::npos) {
        auto octets = octets_from_hex(text.substr(2));
        if (!octets || octets->size() > 255) return std::nullopt;
        return MpNextHop{std::move(*octets)};
    }
    MpNextHop next_hop;
    const auto plus = text.find('+');
    if (!append_part(text.substr(0, plus), next_hop.octets)) return std::nullopt;
    if (plus != std::string_view::npos) {
        const auto first = next_hop.octets.size();   // two of a kind, and no pair of IPv4 addresses
        if (first < Ipv6Address::octets || !append_part(text.substr(plus + 1), next_hop.octets) ||
            next_hop.octets.size() != 2 * first)
            return std::nullopt;
    }
    return next_hop;
}

std::string to_text(const MpNextHop& next_hop)
{
    constexpr auto rd = RouteDistinguisher::octets;
    Reader in{next_hop.octets};
    switch (const auto size = next_hop.octets.size()) {
    case 0: return {};
    case Ipv4Address::octets:
    case rd + Ipv4Address::octets: return part<Ipv4Address>(in, size > rd);
    case Ipv6Address::octets:
    case rd + Ipv6Address::octets: return part<Ipv6Address>(in, size > Ipv6Address::octets);
    case 2 * Ipv6Address::octets:
    case 2 * (rd + Ipv6Address::octets): {
        const bool has_rd = size > 2 * Ipv6Address::octets;
        const auto global = part<Ipv6Address>(in, has_rd);
        return global + "+" + part<Ipv6Address>(in, has_rd);
    }
    default: return "0x" + hex_text(next_hop.octets);
    }
}

}   // namespace barrage
