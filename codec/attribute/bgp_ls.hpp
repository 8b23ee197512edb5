#pragma once
// BGP-LS attribute: what is known of a node, a link, a prefix, a SID or a policy. RFC 9552 section 5.3; segment routing: RFC 9085,
// RFC 9086, SRv6: RFC 9514, SR policies: RFC 9857. The TLVs stand in bgp_ls_tlvs.hpp; all others are octets.
//
//     +----------+------------+----------------+
//     | Type (2) | Length (2) | Value          |   … one TLV after the other
//     +----------+------------+----------------+

#include <vector>

#include "codec/attribute/bgp_ls_tlvs.hpp"
#include "codec/attribute/path_attribute.hpp"

namespace barrage {

struct BgpLs {
    static constexpr auto type = AttributeType::bgp_ls;
    static constexpr auto flags = optional_non_transitive;
    static constexpr auto malformed = Recovery::attribute_discard;   // RFC 9552 section 8.2.2
    static constexpr std::string_view name = "bgp_ls";

    std::vector<bgp_ls::Any> tlvs;

    void encode(Writer& out, const SessionOptions&) const;
    /// Only the lengths of the TLVs are looked at: what they mean is not for BGP to judge (the same section).
    static Decoded<BgpLs> decode(Reader& in, const SessionOptions&);

    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("tlvs", self.tlvs);
    }
    friend bool operator==(const BgpLs&, const BgpLs&) = default;
};

}   // namespace barrage
