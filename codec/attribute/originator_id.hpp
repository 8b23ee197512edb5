#pragma once
// ORIGINATOR_ID: the BGP identifier of the router that brought the route into this AS, set by the first route
// reflector. RFC 4456 section 8.

#include "codec/attribute/path_attribute.hpp"
#include "codec/ip.hpp"

namespace barrage {

struct OriginatorId {
    static constexpr auto type = AttributeType::originator_id;
    static constexpr auto flags = optional_non_transitive;
    static constexpr auto malformed = Recovery::treat_as_withdraw;   // RFC 7606 section 7.9
    static constexpr std::string_view name = "originator_id";
    static constexpr bool internal_only = true;

    Ipv4Address bgp_identifier;

    void encode(Writer& out, const SessionOptions&) const { out.u32(bgp_identifier.value); }

    static Decoded<OriginatorId> decode(Reader& in, const SessionOptions&)
    {
        const OriginatorId originator{Ipv4Address::read(in)};
        if (!in.finished())
            return std::unexpected(
                DecodeError{malformed, UpdateSubcode::attribute_length_error, "ORIGINATOR_ID is not four octets long"});
        return originator;
    }

    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("bgp_identifier", self.bgp_identifier);
    }
    friend bool operator==(const OriginatorId&, const OriginatorId&) = default;
};

}   // namespace barrage
