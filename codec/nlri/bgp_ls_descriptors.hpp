#pragma once
// The descriptors that say which node, link, prefix or SID a BGP-LS route is about: TLVs. RFC 9552 section 5.2,
// RFC 9514 section 6.1, RFC 9086 section 4.1. One that is not known, or whose length is not that of its type, is octets:
// a speaker that only passes them on does not look into them (RFC 9552 section 8.2.2).
//
//     +----------+------------+-----------+
//     | Type (2) | Length (2) | Value     |
//     +----------+------------+-----------+

#include <array>
#include <optional>
#include <variant>
#include <vector>

#include "codec/describe.hpp"
#include "codec/iana.hpp"
#include "codec/ip.hpp"
#include "codec/prefix.hpp"
#include "codec/reader.hpp"

namespace barrage {

constexpr auto enum_names(LsDescriptorType)
{
    using enum LsDescriptorType;
    return std::array{EnumName{local_node, "local_node"},
                      EnumName{remote_node, "remote_node"},
                      EnumName{link_identifiers, "link_identifiers"},
                      EnumName{ipv4_interface, "ipv4_interface"},
                      EnumName{ipv4_neighbor, "ipv4_neighbor"},
                      EnumName{ipv6_interface, "ipv6_interface"},
                      EnumName{ipv6_neighbor, "ipv6_neighbor"},
                      EnumName{multi_topology_ids, "multi_topology_ids"},
                      EnumName{ospf_route_type, "ospf_route_type"},
                      EnumName{ip_reachability, "ip_reachability"},
                      EnumName{autonomous_system, "autonomous_system"},
                      EnumName{bgp_ls_identifier, "bgp_ls_identifier"},
                      EnumName{ospf_area_id, "ospf_area_id"},
                      EnumName{igp_router_id, "igp_router_id"},
                      EnumName{bgp_router_id, "bgp_router_id"},
                      EnumName{member_as, "member_as"},
                      EnumName{srv6_sid, "srv6_sid"},
                      EnumName{sr_policy_candidate_path, "sr_policy_candidate_path"}};
}

/// One value after its type; `Width` octets where it is a number.
template <class Value, std::size_t Width = 0>
struct LsField {
    static constexpr std::string_view name = std::is_same_v<Value, Ipv4Address>   ? "ipv4_address"
                                             : std::is_same_v<Value, Ipv6Address> ? "ipv6_address"
                                             : std::is_same_v<Value, Ipv4Prefix>  ? "ipv4_prefix"
                                             : std::is_same_v<Value, Ipv6Prefix>  ? "ipv6_prefix"
                                             : std::is_same_v<Value, Octets>      ? "octets"
                                             : Width == 1                         ? "octet"
                                                                                  : "number";
    LsDescriptorType type{};
    Value value{};

    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("type", self.type);
        visit("value", self.value);
    }
    friend bool operator==(const LsField&, const LsField&) = default;
};

struct LsLinkIdentifiers {
    static constexpr std::string_view name = "link_identifiers";

    std::uint32_t local = 0;
    std::uint32_t remote = 0;

    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("local", self.local);
        visit("remote", self.remote);
    }
    friend bool operator==(const LsLinkIdentifiers&, const LsLinkIdentifiers&) = default;
};

struct LsTopologies {
    static constexpr std::string_view name = "multi_topology_ids";

    std::vector<std::uint16_t> ids;   // with their reserved bits

    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("ids", self.ids);
    }
    friend bool operator==(const LsTopologies&, const LsTopologies&) = default;
};

/// RFC 9857 section 4: protocol origin 1 | flags 1 | reserved 2 | endpoint 4 or 16 | color 4 | originator AS 4 | originator 4 or 16 |
/// discriminator 4. Two flags say of which kind the addresses are.
struct LsCandidatePath {
    static constexpr std::string_view name = "sr_policy_candidate_path";
    static constexpr std::uint8_t endpoint_is_v6 = 0x80;
    static constexpr std::uint8_t originator_is_v6 = 0x40;

    std::uint8_t protocol_origin = 0;
    std::uint8_t flags = 0;
    std::uint16_t reserved = 0;
    IpAddress endpoint;
    std::uint32_t color = 0;
    std::uint32_t originator_as = 0;
    IpAddress originator;
    std::uint32_t discriminator = 0;

    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("protocol_origin", self.protocol_origin);
        visit("flags", self.flags);
        visit("reserved", self.reserved);
        visit("endpoint", self.endpoint);
        visit("color", self.color);
        visit("originator_as", self.originator_as);
        visit("originator", self.originator);
        visit("discriminator", self.discriminator);
    }
    friend bool operator==(const LsCandidatePath&, const LsCandidatePath&) = default;
};

using LsNumber = LsField<std::uint32_t, 4>;
using LsOctet = LsField<std::uint8_t, 1>;
using LsOctets = LsField<Octets>;
using LsNodeField = std::variant<LsNumber, LsField<Ipv4Address>, LsOctets>;

/// The local or the remote node: TLVs within a TLV. RFC 9552 section 5.2.1.
struct LsNode {
    static constexpr std::string_view name = "node";

    LsDescriptorType type{};
    std::vector<LsNodeField> fields;

    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("type", self.type);
        visit("fields", self.fields);
    }
    friend bool operator==(const LsNode&, const LsNode&) = default;
};

using LsDescriptor = std::variant<LsNode, LsLinkIdentifiers, LsField<Ipv4Address>, LsField<Ipv6Address>, LsTopologies, LsOctet,
                                  LsField<Ipv4Prefix>, LsField<Ipv6Prefix>, LsCandidatePath, LsOctets>;

std::size_t size_of_descriptor(const LsDescriptor& descriptor) noexcept;   // type and length included
void write_descriptor(const LsDescriptor& descriptor, Writer& out);
/// All of `in`; fails it where a TLV is longer than what it stands in. Reachability is of IPv6 in an IPv6 prefix's route.
std::vector<LsDescriptor> read_descriptors(Reader& in, bool is_v6);

/// Whether whole TLVs rise, by type, then by length, then by value, so that none is there twice; of the nodes, and inside of them, by type
/// alone: RFC 9552 sections 5.1 and 5.2.1.4.
bool in_order(Reader descriptors) noexcept;

/// The node's own type; that of any other descriptor too.
LsDescriptorType type_of_descriptor(const LsDescriptor& descriptor) noexcept;

}   // namespace barrage
