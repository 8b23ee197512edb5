#pragma once
// What can happen to a BGP connection: the events of RFC 4271 section 8.1, by their names there, and those of
// RFC 2918 and RFC 9687. What a session made of octets, timers and commands; fsm.hpp says what follows.

#include <chrono>
#include <string>
#include <variant>

#include "codec/error.hpp"

namespace barrage {

namespace event {

/// Event 1, and with `passive` event 4: waits for the peer to connect, and never connects by itself.
struct ManualStart {
    bool passive = false;
};

/// Event 2. The text is that of RFC 9003; empty: none.
struct ManualStop {
    CeaseSubcode subcode = CeaseSubcode::administrative_shutdown;
    std::string text = {};
};

struct ConnectRetryTimerExpires {};   // event 9
struct HoldTimerExpires {};           // event 10
struct KeepaliveTimerExpires {};      // event 11
struct SendHoldTimerExpires {};       // event 29, RFC 9687: the peer has not taken octets for too long

struct TcpConnectionConfirmed {};   // events 16 and 17: connected, whoever began it
struct TcpConnectionFails {};       // event 18: refused, reset or closed by the other side

/// Event 19: a good OPEN; the hold time is the negotiated one.
struct BgpOpen {
    std::chrono::seconds hold_time;
};

/// Event 21.
struct BgpHeaderErr {
    NotificationError error;
};

/// Event 22: also what negotiation refuses.
struct BgpOpenMsgErr {
    NotificationError error;
};

struct OpenCollisionDump {};   // event 23: collision.hpp keeps the other connection
struct NotifMsgVerErr {};      // event 24: a NOTIFICATION of code 2/1
struct NotifMsg {};            // event 25: any other
struct KeepAliveMsg {};        // event 26
struct UpdateMsg {};           // event 27

/// Event 28: only what resets the session (RFC 7606); anything milder is an UpdateMsg.
struct UpdateMsgErr {
    NotificationError error;
};

struct RouteRefreshMsg {};   // RFC 2918

}   // namespace event

using Event = std::variant<event::ManualStart, event::ManualStop, event::ConnectRetryTimerExpires, event::HoldTimerExpires,
                           event::KeepaliveTimerExpires, event::SendHoldTimerExpires, event::TcpConnectionConfirmed,
                           event::TcpConnectionFails, event::BgpOpen, event::BgpHeaderErr, event::BgpOpenMsgErr,
                           event::OpenCollisionDump, event::NotifMsgVerErr, event::NotifMsg, event::KeepAliveMsg,
                           event::UpdateMsg, event::UpdateMsgErr, event::RouteRefreshMsg>;

}   // namespace barrage
