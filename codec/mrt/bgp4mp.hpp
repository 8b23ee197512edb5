#pragma once
// BGP4MP and BGP4MP_ET: what a collector received from its peers, message by message. RFC 6396 section 4.4; the subtypes with
// path identifiers RFC 8050 section 3. Decoded as views.
//
//     +--------------------------------------------------------+
//     | Peer AS Number (2 or 4) | Local AS Number (2 or 4)     |
//     | Interface Index (2)     | Address Family (2)           |
//     | Peer IP Address (4 or 16) | Local IP Address (4 or 16) |
//     | Old State (2), New State (2)  or  BGP Message ...      |
//     +--------------------------------------------------------+

#include <optional>

#include "codec/asn.hpp"
#include "codec/ip.hpp"
#include "codec/mrt/mrt_record.hpp"

namespace barrage {

/// Between whom.
struct Bgp4mpSession {
    Asn peer_as;
    Asn local_as;
    std::uint16_t interface_index = 0;
    IpAddress peer_address;
    IpAddress local_address;   // of the family of peer_address

    friend bool operator==(const Bgp4mpSession&, const Bgp4mpSession&) = default;
};

struct Bgp4mpStateChange {
    Bgp4mpSession session;
    std::uint16_t old_state = 0;   // 1 Idle … 6 Established
    std::uint16_t new_state = 0;
};

struct Bgp4mpMessage {
    Bgp4mpSession session;
    bool four_octet_as = false;   // of AS_PATH and AGGREGATOR in it
    bool has_path_ids = false;    // of the NLRI in it
    bool sent_by_collector = false;
    OctetView message;   // whole, with marker, length and type
    /// Where octets stand behind it: a record holds one message (RFC 6396 section 4.4.2), so nobody knows what they are.
    std::optional<MrtError> surplus = {};
};

constexpr bool is_state_change(Bgp4mpSubtype subtype) noexcept
{
    return subtype == Bgp4mpSubtype::state_change || subtype == Bgp4mpSubtype::state_change_as4;
}
constexpr bool is_message(Bgp4mpSubtype subtype) noexcept
{
    return subtype == Bgp4mpSubtype::message || subtype == Bgp4mpSubtype::message_as4 ||
           (subtype >= Bgp4mpSubtype::message_local && subtype <= Bgp4mpSubtype::message_as4_local_addpath);
}

/// `record` is of type BGP4MP or BGP4MP_ET and of a subtype for which is_state_change() holds.
MrtDecoded<Bgp4mpStateChange> decode_bgp4mp_state_change(const MrtRecord& record) noexcept;
/// … for which is_message() holds. Only the frame of the message is looked at: its length field and the octets that are there.
MrtDecoded<Bgp4mpMessage> decode_bgp4mp_message(const MrtRecord& record) noexcept;

// ---- Records of type 5, BGP, which came before BGP4MP: RFC 6396 appendix B.2. Peers are IPv4, AS numbers have two octets.
//
//     | Peer AS (2) | Peer IP (4) | Local AS (2) | Local IP (4) | BGP message without its header ... |
//     | Peer AS (2) | Peer IP (4) | Old State (2) | New State (2) |

enum class MrtBgpSubtype : std::uint16_t { null, update, pref_update, state_change, sync, open, notify, keepalive };

struct MrtBgpMessage {
    Bgp4mpSession session;
    OctetView body;   // of the message: behind where marker, length and type would stand
};
/// `record` is of type 5 and of a subtype that is a message: update, open, notify, keepalive.
MrtDecoded<MrtBgpMessage> decode_mrt_bgp_message(const MrtRecord& record) noexcept;
/// … state_change.
MrtDecoded<Bgp4mpStateChange> decode_mrt_bgp_state_change(const MrtRecord& record) noexcept;

/// Writes BGP4MP_MESSAGE_AS4, or BGP4MP_MESSAGE_AS4_ADDPATH where `message.has_path_ids`; `microseconds` other than 0 make
/// it a BGP4MP_ET. AS numbers in `message.message` have four octets.
void encode_bgp4mp_message(const Bgp4mpMessage& message, std::uint32_t seconds, std::uint32_t microseconds, Writer& out);

}   // namespace barrage
