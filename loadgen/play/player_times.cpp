// What the player asks its receivers for: the times of the operation under way, when a phase is over or in between for thresholds that end the run,
// and single changes.

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <mutex>

#include "loadgen/play/phase_run.hpp"
#include "loadgen/scenario/phase_table.hpp"

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
    if (operation_.has_nothing()) return begin_phase(now);
    state_ = State::collecting;
    const bool last = next_phase_ == scenario().phases.size() || word_of(scenario().phases[next_phase_].what).is_operation;
    if (last) ++comparing_;   // the expectation stands still until the shards have answered
    operation_.collect(last, *expectation_, [this, last] {
        if (last) stand_still_no_more();
        ++wake_;
        judge_early(Clock::now());
        if (gave_up_) return;
        if (state_ == State::collecting) begin_phase(Clock::now());
    });
}

void Player::visit_receivers(std::function<void(const PlayedPeer&, const Reflections&)> visit, std::function<void()> then)
{
    Command command{.peers = lines_.measuring(), .what = {}};
    if (command.peers.is_nobody()) return then();
    ++comparing_;
    command.what.emplace_back(
        command::Visit{[lines = lines_.by_index(), visit = std::move(visit)](Peer& peer, const OnShard&, TimePoint) {
            if (peer.established() && peer.receiver() && peer.receiver()->reflections())
                visit(*(*lines)[peer.index()], *peer.receiver()->reflections());
        }});
    command.answer = [this, then = std::move(then)] {
        stand_still_no_more();
        ++wake_;
        then();
    };
    engine_.post(std::move(command));
}

void Player::look_for(std::shared_ptr<const std::vector<MeasuredRoutes::Number>> wanted,
                      std::function<void(const NotReturned&)> then)
{
    struct Found {
        std::mutex mutex;
        std::map<std::uint32_t, NotReturned> of_line;
    };
    if (wanted->empty()) return then({});
    const auto found = std::make_shared<Found>();
    visit_receivers(
        [found, wanted, expectation = expectation_.get()](const PlayedPeer& receiver, const Reflections& seen) {
            auto missed = not_returned(*expectation, seen, receiver.number, *wanted);
            if (missed.all() == 0) return;
            const std::lock_guard lock{found->mutex};
            found->of_line.emplace(receiver.number, std::move(missed));
        },
        [this, found, then = std::move(then)] {
            NotReturned sum;
            for (const auto& [number, missed] : found->of_line) sum.add(missed, name_of(lines_[number]));
            then(sum);
        });
}

void Player::peek(TimePoint now)
{
    peek_at_ = now + peek_every;
    if (state_ != State::playing || !operation_.phase()) return;
    if (operation_.has_nothing()) return judge_early(now);
    operation_.peek([this] {
        ++wake_;
        judge_early(Clock::now());
    });
}

void Player::judge_early(TimePoint now)
{
    if (!judges_early_ || gave_up_ || state_ == State::closing) return;
    result_.took = now - started_;
    for (const auto& threshold : scenario().thresholds) {
        if (!threshold.stops) continue;
        bool past = false;   // it was played, and no repetition of it is under way
        for (const auto& phase : result_.phases)
            if (phase.is_called(threshold.phase)) past = phase.took != Duration::zero();
        if (!threshold.phase.empty() && !past && (threshold.metric == "rate" || threshold.metric == "rate_kept")) continue;
        const auto measured = metric_of(result_, threshold);
        if (!measured || !is_broken(threshold, *measured, past)) continue;
        result_.stopped = true;
        return give_up(fmt::format("stopped: {} does not hold: {}", threshold.words, value_text(*measured, threshold.unit)),
                       ExitStatus::threshold_failed);
    }
}

}   // namespace barrage
