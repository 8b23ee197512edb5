#pragma once
// The segments of an SR policy: RFC 9830 section 2.4.4 (types A and B), RFC 9831 (types C to K).

#include <cstdint>
#include <string_view>
#include <type_traits>

#include "codec/attribute/tlv.hpp"
#include "codec/ip.hpp"
#include "codec/reader.hpp"
#include "codec/writer.hpp"

namespace barrage::tunnel {

/// RFC 9830 section 2.4.4.1, inside a segment list: flags 1 | reserved 1 | weight 4.
struct Weight {
    static constexpr std::uint16_t type = 9;
    static constexpr std::string_view name = "weight";

    std::uint8_t flags = 0;
    std::uint32_t weight = 0;
    Reserved reserved;

    void encode(Writer& out) const
    {
        out.u8(flags);
        write_reserved(reserved, out);
        out.u32(weight);
    }
    static Weight decode(Reader& in)
    {
        const auto flags = in.u8();
        const auto reserved = read_reserved(in);
        return {flags, in.u32(), reserved};
    }
    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("flags", self.flags);
        visit("weight", self.weight);
        visit("reserved", self.reserved);
    }
    friend bool operator==(const Weight&, const Weight&) = default;
};

/// RFC 9830 section 2.4.4.2.1, segment type A: flags 1 | reserved 1 | label 20 bits, TC 3, S 1, TTL 8.
struct MplsSegment {
    static constexpr std::uint16_t type = 1;
    static constexpr std::string_view name = "mpls_segment";

    std::uint8_t flags = 0;
    std::uint32_t label = 0;
    std::uint16_t rest = 0;   // the twelve bits behind the label
    Reserved reserved;

    void encode(Writer& out) const
    {
        out.u8(flags);
        write_reserved(reserved, out);
        out.u32(label << 12 | (rest & 0xfffu));
    }
    static MplsSegment decode(Reader& in)
    {
        const auto flags = in.u8();
        const auto reserved = read_reserved(in);
        const auto entry = in.u32();
        return {flags, entry >> 12, static_cast<std::uint16_t>(entry & 0xfff), reserved};
    }
    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("flags", self.flags);
        visit("label", self.label);
        visit("rest", self.rest);
        visit("reserved", self.reserved);
    }
    friend bool operator==(const MplsSegment&, const MplsSegment&) = default;
};

/// flags 1 | reserved 1 | SID 16 | perhaps behavior and structure 8: RFC 9830 section 2.4.4.2.2, segment type B, and section 2.4.3.
template <std::uint16_t Type>
struct Srv6Sid {
    static constexpr std::uint16_t type = Type;
    static constexpr std::string_view name = Type == 13 ? "srv6_segment" : "srv6_binding_sid";

    std::uint8_t flags = 0;
    Ipv6Address sid;
    Octets behavior_and_structure;
    Reserved reserved;

    void encode(Writer& out) const
    {
        out.u8(flags);
        write_reserved(reserved, out);
        out.octets(sid.value);
        out.octets(behavior_and_structure);
    }
    static Srv6Sid decode(Reader& in)
    {
        Srv6Sid segment{in.u8(), {}, {}, {}};
        segment.reserved = read_reserved(in);
        segment.sid = Ipv6Address::read(in);
        const auto rest = in.rest();
        if (rest.size() != 0 && rest.size() != 8) in.fail();
        segment.behavior_and_structure.assign(rest.begin(), rest.end());
        return segment;
    }
    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("flags", self.flags);
        visit("sid", self.sid);
        visit("behavior_and_structure", self.behavior_and_structure);
        visit("reserved", self.reserved);
    }
    friend bool operator==(const Srv6Sid&, const Srv6Sid&) = default;
};
using Srv6Segment = Srv6Sid<13>;
using Srv6BindingSid = Srv6Sid<20>;

/// Where a segment of RFC 9831 is: a node, perhaps with one of its interfaces, or a link between two.
enum class SegmentPlace : std::uint8_t { node, interface, addresses, interfaces_and_addresses };

/// RFC 9831 section 2, segment types C to K:
///
///     flags 1 | SR algorithm, or reserved, 1 | place | perhaps a SID: of MPLS 4, of SRv6 16 and perhaps its behavior and structure 8
///
/// The place: address; interface 4, address; two addresses; interface 4, address, interface 4, address.
template <std::uint16_t Type, SegmentPlace Place, class Address, bool IsSrv6>
struct PlacedSegment {
    static constexpr std::uint16_t type = Type;
    static constexpr std::string_view name = [] {
        constexpr bool is_v4 = std::is_same_v<Address, Ipv4Address>;
        using enum SegmentPlace;
        if (IsSrv6)
            return Place == node        ? "ipv6_node_srv6_segment"
                   : Place == addresses ? "ipv6_link_srv6_segment"
                                        : "ipv6_interfaces_srv6_segment";
        switch (Place) {
        case node: return is_v4 ? "ipv4_node_segment" : "ipv6_node_segment";
        case interface: return "ipv4_interface_segment";
        case addresses: return is_v4 ? "ipv4_link_segment" : "ipv6_link_segment";
        case interfaces_and_addresses: break;
        }
        return "ipv6_interfaces_segment";
    }();
    static constexpr bool has_interface = Place == SegmentPlace::interface || Place == SegmentPlace::interfaces_and_addresses;
    static constexpr bool is_link = Place == SegmentPlace::addresses || Place == SegmentPlace::interfaces_and_addresses;

    std::uint8_t flags = 0;
    std::uint8_t algorithm = 0;
    std::uint32_t local_interface = 0;
    Address local{};
    std::uint32_t remote_interface = 0;
    Address remote{};
    Octets sid;   // of MPLS: label 20 bits, then twelve that are traffic class, S and TTL

    void encode(Writer& out) const
    {
        out.u8(flags);
        out.u8(algorithm);
        if (has_interface) out.u32(local_interface);
        write_address(local, out);
        if (has_interface && is_link) out.u32(remote_interface);
        if (is_link) write_address(remote, out);
        out.octets(sid);
    }
    static PlacedSegment decode(Reader& in)
    {
        PlacedSegment segment;
        segment.flags = in.u8();
        segment.algorithm = in.u8();
        if (has_interface) segment.local_interface = in.u32();
        segment.local = Address::read(in);
        if (has_interface && is_link) segment.remote_interface = in.u32();
        if (is_link) segment.remote = Address::read(in);
        const auto sid = in.rest();
        const bool fits = IsSrv6 ? sid.size() == 16 || sid.size() == 24 : sid.size() == 4;
        if (!sid.empty() && !fits) in.fail();
        segment.sid.assign(sid.begin(), sid.end());
        return segment;
    }
    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("flags", self.flags);
        visit("algorithm", self.algorithm);
        if constexpr (has_interface) visit("local_interface", self.local_interface);
        visit("local", self.local);
        if constexpr (has_interface && is_link) visit("remote_interface", self.remote_interface);
        if constexpr (is_link) visit("remote", self.remote);
        visit("sid", self.sid);
    }
    friend bool operator==(const PlacedSegment&, const PlacedSegment&) = default;
};
using SegmentC = PlacedSegment<3, SegmentPlace::node, Ipv4Address, false>;
using SegmentD = PlacedSegment<4, SegmentPlace::node, Ipv6Address, false>;
using SegmentE = PlacedSegment<5, SegmentPlace::interface, Ipv4Address, false>;
using SegmentF = PlacedSegment<6, SegmentPlace::addresses, Ipv4Address, false>;
using SegmentG = PlacedSegment<7, SegmentPlace::interfaces_and_addresses, Ipv6Address, false>;
using SegmentH = PlacedSegment<8, SegmentPlace::addresses, Ipv6Address, false>;
using SegmentI = PlacedSegment<14, SegmentPlace::node, Ipv6Address, true>;
using SegmentJ = PlacedSegment<15, SegmentPlace::interfaces_and_addresses, Ipv6Address, true>;
using SegmentK = PlacedSegment<16, SegmentPlace::addresses, Ipv6Address, true>;

/// What a segment list is made of.
using AnySegment = AnyTlv<Weight, MplsSegment, Srv6Segment, SegmentC, SegmentD, SegmentE, SegmentF, SegmentG, SegmentH, SegmentI,
                          SegmentJ, SegmentK>;

}   // namespace barrage::tunnel
