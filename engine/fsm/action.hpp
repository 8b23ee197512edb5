#pragma once
// What the fsm wants done, in this order, by the session that asked it. Actions hold themselves: an event of an
// established session allocates nothing.

#include <chrono>
#include <variant>

#include <boost/container/static_vector.hpp>

#include "codec/error.hpp"

namespace barrage {

namespace action {

struct StartConnectRetryTimer {
    friend bool operator==(const StartConnectRetryTimer&, const StartConnectRetryTimer&) = default;
};
struct StopConnectRetryTimer {
    friend bool operator==(const StopConnectRetryTimer&, const StopConnectRetryTimer&) = default;
};
struct InitiateConnection {
    friend bool operator==(const InitiateConnection&, const InitiateConnection&) = default;
};
/// After what is to be sent was sent; a connection being made is given up. Nothing to do without one.
struct DropConnection {
    friend bool operator==(const DropConnection&, const DropConnection&) = default;
};
struct SendOpen {
    friend bool operator==(const SendOpen&, const SendOpen&) = default;
};
struct SendKeepalive {
    friend bool operator==(const SendKeepalive&, const SendKeepalive&) = default;
};
struct SendNotification {
    NotificationError error;
    friend bool operator==(const SendNotification&, const SendNotification&) = default;
};
/// Zero stops it.
struct RestartHoldTimer {
    std::chrono::seconds after;
    friend bool operator==(const RestartHoldTimer&, const RestartHoldTimer&) = default;
};
/// Zero stops it.
struct RestartKeepaliveTimer {
    std::chrono::seconds after;
    friend bool operator==(const RestartKeepaliveTimer&, const RestartKeepaliveTimer&) = default;
};
/// All of them, also the send hold timer, which whoever writes to the connection runs.
struct StopTimers {
    friend bool operator==(const StopTimers&, const StopTimers&) = default;
};
/// Routes may be sent from now on.
struct Establish {
    friend bool operator==(const Establish&, const Establish&) = default;
};
/// The routes of the peer are to be released.
struct LeaveEstablished {
    friend bool operator==(const LeaveEstablished&, const LeaveEstablished&) = default;
};

}   // namespace action

using Action = std::variant<action::StartConnectRetryTimer, action::StopConnectRetryTimer, action::InitiateConnection,
                            action::DropConnection, action::SendOpen, action::SendKeepalive, action::SendNotification,
                            action::RestartHoldTimer, action::RestartKeepaliveTimer, action::StopTimers, action::Establish,
                            action::LeaveEstablished>;

inline constexpr std::size_t max_actions = 4;   // of one event
using Actions = boost::container::static_vector<Action, max_actions>;

}   // namespace barrage
