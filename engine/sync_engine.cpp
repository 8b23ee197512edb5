#include "engine/sync_engine.hpp"

#include <algorithm>

#include "io/poll_loop.hpp"

namespace barrage {

namespace {

constexpr std::size_t turns_recorded = std::size_t{1} << 20;

}   // namespace

SyncEngine::SyncEngine(const EngineOptions& options)
    : record_(options.record_turns ? std::make_unique<TurnRecord>(0, turns_recorded) : nullptr),
      windows_([memory = std::make_shared<WindowMemory>()](const RouteRun& run, const PackOptions& pack) {
          return std::make_shared<InlineWindows>(run, pack, memory);
      }),
      shard_(
          0, std::make_unique<PollLoop>(), windows_,
          [this](ShardReport report) { coordinator_.take(std::move(report), *observer_); }, record_.get()),
      coordinator_({&shard_}, shard_.waiter())
{
}

void SyncEngine::post(Command command)
{
    coordinator_.post(std::move(command));
    shard_.wake();
}

void SyncEngine::run(Observer& observer)
{
    observer_ = &observer;
    const auto here = shard_.enter();
    try {
        take_turns(here, observer);
    } catch (...) {
        failure_.note();
        shard_.end_sessions(here, failure_.subcode());
    }
    stopping_ = false;
}

void SyncEngine::take_turns(const OnShard& here, Observer& observer)
{
    coordinator_.watch_listeners();
    std::vector<Waiter::Ready> others;
    // Sessions that end with the run say so to the last octet. Time is the observer's no more then: what it waited for is over.
    while (!is_stopping() || shard_.is_closing()) {
        coordinator_.pump();
        others.clear();
        const auto deadline = is_stopping() ? never : observer.deadline();
        shard_.wait(here, std::min(deadline, coordinator_.deadline()), others);
        for (const auto& ready : others) coordinator_.ready(ready);
        coordinator_.pump();
        shard_.turn(here);
        coordinator_.release_answers();
        if (interrupted_.exchange(false, std::memory_order_relaxed)) observer.on_interrupt();
        const auto now = Clock::now();
        coordinator_.on_time(now, observer);
        if (!is_stopping() && now >= observer.deadline()) observer.on_time(now);
    }
}

void SyncEngine::stop() noexcept
{
    stopping_ = true;
    shard_.wake();
}

void SyncEngine::interrupt() noexcept
{
    interrupted_ = true;
    shard_.wake();
}

void SyncEngine::for_each_peer(const std::function<void(Peer&)>& visit)
{
    const auto here = shard_.enter();
    for (PeerIndex index = 0; index < coordinator_.peer_count(); ++index)
        if (auto* peer = shard_.peer(here, index)) visit(*peer);
}

std::vector<const TurnRecord*> SyncEngine::turn_records() const
{
    return record_ ? std::vector<const TurnRecord*>{record_.get()} : std::vector<const TurnRecord*>{};
}

}   // namespace barrage
