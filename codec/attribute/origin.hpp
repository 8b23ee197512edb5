#pragma once
// ORIGIN: how the route entered BGP. RFC 4271 section 5.1.1.

#include <array>
#include <utility>

#include "codec/attribute/path_attribute.hpp"

namespace barrage {

struct Origin {
    enum class Value : std::uint8_t { igp, egp, incomplete };

    static constexpr auto type = AttributeType::origin;
    static constexpr auto flags = well_known;
    static constexpr auto malformed = Recovery::treat_as_withdraw;   // RFC 7606 section 7.1
    static constexpr std::string_view name = "origin";

    Value value = Value::igp;

    void encode(Writer& out, const SessionOptions&) const { out.u8(std::to_underlying(value)); }

    static Decoded<Origin> decode(Reader& in, const SessionOptions&)
    {
        const auto value = in.u8();
        if (!in.finished())
            return std::unexpected(DecodeError{malformed, UpdateSubcode::attribute_length_error, "ORIGIN is not one octet long"});
        if (value > 2) return std::unexpected(DecodeError{malformed, UpdateSubcode::invalid_origin, "ORIGIN of undefined value"});
        return Origin{Value{value}};
    }

    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("value", self.value);
    }

    friend constexpr auto enum_names(Value)
    {
        return std::array{EnumName{Value::igp, "igp"}, EnumName{Value::egp, "egp"}, EnumName{Value::incomplete, "incomplete"}};
    }
    friend bool operator==(const Origin&, const Origin&) = default;
};

}   // namespace barrage
