#pragma once
// KEEPALIVE: a header and nothing else. RFC 4271 section 4.4.

#include "codec/message/header.hpp"

namespace barrage {

struct Keepalive {
    template <class Self, class Visitor>
    static void describe(Self&, Visitor&&)
    {
    }

    friend constexpr bool operator==(const Keepalive&, const Keepalive&) = default;
};

inline Checked<Keepalive> decode_keepalive(OctetView message)
{
    const auto body = message_body(message, MessageType::keepalive);
    if (!body) return std::unexpected(body.error());
    return Keepalive{};
}

inline void encode(const Keepalive&, Octets& out)
{
    encode_message(out, MessageType::keepalive, [](Writer&) {});
}

}   // namespace barrage
