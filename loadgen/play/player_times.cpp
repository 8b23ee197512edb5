// What the player takes from its receivers: times from sending to coming back, when a phase is over, or in between for thresholds
// that end the run.

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

/// What the receivers saw of the operation under way, from its beginning on.
struct Player::Collected {
    struct Receiver {
        std::uint32_t line;
        Spread announced, withdrawn, failover;
        std::uint64_t duplicates;
        TimePoint last_change;
        NotReturned not_returned;
    };
    std::mutex mutex;
    ReflectionTimes times;
    std::vector<SenderTimes> times_by_group;
    TimePoint first_change = never;
    TimePoint last_change = TimePoint::min();
    std::uint64_t failover_not_needed = 0;
    std::vector<Receiver> receivers;

    /// On the receiver's shard.
    void add(const PlayedPeer& line, const Reflections& seen, NotReturned missed)
    {
        const auto last = seen.last_change();
        Receiver receiver{.line = line.number,
                          .announced = Spread::of(seen.times().announced),
                          .withdrawn = Spread::of(seen.times().withdrawn),
                          .failover = Spread::of(seen.times().failover),
                          .duplicates = seen.times().duplicates,
                          .last_change = last,
                          .not_returned = std::move(missed)};
        const auto not_needed = seen.failover_not_needed();
        const std::lock_guard lock{mutex};
        failover_not_needed += not_needed;
        receivers.push_back(std::move(receiver));
        if (last == never) return;   // nothing came
        times.add(seen.times());
        times_by_group.resize(std::max(times_by_group.size(), seen.times_by_group().size()));
        for (std::size_t group = 0; group < seen.times_by_group().size(); ++group)
            times_by_group[group].add(seen.times_by_group()[group]);
        first_change = std::min(first_change, seen.first_change());
        last_change = std::max(last_change, last);
    }
};

void Player::collect(TimePoint now)
{
    Command command{.peers = lines_.measuring(), .what = {}};
    if (command.peers.is_nobody() || !operation_) return begin_phase(now);
    state_ = State::collecting;
    // The operation lasts until another begins; what comes until then is its own.
    const bool last = next_phase_ == scenario().phases.size() || word_of(scenario().phases[next_phase_].what).is_operation;
    const auto since = measured_->word_at(started_ + result_.phases[*operation_].began);
    auto collected = std::make_shared<Collected>();
    if (last) ++comparing_;   // the expectation stands still until the shards have answered
    command.what.emplace_back(command::Visit{[collected, last, since, lines = lines_.by_index(),
                                              expectation = expectation_.get()](Peer& peer, const OnShard&, TimePoint) {
        const auto& line = *(*lines)[peer.index()];
        if (!peer.receiver() || !peer.receiver()->reflections()) return;
        auto& seen = *peer.receiver()->reflections();
        collected->add(line, seen,
                       last && peer.established() ? not_returned(*expectation, seen, line.number, since) : NotReturned{});
        if (!last) return;
        const auto times = std::make_unique<ReflectionTimes>(seen.take_times());
        if (line.times) line.times->add(*times);
    }});
    command.answer = [this, collected, last] {
        if (last) stand_still_no_more();
        book(*collected, last);
        ++wake_;
        judge_early(Clock::now());
        if (gave_up_) return;
        if (state_ == State::collecting) begin_phase(Clock::now());
    };
    engine_.post(std::move(command));
}

void Player::book(Collected& collected, bool last)
{
    auto& operation = result_.phases[*operation_];
    const auto since = started_ + operation.began;
    operation.times = collected.times;
    operation.times_by_group = collected.times_by_group;
    operation.failover_not_needed = collected.failover_not_needed;   // as it stands now
    result_.times = *past_times_;
    result_.times.add(collected.times);
    result_.times_by_group = past_times_by_group_;
    result_.times_by_group.resize(measured_->groups());
    for (std::size_t group = 0; group < collected.times_by_group.size(); ++group)
        result_.times_by_group[group].add(collected.times_by_group[group]);
    if (collected.first_change != never) operation.first_change = std::chrono::nanoseconds{collected.first_change - since};
    if (collected.last_change != TimePoint::min()) operation.settled = std::chrono::nanoseconds{collected.last_change - since};
    operation.receivers.clear();
    std::ranges::sort(collected.receivers, {}, &Collected::Receiver::line);
    NotReturned missed;
    for (const auto& receiver : collected.receivers) {
        const auto name = name_of(lines_[receiver.line]);
        missed.add(receiver.not_returned, name);
        if (receiver.last_change == never && receiver.not_returned.all() == 0) continue;
        auto& one = operation.receivers.emplace_back(RunResult::Receiver{.peer = receiver.line + 1,
                                                                         .name = name,
                                                                         .announced = receiver.announced,
                                                                         .withdrawn = receiver.withdrawn,
                                                                         .failover = receiver.failover,
                                                                         .duplicates = receiver.duplicates,
                                                                         .not_returned = receiver.not_returned.all()});
        if (receiver.last_change != never) one.last_change = std::chrono::nanoseconds{receiver.last_change - since};
    }
    if (!last) return;
    is_booked_ = true;
    note_not_returned(operation, missed, waited_);
    metrics_.taken(collected.times);
    *past_times_ = result_.times;
    past_times_by_group_ = result_.times_by_group;
}

void Player::note_not_returned(RunResult::Phase& record, const NotReturned& missed, bool awaited)
{
    if (!record.not_returned) record.not_returned.emplace();
    record.not_returned->add(missed, {});
    if (awaited) record.not_returned_awaited += missed.all();
}

void Player::book_what_is_left()
{
    if (!operation_ || is_booked_ || lines_.measuring().empty()) return;
    Collected collected;
    const auto lines = lines_.by_index();
    engine_.for_each_peer([&](Peer& peer) {
        if (peer.index() < lines->size() && peer.receiver() && peer.receiver()->reflections())
            collected.add(*(*lines)[peer.index()], *peer.receiver()->reflections(), {});
    });
    book(collected, false);
}

void Player::look_for(std::shared_ptr<const std::vector<WantedRoute>> wanted, std::function<void(const NotReturned&)> then)
{
    struct Found {
        std::mutex mutex;
        std::map<std::uint32_t, NotReturned> of_line;
    };
    Command command{.peers = lines_.measuring(), .what = {}};
    if (command.peers.is_nobody()) return then({});
    const auto found = std::make_shared<Found>();
    command.what.emplace_back(command::Visit{[found, wanted, lines = lines_.by_index()](Peer& peer, const OnShard&, TimePoint) {
        if (!peer.established() || !peer.receiver() || !peer.receiver()->reflections()) return;
        auto missed = not_returned(*wanted, *peer.receiver()->reflections());
        if (missed.all() == 0) return;
        const std::lock_guard lock{found->mutex};
        found->of_line.emplace((*lines)[peer.index()]->number, std::move(missed));
    }});
    command.answer = [this, found, then = std::move(then)] {
        NotReturned sum;
        for (const auto& [number, missed] : found->of_line) sum.add(missed, name_of(lines_[number]));
        ++wake_;
        then(sum);
    };
    engine_.post(std::move(command));
}

void Player::peek(TimePoint now)
{
    peek_at_ = now + peek_every;
    if (state_ != State::playing || !operation_) return;
    Command command{.peers = lines_.measuring(), .what = {}};
    if (command.peers.is_nobody()) return judge_early(now);
    struct Seen {
        std::mutex mutex;
        ReflectionTimes times;
    };
    const auto seen = std::make_shared<Seen>();
    command.what.emplace_back(command::Visit{[seen](Peer& peer, const OnShard&, TimePoint) {
        if (!peer.receiver() || !peer.receiver()->reflections()) return;
        const std::lock_guard lock{seen->mutex};
        seen->times.add(peer.receiver()->reflections()->times());
    }});
    command.answer = [this, seen, operation = *operation_] {
        ++wake_;
        if (operation != *operation_) return;
        result_.phases[operation].times = seen->times;
        result_.times = *past_times_;
        result_.times.add(seen->times);
        judge_early(Clock::now());
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
