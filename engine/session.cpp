#include "engine/session.hpp"

#include <algorithm>
#include <utility>

#include "codec/match.hpp"
#include "codec/message/keepalive.hpp"

namespace barrage {

namespace {

/// As ExaBGP says it.
NotificationError unknown_message(const NotificationError& error)
{
    const auto type = error.data.empty() ? std::string{} : std::to_string(error.data.front());
    const auto words = "can not decode update message of type \"" + type + "\"";
    return {
        ErrorCode::message_header, std::to_underlying(HeaderSubcode{}), {words.begin(), words.end()}, error.text, error.offset};
}

Octets keepalive()
{
    Octets message;
    encode(Keepalive{}, message);
    return message;
}

}   // namespace

Session::Session(const SessionConfig& config, Initiator initiator, SessionListener& listener)
    : config_(config), initiator_(initiator), listener_(listener)
{
}

void Session::start(bool passive, TimePoint now)
{
    if (fsm_.state() != State::idle || closing_) return;
    framer_.reset();
    outbox_.clear();
    negotiated_.reset();
    end_.reset();
    close_by_ = never;
    apply(event::ManualStart{passive}, now);
}

void Session::stop(CeaseSubcode subcode, const std::string& text, TimePoint now)
{
    if (fsm_.state() == State::idle) return;
    end_ = SessionEnd{.by = SessionEnd::By::dropped, .text = "stopped"};
    apply(event::ManualStop{subcode, text}, now);
}

void Session::stop(const std::optional<NotificationError>& error, TimePoint now)
{
    if (fsm_.state() == State::idle) return;
    end_ = SessionEnd{.by = SessionEnd::By::dropped, .text = "stopped"};
    if (error)
        apply(event::BgpHeaderErr{*error}, now);
    else
        apply(event::TcpConnectionFails{}, now);
}

void Session::push(Octets message, bool urgent, TimePoint now)
{
    if (config_.observed_sent.contains(MessageType{message[header_octets - 1]})) listener_.on_message(*this, true, message, now);
    if (urgent)
        outbox_.push_urgent(std::move(message));
    else
        outbox_.push(std::move(message));
}

void Session::send_message(Octets message, TimePoint now) { push(std::move(message), false, now); }

void Session::dump_for_collision(TimePoint now)
{
    end_ = SessionEnd{.by = SessionEnd::By::dropped, .text = "another connection to this peer stays"};
    apply(event::OpenCollisionDump{}, now);
}

void Session::fail(const NotificationError& error, TimePoint now) { apply(event::UpdateMsgErr{error}, now); }

void Session::connected(TimePoint now, const IpAddress& local)
{
    ours_ = config_.open;
    if (ours_.bgp_identifier == Ipv4Address{} && local.is_v4()) ours_.bgp_identifier = local.v4();
    has_connection_ = connected_ = true;
    framer_.reset();   // what an earlier connection left is none of this one's
    send_hold_expires_ = never;
    apply(event::TcpConnectionConfirmed{}, now);
}

void Session::connection_lost(const std::string& reason, TimePoint now)
{
    const bool was_connected = std::exchange(connected_, false);
    has_connection_ = false;
    wants_connection_ = false;
    outbox_.clear();
    framer_.release();
    if (std::exchange(closing_, false)) {   // it was to be closed anyway, and its end has been told
        close_by_ = never;
        return;
    }
    end_ =
        SessionEnd{.by = was_connected ? SessionEnd::By::connection_closed : SessionEnd::By::connection_refused, .text = reason};
    apply(event::TcpConnectionFails{}, now);
}

void Session::received(std::size_t octets, TimePoint now)
{
    framer_.filled(octets);
    octets_received_ += octets;
    take_messages(now);
}

void Session::received_late(std::size_t octets)
{
    framer_.filled(octets);
    bool has_crossed = false;   // one that was sent before ours came
    while (const auto message = framer_.next()) {
        if (!*message) return;
        if (MessageType{(**message)[header_octets - 1]} == MessageType::notification && std::exchange(has_crossed, true))
            ++repeated_notifications_;
    }
}

void Session::count_late()
{
    while (const auto message = framer_.next()) {
        if (!*message) return;
        if (MessageType{(**message)[header_octets - 1]} == MessageType::notification) ++repeated_notifications_;
    }
}

void Session::take_messages(TimePoint now)
{
    bool updated = false;
    while (!closing_ && fsm_.state() != State::idle) {
        auto message = framer_.next();
        if (!message) {
            const auto& error = message.error();
            const bool of_no_type = error.subcode == std::to_underlying(HeaderSubcode::bad_message_type);
            apply(event::BgpHeaderErr{config_.words_for_unknown_messages && of_no_type ? unknown_message(error) : error}, now);
            return;
        }
        if (!*message) break;
        ++messages_received_;
        const auto octets = **message;
        // Hot: a table comes as hundreds of thousands of these. One event for all of them that one read brought.
        if (fsm_.state() == State::established && MessageType{octets[header_octets - 1]} == MessageType::update) {
            updated = true;
            if (config_.observed_received.contains(MessageType::update)) listener_.on_message(*this, false, octets, now);
            if (auto error = listener_.on_update(*this, octets, now)) {
                apply(event::UpdateMsgErr{std::move(*error)}, now);
                return;
            }
            continue;
        }
        if (!take(octets, now)) return count_late();
    }
    if (updated && fsm_.state() == State::established) apply(event::UpdateMsg{}, now);
}

bool Session::take(OctetView message, TimePoint now)
{
    if (config_.observed_received.contains(MessageType{message[header_octets - 1]}))
        listener_.on_message(*this, false, message, now);
    switch (MessageType{message[header_octets - 1]}) {
    case MessageType::open: on_open(message, now); break;
    case MessageType::keepalive: apply(event::KeepAliveMsg{}, now); break;
    case MessageType::update: apply(event::UpdateMsg{}, now); break;   // not established: the fsm refuses it
    case MessageType::notification: {
        SessionEnd end{.by = SessionEnd::By::notification_received};
        if (auto notification = decode_notification(message)) end.notification = std::move(*notification);
        end.text = to_text(end.notification);
        const bool version = end.notification.code == ErrorCode::open_message &&
                             OpenSubcode{end.notification.subcode} == OpenSubcode::unsupported_version_number;
        end_ = std::move(end);
        if (version)
            apply(event::NotifMsgVerErr{}, now);
        else
            apply(event::NotifMsg{}, now);
        break;
    }
    case MessageType::route_refresh: on_route_refresh(message, now); break;
    case MessageType::operational:   // says that the peer lives, nothing else here
        if (established() && !negotiated_->operational) ++not_negotiated_;
        apply(event::RouteRefreshMsg{}, now);
        break;
    }
    return !closing_ && fsm_.state() != State::idle;
}

void Session::on_route_refresh(OctetView message, TimePoint now)
{
    if (is_ignored_route_refresh(message)) {
        if (established()) ++not_negotiated_;   // no RFC has a capability for it
        return apply(event::RouteRefreshMsg{}, now);
    }
    const auto refresh = decode_route_refresh(message, negotiated_ ? negotiated_->peer_refresh : PeerRefresh::plain);
    if (!refresh) return apply(event::UpdateMsgErr{refresh.error()}, now);   // RFC 4271 section 6.1, RFC 7313 section 5: a reset
    apply(event::RouteRefreshMsg{}, now);
    if (!established()) return;
    // RFC 2918 section 4: to those who said that they take it, of families that both have. RFC 7313 section 3: brackets where both said so.
    const bool is_settled = refresh->kind == RouteRefreshKind::request ? ours_.route_refresh || ours_.enhanced_route_refresh
                                                                       : negotiated_->enhanced_route_refresh;
    if (!is_settled || !negotiated_->families.contains(refresh->family)) ++not_negotiated_;
    listener_.on_route_refresh(*this, *refresh);
}

void Session::on_open(OctetView message, TimePoint now)
{
    auto open = decode_open(message);
    if (!open) return apply(event::BgpOpenMsgErr{open.error()}, now);
    if (fsm_.state() != State::open_sent) return apply(event::BgpOpen{std::chrono::seconds{open->hold_time}}, now);
    if (ours_.my_as == Asn{}) {
        ours_.my_as = open->asn();
        send_open(now);
    }
    auto negotiated = negotiate(ours_, make_open(ours_), *open, config_.peer_as);
    if (!negotiated) {
        if (config_.peer_as && open->asn() != *config_.peer_as)
            remark_ = "it is AS" + std::to_string(open->asn().value) + ", not AS" + std::to_string(config_.peer_as->value);
        return apply(event::BgpOpenMsgErr{negotiated.error()}, now);
    }
    negotiated_ = std::move(*negotiated);
    if (!listener_.on_open(*this, *open, now)) return;
    framer_.set_max_message(negotiated_->options.max_message());
    apply(event::BgpOpen{negotiated_->hold_time}, now);
}

void Session::sent(std::size_t octets, TimePoint now)
{
    if (octets > 0) outbox_.written(octets);
    if (outbox_.empty() || config_.send_hold_time == Duration::zero())
        send_hold_expires_ = never;
    else if (octets > 0 || send_hold_expires_ == never)
        send_hold_expires_ = now + config_.send_hold_time;
}

void Session::tick(TimePoint now)
{
    if (now >= connect_retry_at_) {
        connect_retry_at_ = never;
        if (fsm_.state() == State::connect) {
            // RFC 4271 section 8.2.2 would begin the next attempt without leaving Connect. As with a connection that is lost in OpenSent it is
            // the listener who says whether and when, and whoever waits for the session hears why it does not come.
            const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(config_.connect_retry).count();
            end_ = SessionEnd{.by = SessionEnd::By::connection_refused,
                              .text = "no answer within " + std::to_string(seconds) + " s"};
            apply(event::TcpConnectionFails{}, now);
        } else {
            apply(event::ConnectRetryTimerExpires{}, now);
        }
    }
    if (now >= hold_expires_) {
        hold_expires_ = never;
        apply(event::HoldTimerExpires{}, now);
    }
    if (now >= send_hold_expires_) {
        send_hold_expires_ = never;
        apply(event::SendHoldTimerExpires{}, now);
    }
    if (now >= keepalive_at_) {
        keepalive_at_ = never;
        apply(event::KeepaliveTimerExpires{}, now);
    }
}

TimePoint Session::deadline() const noexcept
{
    return std::min({connect_retry_at_, hold_expires_, keepalive_at_, send_hold_expires_, close_by_});
}

void Session::closed() noexcept
{
    closing_ = has_connection_ = connected_ = false;
    close_by_ = never;
    outbox_.clear();
    framer_.release();
}

void Session::send(const NotificationError& error, TimePoint now)
{
    const auto notification = notification_of(error);
    end_ = SessionEnd{
        .by = SessionEnd::By::notification_sent, .notification = notification, .text = "sent " + to_text(notification)};
    if (const auto remark = std::exchange(remark_, {}); !remark.empty())
        end_->text += " (" + remark + ")";
    else if (!error.text.empty())
        end_->text += " (" + std::string{error.text} + ")";
    if (!connected_) return;
    outbox_.keep_only_begun();
    Octets message;
    encode(notification, message, negotiated_ ? negotiated_->options.max_message() : max_message_octets);
    push(std::move(message), false, now);
    close_by_ = now + config_.close_patience;
}

void Session::send_open(TimePoint now)
{
    Octets message;
    encode(make_open(ours_), message);
    push(std::move(message), false, now);
}

void Session::ended(SessionEnd end, TimePoint now)
{
    negotiated_.reset();
    listener_.on_end(*this, end, now);
}

void Session::apply(const Event& event, TimePoint now)
{
    const auto before = fsm_.state();
    for (const auto& action : fsm_.on(event))
        std::visit(
            Match{
                [&](const action::StartConnectRetryTimer&) { connect_retry_at_ = now + config_.connect_retry; },
                [&](const action::StopConnectRetryTimer&) { connect_retry_at_ = never; },
                [&](const action::InitiateConnection&) { wants_connection_ = true; },
                [&](const action::DropConnection&) {
                    wants_connection_ = false;
                    closing_ = has_connection_;
                    // Unless a NOTIFICATION is to leave, no routes that wait are worth sending: the peer may never take them. What
                    // the session itself said before (a KEEPALIVE to an OPEN that came with a NOTIFICATION behind it) still leaves.
                    if (connected_ && close_by_ == never && !outbox_.empty() && outbox_.has_only_own())
                        close_by_ = now + config_.close_patience;
                    if (!connected_ || close_by_ == never) outbox_.clear();
                    if (!closing_)
                        close_by_ = never;
                    else if (outbox_.empty())
                        close_by_ = now;
                },
                [&](const action::SendOpen&) {
                    if (ours_.my_as != Asn{}) send_open(now);   // else once we know whose mirror we are
                },
                [&](const action::SendKeepalive&) {
                    // Before the routes that wait, but never before our OPEN: it may not have left yet.
                    push(keepalive(), fsm_.state() == State::established, now);
                },
                [&](const action::SendNotification& notification) { send(notification.error, now); },
                [&](const action::RestartHoldTimer& timer) {
                    const Duration after = fsm_.state() == State::open_sent ? config_.open_wait : Duration{timer.after};
                    hold_expires_ = after == Duration::zero() ? never : now + after;
                },
                [&](const action::RestartKeepaliveTimer& timer) {
                    keepalive_at_ = timer.after == std::chrono::seconds{0} ? never : now + timer.after;
                },
                [&](const action::StopTimers&) {
                    connect_retry_at_ = hold_expires_ = keepalive_at_ = send_hold_expires_ = never;
                },
                [&](const action::Establish&) { listener_.on_established(*this, now); },
                [&](const action::LeaveEstablished&) {},   // told with the end
            },
            action);
    if (config_.observes_states && fsm_.state() != before) listener_.on_state(*this, fsm_.state(), now);
    // Every way back to Idle is told once.
    // RFC 4271 section 8.2.2 goes on in Active when a connection is lost in OpenSent; whether and when there is another attempt is the
    // listener's to say, so it ends here too.
    if (fsm_.state() == State::active && before > State::active) {
        fsm_.on(event::ManualStop{});
        connect_retry_at_ = never;
    }
    if (before != State::idle && fsm_.state() == State::idle) {
        connect_retry_at_ = never;
        auto end = std::exchange(end_, std::nullopt).value_or(SessionEnd{.text = "dropped"});
        end.was_established = before == State::established;
        ended(std::move(end), now);
    }
}

}   // namespace barrage
