// What the player takes from its receivers: times from sending to coming back, when a phase is over, or in between for thresholds
// that end the run.

#include <fmt/format.h>

#include <algorithm>
#include <mutex>

#include "loadgen/run/phase_run.hpp"

namespace barrage {

namespace {

/// What is above its bound stays so, or has been there already; what has yet to come up to one is judged at the end.
bool is_broken(const Threshold& threshold, double measured, bool of_past_phase)
{
    using enum Threshold::Comparison;
    if (threshold.holds(measured)) return false;
    if (of_past_phase) return true;
    switch (threshold.comparison) {
    case less:
    case at_most: return true;
    case equal: return measured > threshold.value;
    default: return threshold.metric == "rate" || threshold.metric == "rate_kept";   // of the slowest phase
    }
}

}   // namespace

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
        judge_early(Clock::now());
        if (gave_up_) return;
        if (state_ == State::collecting) begin_phase(Clock::now());
    };
    engine_.post(std::move(command));
}

void Player::peek(TimePoint now)
{
    peek_at_ = now + peek_every;
    if (state_ != State::playing || !operation_) return;
    Command command{.peers = {}, .what = {}};
    for (const auto& line : lines_)
        if (line.index && line.config.receive) command.peers.push_back(*line.index);
    if (command.peers.empty()) return judge_early(now);
    struct Seen {
        std::mutex mutex;
        ReflectionTimes times;
    };
    const auto seen = std::make_shared<Seen>();
    command.what.emplace_back(command::Visit{[seen](Peer& peer, TimePoint) {
        if (!peer.receiver() || !peer.receiver()->reflections()) return;
        const std::lock_guard lock{seen->mutex};
        seen->times.add(peer.receiver()->reflections()->times());
    }});
    command.answer = [this, seen, operation = *operation_] {
        // As if the operation were over, for a moment.
        auto& record = result_.phases[operation];
        const auto of_phase = record.times, of_all = result_.times;
        record.times.add(seen->times);
        result_.times.add(seen->times);
        judge_early(Clock::now());
        record.times = of_phase;
        result_.times = of_all;
        ++wake_;
    };
    engine_.post(std::move(command));
}

void Player::judge_early(TimePoint now)
{
    if (!judges_early_ || gave_up_ || state_ == State::closing) return;
    result_.took = now - started_;
    for (const auto& threshold : scenario().thresholds) {
        if (!threshold.stops) continue;
        const auto phase = std::ranges::find(result_.phases, threshold.phase, &RunResult::Phase::name);
        const bool past = phase != result_.phases.end() && phase->took != Duration::zero();
        if (!threshold.phase.empty() && !past && (threshold.metric == "rate" || threshold.metric == "rate_kept")) continue;
        const auto measured = metric_of(result_, threshold);
        if (!measured || !is_broken(threshold, *measured, past)) continue;
        result_.stopped = true;
        return give_up(fmt::format("stopped: {} does not hold: {}", threshold.words, value_text(*measured, threshold.unit)),
                       ExitStatus::threshold_failed);
    }
}

}   // namespace barrage
