#include "codec/nlri/evpn.hpp"

namespace barrage {

void EthernetAutoDiscovery::write(Writer& out) const
{
    rd.encode(out);
    esi.encode(out);
    out.u32(ethernet_tag);
    label.encode(out);
}

EthernetAutoDiscovery EthernetAutoDiscovery::read(Reader& in)
{
    EthernetAutoDiscovery route;
    route.rd = RouteDistinguisher::read(in);
    route.esi = EthernetSegmentId::read(in);
    route.ethernet_tag = in.u32();
    route.label = LabelField::read(in);
    return route;
}

void MacIpAdvertisement::write(Writer& out) const
{
    rd.encode(out);
    esi.encode(out);
    out.u32(ethernet_tag);
    out.u8(8 * MacAddress::octets);
    mac.encode(out);
    write_sized_address(ip, out);
    label.encode(out);
    if (label2) label2->encode(out);
}

MacIpAdvertisement MacIpAdvertisement::read(Reader& in)
{
    MacIpAdvertisement route;
    route.rd = RouteDistinguisher::read(in);
    route.esi = EthernetSegmentId::read(in);
    route.ethernet_tag = in.u32();
    if (in.u8() != 8 * MacAddress::octets) in.fail();
    route.mac = MacAddress::read(in);
    route.ip = read_sized_address(in);
    route.label = LabelField::read(in);
    if (!in.empty()) route.label2 = LabelField::read(in);
    return route;
}

void InclusiveMulticast::write(Writer& out) const
{
    rd.encode(out);
    out.u32(ethernet_tag);
    write_sized_address(originator, out);
}

InclusiveMulticast InclusiveMulticast::read(Reader& in)
{
    InclusiveMulticast route;
    route.rd = RouteDistinguisher::read(in);
    route.ethernet_tag = in.u32();
    route.originator = read_sized_address(in);
    return route;
}

void EthernetSegment::write(Writer& out) const
{
    rd.encode(out);
    esi.encode(out);
    write_sized_address(originator, out);
}

EthernetSegment EthernetSegment::read(Reader& in)
{
    EthernetSegment route;
    route.rd = RouteDistinguisher::read(in);
    route.esi = EthernetSegmentId::read(in);
    route.originator = read_sized_address(in);
    return route;
}

void EvpnIpPrefix::write(Writer& out) const
{
    rd.encode(out);
    esi.encode(out);
    out.u32(ethernet_tag);
    out.u8(prefix_length);
    write_address(prefix, out);
    write_address(gateway, out);
    label.encode(out);
}

EvpnIpPrefix EvpnIpPrefix::read(Reader& in)
{
    EvpnIpPrefix route;
    // RFC 9136 section 3.1: the length of the route, 34 or 58, tells of which kind its addresses are
    const std::size_t octets = in.remaining() == 34 ? Ipv4Address::octets : Ipv6Address::octets;
    route.rd = RouteDistinguisher::read(in);
    route.esi = EthernetSegmentId::read(in);
    route.ethernet_tag = in.u32();
    route.prefix_length = in.u8();
    if (route.prefix_length > 8 * octets) in.fail();
    route.prefix = read_address(in, octets);
    route.gateway = read_address(in, octets);
    route.label = LabelField::read(in);
    return route;
}

namespace {

/// Type 8 as drafts of RFC 9251 had it, and routers still send it: without flags. Its octets are kept.
bool is_leave_of_drafts(std::uint8_t type, Reader in)
{
    if (EvpnRouteType{type} != EvpnRouteType::multicast_leave_synch) return false;
    in.skip(RouteDistinguisher::octets + EthernetSegmentId::octets + 4);
    EvpnGroup::read(in);
    return !in.failed() && in.remaining() == 5;
}

}   // namespace

void Evpn::encode(const Nlri& nlri, Writer& out)
{
    out.u8(static_cast<std::uint8_t>(route_type(nlri.route)));
    out.u8(static_cast<std::uint8_t>(route_size(nlri.route)));
    write_route(nlri.route, out);
}

Decoded<EvpnNlri> Evpn::decode(Reader& in)
{
    const auto type = in.u8();
    auto value = in.take(in.u8());
    if (value.failed()) return nlri_error("EVPN route cut short");
    auto whole = value;
    EvpnNlri nlri{read_route<decltype(EvpnNlri::route)>(type, value)};
    if (value.finished()) return nlri;
    if (is_leave_of_drafts(type, whole)) return EvpnNlri{UnknownRoute::keep(type, whole)};
    // RFC 9251 section 9 and RFC 9572 leave it to RFC 7606: the length tells where the next one is, so that this one alone is lost
    const bool is_multicast = type > std::to_underlying(EvpnRouteType::ip_prefix);
    return nlri_error("EVPN route with a wrong length or a field that cannot be",
                      is_multicast ? Recovery::treat_as_withdraw : Recovery::session_reset);
}

}   // namespace barrage
