#pragma once
// The sub-TLVs by which TUNNEL_ENCAPSULATION carries an SR policy, RFC 9830 section 2.4, and how sub-TLVs are read and written.

#include <string>
#include <string_view>
#include <vector>

#include "codec/attribute/sr_policy_segments.hpp"
#include "codec/attribute/tlv.hpp"
#include "codec/reader.hpp"
#include "codec/writer.hpp"

namespace barrage::tunnel {

/// RFC 9830 section 2.4.1: flags 1 | reserved 1 | preference 4.
struct Preference {
    static constexpr std::uint16_t type = 12;
    static constexpr std::string_view name = "preference";

    std::uint8_t flags = 0;
    std::uint32_t preference = 0;
    Reserved reserved;

    void encode(Writer& out) const
    {
        out.u8(flags);
        write_reserved(reserved, out);
        out.u32(preference);
    }
    static Preference decode(Reader& in)
    {
        const auto flags = in.u8();
        const auto reserved = read_reserved(in);
        return {flags, in.u32(), reserved};
    }
    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("flags", self.flags);
        visit("preference", self.preference);
        visit("reserved", self.reserved);
    }
    friend bool operator==(const Preference&, const Preference&) = default;
};

/// RFC 9830 section 2.4.2: flags 1 | reserved 1 | nothing, a label 4, or a SID 16.
struct BindingSid {
    static constexpr std::uint16_t type = 13;
    static constexpr std::string_view name = "binding_sid";

    std::uint8_t flags = 0;
    Octets sid;   // of MPLS: label 20 bits, then twelve that are 0
    Reserved reserved;

    void encode(Writer& out) const
    {
        out.u8(flags);
        write_reserved(reserved, out);
        out.octets(sid);
    }
    static BindingSid decode(Reader& in)
    {
        const auto flags = in.u8();
        const auto reserved = read_reserved(in);
        const auto sid = in.rest();
        if (sid.size() != 0 && sid.size() != 4 && sid.size() != 16) in.fail();
        return {flags, {sid.begin(), sid.end()}, reserved};
    }
    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("flags", self.flags);
        visit("sid", self.sid);
        visit("reserved", self.reserved);
    }
    friend bool operator==(const BindingSid&, const BindingSid&) = default;
};

/// RFC 9830 section 2.4.5: flags 1 | reserved 1 | explicit null policy 1.
struct ExplicitNull {
    static constexpr std::uint16_t type = 14;
    static constexpr std::string_view name = "explicit_null_label_policy";

    std::uint8_t flags = 0;
    std::uint8_t policy = 0;
    Reserved reserved;

    void encode(Writer& out) const
    {
        out.u8(flags);
        write_reserved(reserved, out);
        out.u8(policy);
    }
    static ExplicitNull decode(Reader& in)
    {
        const auto flags = in.u8();
        const auto reserved = read_reserved(in);
        return {flags, in.u8(), reserved};
    }
    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("flags", self.flags);
        visit("policy", self.policy);
        visit("reserved", self.reserved);
    }
    friend bool operator==(const ExplicitNull&, const ExplicitNull&) = default;
};

/// RFC 9830 section 2.4.6: priority 1 | reserved 1.
struct Priority {
    static constexpr std::uint16_t type = 15;
    static constexpr std::string_view name = "priority";

    std::uint8_t priority = 0;
    Reserved reserved;

    void encode(Writer& out) const
    {
        out.u8(priority);
        write_reserved(reserved, out);
    }
    static Priority decode(Reader& in)
    {
        const auto priority = in.u8();
        return {priority, read_reserved(in)};
    }
    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("priority", self.priority);
        visit("reserved", self.reserved);
    }
    friend bool operator==(const Priority&, const Priority&) = default;
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

    std::vector<AnySegment> segments;
    Reserved reserved;

    void encode(Writer& out) const
    {
        write_reserved(reserved, out);
        write_sub_tlvs(segments, out, false);
    }
    static SegmentList decode(Reader& in)
    {
        const auto reserved = read_reserved(in);
        return {read_sub_tlvs<AnySegment>(in, false), reserved};
    }
    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("segments", self.segments);
        visit("reserved", self.reserved);
    }
    friend bool operator==(const SegmentList&, const SegmentList&) = default;
};

/// RFC 9830 sections 2.4.7 and 2.4.8: reserved 1 | name.
template <std::uint16_t Type>
struct Name {
    static constexpr std::uint16_t type = Type;
    static constexpr std::string_view name = Type == 129 ? "candidate_path_name" : "policy_name";

    std::string text;
    Reserved reserved;

    void encode(Writer& out) const
    {
        write_reserved(reserved, out);
        for (const char c : text) out.u8(static_cast<std::uint8_t>(c));
    }
    static Name decode(Reader& in)
    {
        const auto reserved = read_reserved(in);
        const auto octets = in.rest();
        return {{octets.begin(), octets.end()}, reserved};
    }
    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("text", self.text);
        visit("reserved", self.reserved);
    }
    friend bool operator==(const Name&, const Name&) = default;
};
using CandidatePathName = Name<129>;
using PolicyName = Name<130>;

}   // namespace barrage::tunnel
