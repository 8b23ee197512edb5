#include "codec/nlri/bgp_ls.hpp"

#include <algorithm>

#include "codec/nlri/nlri_fields.hpp"

namespace barrage {

namespace {

std::size_t size_of_route(const UnknownRoute& route) noexcept { return route.size(); }
std::size_t size_of_route(const LinkStateRoute& route) noexcept
{
    std::size_t octets = 9;
    for (const auto& descriptor : route.descriptors) octets += size_of_descriptor(descriptor);
    return octets;
}

std::size_t value_size(const LinkStateNlri& nlri) noexcept
{
    return (nlri.rd ? RouteDistinguisher::octets : 0) +
           std::visit([](const auto& route) { return size_of_route(route); }, nlri.route);
}

bool has(const LinkStateRoute& route, LsDescriptorType type) noexcept
{
    return std::ranges::any_of(route.descriptors,
                               [type](const auto& descriptor) { return type_of_descriptor(descriptor) == type; });
}

/// RFC 9552 section 5.2: a type that is not understood is opaque to who passes it on. SR policies (RFC 9857) are younger than many speakers, and
/// octets that are none are kept as such.
bool is_opaque_policy(LsNlriType type, Reader in)
{
    if (type != LsNlriType::sr_policy_candidate_path) return false;
    in.skip(9);
    read_descriptors(in, false);
    return in.failed();
}

}   // namespace

std::size_t link_state_size(const LinkStateNlri& nlri) noexcept { return 4 + value_size(nlri); }

void encode_link_state(const LinkStateNlri& nlri, Writer& out)
{
    out.u16(std::visit([](const auto& route) { return static_cast<std::uint16_t>(route.type); }, nlri.route));
    out.u16(static_cast<std::uint16_t>(value_size(nlri)));
    if (nlri.rd) nlri.rd->encode(out);
    if (const auto* unknown = std::get_if<UnknownRoute>(&nlri.route)) return unknown->write(out);
    const auto& route = *std::get_if<LinkStateRoute>(&nlri.route);
    out.u8(std::to_underlying(route.protocol));
    out.u64(route.identifier);
    for (const auto& descriptor : route.descriptors) write_descriptor(descriptor, out);
}

Decoded<LinkStateNlri> decode_link_state(Reader& in, bool has_rd)
{
    // RFC 9552 section 8.2.2: a length of the NLRI that is wrong ends the session, or the family; what is wrong inside of it
    // costs this NLRI alone
    const auto discard = [](std::string_view text) { return nlri_error(text, Recovery::nlri_discard); };
    LinkStateNlri nlri;
    const LsNlriType type{in.u16()};
    auto value = in.take(in.u16());
    if (value.failed()) return nlri_error("link state NLRI cut short");
    if (has_rd) nlri.rd = RouteDistinguisher::read(value);
    if (enum_name(type).empty() || is_opaque_policy(type, value)) {
        nlri.route = UnknownRoute::keep(std::to_underlying(type), value);
        if (value.failed()) return discard("link state NLRI without room for its route distinguisher");
        return nlri;
    }
    LinkStateRoute route{.type = type, .protocol = {}, .identifier = 0, .descriptors = {}};
    route.protocol = LsProtocol{value.u8()};
    route.identifier = value.u64();
    const auto descriptors = value;
    route.descriptors = read_descriptors(value, type == LsNlriType::ipv6_prefix);
    if (value.failed()) return discard("link state NLRI with a descriptor cut short");
    if (!in_order(descriptors)) return discard("link state NLRI with descriptors out of order, or one of them twice");
    // Sections 5.2 and 5.2.1.2 want these. Section 8.2.2 would let a receiver take a route without, which is then nobody's.
    if (!has(route, LsDescriptorType::local_node)) return discard("link state NLRI without a local node");
    if (type == LsNlriType::link && !has(route, LsDescriptorType::remote_node))
        return discard("link state NLRI of a link without a remote node");
    nlri.route = std::move(route);
    return nlri;
}

}   // namespace barrage
