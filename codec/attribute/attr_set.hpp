#pragma once
// ATTR_SET: the attributes of a customer's route, carried through a provider. RFC 6368 section 5.
//
//     +-----------------+----------------------------+
//     | Origin AS (4)   | Path attributes            |   as in an UPDATE, with ASNs of four octets
//     +-----------------+----------------------------+

#include "codec/asn.hpp"
#include "codec/attribute/attribute_view.hpp"
#include "codec/attribute/path_attribute.hpp"

namespace barrage {

struct AttrSet {
    static constexpr auto type = AttributeType::attr_set;
    static constexpr auto flags = optional_transitive;
    static constexpr auto malformed = Recovery::treat_as_withdraw;   // RFC 7606 section 7.16
    static constexpr std::string_view name = "attr_set";

    Asn origin_as;
    Octets attributes;   // theirs is another session: nobody here judges their values

    void encode(Writer& out, const SessionOptions&) const
    {
        out.u32(origin_as.value);
        out.octets(attributes);
    }

    static Decoded<AttrSet> decode(Reader& in, const SessionOptions&)
    {
        AttrSet set;
        set.origin_as = Asn{in.u32()};
        bool sound = !in.failed();
        const auto octets = in.rest();
        Reader inside{octets};
        while (const auto attribute = next_attribute(inside))   // RFC 6368 section 5: routes are not among them
            sound = sound && attribute->type != AttributeType::mp_reach_nlri && attribute->type != AttributeType::mp_unreach_nlri;
        if (!sound || inside.failed())
            return std::unexpected(DecodeError{malformed, UpdateSubcode::optional_attribute_error, "ATTR_SET is malformed"});
        set.attributes.assign(octets.begin(), octets.end());
        return set;
    }

    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("origin_as", self.origin_as);
        visit("attributes", self.attributes);
    }
    friend bool operator==(const AttrSet&, const AttrSet&) = default;
};

}   // namespace barrage
