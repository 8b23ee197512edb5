#pragma once
// Link state: nodes, links, prefixes, SRv6 SIDs and SR policies. RFC 9552 section 5.2, RFC 9514 section 6, RFC 9857 section 4. Other types
// are octets.
//
//     +---------------+------------+-------------+-----------------+----------------+-------------+
//     | NLRI type (2) | Length (2) | [ RD (8) ]  | Protocol-ID (1) | Identifier (8) | Descriptors |
//     +---------------+------------+-------------+-----------------+----------------+-------------+

#include "codec/nlri/bgp_ls_descriptors.hpp"
#include "codec/nlri/nlri_family.hpp"
#include "codec/nlri/typed_route.hpp"
#include "codec/route_distinguisher.hpp"

namespace barrage {

constexpr auto enum_names(LsNlriType)
{
    using enum LsNlriType;
    return std::array{EnumName{node, "node"},
                      EnumName{link, "link"},
                      EnumName{ipv4_prefix, "ipv4_prefix"},
                      EnumName{ipv6_prefix, "ipv6_prefix"},
                      EnumName{sr_policy_candidate_path, "sr_policy_candidate_path"},
                      EnumName{srv6_sid, "srv6_sid"}};
}

constexpr auto enum_names(LsProtocol)
{
    using enum LsProtocol;
    return std::array{EnumName{isis_level_1, "isis_level_1"},
                      EnumName{isis_level_2, "isis_level_2"},
                      EnumName{ospfv2, "ospfv2"},
                      EnumName{direct, "direct"},
                      EnumName{static_configuration, "static"},
                      EnumName{ospfv3, "ospfv3"},
                      EnumName{bgp, "bgp"},
                      EnumName{rsvp_te, "rsvp_te"},
                      EnumName{segment_routing, "segment_routing"}};
}

struct LinkStateRoute {
    static constexpr std::string_view name = "link_state";

    LsNlriType type = LsNlriType::node;
    LsProtocol protocol{};
    std::uint64_t identifier = 0;
    std::vector<LsDescriptor> descriptors;

    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("type", self.type);
        visit("protocol", self.protocol);
        visit("identifier", self.identifier);
        visit("descriptors", self.descriptors);
    }
    friend bool operator==(const LinkStateRoute&, const LinkStateRoute&) = default;
};

struct LinkStateNlri {
    std::optional<RouteDistinguisher> rd;   // there in BGP-LS-VPN
    std::variant<LinkStateRoute, UnknownRoute> route;

    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("rd", self.rd);
        visit("route", self.route);
    }
    friend bool operator==(const LinkStateNlri&, const LinkStateNlri&) = default;
};

std::size_t link_state_size(const LinkStateNlri& nlri) noexcept;
void encode_link_state(const LinkStateNlri& nlri, Writer& out);
Decoded<LinkStateNlri> decode_link_state(Reader& in, bool has_rd);

template <Safi Saf>
struct LinkStateFamily {
    using Nlri = LinkStateNlri;

    static constexpr Afi afi = Afi::bgp_ls;
    static constexpr Safi safi = Saf;

    /// RFC 9552 section 5.5: of either kind, with a route distinguisher of zero before it for the VPN.
    static constexpr bool next_hop_fits(std::size_t octets) noexcept
    {
        return safi != Safi::bgp_ls_vpn ? octets == 4 || octets == 16 || octets == 32
                                        : octets == 12 || octets == 24 || octets == 48;
    }

    static std::size_t encoded_size(const Nlri& nlri) noexcept { return link_state_size(nlri); }
    static void encode(const Nlri& nlri, Writer& out) { encode_link_state(nlri, out); }
    static Decoded<Nlri> decode(Reader& in) { return decode_link_state(in, safi == Safi::bgp_ls_vpn); }
};

struct LinkState : LinkStateFamily<Safi::bgp_ls> {};
struct LinkStateVpn : LinkStateFamily<Safi::bgp_ls_vpn> {};

/// RFC 9815 section 5.1: the same NLRI, for the routing of BGP's own underlay.
struct LinkStateSpf : LinkStateFamily<Safi::bgp_ls_spf> {};

static_assert(NlriFamily<LinkStateSpf> && NlriFamily<LinkState> && NlriFamily<LinkStateVpn>);

}   // namespace barrage
