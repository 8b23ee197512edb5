#pragma once
// BGP-LS attribute: what is known of a node, a link or a prefix of an interior protocol. RFC 9552 section 5.3; segment
// routing, RFC 9085. The TLVs in common use as values, all others as octets.
//
//     +----------+------------+----------------+
//     | Type (2) | Length (2) | Value          |   … one TLV after the other
//     +----------+------------+----------------+

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "codec/attribute/float32.hpp"
#include "codec/attribute/path_attribute.hpp"
#include "codec/attribute/tlv.hpp"
#include "codec/ip.hpp"

namespace barrage {

namespace bgp_ls {

/// Of the TLVs that are one value, their names: https://www.iana.org/assignments/bgp-ls-parameters
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
    case 1088: return "administrative_group";
    case 1089: return "maximum_bandwidth";
    case 1090: return "maximum_reservable_bandwidth";
    case 1092: return "te_default_metric";
    case 1093: return "link_protection";
    case 1094: return "mpls_protocol_mask";
    case 1095: return "igp_metric";
    case 1098: return "link_name";
    case 1152: return "igp_flags";
    case 1155: return "prefix_metric";
    case 1156: return "ospf_forwarding_address";
    case 1170: return "prefix_attribute_flags";
    case 1171: return "source_router_id";
    case 1174: return "source_ospf_router_id";
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
inline void read_value(Reader& in, std::string& value)
{
    const auto octets = in.rest();
    value.assign(octets.begin(), octets.end());
}

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

using Any = AnyTlv<Single<1024, std::uint8_t>, Single<1026, std::string>, Single<1027, Octets>, Single<1028, Ipv4Address>,
                   Single<1029, Ipv6Address>, Single<1030, Ipv4Address>, Single<1031, Ipv6Address>, Single<1088, std::uint32_t>,
                   Single<1089, Float32>, Single<1090, Float32>, Single<1092, std::uint32_t>, Single<1093, std::uint16_t>,
                   Single<1094, std::uint8_t>, IgpMetric, Single<1098, std::string>, Single<1152, std::uint8_t>,
                   Single<1155, std::uint32_t>, Single<1156, Ipv4Address>, Single<1170, Octets>, Single<1174, Ipv4Address>>;

}   // namespace bgp_ls

struct BgpLs {
    static constexpr auto type = AttributeType::bgp_ls;
    static constexpr auto flags = optional_non_transitive;
    static constexpr auto malformed = Recovery::attribute_discard;   // RFC 9552 section 8.2.2
    static constexpr std::string_view name = "bgp_ls";

    std::vector<bgp_ls::Any> tlvs;

    void encode(Writer& out, const SessionOptions&) const
    {
        for (const auto& tlv : tlvs) {
            out.u16(type_of_tlv(tlv));
            const auto length = out.length16();
            encode_tlv_value(tlv, out);
        }
    }

    /// Only the lengths of the TLVs are looked at: what they mean is not for BGP to judge (the same section).
    static Decoded<BgpLs> decode(Reader& in, const SessionOptions&)
    {
        const DecodeError error{malformed, UpdateSubcode::optional_attribute_error, "BGP-LS attribute with a malformed TLV"};
        BgpLs attribute;
        while (!in.empty()) {
            const auto tlv_type = in.u16();
            const auto value = in.take(in.u16());
            if (in.failed()) return std::unexpected(error);
            attribute.tlvs.push_back(*decode_tlv<bgp_ls::Any>(tlv_type, value, BadTlv::is_kept));
        }
        if (in.failed() || attribute.tlvs.empty()) return std::unexpected(error);
        return attribute;
    }

    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("tlvs", self.tlvs);
    }
    friend bool operator==(const BgpLs&, const BgpLs&) = default;
};

}   // namespace barrage
