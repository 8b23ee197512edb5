// Every path attribute, as one table: a row is a value as it stands in a message and what becomes of it.
// Rows come from the RFCs named beside them; expected octets never come from our own encoder.

#include "tests/support/doctest.hpp"

#include <set>

#include "codec/attribute/attribute_view.hpp"
#include "codec/attribute/registry.hpp"
#include "codec/format.hpp"
#include "tests/support/exact_octets.hpp"
#include "tests/support/hex.hpp"

using namespace barrage;

namespace {

struct AttributeVector {
    const char* name;
    const char* octets;   // of the value
    AttributeType type;
    Decoded<AnyAttribute> expected;
    bool two_octet_as = false;
};

Decoded<AnyAttribute> withdraw(UpdateSubcode subcode)
{
    return std::unexpected(DecodeError{Recovery::treat_as_withdraw, subcode});
}
Decoded<AnyAttribute> discard(UpdateSubcode subcode)
{
    return std::unexpected(DecodeError{Recovery::attribute_discard, subcode});
}
Decoded<AnyAttribute> reset(UpdateSubcode subcode) { return std::unexpected(DecodeError{Recovery::session_reset, subcode}); }

using enum UpdateSubcode;
using enum SegmentType;
using Type = AttributeType;

template <class Prefix>
std::vector<Route<Prefix>> routes(std::initializer_list<const char*> texts)
{
    std::vector<Route<Prefix>> all;
    for (const auto* text : texts) all.push_back({std::nullopt, *Prefix::from_text(text)});
    return all;
}

MpNextHop next_hop(const char* text) { return *MpNextHop::from_text(text); }

std::vector<AttributeVector> vectors()
{
    return {
        {"PREFIX_SID label index 10", "01 0007 00 0000 0000000a", Type::prefix_sid, PrefixSid{{prefix_sid::LabelIndex{0, 10}}}},
        // RFC 8669 section 3.1, RFC 9252 sections 2 and 3.1: what is reserved is ignored, and written back
        {"PREFIX_SID label index, reserved octet", "01 0007 07 0000 0000000a", Type::prefix_sid,
         PrefixSid{{prefix_sid::LabelIndex{0, 10, std::uint8_t{7}}}}},
        {"PREFIX_SID SRv6 L3 service, reserved octets", "05 0019 01 01 0015 02 20010db8000100000000000000000000 00 003e 03",
         Type::prefix_sid,
         PrefixSid{{prefix_sid::Srv6L3Service{
             {prefix_sid::SidInformation{*Ipv6Address::from_text("2001:db8:1::"), 0, 0x3e, {}, std::uint8_t{2}, std::uint8_t{3}}},
             std::uint8_t{1}}}}},
        {"PREFIX_SID SRGB", "03 0008 0000 003e80 001f40", Type::prefix_sid,
         PrefixSid{{prefix_sid::OriginatorSrgb{0, {{16000, 8000}}}}}},
        {"PREFIX_SID SRv6 L3 service",
         "05 0022 00 01 001e 00 20010db8000100000000000000000000 00 003e 00 01 0006 20 10 10 00 10 30", Type::prefix_sid,
         PrefixSid{{prefix_sid::Srv6L3Service{{prefix_sid::SidInformation{
             *Ipv6Address::from_text("2001:db8:1::"), 0, 0x3e, {prefix_sid::SidStructure{32, 16, 16, 0, 16, 48}}}}}}}},
        {"PREFIX_SID of unknown type", "63 0001 ab", Type::prefix_sid, PrefixSid{{UnknownTlv{0x63, {0xab}}}}},
        {"PREFIX_SID label index of six octets", "01 0006 00 0000 000000", Type::prefix_sid,
         discard(optional_attribute_error)},   // RFC 8669 section 6
        {"PREFIX_SID empty", "", Type::prefix_sid, discard(optional_attribute_error)},
        {"PREFIX_SID of unknown type past its end", "63 0002 ab", Type::prefix_sid, discard(optional_attribute_error)},
        {"PREFIX_SID SRv6 service without its reserved octet", "05 0000", Type::prefix_sid,
         withdraw(optional_attribute_error)},   // RFC 9252 section 7
        {"PREFIX_SID SRv6 service past its end", "06 0022 00", Type::prefix_sid, withdraw(optional_attribute_error)},
        {"PREFIX_SID SRv6 SID of twenty octets", "05 0018 00 01 0014 00 20010db8000100000000000000000000 00 003e",
         Type::prefix_sid, withdraw(optional_attribute_error)},
        {"PREFIX_SID SRv6 structure of five octets",
         "05 0021 00 01 001d 00 20010db8000100000000000000000000 00 003e 00 01 0005 20 10 10 00 10", Type::prefix_sid,
         withdraw(optional_attribute_error)},
        {"PREFIX_SID label index and SRv6 service, both malformed", "01 0006 00 0000 000000 05 0000", Type::prefix_sid,
         withdraw(optional_attribute_error)},

        {"PMSI_TUNNEL ingress replication", "00 06 000640 0a000001", Type::pmsi_tunnel,
         PmsiTunnel{0, PmsiTunnelType::ingress_replication, 100, 0, {{10, 0, 0, 1}}}},
        {"PMSI_TUNNEL none", "01 00 000000", Type::pmsi_tunnel, PmsiTunnel{1, PmsiTunnelType::none, 0, 0, {}}},
        {"PMSI_TUNNEL of four octets", "00 06 0006", Type::pmsi_tunnel,
         withdraw(optional_attribute_error)},   // RFC 6514 section 5
        {"PMSI_TUNNEL without the address", "00 06 000640", Type::pmsi_tunnel, withdraw(optional_attribute_error)},
        {"PMSI_TUNNEL none, with an identifier", "00 00 000000 0a000001", Type::pmsi_tunnel, withdraw(optional_attribute_error)},
        {"PMSI_TUNNEL RSVP-TE", "00 01 000000 0a000001 0000 0007 00000009", Type::pmsi_tunnel,
         PmsiTunnel{0, PmsiTunnelType::rsvp_te_p2mp, 0, 0, {{10, 0, 0, 1, 0, 0, 0, 7, 0, 0, 0, 9}}}},
        {"PMSI_TUNNEL RSVP-TE cut", "00 01 000000 0a000001 0000 0007 000000", Type::pmsi_tunnel,
         withdraw(optional_attribute_error)},
        {"PMSI_TUNNEL mLDP", "00 02 000000 06 0001 04 0a000001 0007 01 0004 00000001",
         Type::pmsi_tunnel,   // RFC 6388 section 2.2
         PmsiTunnel{0, PmsiTunnelType::mldp_p2mp, 0, 0, {{6, 0, 1, 4, 10, 0, 0, 1, 0, 7, 1, 0, 4, 0, 0, 0, 1}}}},
        {"PMSI_TUNNEL mLDP past its end", "00 02 000000 06 0001 04 0a000001 0008 01 0004 00000001", Type::pmsi_tunnel,
         withdraw(optional_attribute_error)},
        {"PMSI_TUNNEL mLDP with a root of no family", "00 07 000000 08 0001 10 0a000001 0000", Type::pmsi_tunnel,
         withdraw(optional_attribute_error)},
        {"PMSI_TUNNEL PIM-SSM", "00 03 000000 0a000001 e8000001", Type::pmsi_tunnel,
         PmsiTunnel{0, PmsiTunnelType::pim_ssm, 0, 0, {{10, 0, 0, 1, 232, 0, 0, 1}}}},
        {"PMSI_TUNNEL PIM-SM without a group", "00 04 000000 0a000001", Type::pmsi_tunnel, withdraw(optional_attribute_error)},
        {"PMSI_TUNNEL BIDIR-PIM of nine octets", "00 05 000000 0a000001 e8000001 00", Type::pmsi_tunnel,
         withdraw(optional_attribute_error)},
        {"PMSI_TUNNEL transport tunnel", "00 08 000000 0a000001 00000001", Type::pmsi_tunnel,   // RFC 7524
         PmsiTunnel{0, PmsiTunnelType::transport_tunnel, 0, 0, {{10, 0, 0, 1, 0, 0, 0, 1}}}},
        {"PMSI_TUNNEL transport tunnel of five octets", "00 08 000000 0a000001 00", Type::pmsi_tunnel,
         withdraw(optional_attribute_error)},
        {"PMSI_TUNNEL of a type that is not known", "00 40 000000 010203", Type::pmsi_tunnel,
         PmsiTunnel{0, PmsiTunnelType{64}, 0, 0, {{1, 2, 3}}}},
        {"PMSI_TUNNEL composite: a label and an address", "00 86 000000 000641 0a000001", Type::pmsi_tunnel,   // RFC 8317
         PmsiTunnel{0, PmsiTunnelType{0x86}, 0, 0, {{0, 6, 0x41, 10, 0, 0, 1}}}},

        {"TUNNEL_ENCAPSULATION of an SR policy",
         "000f 001c 0c06 00 00 00000064 80 0011 00 0906 00 00 00000001 0106 00 00 003e8100", Type::tunnel_encapsulation,
         TunnelEncapsulation{
             {{15,
               {tunnel::Preference{0, 100}, tunnel::SegmentList{{tunnel::Weight{0, 1}, tunnel::MplsSegment{0, 1000, 0x100}}}}}}}},
        {"TUNNEL_ENCAPSULATION, reserved octets of a preference", "000f 0008 0c06 00 05 00000064", Type::tunnel_encapsulation,
         TunnelEncapsulation{{{15, {tunnel::Preference{0, 100, std::uint8_t{5}}}}}}},
        {"TUNNEL_ENCAPSULATION of VXLAN: encapsulation, protocol, endpoint",   // RFC 9012 sections 3.1, 3.2.1, 3.4.1
         "0008 001e 010c 80 000064 000000000000 0000 0202 6558 060a 00000000 0001 c0000201", Type::tunnel_encapsulation,
         TunnelEncapsulation{{{8,
                               {tunnel::Encapsulation{{0x80, 0, 0, 100, 0, 0, 0, 0, 0, 0, 0, 0}}, tunnel::ProtocolType{0x6558},
                                tunnel::EgressEndpoint{IpAddress{Ipv4Address{0xc0000201}}, std::nullopt}}}}}},
        {"TUNNEL_ENCAPSULATION of a policy with an SRv6 binding SID", "000f 0014 1412 00 00 20010db8000000000000000000000001",
         Type::tunnel_encapsulation,
         TunnelEncapsulation{{{15, {tunnel::Srv6BindingSid{0, *Ipv6Address::from_text("2001:db8::1"), {}, {}}}}}}},
        {"TUNNEL_ENCAPSULATION of a policy with segments C and F",   // RFC 9831 sections 2.1 and 2.4
         "000f 0020 80 001d 00 030a 00 01 0a000001 003e8000 060e 00 00 0a000001 0a000002 003e8000", Type::tunnel_encapsulation,
         TunnelEncapsulation{
             {{15,
               {tunnel::SegmentList{{tunnel::SegmentC{0, 1, 0, {0x0a000001}, 0, {}, {0, 0x3e, 0x80, 0}},
                                     tunnel::SegmentF{0, 0, 0, {0x0a000001}, 0, {0x0a000002}, {0, 0x3e, 0x80, 0}}}}}}}}},
        {"TUNNEL_ENCAPSULATION whose sub-TLV ends past it", "0008 000d 0408 030b 0000 00000064 0802 ab",
         Type::tunnel_encapsulation, withdraw(optional_attribute_error)},
        {"TUNNEL_ENCAPSULATION with a short port, kept", "0008 000d 0408 030b 0000 00000064 0801 ab", Type::tunnel_encapsulation,
         TunnelEncapsulation{{{8, {tunnel::Color{0, 100}, UnknownTlv{8, {0xab}}}}}}},
        {"TUNNEL_ENCAPSULATION empty", "", Type::tunnel_encapsulation,
         withdraw(optional_attribute_error)},   // RFC 9012 section 13
        {"TUNNEL_ENCAPSULATION past its end", "000f 0004 0c06 0000", Type::tunnel_encapsulation,
         withdraw(optional_attribute_error)},

        {"IPV6_EXTENDED_COMMUNITIES target", "0002 20010db8000000000000000000000001 0064", Type::ipv6_extended_communities,
         Ipv6ExtendedCommunities{{*Ipv6ExtendedCommunity::from_text("target:[2001:db8::1]:100")}}},
        {"IPV6_EXTENDED_COMMUNITIES of 19 octets", "0002 20010db8000000000000000000000001 00", Type::ipv6_extended_communities,
         withdraw(optional_attribute_error)},

        {"BGP-LS node name, wide metric, unknown", "0402 0002 7231 0447 0003 00000a 0489 0001 07", Type::bgp_ls,
         BgpLs{{bgp_ls::Single<1026, std::string>{"r1"}, bgp_ls::IgpMetric{3, 10}, bgp_ls::SidLabel{{7}}}}},
        {"BGP-LS of a type that nobody knows", "ffff 0001 07", Type::bgp_ls, BgpLs{{UnknownTlv{0xffff, {7}}}}},
        {"BGP-LS SRv6 SID: behavior, peer, structure",
         "04e2 0004 0039 00 00 04e3 000c 00 05 0000 0000fdea c0000202 04e4 0004 20 10 10 00",
         Type::bgp_ls,   // RFC 9514 sections 7 and 8
         BgpLs{{bgp_ls::EndpointBehavior{{{0x39}, {0}, {0}}},
                bgp_ls::PeerNodeSid{{{0}, {5}, {0}, {65002}, {Ipv4Address{0xc0000202}}}},
                bgp_ls::SidStructure{{{32}, {16}, {16}, {0}}}}}},
        {"BGP-LS TLV past the end", "0402 0009 7231", Type::bgp_ls,
         discard(optional_attribute_error)},   // RFC 9552 section 8.2.2

        {"ORIGIN IGP", "00", Type::origin, Origin{Origin::Value::igp}},
        {"ORIGIN EGP", "01", Type::origin, Origin{Origin::Value::egp}},
        {"ORIGIN INCOMPLETE", "02", Type::origin, Origin{Origin::Value::incomplete}},
        {"ORIGIN of undefined value 3", "03", Type::origin, withdraw(invalid_origin)},   // RFC 7606 section 7.1
        {"ORIGIN of two octets", "00 00", Type::origin, withdraw(attribute_length_error)},
        {"ORIGIN of none", "", Type::origin, withdraw(attribute_length_error)},

        {"AS_PATH empty", "", Type::as_path, AsPath{}},
        {"AS_PATH of one", "02 01 0000fde9", Type::as_path, AsPath{{{as_sequence, {Asn{65001}}}}}},
        {"AS_PATH of two octets", "02 02 fde9 0001", Type::as_path, AsPath{{{as_sequence, {Asn{65001}, Asn{1}}}}}, true},
        {"AS_PATH with a set", "02 01 00000001 01 02 00000002 00000003", Type::as_path,
         AsPath{{{as_sequence, {Asn{1}}}, {as_set, {Asn{2}, Asn{3}}}}}},
        {"AS_PATH of confederations", "03 01 00000001 04 01 00000002", Type::as_path,   // RFC 5065 section 3
         AsPath{{{confed_sequence, {Asn{1}}}, {confed_set, {Asn{2}}}}}},
        {"AS_PATH with an unrecognized segment", "05 01 00000001", Type::as_path, withdraw(malformed_as_path)},   // 7.2
        {"AS_PATH with an empty segment", "02 00", Type::as_path, withdraw(malformed_as_path)},
        {"AS_PATH with an overrun", "02 02 00000001", Type::as_path, withdraw(malformed_as_path)},
        {"AS_PATH with an underrun", "02 01 00000001 02", Type::as_path, withdraw(malformed_as_path)},
        {"AS_PATH with AS 0", "02 02 0000fde9 00000000", Type::as_path, withdraw(malformed_as_path)},   // RFC 7607 section 2
        {"AS_PATH with AS 0 in a set", "02 01 0000fde9 01 01 00000000", Type::as_path, withdraw(malformed_as_path)},
        {"AS_PATH with AS 0 of two octets", "02 01 0000", Type::as_path, withdraw(malformed_as_path), true},
        {"AS4_PATH with AS 0", "02 01 00000000", Type::as4_path, discard(optional_attribute_error), true},
        {"AS4_AGGREGATOR with AS 0", "00000000 c0000201", Type::as4_aggregator, discard(optional_attribute_error), true},
        {"AGGREGATOR with AS 0", "00000000 c0000201", Type::aggregator, discard(optional_attribute_error)},
        {"AGGREGATOR with AS 0 of two octets", "0000 c0000201", Type::aggregator, discard(optional_attribute_error), true},
        {"AS_PATH of the other width", "02 02 fde9 0001", Type::as_path, withdraw(malformed_as_path)},

        {"NEXT_HOP", "c0000201", Type::next_hop, NextHop{{0xc0000201}}},
        {"NEXT_HOP of three octets", "c00002", Type::next_hop, withdraw(attribute_length_error)},   // 7.3
        {"NEXT_HOP of sixteen octets", "20010db8000000000000000000000001", Type::next_hop, withdraw(attribute_length_error)},

        {"MULTI_EXIT_DISC 4000", "00 00 0f a0", Type::multi_exit_disc, MultiExitDisc{4000}},
        {"MULTI_EXIT_DISC of five octets", "00 00 00 0f a0", Type::multi_exit_disc, withdraw(attribute_length_error)},   // 7.4
        {"LOCAL_PREF 100", "00 00 00 64", Type::local_pref, LocalPref{100}},
        {"LOCAL_PREF of one octet", "64", Type::local_pref, withdraw(attribute_length_error)},   // 7.5

        {"ATOMIC_AGGREGATE", "", Type::atomic_aggregate, AtomicAggregate{}},
        {"ATOMIC_AGGREGATE with a value", "00", Type::atomic_aggregate, discard(attribute_length_error)},   // 7.6
        {"AGGREGATOR", "0000fde9 c0000201", Type::aggregator, Aggregator{Asn{65001}, {0xc0000201}}},
        {"AGGREGATOR of two octets", "fde9 c0000201", Type::aggregator, Aggregator{Asn{65001}, {0xc0000201}}, true},
        {"AGGREGATOR of the other width", "fde9 c0000201", Type::aggregator, discard(attribute_length_error)},   // 7.7
        {"AGGREGATOR too long", "0000fde9 c0000201", Type::aggregator, discard(attribute_length_error), true},

        {"COMMUNITIES", "fde90064 ffffff01", Type::communities, Communities{{{0xfde90064}, {0xffffff01}}}},
        {"COMMUNITIES empty", "", Type::communities, withdraw(optional_attribute_error)},   // 7.8
        {"COMMUNITIES of five octets", "fde9006400", Type::communities, withdraw(optional_attribute_error)},

        {"ORIGINATOR_ID", "c0000201", Type::originator_id, OriginatorId{{0xc0000201}}},
        {"ORIGINATOR_ID of five octets", "c000020100", Type::originator_id, withdraw(attribute_length_error)},   // 7.9
        {"CLUSTER_LIST", "c0000201 c0000202", Type::cluster_list, ClusterList{{{0xc0000201}, {0xc0000202}}}},
        {"CLUSTER_LIST empty", "", Type::cluster_list, withdraw(attribute_length_error)},   // 7.10
        {"CLUSTER_LIST of five octets", "c000020100", Type::cluster_list, withdraw(attribute_length_error)},

        {"MP_REACH_NLRI of IPv6", "0002 01 10 20010db8000000000000000000000001 00 20 20010db8 00", Type::mp_reach_nlri,
         MpReachNlri{next_hop("2001:db8::1"), 0, RoutesOf<Ipv6Unicast>{routes<Ipv6Prefix>({"2001:db8::/32", "::/0"})}}},
        {"MP_REACH_NLRI with a link-local next hop",
         "0002 01 20 20010db8000000000000000000000001 fe800000000000000000000000000001 00 20 20010db8", Type::mp_reach_nlri,
         MpReachNlri{next_hop("2001:db8::1+fe80::1"), 0, RoutesOf<Ipv6Unicast>{routes<Ipv6Prefix>({"2001:db8::/32"})}}},
        {"MP_REACH_NLRI of IPv4 with an IPv6 next hop", "0001 01 10 20010db8000000000000000000000001 00 08 0a",   // RFC 8950
         Type::mp_reach_nlri, MpReachNlri{next_hop("2001:db8::1"), 0, RoutesOf<Ipv4Unicast>{routes<Ipv4Prefix>({"10.0.0.0/8"})}}},
        {"MP_REACH_NLRI with its reserved octet set", "0001 02 04 c0000201 07 08 0a", Type::mp_reach_nlri,
         MpReachNlri{next_hop("192.0.2.1"), 7, RoutesOf<Ipv4Multicast>{routes<Ipv4Prefix>({"10.0.0.0/8"})}}},
        {"MP_REACH_NLRI of a family nobody knows", "00ff 07 00 00 aabb", Type::mp_reach_nlri,
         MpReachNlri{{}, 0, UnknownRoutes{255, 7, {0xaa, 0xbb}}}},
        {"MP_REACH_NLRI of four octets", "0002 01 00", Type::mp_reach_nlri, reset(optional_attribute_error)},   // 5.3
        {"MP_REACH_NLRI of IPv6 with an IPv4 next hop", "0002 01 04 c0000201 00 00", Type::mp_reach_nlri,
         reset(optional_attribute_error)},   // 7.11
        {"MP_REACH_NLRI with a cut next hop", "0002 01 10 20010db8", Type::mp_reach_nlri, reset(optional_attribute_error)},
        {"MP_REACH_NLRI with a prefix of 129 bits",
         "0002 01 10 20010db8000000000000000000000001 00 81 20010db800000000000000000000000100", Type::mp_reach_nlri,
         reset(optional_attribute_error)},
        {"MP_REACH_NLRI with a cut prefix", "0002 01 10 20010db8000000000000000000000001 00 20 20010d", Type::mp_reach_nlri,
         reset(optional_attribute_error)},

        // RFC 7606 section 3.j: what is malformed inside NLRI that are found does not keep them from being withdrawn
        {"MP_REACH_NLRI with a flow specification out of order", "0001 85 00 00 06 04 81 19 03 81 06", Type::mp_reach_nlri,
         withdraw(optional_attribute_error)},
        {"MP_REACH_NLRI with a flow specification out of order, and one past the end",
         "0001 85 00 00 06 04 81 19 03 81 06 0a 03 81 06", Type::mp_reach_nlri, reset(optional_attribute_error)},
        {"MP_UNREACH_NLRI with a flow specification out of order", "0001 85 06 04 81 19 03 81 06", Type::mp_unreach_nlri,
         withdraw(optional_attribute_error)},
        {"MP_REACH_NLRI with link state descriptors out of order",   // RFC 9552 section 8.2.2
         "4004 47 04 c0000201 00 0001 001d 02 0000000000000000 0100 0010 02010004 00000000 02000004 00000001",
         Type::mp_reach_nlri, std::unexpected(DecodeError{Recovery::nlri_discard, optional_attribute_error})},

        {"MP_UNREACH_NLRI", "0002 01 20 20010db8", Type::mp_unreach_nlri,
         MpUnreachNlri{RoutesOf<Ipv6Unicast>{routes<Ipv6Prefix>({"2001:db8::/32"})}}},
        {"MP_UNREACH_NLRI as End-of-RIB", "0002 01", Type::mp_unreach_nlri, MpUnreachNlri{RoutesOf<Ipv6Unicast>{}}},
        {"MP_UNREACH_NLRI of two octets", "0002", Type::mp_unreach_nlri, reset(optional_attribute_error)},   // 5.3
        {"MP_UNREACH_NLRI with a prefix of 33 bits", "0001 01 21 0a00000000", Type::mp_unreach_nlri,
         reset(optional_attribute_error)},

        {"EXTENDED_COMMUNITIES", "0002fde900000064 8006000000000000", Type::extended_communities,
         ExtendedCommunities{{{{0, 2, 0xfd, 0xe9, 0, 0, 0, 0x64}}, {{0x80, 6}}}}},
        {"EXTENDED_COMMUNITIES empty", "", Type::extended_communities, withdraw(optional_attribute_error)},   // 7.14
        {"EXTENDED_COMMUNITIES of seven octets", "0002fde9000000", Type::extended_communities,
         withdraw(optional_attribute_error)},

        {"AS4_PATH", "02 01 00030d40", Type::as4_path, As4Path{{{as_sequence, {Asn{200000}}}}}},
        {"AS4_PATH in a session of two octets", "02 01 00030d40", Type::as4_path, As4Path{{{as_sequence, {Asn{200000}}}}}, true},
        {"AS4_PATH empty", "", Type::as4_path, discard(optional_attribute_error)},   // RFC 6793 section 6
        {"AS4_PATH with an overrun", "02 02 00030d40", Type::as4_path, discard(optional_attribute_error)},
        {"AS4_AGGREGATOR", "00030d40 c0000201", Type::as4_aggregator, As4Aggregator{Asn{200000}, {0xc0000201}}},
        {"AS4_AGGREGATOR of six octets", "0d40 c0000201", Type::as4_aggregator, discard(attribute_length_error)},

        {"AIGP", "01 000b 0000000000000064", Type::aigp, Aigp{{{1, {0, 0, 0, 0, 0, 0, 0, 100}}}}},
        {"AIGP with another TLV", "02 0004 aa 01 000b 0000000000000064", Type::aigp,
         Aigp{{{2, {0xaa}}, {1, {0, 0, 0, 0, 0, 0, 0, 100}}}}},
        {"AIGP empty", "", Type::aigp, discard(optional_attribute_error)},   // RFC 7606 section 4, RFC 7311 section 3
        {"AIGP with a TLV shorter than its head", "02 0002", Type::aigp, discard(optional_attribute_error)},
        {"AIGP with a metric of four octets", "01 0007 00000064", Type::aigp, discard(optional_attribute_error)},
        {"AIGP with a TLV past its end", "01 000b 00000000", Type::aigp, discard(optional_attribute_error)},

        {"LARGE_COMMUNITIES", "0000fbf0 00000001 ffffffff", Type::large_communities, LargeCommunities{{{64496, 1, 4294967295}}}},
        {"LARGE_COMMUNITIES empty", "", Type::large_communities, withdraw(optional_attribute_error)},   // RFC 8092 section 6
        {"LARGE_COMMUNITIES of thirteen octets", "0000fbf0 00000001 ffffffff 00", Type::large_communities,
         withdraw(optional_attribute_error)},
        {"ONLY_TO_CUSTOMER", "0000fde9", Type::only_to_customer, OnlyToCustomer{Asn{65001}}},
        {"ONLY_TO_CUSTOMER of two octets", "fde9", Type::only_to_customer,
         withdraw(attribute_length_error)},   // RFC 9234 section 5

        {"ATTR_SET", "0000fde9 40010100", Type::attr_set, AttrSet{Asn{65001}, {0x40, 1, 1, 0}}},   // RFC 6368 section 5
        {"ATTR_SET without attributes", "0000fde9", Type::attr_set, AttrSet{Asn{65001}, {}}},
        {"ATTR_SET of three octets", "00fde9", Type::attr_set, withdraw(optional_attribute_error)},   // RFC 7606 section 7.16
        {"ATTR_SET with an attribute past its end", "0000fde9 400102", Type::attr_set, withdraw(optional_attribute_error)},
        {"ATTR_SET with routes", "0000fde9 800f03 000101", Type::attr_set, withdraw(optional_attribute_error)},

        {"an attribute nobody knows", "010203", AttributeType{200}, UnknownAttribute{AttributeType{200}, {1, 2, 3}}},
        {"an attribute nobody knows, empty", "", AttributeType{200}, UnknownAttribute{AttributeType{200}, {}}},
    };
}

SessionOptions options_of(const AttributeVector& vector) { return {.four_octet_as = !vector.two_octet_as}; }

Octets encode_value(const AnyAttribute& attribute, const SessionOptions& options)
{
    Octets octets;
    Writer out{octets};
    std::visit([&](const auto& known) { known.encode(out, options); }, attribute);
    return octets;
}

}   // namespace

TEST_CASE("path attributes decode as the RFCs say")
{
    for (const auto& vector : vectors()) {
        CAPTURE(vector.name);
        const ExactOctets octets{hex(vector.octets)};
        const auto decoded = decode_attribute(vector.type, Reader{octets.view(), 50}, options_of(vector));
        CHECK(decoded == vector.expected);
        if (!decoded) {
            CHECK_FALSE(decoded.error().text.empty());
            CHECK(decoded.error().offset >= 50);
            CHECK(decoded.error().offset <= 50 + octets.view().size());
        }
    }
}

TEST_CASE("path attributes encode to the octets they came from")
{
    for (const auto& vector : vectors()) {
        CAPTURE(vector.name);
        if (!vector.expected) continue;
        CHECK(to_hex(encode_value(*vector.expected, options_of(vector))) == to_hex(hex(vector.octets)));
        CHECK(type_of(*vector.expected) == vector.type);
    }
}

TEST_CASE("every cut of a path attribute is refused or encodes back to the cut")
{
    for (const auto& vector : vectors()) {
        CAPTURE(vector.name);
        const auto octets = hex(vector.octets);
        for (std::size_t size = 0; size < octets.size(); ++size) {
            CAPTURE(size);
            const ExactOctets cut{OctetView{octets}.first(size)};
            const auto decoded = decode_attribute(vector.type, Reader{cut.view()}, options_of(vector));
            if (decoded) CHECK(to_hex(encode_value(*decoded, options_of(vector))) == to_hex(cut.view()));
        }
    }
}

TEST_CASE("every known attribute has a row that decodes, and text")
{
    std::set<AttributeType> rows;
    for (const auto& vector : vectors()) {
        if (!vector.expected) continue;
        rows.insert(vector.type);
        CHECK(to_text(*vector.expected).starts_with(name_of(*vector.expected)));
    }
    for (std::size_t type = 0; type < registry.size(); ++type) {
        CAPTURE(type);
        if (registry[type].decode) CHECK(rows.contains(static_cast<AttributeType>(type)));
    }
}

TEST_CASE("path identifiers are read where the session has them")
{
    const SessionOptions options{.add_path_receive = {ipv6_unicast}};
    const auto octets = hex("0002 01 00000007 20 20010db8 00000008 00");
    const auto decoded = decode_attribute(Type::mp_unreach_nlri, Reader{octets}, options);
    REQUIRE(decoded);
    const auto& routes_of_v6 = std::get<RoutesOf<Ipv6Unicast>>(std::get<MpUnreachNlri>(*decoded).nlri);
    REQUIRE(routes_of_v6.size() == 2);
    CHECK(routes_of_v6.routes[0].path_id == PathId{7});
    CHECK(routes_of_v6.routes[1].path_id == PathId{8});
    CHECK(encode_value(*decoded, options) == octets);
}

TEST_CASE("flags and length of an attribute come back as they were")
{
    struct {
        const char* name;
        const char* octets;
    } const rows[] = {
        {"usual", "40 01 01 00"},
        {"extended length without need", "50 01 0001 00"},
        {"unused flag bits", "4f 01 01 00"},
        {"partial", "e0 08 04 fde90064"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        const auto octets = hex(row.octets);
        Reader in{octets, 23};
        const auto view = next_attribute(in);
        REQUIRE(view);
        CHECK(in.finished());
        CHECK(view->offset == 23);
        CHECK(view->whole.size() == octets.size());
        const ReceivedAttribute attribute{view->flags, *decode_attribute(view->type, view->reader(), {}), view->offset};
        Octets again;
        Writer out{again};
        CHECK(encode_attribute(attribute, {}, out));
        CHECK(again == octets);
    }
}

TEST_CASE("a value over 255 octets gets an extended length, one over 65535 is refused")
{
    Octets octets;
    Writer out{octets};
    CHECK(encode_attribute(with_usual_flags(Communities{std::vector<Community>(64, Community{1})}), {}, out));
    CHECK(to_hex(OctetView{octets}.first(8)) == "d0080100"
                                                "00000001");
    CHECK_FALSE(encode_attribute(with_usual_flags(Communities{std::vector<Community>(16384)}), {}, out));
    CHECK(octets.size() == 260);
}

TEST_CASE("an AS_PATH segment of more than 255 becomes several, and a wide ASN is AS_TRANS in two octets")
{
    AsPath path{{{as_sequence, std::vector<Asn>(256, Asn{1})}}};
    CHECK(encode_value(path, {}).size() == 2 + 255 * 4 + 2 + 4);
    CHECK(to_hex(encode_value(AsPath{{{as_sequence, {Asn{200000}}}}}, {.four_octet_as = false})) == "0201"
                                                                                                    "5ba0");   // 23456
}
