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

namespace {

/// RFC 6388 section 2.2: FEC type 1 | address family 2 | length 1 | root | length 2 | opaque value.
bool is_mldp_fec(Reader in) noexcept
{
    in.skip(1);
    const auto family = in.u16();
    const std::size_t root = in.u8();
    in.skip(root);
    in.skip(in.u16());
    const bool is_v4 = family == std::to_underlying(Afi::ipv4);
    return in.finished() && root == (is_v4 ? Ipv4Address::octets : Ipv6Address::octets);
}

constexpr std::uint8_t composite_bit = 0x80;   // RFC 8317 section 5.2: a label of three octets stands before the identifier

}   // namespace

bool is_identifier_of(PmsiTunnelType type, Reader identifier) noexcept
{
    constexpr auto v4 = Ipv4Address::octets;
    constexpr auto v6 = Ipv6Address::octets;
    const auto code = std::to_underlying(type);
    if (code & composite_bit && code <= 0xfa) {
        identifier.skip(3);
        return !identifier.failed() &&
               is_identifier_of(PmsiTunnelType{static_cast<std::uint8_t>(code & ~composite_bit)}, identifier);
    }
    const auto size = identifier.remaining();
    const auto is = [size](auto... lengths) { return ((size == lengths) || ...); };
    switch (type) {
    case PmsiTunnelType::none: return size == 0;
    case PmsiTunnelType::rsvp_te_p2mp: return is(v4 + 8, v6 + 8);
    case PmsiTunnelType::mldp_p2mp:
    case PmsiTunnelType::mldp_mp2mp: return is_mldp_fec(identifier);
    case PmsiTunnelType::pim_ssm:
    case PmsiTunnelType::pim_sm:
    case PmsiTunnelType::bidir_pim: return is(2 * v4, 2 * v6);
    case PmsiTunnelType::ingress_replication:
    case PmsiTunnelType::assisted_replication: return is(v4, v6);
    case PmsiTunnelType::transport_tunnel:
        return is(2 * v4, v6 + 4, 2 * v6);   // the local number: four octets, or as the address
    case PmsiTunnelType::bier: return is(v4 + 3, v6 + 3);
    }
    return true;
}

}   // namespace barrage
