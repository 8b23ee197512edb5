#pragma once
// MULTI_EXIT_DISC: which of several ways into the neighboring AS is wanted, the lowest first. RFC 4271 section 5.1.4.

#include "codec/attribute/path_attribute.hpp"

namespace barrage {

struct MultiExitDisc {
    static constexpr auto type = AttributeType::multi_exit_disc;
    static constexpr auto flags = optional_non_transitive;
    static constexpr auto malformed = Recovery::treat_as_withdraw;   // RFC 7606 section 7.4
    static constexpr std::string_view name = "multi_exit_disc";

    std::uint32_t value = 0;

    void encode(Writer& out, const SessionOptions&) const { out.u32(value); }

    static Decoded<MultiExitDisc> decode(Reader& in, const SessionOptions&)
    {
        const MultiExitDisc metric{in.u32()};
        if (!in.finished())
            return std::unexpected(
                DecodeError{malformed, UpdateSubcode::attribute_length_error, "MULTI_EXIT_DISC is not four octets long"});
        return metric;
    }

    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("value", self.value);
    }
    friend bool operator==(const MultiExitDisc&, const MultiExitDisc&) = default;
};

}   // namespace barrage
