#include "loadgen/play/operation_times.hpp"

#include <algorithm>
#include <mutex>

namespace barrage {

/// What the receivers saw of the operation under way, from its beginning on.
struct OperationTimes::Collected {
    struct Receiver {
        std::uint32_t peer;
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
    void add(const PlayedPeer& peer, const Reflections& seen, NotReturned missed)
    {
        const auto last = seen.last_change();
        Receiver receiver{.peer = peer.number,
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

void OperationTimes::begin(std::size_t phase, TimePoint run_began, TimePoint now)
{
    phase_ = phase;
    run_began_ = run_began;
    waited_ = is_booked_ = false;
    measured_.begin_operation(now);
}

void OperationTimes::collect(bool last, const Expectation& expectation, std::function<void()> then)
{
    const auto since = measured_.word_at(run_began_ + result_.phases[*phase_].began);
    auto collected = std::make_shared<Collected>();
    Command command{.peers = peers_.measuring(), .what = {}};
    command.what.emplace_back(
        command::Visit{[collected, last, since, peers = peers_.by_index(), &expectation](Peer& peer, const OnShard&, TimePoint) {
            const auto& played = *(*peers)[peer.index()];
            if (!peer.receiver() || !peer.receiver()->reflections()) return;
            auto& seen = *peer.receiver()->reflections();
            const bool counts = last && peer.established();
            collected->add(played, seen, counts ? not_returned(expectation, seen, played.number, since) : NotReturned{});
            if (!last) return;
            const auto times = std::make_unique<ReflectionTimes>(seen.take_times());
            if (played.times) played.times->add(*times);
        }});
    command.answer = [this, collected, last, then = std::move(then)] {
        book(*collected, last);
        then();
    };
    engine_.post(std::move(command));
}

void OperationTimes::book(Collected& collected, bool last)
{
    auto& operation = result_.phases[*phase_];
    const auto since = run_began_ + operation.began;
    operation.times = collected.times;
    operation.times_by_group = collected.times_by_group;
    operation.failover_not_needed = collected.failover_not_needed;   // as it stands now
    result_.times = past_;
    result_.times.add(collected.times);
    result_.times_by_group = past_by_group_;
    result_.times_by_group.resize(measured_.groups());
    for (std::size_t group = 0; group < collected.times_by_group.size(); ++group)
        result_.times_by_group[group].add(collected.times_by_group[group]);
    if (collected.first_change != never) operation.first_change = std::chrono::nanoseconds{collected.first_change - since};
    if (collected.last_change != TimePoint::min()) operation.settled = std::chrono::nanoseconds{collected.last_change - since};
    operation.receivers.clear();
    std::ranges::sort(collected.receivers, {}, &Collected::Receiver::peer);
    NotReturned missed;
    for (const auto& receiver : collected.receivers) {
        const auto name = name_of(peers_[receiver.peer]);
        missed.add(receiver.not_returned, name);
        if (receiver.last_change == never && receiver.not_returned.all() == 0) continue;
        auto& one = operation.receivers.emplace_back(RunResult::Receiver{.peer = receiver.peer + 1,
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
    operation.add_not_returned(missed, waited_);
    metrics_.taken(collected.times);
    past_ = result_.times;
    past_by_group_ = result_.times_by_group;
}

void OperationTimes::peek(std::function<void()> then)
{
    struct Seen {
        std::mutex mutex;
        ReflectionTimes times;
    };
    const auto seen = std::make_shared<Seen>();
    Command command{.peers = peers_.measuring(), .what = {}};
    command.what.emplace_back(command::Visit{[seen](Peer& peer, const OnShard&, TimePoint) {
        if (!peer.receiver() || !peer.receiver()->reflections()) return;
        const std::lock_guard lock{seen->mutex};
        seen->times.add(peer.receiver()->reflections()->times());
    }});
    command.answer = [this, seen, phase = *phase_, then = std::move(then)] {
        if (phase != *phase_) return;
        result_.phases[phase].times = seen->times;
        result_.times = past_;
        result_.times.add(seen->times);
        then();
    };
    engine_.post(std::move(command));
}

void OperationTimes::book_what_is_left()
{
    if (has_nothing() || is_booked_) return;
    Collected collected;
    const auto peers = peers_.by_index();
    engine_.for_each_peer([&](Peer& peer) {
        if (peer.index() < peers->size() && peer.receiver() && peer.receiver()->reflections())
            collected.add(*(*peers)[peer.index()], *peer.receiver()->reflections(), {});
    });
    book(collected, false);
}

}   // namespace barrage
