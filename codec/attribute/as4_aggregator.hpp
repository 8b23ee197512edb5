#pragma once
// AS4_AGGREGATOR: AGGREGATOR with its four-octet ASN, carried through speakers that know only two. RFC 6793 section 3.
// Between speakers of four octets it has no place; who merges attributes drops it there (section 4.1).

#include "codec/asn.hpp"
#include "codec/attribute/path_attribute.hpp"
#include "codec/ip.hpp"

namespace barrage {

struct As4Aggregator {
    static constexpr auto type = AttributeType::as4_aggregator;
    static constexpr auto flags = optional_transitive;
    static constexpr auto malformed = Recovery::attribute_discard;   // RFC 6793 section 6
    static constexpr std::string_view name = "as4_aggregator";

    Asn asn;
    Ipv4Address address;

    void encode(Writer& out, const SessionOptions&) const
    {
        out.u32(asn.value);
        out.u32(address.value);
    }

    static Decoded<As4Aggregator> decode(Reader& in, const SessionOptions&)
    {
        const Asn asn{in.u32()};
        const auto address = Ipv4Address::read(in);
        if (!in.finished())
            return std::unexpected(
                DecodeError{malformed, UpdateSubcode::attribute_length_error, "AS4_AGGREGATOR is not eight octets long"});
        if (asn == Asn{0})   // RFC 7607 section 2
            return std::unexpected(DecodeError{malformed, UpdateSubcode::optional_attribute_error, "AS4_AGGREGATOR with AS 0"});
        return As4Aggregator{asn, address};
    }

    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("asn", self.asn);
        visit("address", self.address);
    }
    friend bool operator==(const As4Aggregator&, const As4Aggregator&) = default;
};

}   // namespace barrage
