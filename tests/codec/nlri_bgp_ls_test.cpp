// Link state: RFC 9552 section 5.2. The link and the prefix are from captures in ExaBGP's tests (bgp-ls-2 and bgp-ls-8).

#include "tests/support/doctest.hpp"

#include "tests/support/nlri_vectors.hpp"

using namespace barrage;

namespace {

constexpr auto discard = Recovery::nlri_discard;   // RFC 9552 section 8.2.2

const FamilyVector vectors[] = {
    {"ls",
     "0002 0065 03 0000000000000000 0100 0020 02000004 0000fde9 02010004 00000000 02020004 00000000 02030004 0a010101 "
     "0101 0024 02000004 0000fde9 02010004 00000000 02020004 00000000 02030008 0a0104010a010102 "
     "0103 0004 0a010104 0104 0004 0a010102",
     "link_state type link protocol ospfv2 identifier 0 descriptors [node type local_node fields [number type autonomous_system "
     "value 65001 number type bgp_ls_identifier value 0 ipv4_address type ospf_area_id value 0.0.0.0 ipv4_address type "
     "igp_router_id value 10.1.1.1] node type remote_node fields [number type autonomous_system value 65001 number type "
     "bgp_ls_identifier value 0 ipv4_address type ospf_area_id value 0.0.0.0 octets type igp_router_id value 0a0104010a010102] "
     "ipv4_address type ipv4_interface value 10.1.1.4 ipv4_address type ipv4_neighbor value 10.1.1.2]"},
    {"ls",
     "0003 0030 02 00000000000002bc 0100 001a 02000004 00003e34 02010004 00000000 02030006 010135000041 0109 0005 1e0a860258",
     "link_state type ipv4_prefix protocol isis_level_2 identifier 700 descriptors [node type local_node fields [number type "
     "autonomous_system value 15924 number type bgp_ls_identifier value 0 octets type igp_router_id value 010135000041] "
     "ipv4_prefix type ip_reachability value 10.134.2.88/30]"},
    {"ls", "0004 001e 02 0000000000000000 0100 0008 02000004 00000001 0109 0005 20 20010db8",
     "link_state type ipv6_prefix protocol isis_level_2 identifier 0 descriptors [node type local_node fields [number type "
     "autonomous_system value 1] ipv6_prefix type ip_reachability value 2001:db8::/32]"},
    {"ls", "0006 0029 02 0000000000000000 0100 0008 02000004 00000001 0206 0010 fc000000000000000000000000000001",
     "link_state type srv6_sid protocol isis_level_2 identifier 0 descriptors [node type local_node fields [number type "
     "autonomous_system value 1] ipv6_address type srv6_sid value fc00::1]"},
    {"ls-vpn", "0001 001d 0000fde800000001 02 0000000000000000 0100 0008 02000004 00000001",
     "rd 65000:1 route link_state type node protocol isis_level_2 identifier 0 descriptors [node type local_node fields [number "
     "type autonomous_system value 1]]"},
    // the same prefix with a route distinguisher before it: section 5.2
    {"ls-vpn",
     "0003 0038 0000fde800000001 02 00000000000002bc 0100 001a 02000004 00003e34 02010004 00000000 02030006 010135000041 0109 "
     "0005 "
     "1e0a860258",
     "rd 65000:1 route link_state type ipv4_prefix protocol isis_level_2 identifier 700 descriptors [node type local_node fields "
     "[number type autonomous_system value 15924 number type bgp_ls_identifier value 0 octets type igp_router_id value "
     "010135000041] "
     "ipv4_prefix type ip_reachability value 10.134.2.88/30]"},
    // RFC 9857 section 4: of IPv4, color 100, originated by BGP (2)
    {"ls",
     "0005 0031 09 0000000000000000 0100 0008 02000004 0000fde9 022a 0018 02 00 0000 0a000002 00000064 0000fde9 c0a80001 "
     "00000001",
     "link_state type sr_policy_candidate_path protocol segment_routing identifier 0 descriptors [node type local_node fields "
     "[number type autonomous_system value 65001] sr_policy_candidate_path protocol_origin 2 flags 0 reserved 0 endpoint "
     "10.0.0.2 "
     "color 100 originator_as 65001 originator 192.168.0.1 discriminator 1]"},
    {"ls", "0005 0005 00 01 00 00 00", "unknown type 5 octets 0001000000"},
    {"ls", "00ff 0002 0102", "unknown type 255 octets 0102"},
    {"ls", "0001 0015 02 0000000000000000 0100 000c 02000004 00000001", nullptr, false,
     discard},   // the node is longer than the NLRI
    {"ls", "0001 0015 02 0000000000000000 0100 0008 02000008 00000001", nullptr, false,
     discard},                                                          // a field is longer than the node
    {"ls", "0001 0009 02 0000000000000000", nullptr, false, discard},   // no local node
    {"ls", "0002 0015 02 0000000000000000 0100 0008 02000004 00000001", nullptr, false, discard},   // no remote node
    {"ls-vpn", "0001 0004 00000000", nullptr, false, discard},
    {"ls", "0001 001d 02 0000000000000000 0100 0010 02010004 00000000 02000004 00000001", nullptr, false,
     discard},   // out of order
    // Section 5.1: of equal types by length, then by value; two addresses in order, out of order, and one of them twice
    {"ls",
     "0002 0031 02 0000000000000000 0100 0008 02000004 00000001 0101 0008 02000004 00000002 0103 0004 01010101 0103 0004 "
     "02020202",
     "link_state type link protocol isis_level_2 identifier 0 descriptors [node type local_node fields [number type "
     "autonomous_system value 1] node type remote_node fields [number type autonomous_system value 2] ipv4_address type "
     "ipv4_interface value 1.1.1.1 ipv4_address type ipv4_interface value 2.2.2.2]"},
    {"ls",
     "0002 0031 02 0000000000000000 0100 0008 02000004 00000001 0101 0008 02000004 00000002 0103 0004 02020202 0103 0004 "
     "01010101",
     nullptr, false, discard},
    {"ls",
     "0002 0031 02 0000000000000000 0100 0008 02000004 00000001 0101 0008 02000004 00000002 0103 0004 01010101 0103 0004 "
     "01010101",
     nullptr, false, discard},
    {"ls", "0003 0021 02 0000000000000000 0100 0008 02000004 00000001 0109 0002 1800 0109 0002 080a", nullptr, false, discard},
    {"ls", "0003 0022 02 0000000000000000 0100 0008 02000004 00000001 0109 0003 100a00 0109 0002 080a", nullptr, false, discard},
    // Section 5.2.1.4: a node has each field once, and a route each node
    {"ls", "0001 001d 02 0000000000000000 0100 0010 02000004 00000001 02000004 00000002", nullptr, false, discard},
    {"ls", "0001 0021 02 0000000000000000 0100 0008 02000004 00000001 0100 0008 02000004 00000002", nullptr, false, discard},
    {"ls", "0001 0016 02 0000000000000000 0100 0008 02000004 00000001", nullptr},   // longer than what is left
    {"ls", "0001", nullptr},
};

}   // namespace

TEST_CASE("link state")
{
    for (const auto& vector : vectors) check_family_vector(vector);
}
