#pragma once
// ONLY_TO_CUSTOMER: the AS below which the route must stay, so that it does not leak. RFC 9234 section 5.

#include "codec/asn.hpp"
#include "codec/attribute/path_attribute.hpp"

namespace barrage {

struct OnlyToCustomer {
    static constexpr auto type = AttributeType::only_to_customer;
    static constexpr auto flags = optional_transitive;
    static constexpr auto malformed = Recovery::treat_as_withdraw;   // RFC 9234 section 5
    static constexpr std::string_view name = "only_to_customer";

    Asn asn;

    void encode(Writer& out, const SessionOptions&) const { out.u32(asn.value); }

    static Decoded<OnlyToCustomer> decode(Reader& in, const SessionOptions&)
    {
        const OnlyToCustomer only_to_customer{Asn{in.u32()}};
        if (!in.finished())
            return std::unexpected(
                DecodeError{malformed, UpdateSubcode::attribute_length_error, "ONLY_TO_CUSTOMER is not four octets long"});
        return only_to_customer;
    }

    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("asn", self.asn);
    }
    friend bool operator==(const OnlyToCustomer&, const OnlyToCustomer&) = default;
};

}   // namespace barrage
