#include "loadgen/run/player.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>

#include "loadgen/report/numbers.hpp"
#include "loadgen/run/phase_run.hpp"

namespace barrage {

namespace {

constexpr auto close_patience = std::chrono::seconds{2};

/// Errors of an OPEN do not go away by trying again: the two sides do not suit each other.
bool is_hopeless(const SessionEnd& end)
{
    const bool told = end.by == SessionEnd::By::notification_received || end.by == SessionEnd::By::notification_sent;
    return told && end.notification.code == ErrorCode::open_message;
}

PeerNumbers operator-(const PeerNumbers& a, const PeerNumbers& b)
{
    PeerNumbers result;
    result.sent_routes = a.sent_routes - b.sent_routes;
    result.wire_routes = a.wire_routes - b.wire_routes;
    result.wire_updates = a.wire_updates - b.wire_updates;
    result.wire_octets = a.wire_octets - b.wire_octets;
    result.acked_routes = a.acked_routes - b.acked_routes;
    result.blocked_nanoseconds = a.blocked_nanoseconds - b.blocked_nanoseconds;
    result.received_updates = a.received_updates - b.received_updates;
    result.reflected = a.reflected - b.reflected;
    result.full_reads = a.full_reads - b.full_reads;
    result.received_octets = a.received_octets - b.received_octets;
    return result;
}

}   // namespace

Player::Player(const LoadedScenario& loaded, Engine& engine, Progress& progress, MetricsFeed& metrics)
    : loaded_(loaded), engine_(engine), progress_(progress), metrics_(metrics), measured_(std::make_shared<MeasuredRoutes>()),
      device_(loaded.scenario->dut.pid)
{
    make_lines();
}

Player::~Player() = default;

RunResult Player::run()
{
    started_ = phase_began_ = shown_at_ = last_sample_ = sample_at_ = Clock::now();
    wall_started_ = std::chrono::system_clock::now();
    last_usage_ = process_usage();
    shown_cpu_ = last_usage_.cpu();
    measured_->begin(started_);
    progress_.begin(started_);
    metrics_.begin(engine_, started_, static_cast<std::uint32_t>(scenario().phases.size()));
    begin_phase(started_);
    engine_.run(*this);
    progress_.end();
    metrics_.end(Clock::now());
    fill(Clock::now());
    return std::move(result_);
}

// ---- What the engine tells.

void Player::on_events(const std::vector<PeerEvent>& events)
{
    auto now = Clock::now();
    for (const auto& event : events) {
        auto* line = line_of(event.peer);
        if (!line) continue;
        if (std::holds_alternative<happened::Established>(event.what)) {
            established(*line, event.at);
        } else if (const auto* sent = std::get_if<happened::RunSent>(&event.what)) {
            ++line->runs_sent;
            result_.left_out += sent->remarks.not_negotiated + sent->remarks.no_next_hop + sent->remarks.too_large;
        } else if (std::holds_alternative<happened::AllAcked>(event.what)) {
            if (line->runs_sent >= line->runs_wanted) line->acked = true;
        } else if (const auto* end = std::get_if<happened::Ended>(&event.what)) {
            ended(*line, end->end, event.at);
        }
        if (phase_) phase_->on_event(*line, event);
    }
    go_on(now);
}

void Player::established(Line& line, TimePoint at)
{
    if (line.up) return;
    line.up = true;
    line.end.clear();
    line.established_at = at;
    line.establish.record(at - line.begun_at);
    metrics_.established(at - line.begun_at);
    result_.establish.record(at - line.begun_at);
    if (!result_.phases.empty()) record().establish.record(at - line.begun_at);
    line.runs_sent = 0;
    line.runs_wanted = static_cast<std::size_t>(std::ranges::count_if(line.pieces, &Piece::told));
    line.acked = line.runs_wanted == 0;
    hold_routes(line, true);
}

void Player::ended(Line& line, const SessionEnd& end, TimePoint at)
{
    const bool was_up = std::exchange(line.up, false);
    line.end = end.text;
    if (state_ == State::closing) return;
    if (was_up) hold_routes(line, false);
    if (!was_up) {
        if (is_hopeless(end) && !line.going_down)
            give_up(fmt::format("cannot set up {}: {}", name_of(line), end.text), ExitStatus::session_failed);
        return;
    }
    if (line.going_down) return;
    ++line.losses;
    ++result_.sessions_lost;
    metrics_.session_lost();
    for (const auto& piece : line.pieces)
        if (piece.told) measured_->sent(measured_->numbers_of(piece.slice), {.peer = *line.index, .withdraw = true}, at);
    problem(fmt::format("{} was lost: {}", name_of(line), end.text));
}

void Player::on_interrupt()
{
    if (state_ == State::closing) return;
    result_.status = ExitStatus::interrupted;
    result_.problems.emplace_back("interrupted");
    close(Clock::now());
}

TimePoint Player::deadline()
{
    auto at = std::min({progress_.due(), metrics_.due(), end_by_, sample_at_});
    if (state_ == State::playing && phase_) at = std::min(at, phase_->deadline());
    if (wake_ != 0) at = TimePoint::min();
    return at;
}

void Player::on_time(TimePoint now)
{
    const auto due = deadline();
    if (due != TimePoint::min()) timer_lateness_.record(now - due);
    wake_ = 0;
    if (now >= sample_at_) sample(now);
    if (now >= progress_.due()) show(now);
    metrics_.on_time(now);
    if (now >= end_by_) return engine_.stop();
    go_on(now);
}

// ---- From phase to phase.

void Player::begin_phase(TimePoint now)
{
    if (next_phase_ == scenario().phases.size()) {
        state_ = State::comparing;
        return compare([this](const Comparison& sum) {
            result_.comparison = sum;
            result_.compared = std::ranges::any_of(lines_, [](const Line& line) { return line.config.receive && line.up; });
            const bool waited = std::ranges::any_of(
                scenario().phases, [](const auto& phase) { return std::holds_alternative<Scenario::Wait>(phase.what); });
            const auto sample_text = [](const std::vector<std::string>& samples) {
                return samples.empty() ? std::string{} : ": " + samples.front() + (samples.size() > 1 ? ", …" : "");
            };
            const auto say = [&](std::uint64_t count, const char* what, const std::vector<std::string>& samples) {
                if (count == 0) return;
                const auto text = fmt::format("at the end {} of {} routes {}{}", full_number(count), full_number(sum.expected),
                                              what, sample_text(samples));
                if (waited)
                    problem(text);
                else
                    result_.warnings.push_back(text);
            };
            say(sum.missing, "are missing", sum.missing_samples);
            say(sum.unexpected, "are there that should not be", sum.unexpected_samples);
            say(sum.wrong_attributes, "have other attributes than they were sent with", sum.wrong_samples);
            close(Clock::now());
        });
    }
    const auto& phase = scenario().phases[next_phase_++];
    auto& record = result_.phases.emplace_back();
    record.name = phase.name;
    metrics_.phase(phase.name);
    record.word = word_of(phase.what);
    record.is_operation = is_operation(phase.what);
    record.began = now - started_;
    phase_began_ = now;
    phase_numbers_ = totals();
    if (record.is_operation) {
        operation_ = result_.phases.size() - 1;
        ++run_id_;
        measured_->begin_operation(now);
        if (!before_) before_ = Usage{process_usage(), machine_usage(), phase_numbers_, now, device_.cpu()};
    }
    state_ = State::playing;
    phase_ = make_phase_run(phase, *this);
    phase_->begin(now);
    ++wake_;
}

void Player::go_on(TimePoint now)
{
    if (gave_up_ && state_ != State::closing) return close(now);
    if (state_ == State::closing) {
        if (std::ranges::none_of(lines_, &Line::up)) end_by_ = now;   // the engine closes the connections behind their last octet
        return;
    }
    if (state_ != State::playing || !phase_) return;
    phase_->go_on(now);
    if (gave_up_) return close(now);
    if (phase_->is_done()) finish_phase(now);
}

void Player::finish_phase(TimePoint now)
{
    auto& done = record();
    done.took = now - phase_began_;
    const auto numbers = totals() - phase_numbers_;
    done.wire_routes = numbers.wire_routes;
    done.wire_updates = numbers.wire_updates;
    done.wire_octets = numbers.wire_octets;
    done.acked_routes = numbers.acked_routes;
    done.reflected = numbers.reflected;
    if (done.word == "announce" || done.word == "withdraw")
        done.rate = per_second(static_cast<double>(done.wire_routes), done.took);
    phase_.reset();
    collect(now);
}

void Player::collect(TimePoint now)
{
    struct Collected {
        std::mutex mutex;
        ReflectionTimes times;
        TimePoint first_change = never;
        TimePoint last_change = TimePoint::min();
        std::vector<RunResult::Receiver> receivers;
    };
    Command command{.peers = {}, .what = {}};
    for (const auto& line : lines_)
        if (line.index && line.config.receive) command.peers.push_back(*line.index);
    if (command.peers.empty() || !operation_) return begin_phase(now);
    state_ = State::collecting;
    auto collected = std::make_shared<Collected>();
    const auto began = started_ + result_.phases[*operation_].began;
    command.what.emplace_back(command::Visit{[this, collected, began](Peer& peer, TimePoint) {
        auto* line = line_of(peer.index());
        if (!line || !peer.receiver() || !peer.receiver()->reflections()) return;
        auto& reflections = *peer.receiver()->reflections();
        const auto first = reflections.first_change();
        const auto last = reflections.last_change();
        if (last == never) return;   // nothing new
        const auto times = std::make_unique<ReflectionTimes>(reflections.take_times());
        if (line->times) line->times->add(*times);
        const std::lock_guard lock{collected->mutex};
        collected->times.add(*times);
        collected->first_change = std::min(collected->first_change, first);
        collected->last_change = std::max(collected->last_change, last);
        collected->receivers.push_back({.peer = line->number + 1,
                                        .name = name_of(*line),
                                        .announced = Spread::of(times->announced),
                                        .withdrawn = Spread::of(times->withdrawn),
                                        .last_change = std::chrono::nanoseconds{last - began}});
    }});
    command.answer = [this, collected] {
        auto& operation = result_.phases[*operation_];
        operation.times.add(collected->times);
        result_.times.add(collected->times);
        metrics_.taken(collected->times);
        if (collected->first_change != never && !operation.first_change)
            operation.first_change = std::chrono::nanoseconds{collected->first_change - (started_ + operation.began)};
        if (collected->last_change != TimePoint::min())
            operation.settled = std::chrono::nanoseconds{collected->last_change - (started_ + operation.began)};
        std::ranges::sort(collected->receivers, {}, &RunResult::Receiver::peer);
        for (auto& receiver : collected->receivers) {
            const auto known = std::ranges::find(operation.receivers, receiver.peer, &RunResult::Receiver::peer);
            if (known == operation.receivers.end())
                operation.receivers.push_back(std::move(receiver));
            else
                known->last_change = receiver.last_change;   // a few that came later
        }
        ++wake_;
        if (state_ == State::collecting) begin_phase(Clock::now());
    };
    engine_.post(std::move(command));
}

void Player::close(TimePoint now)
{
    if (state_ == State::closing) return;
    state_ = State::closing;
    if (phase_) {
        record().took = now - phase_began_;
        record().note += record().note.empty() ? "not finished" : ", not finished";
        phase_.reset();
    }
    const auto after = totals();
    if (before_) {
        const auto took = now - before_->at;
        const auto numbers = after - before_->numbers;
        const auto process = process_usage();
        result_.own_cores = per_second(seconds(process.cpu() - before_->process.cpu()), took);
        if (const auto machine = machine_usage(); machine && before_->machine) {
            result_.other_cpu_share = other_cpu_load(*before_->machine, *machine, before_->process, process);
            const auto all = machine->all() - before_->machine->all();
            if (device_.seen() && all.count() > 0) {
                device_.look(now);
                result_.other_cpu_share =
                    std::max(0.0, result_.other_cpu_share - seconds(device_.cpu() - before_->device) / seconds(all));
            }
        }
        const auto senders = chosen({}, Which::senders).size();
        if (senders != 0)
            result_.blocked_share = std::min(1.0, per_second(static_cast<double>(numbers.blocked_nanoseconds) / 1e9, took) /
                                                      static_cast<double>(senders));
        // A turn that reads all it may takes 512 KiB.
        constexpr double full_read_octets = 512 * 1024;
        if (numbers.received_octets != 0)
            result_.full_read_share = std::min(1.0, static_cast<double>(numbers.full_reads) * full_read_octets /
                                                        static_cast<double>(numbers.received_octets));
    }
    sample(now);
    bool any = false;
    for (const auto& line : lines_) any |= line.index.has_value();
    if (any) engine_.post({.peers = {}, .what = {command::Stop{}}});
    end_by_ = now + (std::ranges::any_of(lines_, &Line::up) ? Duration{close_patience} : Duration::zero());
}

}   // namespace barrage
