#pragma once
// NEXT_HOP: where packets for the IPv4 prefixes of the NLRI field go. RFC 4271 section 5.1.3.

#include "codec/attribute/path_attribute.hpp"
#include "codec/ip.hpp"

namespace barrage {

struct NextHop {
    static constexpr auto type = AttributeType::next_hop;
    static constexpr auto flags = well_known;
    static constexpr auto malformed = Recovery::treat_as_withdraw;   // RFC 7606 section 7.3
    static constexpr std::string_view name = "next_hop";

    Ipv4Address address;

    void encode(Writer& out, const SessionOptions&) const { out.u32(address.value); }

    static Decoded<NextHop> decode(Reader& in, const SessionOptions&)
    {
        const NextHop next_hop{Ipv4Address::read(in)};
        if (!in.finished())
            return std::unexpected(
                DecodeError{malformed, UpdateSubcode::attribute_length_error, "NEXT_HOP is not four octets long"});
        return next_hop;
    }

    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("address", self.address);
    }
    friend bool operator==(const NextHop&, const NextHop&) = default;
};

}   // namespace barrage
