#pragma once
// The TLVs of the BGP-LS attribute: each one line, its type and the fields of its value in their order. What is reserved is kept.
// https://www.iana.org/assignments/bgp-ls-parameters

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "codec/attribute/float32.hpp"
#include "codec/attribute/tlv.hpp"
#include "codec/ip.hpp"
#include "codec/nlri/evpn_fields.hpp"

namespace barrage::bgp_ls {

/// Their names.
constexpr std::string_view tlv_name(std::uint16_t type) noexcept
{
    switch (type) {
    case 1024: return "node_flags";
    case 1026: return "node_name";
    case 1027: return "isis_area";
    case 1028: return "ipv4_router_id";
    case 1029: return "ipv6_router_id";
    case 1030: return "ipv4_remote_router_id";
    case 1031: return "ipv6_remote_router_id";
    case 1034: return "sr_capabilities";
    case 1035: return "sr_algorithms";
    case 1036: return "sr_local_block";
    case 1037: return "srms_preference";
    case 1038: return "srv6_capabilities";
    case 1088: return "administrative_group";
    case 1089: return "maximum_bandwidth";
    case 1090: return "maximum_reservable_bandwidth";
    case 1092: return "te_default_metric";
    case 1093: return "link_protection";
    case 1094: return "mpls_protocol_mask";
    case 1095: return "igp_metric";
    case 1098: return "link_name";
    case 1099: return "adjacency_sid";
    case 1100: return "lan_adjacency_sid";
    case 1101: return "peer_node_sid";
    case 1102: return "peer_adjacency_sid";
    case 1103: return "peer_set_sid";
    case 1106: return "srv6_end_x_sid";
    case 1107: return "srv6_isis_lan_end_x_sid";
    case 1108: return "srv6_ospfv3_lan_end_x_sid";
    case 1152: return "igp_flags";
    case 1155: return "prefix_metric";
    case 1156: return "ospf_forwarding_address";
    case 1158: return "prefix_sid";
    case 1159: return "range";
    case 1161: return "sid_label";
    case 1162: return "srv6_locator";
    case 1170: return "prefix_attribute_flags";
    case 1171: return "source_router_id";
    case 1172: return "l2_bundle_member_attributes";
    case 1174: return "source_ospf_router_id";
    case 1201: return "sr_binding_sid";
    case 1202: return "sr_candidate_path_state";
    case 1203: return "sr_candidate_path_name";
    case 1204: return "sr_candidate_path_constraints";
    case 1205: return "sr_segment_list";
    case 1206: return "sr_segment";
    case 1207: return "sr_segment_list_metric";
    case 1208: return "sr_affinity_constraint";
    case 1209: return "sr_srlg_constraint";
    case 1210: return "sr_bandwidth_constraint";
    case 1211: return "sr_disjoint_group_constraint";
    case 1212: return "srv6_binding_sid";
    case 1213: return "sr_policy_name";
    case 1214: return "sr_bidirectional_group_constraint";
    case 1215: return "sr_metric_constraint";
    case 1216: return "sr_segment_list_bandwidth";
    case 1217: return "sr_segment_list_identifier";
    case 1250: return "srv6_endpoint_behavior";
    case 1251: return "srv6_peer_node_sid";
    case 1252: return "srv6_sid_structure";
    }
    return {};
}

inline void write_value(Writer& out, std::uint8_t value) { out.u8(value); }
inline void write_value(Writer& out, std::uint16_t value) { out.u16(value); }
inline void write_value(Writer& out, std::uint32_t value) { out.u32(value); }
inline void write_value(Writer& out, Float32 value) { out.u32(value.bits); }
inline void write_value(Writer& out, Ipv4Address value) { out.u32(value.value); }
inline void write_value(Writer& out, const Ipv6Address& value) { out.octets(value.value); }
inline void write_value(Writer& out, const Octets& value) { out.octets(value); }
inline void write_value(Writer& out, const ColonOctets<6>& value) { value.encode(out); }
inline void write_value(Writer& out, const std::string& value)
{
    for (const char c : value) out.u8(static_cast<std::uint8_t>(c));
}

inline void read_value(Reader& in, std::uint8_t& value) { value = in.u8(); }
inline void read_value(Reader& in, std::uint16_t& value) { value = in.u16(); }
inline void read_value(Reader& in, std::uint32_t& value) { value = in.u32(); }
inline void read_value(Reader& in, Float32& value) { value = {in.u32()}; }
inline void read_value(Reader& in, Ipv4Address& value) { value = Ipv4Address::read(in); }
inline void read_value(Reader& in, Ipv6Address& value) { value = Ipv6Address::read(in); }
inline void read_value(Reader& in, Octets& value)
{
    const auto octets = in.rest();
    value.assign(octets.begin(), octets.end());
}
inline void read_value(Reader& in, ColonOctets<6>& value) { value = ColonOctets<6>::read(in); }
inline void read_value(Reader& in, std::string& value)
{
    const auto octets = in.rest();
    value.assign(octets.begin(), octets.end());
}

/// One value.
template <std::uint16_t Type, class T>
struct Single {
    static constexpr std::uint16_t type = Type;
    static constexpr std::string_view name = tlv_name(Type);
    static_assert(!name.empty());

    T value{};

    void encode(Writer& out) const { write_value(out, value); }
    static Single decode(Reader& in)
    {
        Single tlv;
        read_value(in, tlv.value);
        return tlv;
    }
    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("value", self.value);
    }
    friend bool operator==(const Single&, const Single&) = default;
};

/// TLVs until `in` is empty; fails it where one ends past it.
template <class Any>
std::vector<Any> read_tlvs(Reader& in)
{
    std::vector<Any> tlvs;
    while (!in.empty()) {
        const auto type = in.u16();
        const auto value = in.take(in.u16());
        if (in.failed()) return {};
        tlvs.push_back(*decode_tlv<Any>(type, value, BadTlv::is_kept));
    }
    return tlvs;
}

template <class Any>
void write_tlvs(const std::vector<Any>& tlvs, Writer& out)
{
    for (const auto& tlv : tlvs) {
        out.u16(type_of_tlv(tlv));
        const auto length = out.length16();
        encode_tlv_value(tlv, out);
    }
}

template <std::size_t Size>
struct FieldName {
    char text[Size]{};
    constexpr FieldName(const char (&name)[Size]) { std::copy_n(name, Size, text); }
    [[nodiscard]] constexpr std::string_view view() const noexcept { return {text, Size - 1}; }
};

template <FieldName Name, class T>
struct Field {
    static constexpr std::string_view name = Name.view();
    T value{};
    friend bool operator==(const Field&, const Field&) = default;
};

/// Several fields, one after the other.
template <std::uint16_t Type, class... Fields>
struct Record {
    static constexpr std::uint16_t type = Type;
    static constexpr std::string_view name = tlv_name(Type);
    static_assert(!name.empty());

    std::tuple<Fields...> fields{};

    void encode(Writer& out) const
    {
        std::apply([&out](const auto&... field) { (write_value(out, field.value), ...); }, fields);
    }
    static Record decode(Reader& in)
    {
        Record tlv;
        std::apply([&in](auto&... field) { (read_value(in, field.value), ...); }, tlv.fields);
        return tlv;
    }
    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        std::apply([&visit](auto&... field) { (visit(field.name, field.value), ...); }, self.fields);
    }
    friend bool operator==(const Record&, const Record&) = default;
};

using U8 = std::uint8_t;
using U16 = std::uint16_t;
using U32 = std::uint32_t;
using Flags8 = Field<"flags", U8>;
using Flags16 = Field<"flags", U16>;
using Weight = Field<"weight", U8>;
using Algorithm = Field<"algorithm", U8>;
using Behavior = Field<"behavior", U16>;   // https://www.iana.org/assignments/segment-routing
using Reserved8 = Field<"reserved", U8>;
using Reserved16 = Field<"reserved", U16>;
using Sid = Field<"sid", Octets>;   // an index of four octets, or a label of three
using Srv6Sid = Field<"sid", Ipv6Address>;

using SidLabel = Single<1161, Octets>;                                // RFC 9085 section 2.1.1
using EndpointBehavior = Record<1250, Behavior, Flags8, Algorithm>;   // RFC 9514 section 7.1
using PeerNodeSid =
    Record<1251, Flags8, Weight, Reserved16, Field<"peer_as", U32>, Field<"peer_identifier", Ipv4Address>>;   // section 7.2
using SidStructure = Record<1252, Field<"locator_block", U8>, Field<"locator_node", U8>, Field<"function", U8>,
                            Field<"argument", U8>>;   // section 8

/// Of RFC 9857 section 5, inside constraints and segment lists.
using Segment = Record<1206, Field<"segment_type", U8>, Reserved8, Flags16,
                       Field<"segment", Octets>>;   // section 5.7.1: SID, descriptor, TLVs
using SegmentListMetric = Record<1207, Field<"metric_type", U8>, Flags8, Reserved16, Field<"margin", U32>, Field<"bound", U32>,
                                 Field<"value", U32>>;       // section 5.7.2
using SegmentListBandwidth = Single<1216, Float32>;          // section 5.7.3
using SegmentListIdentifier = Single<1217, U32>;             // section 5.7.4
using AffinityConstraint = Single<1208, Octets>;             // section 5.6.1
using SrlgConstraint = Single<1209, Octets>;                 // section 5.6.2
using BandwidthConstraint = Single<1210, Float32>;           // section 5.6.3
using DisjointGroupConstraint = Single<1211, Octets>;        // section 5.6.4
using BidirectionalGroupConstraint = Single<1214, Octets>;   // section 5.6.5
using MetricConstraint =
    Record<1215, Field<"metric_type", U8>, Flags8, Reserved16, Field<"margin", U32>, Field<"bound", U32>>;   // section 5.6.6

/// What stands inside others; what else does is octets.
using Inner = AnyTlv<SidLabel, EndpointBehavior, SidStructure, Segment, SegmentListMetric, SegmentListBandwidth,
                     SegmentListIdentifier, AffinityConstraint, SrlgConstraint, BandwidthConstraint, DisjointGroupConstraint,
                     BidirectionalGroupConstraint, MetricConstraint>;
using InnerTlvs = Field<"tlvs", std::vector<Inner>>;

inline void write_value(Writer& out, const std::vector<Inner>& value) { write_tlvs(value, out); }
inline void read_value(Reader& in, std::vector<Inner>& value) { value = read_tlvs<Inner>(in); }

/// A block of labels or indexes: size 3, and where it begins, a SID/Label TLV. RFC 9085 sections 2.1.2 and 2.1.4.
struct LabelRange {
    std::uint32_t size = 0;
    Octets first;   // a label of three octets, or an index of four

    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("size", self.size);
        visit("first", self.first);
    }
    friend bool operator==(const LabelRange&, const LabelRange&) = default;
};
void write_value(Writer& out, const std::vector<LabelRange>& value);
void read_value(Reader& in, std::vector<LabelRange>& value);
using Ranges = Field<"ranges", std::vector<LabelRange>>;

/// RFC 9552 section 5.3.2.4: one octet (IS-IS narrow), two (OSPF) or three (IS-IS wide).
struct IgpMetric {
    static constexpr std::uint16_t type = 1095;
    static constexpr std::string_view name = tlv_name(type);

    std::uint8_t octets = 3;
    std::uint32_t metric = 0;

    void encode(Writer& out) const
    {
        for (int i = std::min<int>(octets, 4); i-- > 0;) out.u8(static_cast<std::uint8_t>(metric >> (8 * i)));
    }
    static IgpMetric decode(Reader& in)
    {
        IgpMetric tlv{static_cast<std::uint8_t>(in.remaining()), 0};
        if (in.remaining() < 1 || in.remaining() > 3) in.fail();
        while (!in.empty()) tlv.metric = tlv.metric << 8 | in.u8();
        return tlv;
    }
    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("octets", self.octets);
        visit("metric", self.metric);
    }
    friend bool operator==(const IgpMetric&, const IgpMetric&) = default;
};

using Any = AnyTlv<
    Single<1024, U8>, Single<1026, std::string>, Single<1027, Octets>, Single<1028, Ipv4Address>, Single<1029, Ipv6Address>,
    Single<1030, Ipv4Address>, Single<1031, Ipv6Address>, Single<1088, U32>, Single<1089, Float32>, Single<1090, Float32>,
    Single<1092, U32>, Single<1093, U16>, Single<1094, U8>, IgpMetric, Single<1098, std::string>, Single<1152, U8>,
    Single<1155, U32>, Single<1156, Ipv4Address>, Single<1170, Octets>, Single<1171, Octets>, Single<1174, Ipv4Address>,
    // RFC 9085
    Record<1034, Flags8, Reserved8, Ranges>, Single<1035, Octets>, Record<1036, Flags8, Reserved8, Ranges>, Single<1037, U8>,
    Record<1099, Flags8, Weight, Reserved16, Sid>, Record<1100, Flags8, Weight, Reserved16, Field<"neighbor_and_sid", Octets>>,
    Record<1158, Flags8, Algorithm, Reserved16, Sid>, Record<1159, Flags8, Reserved8, Field<"size", U16>, Field<"tlvs", Octets>>,
    SidLabel, Record<1172, Field<"member", U32>, Field<"tlvs", Octets>>,
    // RFC 9086 section 5
    Record<1101, Flags8, Weight, Reserved16, Sid>, Record<1102, Flags8, Weight, Reserved16, Sid>,
    Record<1103, Flags8, Weight, Reserved16, Sid>,
    // RFC 9514 sections 3, 4, 5 and 7
    Record<1038, Flags16, Reserved16>, Record<1106, Behavior, Flags8, Algorithm, Weight, Reserved8, Srv6Sid, InnerTlvs>,
    Record<1107, Behavior, Flags8, Algorithm, Weight, Reserved8, Field<"neighbor", ColonOctets<6>>, Srv6Sid, InnerTlvs>,
    Record<1108, Behavior, Flags8, Algorithm, Weight, Reserved8, Field<"neighbor", Ipv4Address>, Srv6Sid, InnerTlvs>,
    Record<1162, Flags8, Algorithm, Reserved16, Field<"metric", U32>, InnerTlvs>, EndpointBehavior, PeerNodeSid, SidStructure,
    // RFC 9857 section 5
    Record<1201, Flags16, Reserved16, Field<"sids", Octets>>,
    Record<1202, Field<"priority", U8>, Reserved8, Flags16, Field<"preference", U32>>, Single<1203, std::string>,
    Record<1204, Flags16, Reserved16, Field<"topology", U16>, Algorithm, Field<"reserved2", U8>, InnerTlvs>,
    Record<1205, Flags16, Reserved16, Field<"topology", U16>, Algorithm, Field<"reserved2", U8>, Field<"weight", U32>, InnerTlvs>,
    Record<1212, Flags16, Reserved16, Field<"sid", Ipv6Address>, Field<"specified_sid", Ipv6Address>, InnerTlvs>,
    Single<1213, std::string>>;

}   // namespace barrage::bgp_ls
