#pragma once
// TUNNEL_ENCAPSULATION: how packets get to the next hop. RFC 9012, with the sub-TLVs of SR policies, RFC 9830 section 2.4.
//
//     +-----------------+------------+-----------+   of each tunnel; inside, one after the other:
//     | Tunnel type (2) | Length (2) | Sub-TLVs  |   type 1 | length 1, or 2 for types from 128 | value
//     +-----------------+------------+-----------+

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "codec/attribute/path_attribute.hpp"
#include "codec/attribute/sr_policy_sub_tlvs.hpp"
#include "codec/attribute/tlv.hpp"
#include "codec/ip.hpp"

namespace barrage {

namespace tunnel {

/// RFC 9012 section 3.2: octets whose meaning the tunnel type tells.
struct Encapsulation {
    static constexpr std::uint16_t type = 1;
    static constexpr std::string_view name = "encapsulation";

    Octets value;

    void encode(Writer& out) const { out.octets(value); }
    static Encapsulation decode(Reader& in)
    {
        const auto octets = in.rest();
        return {{octets.begin(), octets.end()}};
    }
    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("value", self.value);
    }
    friend bool operator==(const Encapsulation&, const Encapsulation&) = default;
};

/// RFC 9012 section 3.4.1: an Ethertype.
struct ProtocolType {
    static constexpr std::uint16_t type = 2;
    static constexpr std::string_view name = "protocol_type";

    std::uint16_t protocol = 0;

    void encode(Writer& out) const { out.u16(protocol); }
    static ProtocolType decode(Reader& in) { return {in.u16()}; }
    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("protocol", self.protocol);
    }
    friend bool operator==(const ProtocolType&, const ProtocolType&) = default;
};

/// RFC 9012 section 3.1: reserved 4 | address family 2 | address; of family 0 none, and the next hop is meant.
struct EgressEndpoint {
    static constexpr std::uint16_t type = 6;
    static constexpr std::string_view name = "tunnel_egress_endpoint";

    std::optional<IpAddress> address;
    std::optional<std::uint32_t> reserved;   // nothing: 0

    void encode(Writer& out) const
    {
        out.u32(reserved.value_or(0));
        out.u16(address ? std::to_underlying(address->is_v4() ? Afi::ipv4 : Afi::ipv6) : std::uint16_t{0});
        if (address) write_address(*address, out);
    }
    static EgressEndpoint decode(Reader& in)
    {
        EgressEndpoint endpoint;
        if (const auto reserved = in.u32(); reserved != 0) endpoint.reserved = reserved;
        const auto family = in.u16();
        if (family == std::to_underlying(Afi::ipv4))
            endpoint.address = Ipv4Address::read(in);
        else if (family == std::to_underlying(Afi::ipv6))
            endpoint.address = Ipv6Address::read(in);
        else if (family != 0)
            in.fail();
        return endpoint;
    }
    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("address", self.address);
        visit("reserved", self.reserved);
    }
    friend bool operator==(const EgressEndpoint&, const EgressEndpoint&) = default;
};

/// RFC 9012 section 3.4.2: the color extended community, whole.
struct Color {
    static constexpr std::uint16_t type = 4;
    static constexpr std::string_view name = "color";

    std::uint16_t flags = 0;
    std::uint32_t color = 0;

    void encode(Writer& out) const
    {
        out.u16(0x030b);
        out.u16(flags);
        out.u32(color);
    }
    static Color decode(Reader& in)
    {
        in.skip(2);
        const auto flags = in.u16();
        return {flags, in.u32()};
    }
    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("flags", self.flags);
        visit("color", self.color);
    }
    friend bool operator==(const Color&, const Color&) = default;
};

/// RFC 9012 section 3.3.1.
struct UdpDestinationPort {
    static constexpr std::uint16_t type = 8;
    static constexpr std::string_view name = "udp_destination_port";

    std::uint16_t port = 0;

    void encode(Writer& out) const { out.u16(port); }
    static UdpDestinationPort decode(Reader& in) { return {in.u16()}; }
    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("port", self.port);
    }
    friend bool operator==(const UdpDestinationPort&, const UdpDestinationPort&) = default;
};

using Any = AnyTlv<Encapsulation, ProtocolType, Color, EgressEndpoint, UdpDestinationPort, Preference, BindingSid, ExplicitNull,
                   Priority, Srv6BindingSid, SegmentList, CandidatePathName, PolicyName>;

}   // namespace tunnel

struct TunnelEncapsulation {
    static constexpr std::uint16_t sr_policy = 15;   // https://www.iana.org/assignments/bgp-tunnel-encapsulation

    struct Tunnel {
        std::uint16_t type = sr_policy;
        std::vector<tunnel::Any> sub_tlvs;

        template <class Self, class Visitor>
        static void describe(Self& self, Visitor&& visit)
        {
            visit("type", self.type);
            visit("sub_tlvs", self.sub_tlvs);
        }
        friend bool operator==(const Tunnel&, const Tunnel&) = default;
    };

    static constexpr auto type = AttributeType::tunnel_encapsulation;
    static constexpr auto flags = optional_transitive;
    // RFC 9012 section 13, where a sub-TLV does not end with its TLV, or there is none. One that is malformed in itself is as good
    // as one that is not known. RFC 9830 section 5 would have an SR policy withdrawn for it, but a priority of one octet and an
    // explicit null policy of four are in use.
    static constexpr auto malformed = Recovery::treat_as_withdraw;
    static constexpr std::string_view name = "tunnel_encapsulation";

    std::vector<Tunnel> tunnels;

    void encode(Writer& out, const SessionOptions&) const
    {
        for (const auto& tunnel : tunnels) {
            out.u16(tunnel.type);
            const auto length = out.length16();
            tunnel::write_sub_tlvs(tunnel.sub_tlvs, out, true);
        }
    }

    static Decoded<TunnelEncapsulation> decode(Reader& in, const SessionOptions&)
    {
        const DecodeError error{malformed, UpdateSubcode::optional_attribute_error,
                                "TUNNEL_ENCAPSULATION without, or with a malformed, TLV"};
        TunnelEncapsulation encapsulation;
        while (!in.empty()) {
            const auto tunnel_type = in.u16();
            auto value = in.take(in.u16());
            if (in.failed()) return std::unexpected(error);
            auto sub_tlvs = tunnel::read_sub_tlvs<tunnel::Any>(value, true);
            if (value.failed()) return std::unexpected(error);
            encapsulation.tunnels.push_back({tunnel_type, std::move(sub_tlvs)});
        }
        if (in.failed() || encapsulation.tunnels.empty()) return std::unexpected(error);
        return encapsulation;
    }

    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("tunnels", self.tunnels);
    }
    friend bool operator==(const TunnelEncapsulation&, const TunnelEncapsulation&) = default;
};

}   // namespace barrage
