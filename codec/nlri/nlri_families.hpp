#pragma once
// The families whose NLRI the codec reads: the one list, and what is derived from it. A new family is one file beside this
// one and one name in NlriFamilies; its AFI and SAFI stand in codec/family.hpp already.

#include <array>
#include <variant>
#include <vector>

#include "codec/nlri/bgp_ls.hpp"
#include "codec/nlri/evpn.hpp"
#include "codec/nlri/flowspec.hpp"
#include "codec/nlri/labeled_unicast.hpp"
#include "codec/nlri/mup.hpp"
#include "codec/nlri/mvpn.hpp"
#include "codec/nlri/nlri_family.hpp"
#include "codec/nlri/rt_constraint.hpp"
#include "codec/nlri/sr_policy.hpp"
#include "codec/nlri/unicast.hpp"
#include "codec/nlri/vpls.hpp"
#include "codec/nlri/vpn.hpp"
#include "codec/session_options.hpp"

namespace barrage {

template <NlriFamily... F>
struct FamilyList {};

using NlriFamilies = FamilyList<Ipv4Unicast, Ipv4Multicast, Ipv6Unicast, Ipv6Multicast, Ipv4LabeledUnicast, Ipv6LabeledUnicast,
                                Ipv4Vpn, Ipv6Vpn, Evpn, RtConstraint, Vpls, Ipv4SrPolicy, Ipv6SrPolicy, Ipv4FlowSpec,
                                Ipv6FlowSpec, Ipv4FlowSpecVpn, Ipv6FlowSpecVpn, Ipv4Mvpn, Ipv6Mvpn, Ipv4Mup, Ipv6Mup, LinkState,
                                LinkStateVpn, LinkStateSpf, Ipv4ClassfulTransport, Ipv6ClassfulTransport>;

/// Routes of one family, as in one field of a message.
template <NlriFamily F>
struct RoutesOf {
    using FamilyType = F;
    static constexpr Family family{F::afi, F::safi};
    static constexpr std::string_view name = barrage::name(family);
    static_assert(!name.empty(), "a family of the list stands in known_families too");

    std::vector<Route<typename F::Nlri>> routes;

    [[nodiscard]] std::size_t size() const noexcept { return routes.size(); }

    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("routes", self.routes);
    }
    friend bool operator==(const RoutesOf&, const RoutesOf&) = default;
};

/// The NLRI of a family that is not in the list.
struct UnknownRoutes {
    static constexpr std::string_view name = "unknown";

    std::uint16_t afi = 0;
    std::uint8_t safi = 0;
    Octets octets;

    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("afi", self.afi);
        visit("safi", self.safi);
        visit("octets", self.octets);
    }
    friend bool operator==(const UnknownRoutes&, const UnknownRoutes&) = default;
};

template <class List>
struct RoutesVariant;
template <NlriFamily... F>
struct RoutesVariant<FamilyList<F...>> {
    using type = std::variant<RoutesOf<F>..., UnknownRoutes>;
};
using AnyRoutes = RoutesVariant<NlriFamilies>::type;

/// What can be done with the NLRI of a family, found by its index in known_families.
struct NlriCodec {
    Decoded<AnyRoutes> (*decode)(Reader& in, NlriField field) = nullptr;   // null: not in the list, octets are kept
    bool (*is_sound)(Reader in, NlriField field) = nullptr;
    bool (*next_hop_fits)(std::size_t octets) = nullptr;
};

template <NlriFamily F>
Decoded<AnyRoutes> decode_routes_of(Reader& in, NlriField field)
{
    auto routes = decode_nlri<F>(in, field);
    if (!routes) return std::unexpected(routes.error());
    return RoutesOf<F>{std::move(*routes)};
}

template <NlriFamily... F>
consteval auto make_nlri_codecs(FamilyList<F...>)
{
    std::array<NlriCodec, known_families.size()> by_index{};
    ((by_index[*family_index({F::afi, F::safi})] = {&decode_routes_of<F>, &is_sound_nlri<F>, &F::next_hop_fits}), ...);
    return by_index;
}
inline constexpr auto nlri_codecs = make_nlri_codecs(NlriFamilies{});

/// Null for a family that is not in the list.
constexpr const NlriCodec* nlri_codec(Family family) noexcept
{
    const auto index = family_index(family);
    return index && nlri_codecs[*index].decode ? &nlri_codecs[*index] : nullptr;
}

/// How the NLRI of a family are to be read in a session.
constexpr NlriField nlri_field(Family family, const SessionOptions& options, bool withdrawn) noexcept
{
    return {.has_path_ids = options.add_path_receive.contains(family),
            .withdrawn = withdrawn,
            .max_labels = options.multiple_labels.contains(family) ? options.max_labels : std::uint8_t{1}};
}

/// Reads all of `in`; octets are kept as they are where the family is not in the list.
Decoded<AnyRoutes> decode_routes(Family family, Reader& in, NlriField field);
void encode_routes(const AnyRoutes& routes, Writer& out);
Family family_of(const AnyRoutes& routes) noexcept;

}   // namespace barrage
