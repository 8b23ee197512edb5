#pragma once
// What is wrong with a message: where, and what it asks of the receiver. Plain values.

#include <array>
#include <string>

#include "codec/describe.hpp"
#include "codec/error.hpp"

namespace barrage {

constexpr auto enum_names(Recovery)
{
    constexpr auto named = [](Recovery recovery) { return EnumName{recovery, name(recovery)}; };
    return std::array{named(Recovery::attribute_discard), named(Recovery::nlri_discard), named(Recovery::treat_as_withdraw),
                      named(Recovery::disable_family), named(Recovery::session_reset)};
}

/// One thing that is wrong, and what it asks of the receiver.
struct Problem {
    std::size_t offset = 0;   // from the first octet of the message
    Recovery action = Recovery::session_reset;
    UpdateSubcode subcode = UpdateSubcode::unspecific;
    std::string text;
    Octets data = {};   // of the NOTIFICATION, should it come to a reset: RFC 4271 section 6.3

    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("offset", self.offset);
        visit("action", self.action);
        visit("text", self.text);
    }
    friend bool operator==(const Problem&, const Problem&) = default;
};

}   // namespace barrage
