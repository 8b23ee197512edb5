#pragma once
// Every number that a registry of IANA gives out, under the link to it; nowhere else in barrage stands one.

#include <cstddef>
#include <cstdint>

namespace barrage {

// https://www.iana.org/assignments/bgp-parameters/#bgp-parameters-1
enum class MessageType : std::uint8_t {
    open = 1,
    update = 2,
    notification = 3,
    keepalive = 4,
    route_refresh = 5,
    operational = 6
};

// https://www.iana.org/assignments/bgp-parameters/#bgp-parameters-2
enum class AttributeType : std::uint8_t {
    origin = 1,
    as_path = 2,
    next_hop = 3,
    multi_exit_disc = 4,
    local_pref = 5,
    atomic_aggregate = 6,
    aggregator = 7,
    communities = 8,
    originator_id = 9,
    cluster_list = 10,
    mp_reach_nlri = 14,
    mp_unreach_nlri = 15,
    extended_communities = 16,
    as4_path = 17,
    as4_aggregator = 18,
    pmsi_tunnel = 22,
    tunnel_encapsulation = 23,
    ipv6_extended_communities = 25,
    aigp = 26,
    bgp_ls = 29,
    large_communities = 32,
    bgpsec_path = 33,
    only_to_customer = 35,
    prefix_sid = 40,
    attr_set = 128,
};

// Attribute flags: RFC 4271 section 4.3
inline constexpr std::uint8_t flag_optional = 0x80;
inline constexpr std::uint8_t flag_transitive = 0x40;
inline constexpr std::uint8_t flag_partial = 0x20;
inline constexpr std::uint8_t flag_extended_length = 0x10;

// https://www.iana.org/assignments/address-family-numbers
enum class Afi : std::uint16_t { ipv4 = 1, ipv6 = 2, l2vpn = 25, bgp_ls = 16388 };

// https://www.iana.org/assignments/safi-namespace
enum class Safi : std::uint8_t {
    unicast = 1,
    multicast = 2,
    labeled_unicast = 4,
    mcast_vpn = 5,
    vpls = 65,
    evpn = 70,
    bgp_ls = 71,
    bgp_ls_vpn = 72,
    sr_policy = 73,
    classful_transport = 76,   // RFC 9832
    bgp_ls_spf = 80,           // RFC 9815
    car = 83,                  // RFC 9871
    vpn_car = 84,
    mup = 85,
    mpls_vpn = 128,
    rt_constraint = 132,
    flowspec = 133,
    flowspec_vpn = 134,
};

// https://www.iana.org/assignments/capability-codes
enum class CapabilityCode : std::uint8_t {
    multiprotocol = 1,
    route_refresh = 2,
    outbound_route_filtering = 3,
    extended_next_hop = 5,
    extended_message = 6,
    bgpsec = 7,
    multiple_labels = 8,
    role = 9,
    graceful_restart = 64,
    four_octet_as = 65,
    multisession_old = 68,   // as ExaBGP; draft-ietf-idr-bgp-multisession
    add_path = 69,
    enhanced_route_refresh = 70,
    long_lived_graceful_restart = 71,
    hostname = 73,              // draft-walton-bgp-hostname-capability
    bfd_strict_mode = 74,       // draft-ietf-idr-bgp-bfd-strict-mode
    software_version = 75,      // draft-abraitis-bgp-version-capability
    paths_limit = 76,           // draft-abraitis-idr-addpath-paths-limit
    link_local_next_hop = 77,   // draft-ietf-idr-linklocal-capability
    route_refresh_cisco = 128,
    multisession_cisco = 131,
    operational = 185,   // as ExaBGP; draft-ietf-idr-operational-message
};

// https://www.iana.org/assignments/bgp-parameters/#bgp-parameters-11 (OPEN optional parameter types)
enum class OpenParameterType : std::uint8_t { capabilities = 2, extended_length = 255 };

// https://www.iana.org/assignments/bgp-parameters/#bgp-parameters-3
enum class ErrorCode : std::uint8_t {
    message_header = 1,
    open_message = 2,
    update_message = 3,
    hold_timer_expired = 4,
    finite_state_machine = 5,
    cease = 6,
    route_refresh_message = 7,
    send_hold_timer_expired = 8,
};

// …/#bgp-parameters-5
enum class HeaderSubcode : std::uint8_t { connection_not_synchronized = 1, bad_message_length = 2, bad_message_type = 3 };

// …/#bgp-parameters-6
enum class OpenSubcode : std::uint8_t {
    unspecific = 0,
    unsupported_version_number = 1,
    bad_peer_as = 2,
    bad_bgp_identifier = 3,
    unsupported_optional_parameter = 4,
    unacceptable_hold_time = 6,
    unsupported_capability = 7,
    role_mismatch = 11,
};

// …/#bgp-parameters-7
enum class UpdateSubcode : std::uint8_t {
    unspecific = 0,
    malformed_attribute_list = 1,
    unrecognized_well_known_attribute = 2,
    missing_well_known_attribute = 3,
    attribute_flags_error = 4,
    attribute_length_error = 5,
    invalid_origin = 6,
    invalid_next_hop = 8,
    optional_attribute_error = 9,
    invalid_network_field = 10,
    malformed_as_path = 11,
};

// …/#bgp-finite-state-machine-error-subcodes (RFC 6608)
enum class FsmSubcode : std::uint8_t { unspecified = 0, in_open_sent = 1, in_open_confirm = 2, in_established = 3 };

// …/#bgp-parameters-8
enum class CeaseSubcode : std::uint8_t {
    unspecific = 0,
    maximum_prefixes_reached = 1,
    administrative_shutdown = 2,
    peer_deconfigured = 3,
    administrative_reset = 4,
    connection_rejected = 5,
    other_configuration_change = 6,
    connection_collision_resolution = 7,
    out_of_resources = 8,
    hard_reset = 9,
    bfd_down = 10,
};

// …/#route-refresh-error-subcodes
enum class RouteRefreshSubcode : std::uint8_t { invalid_message_length = 1 };

// …/#route-refresh-subcodes (RFC 7313)
enum class RouteRefreshKind : std::uint8_t { request = 0, begin = 1, end = 2 };

// draft-ietf-idr-operational-message section 3, as ExaBGP
enum class OperationalType : std::uint16_t {
    advisory_demand = 1,
    advisory_static = 2,
    reachable_prefix_count_request = 3,
    reachable_prefix_count_reply = 4,
    adj_rib_out_prefix_count_request = 5,
    adj_rib_out_prefix_count_reply = 6,
    loc_rib_prefix_count_request = 7,
    loc_rib_prefix_count_reply = 8,
    not_satisfied = 0xffff,
};

// https://www.iana.org/assignments/bgp-role
enum class BgpRole : std::uint8_t { provider = 0, route_server = 1, route_server_client = 2, customer = 3, peer = 4 };

// AS_PATH segment types: RFC 4271 section 4.3, RFC 5065
enum class SegmentType : std::uint8_t { as_set = 1, as_sequence = 2, confed_sequence = 3, confed_set = 4 };

// https://www.iana.org/assignments/mrt/#mrt-1: RFC 6396 section 4; those that can carry routes of BGP, and their neighbours
enum class MrtType : std::uint16_t {
    ospfv2 = 11,
    table_dump = 12,
    table_dump_v2 = 13,
    bgp4mp = 16,
    bgp4mp_et = 17,
    isis = 32,
    isis_et = 33,
    ospfv3 = 48,
    ospfv3_et = 49,
};

// https://www.iana.org/assignments/mrt/#table-dump-v2-subtype-codes
enum class TableDumpV2Subtype : std::uint16_t {
    peer_index_table = 1,
    rib_ipv4_unicast = 2,
    rib_ipv4_multicast = 3,
    rib_ipv6_unicast = 4,
    rib_ipv6_multicast = 5,
    rib_generic = 6,
    geo_peer_table = 7,
    rib_ipv4_unicast_addpath = 8,
    rib_ipv4_multicast_addpath = 9,
    rib_ipv6_unicast_addpath = 10,
    rib_ipv6_multicast_addpath = 11,
    rib_generic_addpath = 12,
};

// https://www.iana.org/assignments/mrt/#bgp4mp-subtype-codes
enum class Bgp4mpSubtype : std::uint16_t {
    state_change = 0,
    message = 1,
    entry = 2,      // deprecated
    snapshot = 3,   // deprecated
    message_as4 = 4,
    state_change_as4 = 5,
    message_local = 6,
    message_as4_local = 7,
    message_addpath = 8,
    message_as4_addpath = 9,
    message_local_addpath = 10,
    message_as4_local_addpath = 11,
};

// https://www.iana.org/assignments/evpn/#route-types
enum class EvpnRouteType : std::uint8_t {
    ethernet_auto_discovery = 1,
    mac_ip_advertisement = 2,
    inclusive_multicast = 3,
    ethernet_segment = 4,
    ip_prefix = 5,
    selective_multicast_ethernet_tag = 6,
    multicast_membership_report_synch = 7,
    multicast_leave_synch = 8,
    per_region_i_pmsi = 9,
    s_pmsi = 10,
    leaf = 11,
};

// https://www.iana.org/assignments/flow-spec: component types
enum class FlowComponentType : std::uint8_t {
    destination = 1,
    source = 2,
    protocol = 3,   // of IPv6: the upper-layer protocol
    port = 4,
    destination_port = 5,
    source_port = 6,
    icmp_type = 7,
    icmp_code = 8,
    tcp_flags = 9,
    packet_length = 10,
    dscp = 11,
    fragment = 12,
    flow_label = 13,
};

// https://www.iana.org/assignments/bgp-parameters/#mvpn-route-types (BGP MVPN route types)
enum class MvpnRouteType : std::uint8_t {
    intra_as_i_pmsi = 1,
    inter_as_i_pmsi = 2,
    s_pmsi = 3,
    leaf_ad = 4,
    source_active = 5,
    shared_tree_join = 6,
    source_tree_join = 7,
};

// https://www.iana.org/assignments/bgp-mup: architecture and route types
inline constexpr std::uint8_t mup_3gpp_5g = 1;
enum class MupRouteType : std::uint16_t {
    interwork_segment_discovery = 1,
    direct_segment_discovery = 2,
    type_1_session_transformed = 3,
    type_2_session_transformed = 4,
};

// https://www.iana.org/assignments/bgp-ls-parameters/#nlri-types
enum class LsNlriType : std::uint16_t {
    node = 1,
    link = 2,
    ipv4_prefix = 3,
    ipv6_prefix = 4,
    sr_policy_candidate_path = 5,
    srv6_sid = 6
};

// …/#protocol-ids
enum class LsProtocol : std::uint8_t {
    isis_level_1 = 1,
    isis_level_2 = 2,
    ospfv2 = 3,
    direct = 4,
    static_configuration = 5,
    ospfv3 = 6,
    bgp = 7,
    rsvp_te = 8,
    segment_routing = 9,
};

// …/#node-descriptor-link-descriptor-prefix-descriptor-attribute-tlv: the descriptors
enum class LsDescriptorType : std::uint16_t {
    local_node = 256,
    remote_node = 257,
    link_identifiers = 258,
    ipv4_interface = 259,
    ipv4_neighbor = 260,
    ipv6_interface = 261,
    ipv6_neighbor = 262,
    multi_topology_ids = 263,
    ospf_route_type = 264,
    ip_reachability = 265,
    autonomous_system = 512,
    bgp_ls_identifier = 513,
    ospf_area_id = 514,
    igp_router_id = 515,
    bgp_router_id = 516,
    member_as = 517,
    srv6_sid = 518,
    sr_policy_candidate_path = 554,
};

// The label field of a withdrawn route: RFC 8277 section 2.4
inline constexpr std::uint32_t withdrawn_label = 0x800000;

// https://www.iana.org/assignments/as-numbers: RFC 6793
inline constexpr std::uint32_t as_trans = 23456;

// Message sizes: RFC 4271 section 4.1, RFC 8654
inline constexpr std::size_t header_octets = 19;
inline constexpr std::size_t max_message_octets = 4096;
inline constexpr std::size_t max_extended_message_octets = 65535;

// https://www.iana.org/assignments/service-names-port-numbers
inline constexpr std::uint16_t bgp_port = 179;

}   // namespace barrage
