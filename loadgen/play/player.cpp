#include "loadgen/play/player.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>

#include "loadgen/play/judge_expected.hpp"
#include "loadgen/play/phase_run.hpp"
#include "loadgen/scenario/phase_table.hpp"
#include "loadgen/words/numbers.hpp"

namespace barrage {

namespace {

/// Whether the device ended it for the routes, or because it broke, though its TCP took them: any NOTIFICATION, ours too, but the Ceases of
/// somebody who ends it on purpose. A Hard Reset stands for the NOTIFICATION in its data: RFC 8538 section 3.1.
bool refuses_routes(const SessionEnd& end)
{
    if (end.by == SessionEnd::By::notification_sent) return true;
    if (end.by != SessionEnd::By::notification_received) return false;
    auto code = end.notification.code;
    auto subcode = end.notification.subcode;
    const auto& data = end.notification.data;
    if (code == ErrorCode::cease && CeaseSubcode{subcode} == CeaseSubcode::hard_reset && data.size() >= 2) {
        code = ErrorCode{data[0]};
        subcode = data[1];
    }
    if (code != ErrorCode::cease) return true;
    switch (CeaseSubcode{subcode}) {
    case CeaseSubcode::administrative_shutdown:
    case CeaseSubcode::administrative_reset: return false;
    default: return subcode != 0;   // RFC 4271 knew none
    }
}

/// Errors of an OPEN do not go away by trying again: the two sides do not suit each other.
bool is_hopeless(const SessionEnd& end)
{
    const bool notified = end.by == SessionEnd::By::notification_received || end.by == SessionEnd::By::notification_sent;
    return notified && end.notification.code == ErrorCode::open_message;
}

/// Established on our side, but the other side is no router that would have us: it answers the OPEN with an error behind a KEEPALIVE that was
/// already on its way, or with octets that are no BGP before it took all routes.
bool was_never_usable(const SessionEnd& end, bool took_all)
{
    if (is_hopeless(end)) return true;
    return end.by == SessionEnd::By::notification_sent && end.notification.code == ErrorCode::message_header && !took_all;
}

}   // namespace

Player::Player(const LoadedScenario& loaded, Engine& engine, Progress& progress, MetricsFeed& metrics)
    : loaded_(loaded), engine_(engine), progress_(progress), metrics_(metrics), measured_(std::make_shared<MeasuredRoutes>()),
      stated_(*loaded.scenario), flap_parts_(loaded), operation_(engine, lines_, *measured_, result_, metrics),
      judges_early_(std::ranges::any_of(loaded.scenario->thresholds, &Threshold::stops)), monitor_(loaded.scenario->dut.pid)
{
    make_lines();
}

Player::~Player() = default;

RunResult Player::run()
{
    started_ = Clock::now();
    monitor_.begin(started_);
    measured_->begin(started_);
    progress_.begin(started_);
    if (judges_early_) peek_at_ = started_ + peek_every;
    if (scenario().timeout) finish_by_ = started_ + *scenario().timeout;
    metrics_.begin(engine_, started_, static_cast<std::uint32_t>(scenario().phases.size()));
    begin_phase(started_);
    engine_.run(*this);
    if (const auto failure = engine_.failure(); !failure.empty()) give_up("ended early: " + failure, ExitStatus::incomplete);
    progress_.end();
    metrics_.end(Clock::now());
    operation_.book_what_is_left();
    fill(Clock::now());
    return std::move(result_);
}

// ---- Events of the engine.

void Player::on_events(const std::vector<PeerEvent>& events)
{
    auto now = Clock::now();
    monitor_.woken(deadline(), now);
    for (const auto& event : events) {
        auto* line = lines_.of_index(event.peer);
        if (!line) continue;
        if (std::holds_alternative<happened::Established>(event.what)) {
            const auto& negotiated = std::get<happened::Established>(event.what).negotiated;
            line->enhanced_refresh = negotiated.enhanced_route_refresh;
            line->add_path = negotiated.options.add_path_send;
            line->families = static_cast<std::uint32_t>(negotiated.families.size());
            if (line->group->measures()) leaks_.could_be_seen(negotiated.families);
            line->peer_as = negotiated.peer_as;
            line->peer_software = negotiated.peer_software;
            line->route_refresh = negotiated.route_refresh;
            line->device_keeps = line->group->graceful_restart && negotiated.graceful_restart;
            change_expectation([this, number = line->number,
                                device = PeerIdentity{negotiated.peer_as, negotiated.peer_identifier},
                                families = negotiated.families, role = negotiated.peer_role] {
                expectation_->device_is(device);
                expectation_->speaks(number, families);
                expectation_->has_role(number, role);
            });
            established(*line, event.at);
        } else if (const auto* sent = std::get_if<happened::RunSent>(&event.what)) {
            const bool is_new = line->runs_sent++ < line->runs_wanted;   // and no answer to a ROUTE-REFRESH
            if (sent->left_out && is_new) leave_out(*line, *sent);
        } else if (const auto* left_out = std::get_if<happened::LeftOutChanges>(&event.what)) {
            leave_out(*line, *left_out);
        } else if (std::holds_alternative<happened::AllAcked>(event.what)) {
            if (line->runs_sent >= line->runs_wanted && !std::exchange(line->acked, true) && line->all_acked_at == never)
                line->all_acked_at =
                    event.at > line->established_at ? event.at : Clock::now();   // within one turn, whose time both have
        } else if (const auto* end = std::get_if<happened::Ended>(&event.what)) {
            ended(*line, end->end, event.at);
        }
        if (current_) current_->run->on_event(*line, event);
    }
    go_on(now);
    monitor_.ran();
}

void Player::established(PlayedPeer& line, TimePoint at)
{
    if (line.up) return;
    line.up = true;
    line.end.clear();
    line.established_at = at;
    line.establish.record(at - line.begun_at);
    metrics_.established(at - line.begun_at);
    result_.establish.record(at - line.begun_at);
    if (current_)
        if (const auto* connect = std::get_if<Scenario::Connect>(&current_->phase->what);
            connect && connect->advertising && !monitor_.has_begun_sending())
            monitor_.sending_begins(at, totals());
    if (current_) current_record().establish.record(at - line.begun_at);
    line.runs_sent = 0;
    line.runs_wanted = static_cast<std::size_t>(std::ranges::count_if(line.pieces, &RoutesPiece::advertised));
    line.acked = line.runs_wanted == 0;
    if (std::exchange(line.kept_until, never) != never) set_restart_state(line, false, false, {});
    if (!std::exchange(line.restarting, false)) hold_routes(line, true);
}

void Player::ended(PlayedPeer& line, const SessionEnd& end, TimePoint at)
{
    const bool was_up = std::exchange(line.up, false);
    line.end = end.text;
    if (const auto numbers = engine_.numbers(*line.index); was_up) line.never_acked = numbers.sent_routes - numbers.acked_routes;
    if (state_ == State::closing) return;
    if (was_up && !line.restarting) hold_routes(line, false);
    if (!was_up) {
        if (is_hopeless(end) && !line.going_down && !is_excused(line))
            give_up(fmt::format("cannot set up {} with {}: {}", name_of(line), to_text(loaded_.dut), end.text),
                    ExitStatus::session_failed);
        return;
    }
    if (line.going_down || is_done(line, end)) return;
    if (scenario().may_end_when_done && was_never_usable(end, line.acked))
        return give_up(fmt::format("cannot set up {} with {}: {}", name_of(line), to_text(loaded_.dut), end.text),
                       ExitStatus::session_failed);
    ++line.losses;
    ++result_.sessions_lost;
    metrics_.session_lost();
    mark_gone(line, at);
    // Whether that was expected is judged at the end, when it is known how many are.
    RunResult::Loss loss{.number = line.number, .group = line.group->name, .peer = name_of(line), .end = end.text};
    if (const auto phase = operation_.phase()) loss.phases.push_back(result_.phases[*phase].name);
    for (const auto& phase : result_.phases)
        if (!phase.finished && std::ranges::find(loss.phases, phase.name) == loss.phases.end()) loss.phases.push_back(phase.name);
    if (end.by == SessionEnd::By::notification_received) loss.notification = end.notification;
    progress_.print(fmt::format("loadgen {}: {} was lost: {}", loaded_.command, loss.peer, loss.end));
    result_.losses.push_back(std::move(loss));
}

bool Player::is_done(const PlayedPeer& line, const SessionEnd& end) const
{
    if (!scenario().may_end_when_done || !line.acked || refuses_routes(end)) return false;
    // Nothing is to be withdrawn, and it was not to be kept up any longer.
    const auto needs_it = [](const Scenario::Phase& phase) {
        return std::holds_alternative<Scenario::Withdraw>(phase.what) || std::holds_alternative<Scenario::Hold>(phase.what);
    };
    const auto& phases = scenario().phases;
    return !(current_ && needs_it(*current_->phase)) &&
           std::none_of(phases.begin() + static_cast<std::ptrdiff_t>(next_phase_), phases.end(), needs_it);
}

void Player::on_interrupt()
{
    if (state_ == State::closing) return;
    if (broken_off_) return close(Clock::now());
    const bool is_last = state_ == State::playing && current_ && next_phase_ == scenario().phases.size();
    if (is_last && current_->run->ends_when_interrupted(Clock::now())) {
        ++wake_;
        return;
    }
    result_.status = ExitStatus::interrupted;
    result_.problems.emplace_back("interrupted");
    break_off(Clock::now());
}

TimePoint Player::deadline()
{
    if (stopped_) return never;   // sessions are closing, and nothing is ours to do
    auto at = std::min(
        {progress_.due(), metrics_.due(), finish_by_, end_by_, monitor_.sample_at(), peek_at_, kept_until_, compare_at_});
    if (state_ == State::playing && current_) at = std::min(at, current_->run->deadline());
    if (wake_ != 0) at = TimePoint::min();
    return at;
}

void Player::on_time(TimePoint now)
{
    monitor_.woken(deadline(), now);
    wake_ = 0;
    if (now >= monitor_.sample_at()) monitor_.sample(now, lines_.up(), totals(), result_);
    if (now >= peek_at_) peek(now);
    if (now >= compare_at_) compare_at_end();
    if (now >= kept_until_) flush_kept(now);
    if (now >= progress_.due()) show(now);
    metrics_.on_time(now);
    if (now >= end_by_) {
        stopped_ = true;
        return engine_.stop();
    }
    if (now >= finish_by_ && state_ != State::closing) {
        finish_by_ = never;
        const bool all_came = std::ranges::all_of(lines_, [](const PlayedPeer& line) { return line.established_at != never; });
        give_up(fmt::format("not done within {}", duration_text(*scenario().timeout)),
                all_came ? ExitStatus::incomplete : ExitStatus::session_failed);
    }
    go_on(now);
    monitor_.ran();
}

// ---- From phase to phase.

void Player::begin_phase(TimePoint now)
{
    if (next_phase_ == scenario().phases.size()) {
        state_ = State::comparing;
        // What was right behind the last operation may be in between two rights now: a better path came, and goes to all but whom it is from.
        constexpr auto patience = std::chrono::seconds{1};
        const auto last = std::find_if(result_.phases.rbegin(), result_.phases.rend(),
                                       [](const RunResult::Phase& phase) { return phase.is_operation || phase.comparison; });
        const bool was_right = last != result_.phases.rend() && last->comparison && last->comparison->is_right();
        compare_until_ = was_right ? now + patience : now;
        if (std::ranges::any_of(lines_, [](const PlayedPeer& line) { return line.up && line.group->measures(); }))
            compare_at_ = leaks_.until(now);
        if (compare_at_ != never && compare_at_ > now) return;
        return compare_at_end();
    }
    current_ = prepare(scenario().phases[next_phase_++], now);
    metrics_.phase(current_record().name);
    if (current_record().is_operation) {
        ++run_id_;
        operation_.begin(current_->record, started_, now);
        if (!monitor_.has_begun_sending()) monitor_.sending_begins(now, totals());
    }
    state_ = State::playing;
    begin(*current_, now);
    ++wake_;
}

Player::UnderWay Player::prepare(const Scenario::Phase& phase, TimePoint now)
{
    auto& record = result_.phases.emplace_back();
    record.name = phase.name;
    record.repetition_of = phase.repetition_of;
    record.kind = PhaseKind{phase.what};
    record.is_operation = word_of(phase.what).is_operation;
    record.began = now - started_;
    const auto device_cpu = monitor_.look_at_device(now);
    return {&phase, newest_record(), now, totals(peers_of(phase.what)), device_cpu, make_phase_run(phase, *this)};
}

void Player::all_is_right(TimePoint now)
{
    if (!changes_singly_) measured_->all_is_right(now);
}

void Player::begin(UnderWay& under_way, TimePoint now)
{
    const auto& what = under_way.phase->what;
    const auto* kill = std::get_if<Scenario::Kill>(&what);
    // Of quick changes one may be on its way though all looks right; whom a session is silent to ends it when it likes.
    const PhaseKind kind{what};
    changes_singly_ |= kind.is<Scenario::Churn, Scenario::Flap, Scenario::Command, Scenario::Replay, Scenario::Parallel>();
    const bool ends_by_device = kill && (kill->by == Scenario::Kill::By::silence || kill->by == Scenario::Kill::By::stop_reading);
    if (changes_singly_ || ends_by_device || kind.is<Scenario::Exec, Scenario::Restart>()) measured_->all_may_change();
    stated_.phase_begins(*under_way.phase);
    under_way.run->begin(now);
    stated_.phase_has_begun();
}

void Player::finish(const UnderWay& under_way, TimePoint now)
{
    auto& done = record(under_way.record);
    done.took = now - under_way.began;
    done.finished = true;
    // The kernel counts ticks of 10 ms: over less than a few of them a share says nothing.
    constexpr auto least_watched = std::chrono::milliseconds{100};
    if (const auto look = monitor_.device().look(now)) {
        done.dut_octets = std::max(done.dut_octets.value_or(0), look->resident_octets);
        if (done.took >= least_watched)
            done.dut_cores = per_second(seconds(monitor_.device().cpu() - under_way.device_cpu), done.took);
    }
    note_numbers(under_way);
    leaks_.phase_ends(now);
    if (done.kind.is<Scenario::Announce, Scenario::Withdraw, Scenario::Replay>() && done.wire_routes != 0)
        done.rate = per_second(static_cast<double>(done.wire_routes), done.took);
}

void Player::note_numbers(const UnderWay& under_way)
{
    auto& done = record(under_way.record);
    const auto numbers = totals(peers_of(under_way.phase->what)) - under_way.before;
    done.wire_routes = numbers.wire_routes;
    done.wire_updates = numbers.wire_updates;
    done.wire_octets = numbers.wire_octets;
    done.acked_routes = numbers.acked_routes;
    done.reflected = numbers.reflected;
    done.malformed = numbers.malformed;
}

void Player::go_on(TimePoint now)
{
    if (gave_up_ && state_ != State::closing) return break_off(now);
    if (state_ == State::closing) {
        if (std::ranges::none_of(lines_, &PlayedPeer::up))
            end_by_ = now;   // the engine closes the connections behind their last octet
        return;
    }
    if (state_ != State::playing || !current_) return;
    current_->run->go_on(now);
    if (current_->run->stands_at_barrier()) current_->run->pass_barrier(now);   // nobody is beside it
    if (gave_up_) return break_off(now);
    if (current_->run->is_done()) finish_phase(now);
}

void Player::finish_phase(TimePoint now)
{
    finish(*current_, now);
    // What was to go, or to go over to others, has had its time in a hold, too.
    const bool goes = operation_.phase() && result_.phases[*operation_.phase()].kind.is<Scenario::Kill, Scenario::Withdraw>();
    if (std::holds_alternative<Scenario::Wait>(current_->phase->what) ||
        (goes && std::holds_alternative<Scenario::Hold>(current_->phase->what)))
        operation_.was_waited_for();
    // Sessions that advertise at once still do so when the last of them is up.
    const bool is_connect = std::holds_alternative<Scenario::Connect>(current_->phase->what);
    if (scenario().may_end_when_done && current_record().is_operation && !is_connect) monitor_.sending_ends(now, totals());
    current_.reset();
    collect(now);
}

}   // namespace barrage
