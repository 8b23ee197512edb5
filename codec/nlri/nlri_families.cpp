#include "codec/nlri/nlri_families.hpp"

namespace barrage {

namespace {

template <NlriFamily F>
void encode(const RoutesOf<F>& routes, Writer& out)
{
    encode_nlri<F>(routes.routes, out);
}
void encode(const UnknownRoutes& routes, Writer& out) { out.octets(routes.octets); }

template <NlriFamily F>
Family family(const RoutesOf<F>&) noexcept
{
    return {F::afi, F::safi};
}
Family family(const UnknownRoutes& routes) noexcept { return {Afi{routes.afi}, Safi{routes.safi}}; }

}   // namespace

Decoded<AnyRoutes> decode_routes(Family family, Reader& in, NlriField field)
{
    if (const auto* codec = nlri_codec(family)) return codec->decode(in, field);
    const auto octets = in.rest();
    return UnknownRoutes{static_cast<std::uint16_t>(family.afi), static_cast<std::uint8_t>(family.safi),
                         Octets(octets.begin(), octets.end())};
}

void encode_routes(const AnyRoutes& routes, Writer& out)
{
    std::visit([&out](const auto& of_family) { encode(of_family, out); }, routes);
}

Family family_of(const AnyRoutes& routes) noexcept
{
    return std::visit([](const auto& of_family) { return family(of_family); }, routes);
}

}   // namespace barrage
