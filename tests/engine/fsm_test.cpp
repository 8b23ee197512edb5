#include "tests/support/doctest.hpp"

#include <array>
#include <string>
#include <vector>

#include "engine/fsm/collision.hpp"
#include "engine/fsm/fsm.hpp"

namespace barrage {

namespace {

using namespace std::chrono_literals;
using namespace barrage::action;

constexpr auto hold_time = 90s;
constexpr auto interval = 30s;

const NotificationError header_error{ErrorCode::message_header, 2, {0, 18}};
const NotificationError open_error{ErrorCode::open_message, 2};
const NotificationError update_error{ErrorCode::update_message, 1};

/// One fsm brought to a state by the events that lead there.
Fsm fsm_in(State state)
{
    Fsm fsm;
    if (state == State::idle) return fsm;
    fsm.on(event::ManualStart{state == State::active});
    if (state == State::connect || state == State::active) return fsm;
    fsm.on(event::TcpConnectionConfirmed{});
    if (state == State::open_sent) return fsm;
    fsm.on(event::BgpOpen{hold_time});
    if (state == State::open_confirm) return fsm;
    fsm.on(event::KeepAliveMsg{});
    return fsm;
}

struct Answer {
    State state;
    std::vector<Action> actions;
};

/// Back to Idle without a word.
Answer quiet(bool established = false)
{
    Answer answer{State::idle, {StopTimers{}, DropConnection{}}};
    if (established) answer.actions.push_back(LeaveEstablished{});
    return answer;
}

/// Back to Idle with a NOTIFICATION.
Answer notified(NotificationError error, bool established = false)
{
    auto answer = quiet(established);
    answer.actions.insert(answer.actions.begin(), SendNotification{std::move(error)});
    return answer;
}

Answer fsm_error(std::uint8_t subcode) { return notified({ErrorCode::finite_state_machine, subcode}, subcode == 3); }

Answer stay(State state, std::vector<Action> actions = {}) { return {state, std::move(actions)}; }

struct Row {
    std::string_view name;
    Event event;
    std::array<Answer, 6> answers;   // Idle, Connect, Active, OpenSent, OpenConfirm, Established
};

const Answer ignored = stay(State::idle);
const Answer opened{State::open_sent, {StopConnectRetryTimer{}, SendOpen{}, RestartHoldTimer{240s}}};
const Answer alive = stay(State::established, {RestartHoldTimer{hold_time}});
const std::vector<Action> keep_alive{SendKeepalive{}, RestartKeepaliveTimer{interval}};
const NotificationError stop{ErrorCode::cease, 2};
const NotificationError hold{ErrorCode::hold_timer_expired};
const NotificationError send_hold{ErrorCode::send_hold_timer_expired};
const NotificationError collision{ErrorCode::cease, 7};

// RFC 4271 section 8.2.2, with the subcodes of RFC 6608 and event 29 of RFC 9687; where it differs, fsm.cpp says why.
const Row table[] = {
    {"ManualStart",
     event::ManualStart{},
     {stay(State::connect, {StartConnectRetryTimer{}, InitiateConnection{}}), stay(State::connect), stay(State::active),
      stay(State::open_sent), stay(State::open_confirm), stay(State::established)}},
    {"ManualStart, passive",
     event::ManualStart{true},
     {stay(State::active), stay(State::connect), stay(State::active), stay(State::open_sent), stay(State::open_confirm),
      stay(State::established)}},
    {"ManualStop", event::ManualStop{}, {ignored, quiet(), quiet(), notified(stop), notified(stop), notified(stop, true)}},
    {"ConnectRetryTimerExpires",
     event::ConnectRetryTimerExpires{},
     {ignored, stay(State::connect, {DropConnection{}, StartConnectRetryTimer{}, InitiateConnection{}}), stay(State::active),
      fsm_error(1), fsm_error(2), fsm_error(3)}},
    {"HoldTimerExpires",
     event::HoldTimerExpires{},
     {ignored, quiet(), quiet(), notified(hold), notified(hold), notified(hold, true)}},
    {"KeepaliveTimerExpires",
     event::KeepaliveTimerExpires{},
     {ignored, quiet(), quiet(), fsm_error(1), stay(State::open_confirm, keep_alive), stay(State::established, keep_alive)}},
    {"SendHoldTimerExpires",
     event::SendHoldTimerExpires{},
     {ignored, quiet(), quiet(), notified(send_hold), notified(send_hold), notified(send_hold, true)}},
    {"TcpConnectionConfirmed",
     event::TcpConnectionConfirmed{},
     {stay(State::idle, {DropConnection{}}), opened, opened, stay(State::open_sent), stay(State::open_confirm),
      stay(State::established)}},
    {"TcpConnectionFails",
     event::TcpConnectionFails{},
     {ignored, quiet(), quiet(), stay(State::active, {DropConnection{}, StopTimers{}, StartConnectRetryTimer{}}), quiet(),
      quiet(true)}},
    {"BgpOpen",
     event::BgpOpen{hold_time},
     {ignored, quiet(), quiet(),
      stay(State::open_confirm,
           {StopConnectRetryTimer{}, SendKeepalive{}, RestartKeepaliveTimer{interval}, RestartHoldTimer{hold_time}}),
      fsm_error(2), fsm_error(3)}},
    {"BgpHeaderErr",
     event::BgpHeaderErr{header_error},
     {ignored, quiet(), quiet(), notified(header_error), notified(header_error), notified(header_error, true)}},
    {"BgpOpenMsgErr",
     event::BgpOpenMsgErr{open_error},
     {ignored, quiet(), quiet(), notified(open_error), notified(open_error), fsm_error(3)}},
    {"OpenCollisionDump",
     event::OpenCollisionDump{},
     {ignored, quiet(), quiet(), notified(collision), notified(collision), notified(collision, true)}},
    {"NotifMsgVerErr", event::NotifMsgVerErr{}, {ignored, quiet(), quiet(), quiet(), quiet(), quiet(true)}},
    {"NotifMsg", event::NotifMsg{}, {ignored, quiet(), quiet(), quiet(), quiet(), quiet(true)}},
    {"KeepAliveMsg",
     event::KeepAliveMsg{},
     {ignored, quiet(), quiet(), fsm_error(1), stay(State::established, {RestartHoldTimer{hold_time}, Establish{}}), alive}},
    {"UpdateMsg", event::UpdateMsg{}, {ignored, quiet(), quiet(), fsm_error(1), fsm_error(2), alive}},
    {"UpdateMsgErr",
     event::UpdateMsgErr{update_error},
     {ignored, quiet(), quiet(), fsm_error(1), fsm_error(2), notified(update_error, true)}},
    {"RouteRefreshMsg", event::RouteRefreshMsg{}, {ignored, quiet(), quiet(), fsm_error(1), fsm_error(2), alive}},
};

}   // namespace

TEST_CASE("every pair of state and event has the answer of RFC 4271")
{
    std::array<bool, std::variant_size_v<Event>> seen{};
    for (const auto& row : table) {
        seen[row.event.index()] = true;
        for (std::size_t i = 0; i < row.answers.size(); ++i) {
            const auto state = static_cast<State>(i);
            CAPTURE(row.name);
            CAPTURE(name(state));
            auto fsm = fsm_in(state);
            REQUIRE(fsm.state() == state);
            const auto actions = fsm.on(row.event);
            CHECK(fsm.state() == row.answers[i].state);
            CHECK(std::vector<Action>(actions.begin(), actions.end()) == row.answers[i].actions);
        }
    }
    for (const auto event_has_row : seen) CHECK(event_has_row);
}

TEST_CASE("a passive fsm never connects by itself")
{
    auto fsm = fsm_in(State::active);
    CHECK(fsm.on(event::ConnectRetryTimerExpires{}).empty());
    fsm.on(event::TcpConnectionConfirmed{});
    CHECK(fsm.on(event::TcpConnectionFails{}) == Actions{DropConnection{}, StopTimers{}});
    CHECK(fsm.state() == State::active);
}

TEST_CASE("an active one that lost its connection in OpenSent tries again when the timer ends")
{
    auto fsm = fsm_in(State::open_sent);
    fsm.on(event::TcpConnectionFails{});
    CHECK(fsm.on(event::ConnectRetryTimerExpires{}) == Actions{StartConnectRetryTimer{}, InitiateConnection{}});
    CHECK(fsm.state() == State::connect);
}

TEST_CASE("a hold time of zero stops both timers")
{
    auto fsm = fsm_in(State::open_sent);
    CHECK(fsm.on(event::BgpOpen{0s}) ==
          Actions{StopConnectRetryTimer{}, SendKeepalive{}, RestartKeepaliveTimer{0s}, RestartHoldTimer{0s}});
    CHECK(fsm.on(event::KeepAliveMsg{}) == Actions{RestartHoldTimer{0s}, Establish{}});
}

TEST_CASE("the keepalive interval is a third of the hold time and never below a second")
{
    CHECK(Fsm::keepalive_interval(0s) == 0s);
    CHECK(Fsm::keepalive_interval(3s) == 1s);
    CHECK(Fsm::keepalive_interval(4s) == 1s);
    CHECK(Fsm::keepalive_interval(180s) == 60s);
    CHECK(Fsm::keepalive_interval(65535s) == 21845s);
}

TEST_CASE("ManualStop carries its subcode and text into the Cease")
{
    auto fsm = fsm_in(State::established);
    const auto actions = fsm.on(event::ManualStop{CeaseSubcode::administrative_reset, "go"});
    REQUIRE(!actions.empty());
    CHECK(actions[0] == Action{SendNotification{{ErrorCode::cease, 4, {2, 'g', 'o'}}}});
}

TEST_CASE("no sequence of four events asks for more than fits, and only Established is ever left")
{
    for (const auto& a : table)
        for (const auto& b : table)
            for (const auto& c : table)
                for (const auto& d : table) {
                    Fsm fsm;
                    for (const auto* row : {&a, &b, &c, &d}) {
                        const auto before = fsm.state();
                        bool left = false;
                        for (const auto& action : fsm.on(row->event))
                            left = left || std::holds_alternative<LeaveEstablished>(action);
                        if (left != (before == State::established && fsm.state() != State::established))
                            FAIL("LeaveEstablished out of place at " << row->name);
                    }
                }
}

TEST_CASE("of two connections the one begun by the higher identifier stays")
{
    const Speaker low{{0x0a000001}, {65001}};
    const Speaker high{{0x0a000002}, {65002}};
    CHECK(keep_existing(State::open_confirm, Initiator::us, high, low));
    CHECK_FALSE(keep_existing(State::open_confirm, Initiator::peer, high, low));
    CHECK_FALSE(keep_existing(State::open_confirm, Initiator::us, low, high));
    CHECK(keep_existing(State::open_confirm, Initiator::peer, low, high));
    // identifiers compare as unsigned numbers in host order
    CHECK(keep_existing(State::open_sent, Initiator::us, {{0xc0000001}, {1}}, {{0x01000000}, {2}}));
}

TEST_CASE("equal identifiers are told apart by the AS, and an established connection stays")
{
    const Speaker low{{0x0a000001}, {65001}};
    const Speaker high{{0x0a000001}, {4200000000}};
    CHECK(keep_existing(State::open_confirm, Initiator::us, high, low));
    CHECK_FALSE(keep_existing(State::open_confirm, Initiator::us, low, high));
    for (const auto initiator : {Initiator::us, Initiator::peer}) {
        CHECK(keep_existing(State::established, initiator, low, high));
        CHECK(keep_existing(State::established, initiator, high, low));
    }
}

TEST_CASE("both speakers of a collision keep the same connection")
{
    const Speaker speakers[] = {{{1}, {1}}, {{1}, {2}}, {{2}, {1}}, {{0xffffffff}, {7}}};
    for (const auto& a : speakers)
        for (const auto& b : speakers) {
            if (a.bgp_identifier == b.bgp_identifier && a.asn == b.asn) continue;
            for (const auto initiator : {Initiator::us, Initiator::peer}) {
                const auto other = initiator == Initiator::us ? Initiator::peer : Initiator::us;
                CHECK(keep_existing(State::open_confirm, initiator, a, b) == keep_existing(State::open_confirm, other, b, a));
            }
        }
}

}   // namespace barrage
