#pragma once
// The sub-TLVs by which TUNNEL_ENCAPSULATION carries an SR policy, RFC 9830 section 2.4, and how sub-TLVs are read and written.

#include <string>
#include <string_view>
#include <vector>

#include "codec/attribute/tlv.hpp"
#include "codec/ip.hpp"
#include "codec/reader.hpp"
#include "codec/writer.hpp"

namespace barrage::tunnel {

/// RFC 9830 section 2.4.1: flags 1 | reserved 1 | preference 4.
struct Preference {
    static constexpr std::uint16_t type = 12;
    static constexpr std::string_view name = "preference";

    std::uint8_t flags = 0;
    std::uint32_t preference = 0;

    void encode(Writer& out) const
    {
        out.u8(flags);
        out.u8(0);
        out.u32(preference);
    }
    static Preference decode(Reader& in)
    {
        const auto flags = in.u8();
        in.skip(1);
        return {flags, in.u32()};
    }
    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("flags", self.flags);
        visit("preference", self.preference);
    }
    friend bool operator==(const Preference&, const Preference&) = default;
};

/// RFC 9830 section 2.4.2: flags 1 | reserved 1 | nothing, a label 4, or a SID 16.
struct BindingSid {
    static constexpr std::uint16_t type = 13;
    static constexpr std::string_view name = "binding_sid";

    std::uint8_t flags = 0;
    Octets sid;   // of MPLS: label 20 bits, then twelve that are 0

    void encode(Writer& out) const
    {
        out.u8(flags);
        out.u8(0);
        out.octets(sid);
    }
    static BindingSid decode(Reader& in)
    {
        const auto flags = in.u8();
        in.skip(1);
        const auto sid = in.rest();
        if (sid.size() != 0 && sid.size() != 4 && sid.size() != 16) in.fail();
        return {flags, {sid.begin(), sid.end()}};
    }
    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("flags", self.flags);
        visit("sid", self.sid);
    }
    friend bool operator==(const BindingSid&, const BindingSid&) = default;
};

/// RFC 9830 section 2.4.5: flags 1 | reserved 1 | explicit null policy 1.
struct ExplicitNull {
    static constexpr std::uint16_t type = 14;
    static constexpr std::string_view name = "explicit_null_label_policy";

    std::uint8_t flags = 0;
    std::uint8_t policy = 0;

    void encode(Writer& out) const
    {
        out.u8(flags);
        out.u8(0);
        out.u8(policy);
    }
    static ExplicitNull decode(Reader& in)
    {
        const auto flags = in.u8();
        in.skip(1);
        return {flags, in.u8()};
    }
    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("flags", self.flags);
        visit("policy", self.policy);
    }
    friend bool operator==(const ExplicitNull&, const ExplicitNull&) = default;
};

/// RFC 9830 section 2.4.6: priority 1 | reserved 1.
struct Priority {
    static constexpr std::uint16_t type = 15;
    static constexpr std::string_view name = "priority";

    std::uint8_t priority = 0;

    void encode(Writer& out) const
    {
        out.u8(priority);
        out.u8(0);
    }
    static Priority decode(Reader& in)
    {
        const auto priority = in.u8();
        in.skip(1);
        return {priority};
    }
    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("priority", self.priority);
    }
    friend bool operator==(const Priority&, const Priority&) = default;
};

/// RFC 9830 section 2.4.4.1, inside a segment list: flags 1 | reserved 1 | weight 4.
struct Weight {
    static constexpr std::uint16_t type = 9;
    static constexpr std::string_view name = "weight";

    std::uint8_t flags = 0;
    std::uint32_t weight = 0;

    void encode(Writer& out) const
    {
        out.u8(flags);
        out.u8(0);
        out.u32(weight);
    }
    static Weight decode(Reader& in)
    {
        const auto flags = in.u8();
        in.skip(1);
        return {flags, in.u32()};
    }
    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("flags", self.flags);
        visit("weight", self.weight);
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

    void encode(Writer& out) const
    {
        out.u8(flags);
        out.u8(0);
        out.u32(label << 12 | (rest & 0xfffu));
    }
    static MplsSegment decode(Reader& in)
    {
        const auto flags = in.u8();
        in.skip(1);
        const auto entry = in.u32();
        return {flags, entry >> 12, static_cast<std::uint16_t>(entry & 0xfff)};
    }
    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("flags", self.flags);
        visit("label", self.label);
        visit("rest", self.rest);
    }
    friend bool operator==(const MplsSegment&, const MplsSegment&) = default;
};

/// RFC 9830 section 2.4.4.2.2, segment type B: flags 1 | reserved 1 | SID 16 | perhaps behavior and structure 8.
struct Srv6Segment {
    static constexpr std::uint16_t type = 13;
    static constexpr std::string_view name = "srv6_segment";

    std::uint8_t flags = 0;
    Ipv6Address sid;
    Octets behavior_and_structure;

    void encode(Writer& out) const
    {
        out.u8(flags);
        out.u8(0);
        out.octets(sid.value);
        out.octets(behavior_and_structure);
    }
    static Srv6Segment decode(Reader& in)
    {
        Srv6Segment segment{in.u8(), {}, {}};
        in.skip(1);
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
    }
    friend bool operator==(const Srv6Segment&, const Srv6Segment&) = default;
};

/// Sub-TLVs, or the sub-sub-TLVs of a segment list. Fails `in` where one ends past it; what is malformed inside one makes
/// that one unrecognized only.
template <class Any>
std::vector<Any> read_sub_tlvs(Reader& in, bool long_types)
{
    std::vector<Any> all;
    while (!in.empty()) {
        const auto sub_type = in.u8();
        const auto value = in.take(long_types && sub_type >= 128 ? in.u16() : in.u8());
        if (in.failed()) return {};
        all.push_back(*decode_tlv<Any>(sub_type, value, BadTlv::is_kept));
    }
    return all;
}

template <class Any>
void write_sub_tlvs(const std::vector<Any>& all, Writer& out, bool long_types)
{
    for (const auto& tlv : all) {
        const auto sub_type = type_of_tlv(tlv);
        out.u8(static_cast<std::uint8_t>(sub_type));
        if (long_types && sub_type >= 128) {
            const auto length = out.length16();
            encode_tlv_value(tlv, out);
        } else {
            const auto length = out.length8();
            encode_tlv_value(tlv, out);
        }
    }
}

/// RFC 9830 section 2.4.4: reserved 1 | sub-TLVs.
struct SegmentList {
    static constexpr std::uint16_t type = 128;
    static constexpr std::string_view name = "segment_list";

    std::vector<AnyTlv<Weight, MplsSegment, Srv6Segment>> segments;

    void encode(Writer& out) const
    {
        out.u8(0);
        write_sub_tlvs(segments, out, false);
    }
    static SegmentList decode(Reader& in)
    {
        in.skip(1);
        return {read_sub_tlvs<AnyTlv<Weight, MplsSegment, Srv6Segment>>(in, false)};
    }
    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("segments", self.segments);
    }
    friend bool operator==(const SegmentList&, const SegmentList&) = default;
};

/// RFC 9830 sections 2.4.7 and 2.4.8: reserved 1 | name.
template <std::uint16_t Type>
struct Name {
    static constexpr std::uint16_t type = Type;
    static constexpr std::string_view name = Type == 129 ? "candidate_path_name" : "policy_name";

    std::string text;

    void encode(Writer& out) const
    {
        out.u8(0);
        for (const char c : text) out.u8(static_cast<std::uint8_t>(c));
    }
    static Name decode(Reader& in)
    {
        in.skip(1);
        const auto octets = in.rest();
        return {{octets.begin(), octets.end()}};
    }
    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("text", self.text);
    }
    friend bool operator==(const Name&, const Name&) = default;
};
using CandidatePathName = Name<129>;
using PolicyName = Name<130>;

}   // namespace barrage::tunnel
