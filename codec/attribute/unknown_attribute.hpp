#pragma once
// An attribute whose value stays octets: of a type that is not in known_attributes.hpp, or one that did not decode.
// Its flags stand beside it in ReceivedAttribute, so that it is written as it came.

#include "codec/attribute/path_attribute.hpp"

namespace barrage {

struct UnknownAttribute {
    static constexpr std::string_view name = "unknown";

    AttributeType type{};
    Octets value;

    void encode(Writer& out, const SessionOptions&) const { out.octets(value); }

    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("type", self.type);
        visit("value", self.value);
    }
    friend bool operator==(const UnknownAttribute&, const UnknownAttribute&) = default;
};

}   // namespace barrage
