#pragma once
// PREFIX_SID: the segment of a prefix. RFC 8669 (MPLS: label index, SRGB), RFC 9252 (SRv6 services).
//
//     +----------+------------+----------------+
//     | Type (1) | Length (2) | Value          |   … one TLV after the other; those of SRv6 have such TLVs inside again
//     +----------+------------+----------------+

#include <array>
#include <utility>
#include <vector>

#include "codec/attribute/path_attribute.hpp"
#include "codec/attribute/tlv.hpp"
#include "codec/ip.hpp"

namespace barrage {

namespace prefix_sid {

/// RFC 8669 section 3.1: reserved 1 | flags 2 | label index 4.
struct LabelIndex {
    static constexpr std::uint16_t type = 1;
    static constexpr std::string_view name = "label_index";

    std::uint16_t flags = 0;
    std::uint32_t index = 0;
    Reserved reserved;

    void encode(Writer& out) const
    {
        write_reserved(reserved, out);
        out.u16(flags);
        out.u32(index);
    }
    static LabelIndex decode(Reader& in)
    {
        const auto reserved = read_reserved(in);
        const auto flags = in.u16();
        return {flags, in.u32(), reserved};
    }
    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("flags", self.flags);
        visit("index", self.index);
        visit("reserved", self.reserved);
    }
    friend bool operator==(const LabelIndex&, const LabelIndex&) = default;
};

/// RFC 8669 section 3.2: flags 2 | (first label 3 | labels 3) once or more.
struct OriginatorSrgb {
    struct Range {
        std::uint32_t base = 0;
        std::uint32_t size = 0;

        template <class Self, class Visitor>
        static void describe(Self& self, Visitor&& visit)
        {
            visit("base", self.base);
            visit("size", self.size);
        }
        friend bool operator==(const Range&, const Range&) = default;
    };

    static constexpr std::uint16_t type = 3;
    static constexpr std::string_view name = "originator_srgb";

    std::uint16_t flags = 0;
    std::vector<Range> ranges;

    void encode(Writer& out) const
    {
        out.u16(flags);
        for (const auto& range : ranges) {
            out.u24(range.base);
            out.u24(range.size);
        }
    }
    static OriginatorSrgb decode(Reader& in)
    {
        OriginatorSrgb srgb{in.u16(), {}};
        do {
            const auto base = in.u24();
            srgb.ranges.push_back({base, in.u24()});
        } while (!in.empty());
        return srgb;
    }
    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("flags", self.flags);
        visit("ranges", self.ranges);
    }
    friend bool operator==(const OriginatorSrgb&, const OriginatorSrgb&) = default;
};

/// RFC 9252 section 3.2.1: how many bits of the SID are what.
struct SidStructure {
    static constexpr std::uint16_t type = 1;
    static constexpr std::string_view name = "sid_structure";

    std::uint8_t locator_block = 0;
    std::uint8_t locator_node = 0;
    std::uint8_t function = 0;
    std::uint8_t argument = 0;
    std::uint8_t transposition_length = 0;
    std::uint8_t transposition_offset = 0;

    void encode(Writer& out) const
    {
        for (const auto octet : {locator_block, locator_node, function, argument, transposition_length, transposition_offset})
            out.u8(octet);
    }
    static SidStructure decode(Reader& in)
    {
        SidStructure structure;
        for (auto* octet : {&structure.locator_block, &structure.locator_node, &structure.function, &structure.argument,
                            &structure.transposition_length, &structure.transposition_offset})
            *octet = in.u8();
        return structure;
    }
    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("locator_block", self.locator_block);
        visit("locator_node", self.locator_node);
        visit("function", self.function);
        visit("argument", self.argument);
        visit("transposition_length", self.transposition_length);
        visit("transposition_offset", self.transposition_offset);
    }
    friend bool operator==(const SidStructure&, const SidStructure&) = default;
};

/// Reads TLVs with a type of one octet and a length of two until `in` is empty; fails it on a malformed one.
template <class Any>
std::vector<Any> read_tlvs(Reader& in)
{
    std::vector<Any> tlvs;
    while (!in.empty()) {
        const auto tlv_type = in.u8();
        const auto value = in.take(in.u16());
        auto tlv = in.failed() ? std::nullopt : decode_tlv<Any>(tlv_type, value, BadTlv::is_malformed);
        if (!tlv) {
            in.fail();
            return {};
        }
        tlvs.push_back(std::move(*tlv));
    }
    return tlvs;
}

template <class Any>
void write_tlvs(const std::vector<Any>& tlvs, Writer& out)
{
    for (const auto& tlv : tlvs) {
        out.u8(static_cast<std::uint8_t>(type_of_tlv(tlv)));
        const auto length = out.length16();
        encode_tlv_value(tlv, out);
    }
}

/// RFC 9252 section 3.1: reserved 1 | SID 16 | flags 1 | behavior 2 | reserved 1 | TLVs.
struct SidInformation {
    static constexpr std::uint16_t type = 1;
    static constexpr std::string_view name = "sid_information";

    Ipv6Address sid;
    std::uint8_t flags = 0;
    std::uint16_t behavior = 0;   // https://www.iana.org/assignments/segment-routing
    std::vector<AnyTlv<SidStructure>> tlvs;
    Reserved reserved;    // before the SID
    Reserved reserved2;   // behind the behavior

    void encode(Writer& out) const
    {
        write_reserved(reserved, out);
        out.octets(sid.value);
        out.u8(flags);
        out.u16(behavior);
        write_reserved(reserved2, out);
        write_tlvs(tlvs, out);
    }
    static SidInformation decode(Reader& in)
    {
        SidInformation information;
        information.reserved = read_reserved(in);
        information.sid = Ipv6Address::read(in);
        information.flags = in.u8();
        information.behavior = in.u16();
        information.reserved2 = read_reserved(in);
        information.tlvs = read_tlvs<AnyTlv<SidStructure>>(in);
        return information;
    }
    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("sid", self.sid);
        visit("flags", self.flags);
        visit("behavior", self.behavior);
        visit("reserved", self.reserved);
        visit("reserved2", self.reserved2);
        visit("tlvs", self.tlvs);
    }
    friend bool operator==(const SidInformation&, const SidInformation&) = default;
};

/// RFC 9252 section 2: reserved 1 | TLVs.
template <std::uint16_t Type>
struct Srv6Service {
    static constexpr std::uint16_t type = Type;
    static constexpr std::string_view name = Type == 5 ? "srv6_l3_service" : "srv6_l2_service";

    std::vector<AnyTlv<SidInformation>> tlvs;
    Reserved reserved;

    void encode(Writer& out) const
    {
        write_reserved(reserved, out);
        write_tlvs(tlvs, out);
    }
    static Srv6Service decode(Reader& in)
    {
        const auto reserved = read_reserved(in);
        return {read_tlvs<AnyTlv<SidInformation>>(in), reserved};
    }
    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("reserved", self.reserved);
        visit("tlvs", self.tlvs);
    }
    friend bool operator==(const Srv6Service&, const Srv6Service&) = default;
};
using Srv6L3Service = Srv6Service<5>;
using Srv6L2Service = Srv6Service<6>;

using Any = AnyTlv<LabelIndex, OriginatorSrgb, Srv6L3Service, Srv6L2Service>;

}   // namespace prefix_sid

struct PrefixSid {
    static constexpr auto type = AttributeType::prefix_sid;
    static constexpr auto flags = optional_transitive;
    static constexpr auto malformed = Recovery::attribute_discard;           // RFC 8669 section 6
    static constexpr auto malformed_service = Recovery::treat_as_withdraw;   // RFC 9252 section 7: a TLV of an SRv6 service
    static constexpr auto flags_conflict = Recovery::treat_as_withdraw;      // RFC 7606 section 3.c
    static constexpr std::string_view name = "prefix_sid";

    std::vector<prefix_sid::Any> tlvs;

    void encode(Writer& out, const SessionOptions&) const { prefix_sid::write_tlvs(tlvs, out); }

    static Decoded<PrefixSid> decode(Reader& in, const SessionOptions&)
    {
        const auto error = [](Recovery recovery) {
            return std::unexpected(
                DecodeError{recovery, UpdateSubcode::optional_attribute_error, "PREFIX_SID without, or with a malformed, TLV"});
        };
        PrefixSid sid;
        bool sound = true;   // a service that comes after a malformed TLV can still ask for more
        while (!in.empty()) {
            const auto tlv_type = in.u8();
            const bool service = tlv_type == prefix_sid::Srv6L3Service::type || tlv_type == prefix_sid::Srv6L2Service::type;
            const auto value = in.take(in.u16());
            auto tlv = in.failed() ? std::nullopt : decode_tlv<prefix_sid::Any>(tlv_type, value, BadTlv::is_malformed);
            if (!tlv && service) return error(malformed_service);
            sound = sound && tlv;
            if (tlv) sid.tlvs.push_back(std::move(*tlv));
        }
        if (!sound || in.failed() || sid.tlvs.empty()) return error(malformed);
        return sid;
    }

    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("tlvs", self.tlvs);
    }
    friend bool operator==(const PrefixSid&, const PrefixSid&) = default;
};

}   // namespace barrage
