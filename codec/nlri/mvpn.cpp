#include "codec/nlri/mvpn.hpp"

namespace barrage {

void IntraAsPmsi::write(Writer& out) const
{
    rd.encode(out);
    write_address(originator, out);
}

IntraAsPmsi IntraAsPmsi::read(Reader& in)
{
    IntraAsPmsi route;
    route.rd = RouteDistinguisher::read(in);
    route.originator = read_address(in, in.remaining());
    return route;
}

void InterAsPmsi::write(Writer& out) const
{
    rd.encode(out);
    out.u32(source_as.value);
}

InterAsPmsi InterAsPmsi::read(Reader& in)
{
    InterAsPmsi route;
    route.rd = RouteDistinguisher::read(in);
    route.source_as = Asn{in.u32()};
    return route;
}

void SelectivePmsi::write(Writer& out) const
{
    rd.encode(out);
    write_sized_address(source, out);
    write_sized_address(group, out);
    write_address(originator, out);
}

SelectivePmsi SelectivePmsi::read(Reader& in)
{
    SelectivePmsi route;
    route.rd = RouteDistinguisher::read(in);
    route.source = read_sized_address(in);
    route.group = read_sized_address(in);
    route.originator = read_address(in, in.remaining());
    return route;
}

void LeafAutoDiscovery::write(Writer& out) const
{
    out.octets(route_key);
    if (originator) write_address(*originator, out);
}

LeafAutoDiscovery LeafAutoDiscovery::read(Reader& in)
{
    LeafAutoDiscovery route;
    auto look = in;
    look.skip(1);
    const std::size_t key = 2u + look.u8();
    const bool is_nlri =
        !look.failed() && (in.remaining() == key + Ipv4Address::octets || in.remaining() == key + Ipv6Address::octets);
    const auto octets = in.octets(is_nlri ? key : in.remaining());
    route.route_key.assign(octets.begin(), octets.end());
    if (is_nlri) route.originator = read_address(in, in.remaining());
    return route;
}

void SourceActive::write(Writer& out) const
{
    rd.encode(out);
    write_sized_address(source, out);
    write_sized_address(group, out);
}

SourceActive SourceActive::read(Reader& in)
{
    SourceActive route;
    route.rd = RouteDistinguisher::read(in);
    route.source = read_sized_address(in);
    route.group = read_sized_address(in);
    return route;
}

std::size_t mvpn_size(const MvpnNlri& nlri) noexcept { return 2 + route_size(nlri.route); }

void encode_mvpn(const MvpnNlri& nlri, Writer& out)
{
    out.u8(static_cast<std::uint8_t>(route_type(nlri.route)));
    out.u8(static_cast<std::uint8_t>(route_size(nlri.route)));
    write_route(nlri.route, out);
}

Decoded<MvpnNlri> decode_mvpn(Reader& in)
{
    const auto type = in.u8();
    auto value = in.take(in.u8());
    if (value.failed()) return nlri_error("MVPN route cut short");
    MvpnNlri nlri{read_route<decltype(MvpnNlri::route)>(type, value)};
    if (!value.finished()) return nlri_error("MVPN route with a wrong length or a field that cannot be");
    return nlri;
}

}   // namespace barrage
