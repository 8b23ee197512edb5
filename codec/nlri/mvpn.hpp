#pragma once
// Multicast VPN routes, types 1 to 7: RFC 6514 section 4. Both families have the same ones. Other types are kept as octets.
//
//     +----------------+------------+-------------------+
//     | Route type (1) | Length (1) | Type specific     |
//     +----------------+------------+-------------------+
//
// Source and group stand behind their length in bits, which is 0 for a wildcard (RFC 6625 section 2).

#include "codec/asn.hpp"
#include "codec/nlri/nlri_family.hpp"
#include "codec/nlri/nlri_fields.hpp"
#include "codec/nlri/typed_route.hpp"
#include "codec/route_distinguisher.hpp"

namespace barrage {

/// Type 1: RFC 6514 section 4.1.
struct IntraAsPmsi {
    static constexpr std::string_view name = "intra_as_i_pmsi";
    static constexpr auto type = MvpnRouteType::intra_as_i_pmsi;

    RouteDistinguisher rd;
    IpAddress originator;

    [[nodiscard]] std::size_t size() const noexcept { return 8 + address_octets(originator); }
    void write(Writer& out) const;
    static IntraAsPmsi read(Reader& in);

    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("rd", self.rd);
        visit("originator", self.originator);
    }
    friend bool operator==(const IntraAsPmsi&, const IntraAsPmsi&) = default;
};

/// Type 2: section 4.2.
struct InterAsPmsi {
    static constexpr std::string_view name = "inter_as_i_pmsi";
    static constexpr auto type = MvpnRouteType::inter_as_i_pmsi;

    RouteDistinguisher rd;
    Asn source_as;

    [[nodiscard]] std::size_t size() const noexcept { return 12; }
    void write(Writer& out) const;
    static InterAsPmsi read(Reader& in);

    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("rd", self.rd);
        visit("source_as", self.source_as);
    }
    friend bool operator==(const InterAsPmsi&, const InterAsPmsi&) = default;
};

/// Type 3: section 4.3.
struct SelectivePmsi {
    static constexpr std::string_view name = "s_pmsi";
    static constexpr auto type = MvpnRouteType::s_pmsi;

    RouteDistinguisher rd;
    std::optional<IpAddress> source;
    std::optional<IpAddress> group;
    IpAddress originator;

    [[nodiscard]] std::size_t size() const noexcept
    {
        return 10 + address_octets(source) + address_octets(group) + address_octets(originator);
    }
    void write(Writer& out) const;
    static SelectivePmsi read(Reader& in);

    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("rd", self.rd);
        visit("source", self.source);
        visit("group", self.group);
        visit("originator", self.originator);
    }
    friend bool operator==(const SelectivePmsi&, const SelectivePmsi&) = default;
};

/// Type 4: section 4.4. The key is the NLRI that it answers, type and length included, or what another RFC puts there.
struct LeafAutoDiscovery {
    static constexpr std::string_view name = "leaf_ad";
    static constexpr auto type = MvpnRouteType::leaf_ad;

    Octets route_key;
    std::optional<IpAddress> originator;   // nothing where the octets do not tell where the key ends: they are all in the key

    [[nodiscard]] std::size_t size() const noexcept { return route_key.size() + address_octets(originator); }
    void write(Writer& out) const;
    static LeafAutoDiscovery read(Reader& in);

    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("route_key", self.route_key);
        visit("originator", self.originator);
    }
    friend bool operator==(const LeafAutoDiscovery&, const LeafAutoDiscovery&) = default;
};

/// Type 5: section 4.5.
struct SourceActive {
    static constexpr std::string_view name = "source_active";
    static constexpr auto type = MvpnRouteType::source_active;

    RouteDistinguisher rd;
    std::optional<IpAddress> source;
    std::optional<IpAddress> group;

    [[nodiscard]] std::size_t size() const noexcept { return 10 + address_octets(source) + address_octets(group); }
    void write(Writer& out) const;
    static SourceActive read(Reader& in);

    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("rd", self.rd);
        visit("source", self.source);
        visit("group", self.group);
    }
    friend bool operator==(const SourceActive&, const SourceActive&) = default;
};

/// Types 6 and 7, shared and source tree joins: section 4.6.
template <MvpnRouteType Type>
struct CMulticastJoin {
    static constexpr std::string_view name = Type == MvpnRouteType::shared_tree_join ? "shared_tree_join" : "source_tree_join";
    static constexpr auto type = Type;

    RouteDistinguisher rd;
    Asn source_as;
    std::optional<IpAddress> source;   // the rendezvous point, of a shared tree
    std::optional<IpAddress> group;

    [[nodiscard]] std::size_t size() const noexcept { return 14 + address_octets(source) + address_octets(group); }
    void write(Writer& out) const
    {
        rd.encode(out);
        out.u32(source_as.value);
        write_sized_address(source, out);
        write_sized_address(group, out);
    }
    static CMulticastJoin read(Reader& in)
    {
        CMulticastJoin route;
        route.rd = RouteDistinguisher::read(in);
        route.source_as = Asn{in.u32()};
        route.source = read_sized_address(in);
        route.group = read_sized_address(in);
        return route;
    }

    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("rd", self.rd);
        visit("source_as", self.source_as);
        visit("source", self.source);
        visit("group", self.group);
    }
    friend bool operator==(const CMulticastJoin&, const CMulticastJoin&) = default;
};

struct MvpnNlri {
    std::variant<IntraAsPmsi, InterAsPmsi, SelectivePmsi, LeafAutoDiscovery, SourceActive,
                 CMulticastJoin<MvpnRouteType::shared_tree_join>, CMulticastJoin<MvpnRouteType::source_tree_join>, UnknownRoute>
        route;

    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("route", self.route);
    }
    friend bool operator==(const MvpnNlri&, const MvpnNlri&) = default;
};

std::size_t mvpn_size(const MvpnNlri& nlri) noexcept;
void encode_mvpn(const MvpnNlri& nlri, Writer& out);
Decoded<MvpnNlri> decode_mvpn(Reader& in);

template <Afi Af>
struct MvpnFamily {
    using Nlri = MvpnNlri;

    static constexpr Afi afi = Af;
    static constexpr Safi safi = Safi::mcast_vpn;

    /// RFC 6515 section 2: of either kind, for both families.
    static constexpr bool next_hop_fits(std::size_t octets) noexcept { return octets == 4 || octets == 16; }

    static std::size_t encoded_size(const Nlri& nlri) noexcept { return mvpn_size(nlri); }
    static void encode(const Nlri& nlri, Writer& out) { encode_mvpn(nlri, out); }
    static Decoded<Nlri> decode(Reader& in) { return decode_mvpn(in); }
};

struct Ipv4Mvpn : MvpnFamily<Afi::ipv4> {};
struct Ipv6Mvpn : MvpnFamily<Afi::ipv6> {};

static_assert(NlriFamily<Ipv4Mvpn> && NlriFamily<Ipv6Mvpn>);

}   // namespace barrage
