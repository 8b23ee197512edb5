#include "codec/attribute/mp_next_hop.hpp"

#include "codec/describe.hpp"

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

} // namespace

MpNextHop MpNextHop::of(const IpAddress& address)
{
    MpNextHop next_hop;
    append(address, next_hop.octets);
    return next_hop;
}

std::optional<MpNextHop> MpNextHop::from_text(std::string_view text)
{
    if (text.empty()) return MpNextHop{};
    if (text.starts_with("0x")) {
        auto octets = octets_from_hex(text.substr(2));
        if (!octets || octets->size() > 255) return std::nullopt;
        return MpNextHop{std::move(*octets)};
    }
    const auto plus = text.find('+');
    const auto address = IpAddress::from_text(text.substr(0, plus));
    if (!address) return std::nullopt;
    auto next_hop = of(*address);
    if (plus == std::string_view::npos) return next_hop;
    const auto link_local = Ipv6Address::from_text(text.substr(plus + 1));
    if (!link_local || !address->is_v6()) return std::nullopt;
    append(*link_local, next_hop.octets);
    return next_hop;
}

std::string to_text(const MpNextHop& next_hop)
{
    Reader in{next_hop.octets};
    switch (next_hop.octets.size()) {
    case 0: return {};
    case Ipv4Address::octets: return to_text(Ipv4Address::read(in));
    case Ipv6Address::octets: return to_text(Ipv6Address::read(in));
    case 2 * Ipv6Address::octets: {
        const auto global = to_text(Ipv6Address::read(in));
        return global + "+" + to_text(Ipv6Address::read(in));
    }
    default: return "0x" + hex_text(next_hop.octets);
    }
}

} // namespace barrage
