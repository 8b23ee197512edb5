#include "engine/fsm/fsm.hpp"

#include <algorithm>
#include <utility>

#include "codec/match.hpp"
#include "codec/message/notification.hpp"

namespace barrage {

namespace {

constexpr Actions::size_type one = 1;

NotificationError without_subcode(ErrorCode code) { return NotificationError{code}; }

}   // namespace

std::chrono::seconds Fsm::keepalive_interval(std::chrono::seconds hold_time) noexcept
{
    if (hold_time.count() <= 0) return std::chrono::seconds{0};
    return std::max(hold_time / 3, std::chrono::seconds{1});
}

Actions Fsm::on(const Event& event)
{
    switch (state_) {
    case State::idle: return on_idle(event);
    case State::connect: return on_connect(event);
    case State::active: return on_active(event);
    case State::open_sent: return on_open_sent(event);
    case State::open_confirm: return on_open_confirm(event);
    case State::established: return on_established(event);
    }
    return {};
}

Actions Fsm::on_idle(const Event& event)
{
    return std::visit(Match{
                          [&](const event::ManualStart& start) -> Actions {
                              passive_ = start.passive;
                              if (passive_) {
                                  // Section 8.2.2 runs the ConnectRetryTimer here too, and connects when it ends; a
                                  // passive speaker as everybody knows it never connects, so there is nothing to time.
                                  state_ = State::active;
                                  return {};
                              }
                              state_ = State::connect;
                              return {action::StartConnectRetryTimer{}, action::InitiateConnection{}};
                          },
                          [](const event::TcpConnectionConfirmed&) -> Actions { return {action::DropConnection{}}; },
                          // Section 8.2.2: anything else is ignored; also the end of what DropConnection closed.
                          [](const auto&) -> Actions { return {}; },
                      },
                      event);
}

Actions Fsm::on_connect(const Event& event)
{
    return std::visit(Match{
                          [](const event::ManualStart&) -> Actions { return {}; },
                          [](const event::ConnectRetryTimerExpires&) -> Actions {
                              return {action::DropConnection{}, action::StartConnectRetryTimer{}, action::InitiateConnection{}};
                          },
                          [&](const event::TcpConnectionConfirmed&) -> Actions { return to_open_sent(); },
                          // Everything else, TcpConnectionFails among it, since DelayOpen is not in use.
                          [&](const auto&) -> Actions { return to_idle(); },
                      },
                      event);
}

Actions Fsm::on_active(const Event& event)
{
    return std::visit(Match{
                          [](const event::ManualStart&) -> Actions { return {}; },
                          [&](const event::ConnectRetryTimerExpires&) -> Actions {
                              if (passive_) return {};
                              state_ = State::connect;
                              return {action::StartConnectRetryTimer{}, action::InitiateConnection{}};
                          },
                          [&](const event::TcpConnectionConfirmed&) -> Actions { return to_open_sent(); },
                          [&](const auto&) -> Actions { return to_idle(); },
                      },
                      event);
}

Actions Fsm::on_open_sent(const Event& event)
{
    return std::visit(
        Match{
            [](const event::ManualStart&) -> Actions { return {}; },
            [&](const event::ManualStop& stop) -> Actions { return to_idle(cease(stop.subcode, stop.text)); },
            [&](const event::HoldTimerExpires&) -> Actions { return to_idle(without_subcode(ErrorCode::hold_timer_expired)); },
            [&](const event::SendHoldTimerExpires&) -> Actions {
                return to_idle(without_subcode(ErrorCode::send_hold_timer_expired));
            },
            // A second connection is an instance of its own.
            [](const event::TcpConnectionConfirmed&) -> Actions { return {}; },
            [&](const event::TcpConnectionFails&) -> Actions {
                state_ = State::active;
                Actions actions{action::DropConnection{}, action::StopTimers{}};
                if (!passive_) actions.emplace_back(action::StartConnectRetryTimer{});
                return actions;
            },
            [&](const event::BgpOpen& open) -> Actions {
                state_ = State::open_confirm;
                hold_time_ = open.hold_time;
                return {action::StopConnectRetryTimer{}, action::SendKeepalive{},
                        action::RestartKeepaliveTimer{keepalive_interval(hold_time_)}, action::RestartHoldTimer{hold_time_}};
            },
            [&](const event::BgpHeaderErr& header) -> Actions { return to_idle(header.error); },
            [&](const event::BgpOpenMsgErr& open) -> Actions { return to_idle(open.error); },
            [&](const event::OpenCollisionDump&) -> Actions {
                return to_idle(cease(CeaseSubcode::connection_collision_resolution));
            },
            // Section 8.2.2 answers event 25 with an FSM error here; nobody answers a NOTIFICATION with another, so as
            // section 6.4 would have it, and as in OpenConfirm.
            [&](const event::NotifMsgVerErr&) -> Actions { return to_idle(); },
            [&](const event::NotifMsg&) -> Actions { return to_idle(); },
            [&](const auto&) -> Actions { return fsm_error(); },
        },
        event);
}

Actions Fsm::on_open_confirm(const Event& event)
{
    return std::visit(
        Match{
            [](const event::ManualStart&) -> Actions { return {}; },
            [&](const event::ManualStop& stop) -> Actions { return to_idle(cease(stop.subcode, stop.text)); },
            [&](const event::HoldTimerExpires&) -> Actions { return to_idle(without_subcode(ErrorCode::hold_timer_expired)); },
            [&](const event::KeepaliveTimerExpires&) -> Actions {
                return {action::SendKeepalive{}, action::RestartKeepaliveTimer{keepalive_interval(hold_time_)}};
            },
            [&](const event::SendHoldTimerExpires&) -> Actions {
                return to_idle(without_subcode(ErrorCode::send_hold_timer_expired));
            },
            [](const event::TcpConnectionConfirmed&) -> Actions { return {}; },
            [&](const event::TcpConnectionFails&) -> Actions { return to_idle(); },
            [&](const event::BgpHeaderErr& header) -> Actions { return to_idle(header.error); },
            [&](const event::BgpOpenMsgErr& open) -> Actions { return to_idle(open.error); },
            [&](const event::OpenCollisionDump&) -> Actions {
                return to_idle(cease(CeaseSubcode::connection_collision_resolution));
            },
            [&](const event::NotifMsgVerErr&) -> Actions { return to_idle(); },
            [&](const event::NotifMsg&) -> Actions { return to_idle(); },
            [&](const event::KeepAliveMsg&) -> Actions {
                state_ = State::established;
                return {action::RestartHoldTimer{hold_time_}, action::Establish{}};
            },
            // Also a second OPEN: the one of a collision comes on the other connection.
            [&](const auto&) -> Actions { return fsm_error(); },
        },
        event);
}

Actions Fsm::on_established(const Event& event)
{
    // Per message: one element in place, nothing allocated.
    const auto alive = [&]() -> Actions { return Actions(one, Action{action::RestartHoldTimer{hold_time_}}); };
    return std::visit(
        Match{
            [&](const event::UpdateMsg&) -> Actions { return alive(); },
            [&](const event::KeepAliveMsg&) -> Actions { return alive(); },
            // Neither RFC 4271 nor RFC 2918 says so, but whoever sends this is alive.
            [&](const event::RouteRefreshMsg&) -> Actions { return alive(); },
            [](const event::ManualStart&) -> Actions { return {}; },
            [&](const event::ManualStop& stop) -> Actions { return to_idle(cease(stop.subcode, stop.text)); },
            [&](const event::HoldTimerExpires&) -> Actions { return to_idle(without_subcode(ErrorCode::hold_timer_expired)); },
            [&](const event::KeepaliveTimerExpires&) -> Actions {
                return {action::SendKeepalive{}, action::RestartKeepaliveTimer{keepalive_interval(hold_time_)}};
            },
            [&](const event::SendHoldTimerExpires&) -> Actions {
                return to_idle(without_subcode(ErrorCode::send_hold_timer_expired));
            },
            [](const event::TcpConnectionConfirmed&) -> Actions { return {}; },
            [&](const event::TcpConnectionFails&) -> Actions { return to_idle(); },
            // Section 8.2.2 makes an FSM error of event 21; section 6.1, and every speaker, says what was wrong.
            [&](const event::BgpHeaderErr& header) -> Actions { return to_idle(header.error); },
            [&](const event::OpenCollisionDump&) -> Actions {
                return to_idle(cease(CeaseSubcode::connection_collision_resolution));
            },
            [&](const event::NotifMsgVerErr&) -> Actions { return to_idle(); },
            [&](const event::NotifMsg&) -> Actions { return to_idle(); },
            [&](const event::UpdateMsgErr& update) -> Actions { return to_idle(update.error); },
            [&](const auto&) -> Actions { return fsm_error(); },   // an OPEN, good or bad; a connect retry
        },
        event);
}

Actions Fsm::to_open_sent()
{
    state_ = State::open_sent;
    return {action::StopConnectRetryTimer{}, action::SendOpen{}, action::RestartHoldTimer{open_hold_time}};
}

Actions Fsm::to_idle()
{
    const auto was = std::exchange(state_, State::idle);
    Actions actions{action::StopTimers{}, action::DropConnection{}};
    if (was == State::established) actions.emplace_back(action::LeaveEstablished{});
    return actions;
}

Actions Fsm::to_idle(NotificationError error)
{
    auto actions = to_idle();
    actions.emplace(actions.begin(), action::SendNotification{std::move(error)});
    return actions;
}

Actions Fsm::fsm_error()
{
    auto subcode = FsmSubcode::unspecified;   // RFC 6608 section 3
    switch (state_) {
    case State::open_sent: subcode = FsmSubcode::in_open_sent; break;
    case State::open_confirm: subcode = FsmSubcode::in_open_confirm; break;
    case State::established: subcode = FsmSubcode::in_established; break;
    case State::idle:
    case State::connect:
    case State::active: break;
    }
    return to_idle(NotificationError{ErrorCode::finite_state_machine, std::to_underlying(subcode)});
}

}   // namespace barrage
