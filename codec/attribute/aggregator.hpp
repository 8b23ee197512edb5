#pragma once
// AGGREGATOR: who made an aggregate of more specific routes. RFC 4271 section 5.1.7; its ASN has as many octets as those
// of AS_PATH, RFC 6793 section 4.1.

#include "codec/asn.hpp"
#include "codec/attribute/path_attribute.hpp"
#include "codec/ip.hpp"

namespace barrage {

struct Aggregator {
    static constexpr auto type = AttributeType::aggregator;
    static constexpr auto flags = optional_transitive;
    static constexpr auto malformed = Recovery::attribute_discard;   // RFC 7606 section 7.7
    static constexpr std::string_view name = "aggregator";

    Asn asn;
    Ipv4Address address;

    void encode(Writer& out, const SessionOptions& options) const
    {
        if (options.four_octet_as)
            out.u32(asn.value);
        else
            out.u16(asn.two_octets());
        out.u32(address.value);
    }

    static Decoded<Aggregator> decode(Reader& in, const SessionOptions& options)
    {
        const Asn asn{options.four_octet_as ? in.u32() : in.u16()};
        const auto address = Ipv4Address::read(in);
        if (!in.finished())
            return std::unexpected(
                DecodeError{malformed, UpdateSubcode::attribute_length_error, "AGGREGATOR is not an ASN and an address long"});
        if (asn == Asn{0})   // RFC 7607 section 2
            return std::unexpected(DecodeError{malformed, UpdateSubcode::optional_attribute_error, "AGGREGATOR with AS 0"});
        return Aggregator{asn, address};
    }

    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("asn", self.asn);
        visit("address", self.address);
    }
    friend bool operator==(const Aggregator&, const Aggregator&) = default;
};

}   // namespace barrage
