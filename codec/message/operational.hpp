#pragma once
// OPERATIONAL: questions and answers of people and tools beside the routes. draft-ietf-idr-operational-message, as ExaBGP
// speaks it.
//
//     type 2 | length 2 | value: AFI 2 | SAFI 1 | what the type says
//
// The value stays octets: nothing in barrage acts on it. Any thread.

#include <array>
#include <utility>

#include "codec/describe.hpp"
#include "codec/message/header.hpp"

namespace barrage {

constexpr auto enum_names(OperationalType)
{
    return std::array{
        EnumName{OperationalType::advisory_demand, "advisory-demand"},
        EnumName{OperationalType::advisory_static, "advisory-static"},
        EnumName{OperationalType::reachable_prefix_count_request, "reachable-prefix-count-request"},
        EnumName{OperationalType::reachable_prefix_count_reply, "reachable-prefix-count-reply"},
        EnumName{OperationalType::adj_rib_out_prefix_count_request, "adj-rib-out-prefix-count-request"},
        EnumName{OperationalType::adj_rib_out_prefix_count_reply, "adj-rib-out-prefix-count-reply"},
        EnumName{OperationalType::loc_rib_prefix_count_request, "loc-rib-prefix-count-request"},
        EnumName{OperationalType::loc_rib_prefix_count_reply, "loc-rib-prefix-count-reply"},
        EnumName{OperationalType::not_satisfied, "not-satisfied"},
    };
}

struct Operational {
    OperationalType type = OperationalType::advisory_demand;
    Octets value;

    template <class Self, class Visitor>
    static void describe(Self& self, Visitor&& visit)
    {
        visit("type", self.type);
        visit("value", self.value);
    }
    friend bool operator==(const Operational&, const Operational&) = default;
};

inline Checked<Operational> decode_operational(OctetView message)
{
    auto body = message_body(message, MessageType::operational);
    if (!body) return std::unexpected(std::move(body.error()));
    const auto type = OperationalType{body->u16()};
    const auto value = body->octets(body->u16());
    if (!body->finished())
        return std::unexpected(NotificationError{ErrorCode::message_header,
                                                 std::to_underlying(HeaderSubcode::bad_message_length),
                                                 {},
                                                 "the length of an OPERATIONAL is not that of its value",
                                                 header_octets + 2});
    return Operational{type, {value.begin(), value.end()}};
}

/// Appends the message. The value must fit it: 65512 octets at most.
inline void encode(const Operational& operational, Octets& out)
{
    encode_message(out, MessageType::operational, [&](Writer& body) {
        body.u16(std::to_underlying(operational.type));
        body.u16(static_cast<std::uint16_t>(operational.value.size()));
        body.octets(operational.value);
    });
}

}   // namespace barrage
