#pragma once
// LOCAL_PREF: how much this AS wants the route, the highest first. RFC 4271 section 5.1.5.

#include "codec/attribute/path_attribute.hpp"

namespace barrage {

struct LocalPref {
    static constexpr auto type = AttributeType::local_pref;
    static constexpr auto flags = well_known;
    static constexpr auto malformed = Recovery::treat_as_withdraw;   // RFC 7606 section 7.5
    static constexpr std::string_view name = "local_pref";
    static constexpr bool internal_only = true;

    std::uint32_t value = 0;

    void encode(Writer& out, const SessionOptions&) const { out.u32(value); }

    static Decoded<LocalPref> decode(Reader& in, const SessionOptions&)
    {
        const LocalPref preference{in.u32()};
        if (!in.finished())
            return std::unexpected(
                DecodeError{malformed, UpdateSubcode::attribute_length_error, "LOCAL_PREF is not four octets long"});
        return preference;
    }

    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("value", self.value);
    }
    friend bool operator==(const LocalPref&, const LocalPref&) = default;
};

}   // namespace barrage
