#include "codec/attribute/pmsi_tunnel.hpp"

namespace barrage {

std::optional<PmsiTunnelIdentifier> PmsiTunnelIdentifier::from_text(std::string_view text)
{
    if (text.empty()) return PmsiTunnelIdentifier{};
    if (text.starts_with("0x")) {
        auto octets = octets_from_hex(text.substr(2));
        if (!octets) return std::nullopt;
        return PmsiTunnelIdentifier{std::move(*octets)};
    }
    const auto address = IpAddress::from_text(text);
    if (!address) return std::nullopt;
    PmsiTunnelIdentifier identifier;
    Writer out{identifier.octets};
    if (address->is_v4())
        out.u32(address->v4().value);
    else
        out.octets(address->v6().value);
    return identifier;
}

std::string to_text(const PmsiTunnelIdentifier& identifier)
{
    Reader in{identifier.octets};
    switch (identifier.octets.size()) {
    case 0: return {};
    case Ipv4Address::octets: return to_text(Ipv4Address::read(in));
    case Ipv6Address::octets: return to_text(Ipv6Address::read(in));
    default: return "0x" + hex_text(identifier.octets);
    }
}

}   // namespace barrage
