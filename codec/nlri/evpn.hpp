#pragma once
// EVPN routes, types 1 to 5: RFC 7432 section 7, RFC 9136 section 3.1; 6 to 11 in evpn_multicast.hpp. Other types are kept as
// octets.
//
//     +----------------+------------+-------------------+
//     | Route type (1) | Length (1) | Type specific     |
//     +----------------+------------+-------------------+

#include "codec/nlri/evpn_fields.hpp"
#include "codec/nlri/evpn_multicast.hpp"
#include "codec/nlri/nlri_family.hpp"
#include "codec/nlri/nlri_fields.hpp"
#include "codec/nlri/typed_route.hpp"
#include "codec/route_distinguisher.hpp"

namespace barrage {

/// Type 1: RFC 7432 section 7.1.
struct EthernetAutoDiscovery {
    static constexpr std::string_view name = "ethernet_auto_discovery";
    static constexpr auto type = EvpnRouteType::ethernet_auto_discovery;

    RouteDistinguisher rd;
    EthernetSegmentId esi;
    std::uint32_t ethernet_tag = 0;
    LabelField label;

    [[nodiscard]] std::size_t size() const noexcept { return 25; }
    void write(Writer& out) const;
    static EthernetAutoDiscovery read(Reader& in);

    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("rd", self.rd);
        visit("esi", self.esi);
        visit("ethernet_tag", self.ethernet_tag);
        visit("label", self.label);
    }
    friend bool operator==(const EthernetAutoDiscovery&, const EthernetAutoDiscovery&) = default;
};

/// Type 2: RFC 7432 section 7.2.
struct MacIpAdvertisement {
    static constexpr std::string_view name = "mac_ip_advertisement";
    static constexpr auto type = EvpnRouteType::mac_ip_advertisement;

    RouteDistinguisher rd;
    EthernetSegmentId esi;
    std::uint32_t ethernet_tag = 0;
    MacAddress mac;
    std::optional<IpAddress> ip;
    LabelField label;
    std::optional<LabelField> label2;

    [[nodiscard]] std::size_t size() const noexcept { return 33 + address_octets(ip) + (label2 ? 3 : 0); }
    void write(Writer& out) const;
    static MacIpAdvertisement read(Reader& in);

    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("rd", self.rd);
        visit("esi", self.esi);
        visit("ethernet_tag", self.ethernet_tag);
        visit("mac", self.mac);
        visit("ip", self.ip);
        visit("label", self.label);
        visit("label2", self.label2);
    }
    friend bool operator==(const MacIpAdvertisement&, const MacIpAdvertisement&) = default;
};

/// Type 3: RFC 7432 section 7.3.
struct InclusiveMulticast {
    static constexpr std::string_view name = "inclusive_multicast";
    static constexpr auto type = EvpnRouteType::inclusive_multicast;

    RouteDistinguisher rd;
    std::uint32_t ethernet_tag = 0;
    std::optional<IpAddress> originator;

    [[nodiscard]] std::size_t size() const noexcept { return 13 + address_octets(originator); }
    void write(Writer& out) const;
    static InclusiveMulticast read(Reader& in);

    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("rd", self.rd);
        visit("ethernet_tag", self.ethernet_tag);
        visit("originator", self.originator);
    }
    friend bool operator==(const InclusiveMulticast&, const InclusiveMulticast&) = default;
};

/// Type 4: RFC 7432 section 7.4.
struct EthernetSegment {
    static constexpr std::string_view name = "ethernet_segment";
    static constexpr auto type = EvpnRouteType::ethernet_segment;

    RouteDistinguisher rd;
    EthernetSegmentId esi;
    std::optional<IpAddress> originator;

    [[nodiscard]] std::size_t size() const noexcept { return 19 + address_octets(originator); }
    void write(Writer& out) const;
    static EthernetSegment read(Reader& in);

    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("rd", self.rd);
        visit("esi", self.esi);
        visit("originator", self.originator);
    }
    friend bool operator==(const EthernetSegment&, const EthernetSegment&) = default;
};

/// Type 5: RFC 9136 section 3.1. The prefix's address is there in full, as is the gateway's, and both are of one kind.
struct EvpnIpPrefix {
    static constexpr std::string_view name = "ip_prefix";
    static constexpr auto type = EvpnRouteType::ip_prefix;

    RouteDistinguisher rd;
    EthernetSegmentId esi;
    std::uint32_t ethernet_tag = 0;
    std::uint8_t prefix_length = 0;
    IpAddress prefix;
    IpAddress gateway;
    LabelField label;

    [[nodiscard]] std::size_t size() const noexcept { return 26 + address_octets(prefix) + address_octets(gateway); }
    void write(Writer& out) const;
    static EvpnIpPrefix read(Reader& in);

    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("rd", self.rd);
        visit("esi", self.esi);
        visit("ethernet_tag", self.ethernet_tag);
        visit("prefix_length", self.prefix_length);
        visit("prefix", self.prefix);
        visit("gateway", self.gateway);
        visit("label", self.label);
    }
    friend bool operator==(const EvpnIpPrefix&, const EvpnIpPrefix&) = default;
};

struct EvpnNlri {
    std::variant<EthernetAutoDiscovery, MacIpAdvertisement, InclusiveMulticast, EthernetSegment, EvpnIpPrefix,
                 SelectiveMulticastEthernetTag, MulticastMembershipReportSynch, MulticastLeaveSynch, PerRegionIPmsi,
                 EvpnSelectivePmsi, EvpnLeaf, UnknownRoute>
        route;

    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("route", self.route);
    }
    friend bool operator==(const EvpnNlri&, const EvpnNlri&) = default;
};

struct Evpn {
    using Nlri = EvpnNlri;

    static constexpr Afi afi = Afi::l2vpn;
    static constexpr Safi safi = Safi::evpn;

    static constexpr bool next_hop_fits(std::size_t octets) noexcept { return octets == 4 || octets == 16; }

    static std::size_t encoded_size(const Nlri& nlri) noexcept { return 2 + route_size(nlri.route); }
    static void encode(const Nlri& nlri, Writer& out);
    static Decoded<Nlri> decode(Reader& in);
};

static_assert(NlriFamily<Evpn>);

}   // namespace barrage
