#pragma once
// EVPN routes of multicast, types 6 to 8 (RFC 9251 section 9) and 9 to 11 (RFC 9572 section 3): who wants which group, and from
// where.

#include <array>
#include <optional>

#include "codec/nlri/evpn_fields.hpp"
#include "codec/nlri/nlri_fields.hpp"
#include "codec/route_distinguisher.hpp"

namespace barrage {

/// Each address behind its length in bits, 0 where there is none: (*, G), or no group.
struct EvpnGroup {
    std::optional<IpAddress> source;
    std::optional<IpAddress> group;
    std::optional<IpAddress> originator;

    [[nodiscard]] std::size_t size() const noexcept
    {
        return 3 + address_octets(source) + address_octets(group) + address_octets(originator);
    }
    void write(Writer& out) const
    {
        for (const auto& address : {source, group, originator}) write_sized_address(address, out);
    }
    static EvpnGroup read(Reader& in)
    {
        EvpnGroup group;
        for (auto* address : {&group.source, &group.group, &group.originator}) *address = read_sized_address(in);
        return group;
    }
    friend bool operator==(const EvpnGroup&, const EvpnGroup&) = default;
};

/// Types 6 and 10: RD | Ethernet tag 4 | source | group | originator, and flags 1 in type 6.
template <EvpnRouteType Type>
struct EvpnGroupRoute {
    static constexpr auto type = Type;
    static constexpr bool has_flags = type == EvpnRouteType::selective_multicast_ethernet_tag;
    static constexpr std::string_view name = has_flags ? "selective_multicast_ethernet_tag" : "s_pmsi";

    RouteDistinguisher rd;
    std::uint32_t ethernet_tag = 0;
    EvpnGroup group;
    std::uint8_t flags = 0;

    [[nodiscard]] std::size_t size() const noexcept { return 12 + group.size() + (has_flags ? 1 : 0); }
    void write(Writer& out) const
    {
        rd.encode(out);
        out.u32(ethernet_tag);
        group.write(out);
        if (has_flags) out.u8(flags);
    }
    static EvpnGroupRoute read(Reader& in)
    {
        EvpnGroupRoute route;
        route.rd = RouteDistinguisher::read(in);
        route.ethernet_tag = in.u32();
        route.group = EvpnGroup::read(in);
        if (has_flags) route.flags = in.u8();
        return route;
    }

    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("rd", self.rd);
        visit("ethernet_tag", self.ethernet_tag);
        visit("source", self.group.source);
        visit("group", self.group.group);
        visit("originator", self.group.originator);
        if constexpr (has_flags) visit("flags", self.flags);
    }
    friend bool operator==(const EvpnGroupRoute&, const EvpnGroupRoute&) = default;
};
using SelectiveMulticastEthernetTag = EvpnGroupRoute<EvpnRouteType::selective_multicast_ethernet_tag>;
using EvpnSelectivePmsi = EvpnGroupRoute<EvpnRouteType::s_pmsi>;

/// Types 7 and 8: RD | ESI 10 | Ethernet tag 4 | source | group | originator, in type 8 reserved 4 | maximum response time 1,
/// flags 1.
template <EvpnRouteType Type>
struct EvpnSynch {
    static constexpr auto type = Type;
    static constexpr bool is_leave = type == EvpnRouteType::multicast_leave_synch;
    static constexpr std::string_view name = is_leave ? "multicast_leave_synch" : "multicast_membership_report_synch";

    RouteDistinguisher rd;
    EthernetSegmentId esi;
    std::uint32_t ethernet_tag = 0;
    EvpnGroup group;
    std::uint32_t reserved = 0;
    std::uint8_t maximum_response_time = 0;
    std::uint8_t flags = 0;

    [[nodiscard]] std::size_t size() const noexcept { return 23 + group.size() + (is_leave ? 5 : 0); }
    void write(Writer& out) const
    {
        rd.encode(out);
        esi.encode(out);
        out.u32(ethernet_tag);
        group.write(out);
        if (is_leave) out.u32(reserved);
        if (is_leave) out.u8(maximum_response_time);
        out.u8(flags);
    }
    static EvpnSynch read(Reader& in)
    {
        EvpnSynch route;
        route.rd = RouteDistinguisher::read(in);
        route.esi = EthernetSegmentId::read(in);
        route.ethernet_tag = in.u32();
        route.group = EvpnGroup::read(in);
        if (is_leave) route.reserved = in.u32();
        if (is_leave) route.maximum_response_time = in.u8();
        route.flags = in.u8();
        return route;
    }

    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("rd", self.rd);
        visit("esi", self.esi);
        visit("ethernet_tag", self.ethernet_tag);
        visit("source", self.group.source);
        visit("group", self.group.group);
        visit("originator", self.group.originator);
        if constexpr (is_leave) {
            visit("reserved", self.reserved);
            visit("maximum_response_time", self.maximum_response_time);
        }
        visit("flags", self.flags);
    }
    friend bool operator==(const EvpnSynch&, const EvpnSynch&) = default;
};
using MulticastMembershipReportSynch = EvpnSynch<EvpnRouteType::multicast_membership_report_synch>;
using MulticastLeaveSynch = EvpnSynch<EvpnRouteType::multicast_leave_synch>;

/// Type 9: RD | Ethernet tag 4 | region 8.
struct PerRegionIPmsi {
    static constexpr auto type = EvpnRouteType::per_region_i_pmsi;
    static constexpr std::string_view name = "per_region_i_pmsi";

    RouteDistinguisher rd;
    std::uint32_t ethernet_tag = 0;
    std::uint64_t region = 0;   // an extended community, as a number: RFC 9572 section 3.1

    [[nodiscard]] std::size_t size() const noexcept { return 20; }
    void write(Writer& out) const
    {
        rd.encode(out);
        out.u32(ethernet_tag);
        out.u64(region);
    }
    static PerRegionIPmsi read(Reader& in)
    {
        PerRegionIPmsi route;
        route.rd = RouteDistinguisher::read(in);
        route.ethernet_tag = in.u32();
        route.region = in.u64();
        return route;
    }

    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("rd", self.rd);
        visit("ethernet_tag", self.ethernet_tag);
        visit("region", self.region);
    }
    friend bool operator==(const PerRegionIPmsi&, const PerRegionIPmsi&) = default;
};

/// Type 11: route key | originator behind its length in bits. The key is the NLRI of the route that is answered.
struct EvpnLeaf {
    static constexpr auto type = EvpnRouteType::leaf;
    static constexpr std::string_view name = "leaf";

    std::uint8_t key_type = 0;   // of the route that is answered
    Octets key;
    std::optional<IpAddress> originator;

    [[nodiscard]] std::size_t size() const noexcept { return 3 + key.size() + address_octets(originator); }
    void write(Writer& out) const
    {
        out.u8(key_type);
        out.u8(static_cast<std::uint8_t>(key.size()));
        out.octets(key);
        write_sized_address(originator, out);
    }
    static EvpnLeaf read(Reader& in)
    {
        EvpnLeaf route;
        route.key_type = in.u8();
        const auto key = in.octets(in.u8());
        route.key.assign(key.begin(), key.end());
        route.originator = read_sized_address(in);
        return route;
    }

    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("key_type", self.key_type);
        visit("key", self.key);
        visit("originator", self.originator);
    }
    friend bool operator==(const EvpnLeaf&, const EvpnLeaf&) = default;
};

}   // namespace barrage
