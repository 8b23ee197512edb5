#include "engine/async_engine.hpp"

#include <algorithm>
#include <utility>

#include "io/executor.hpp"
#include "tuning/cpu_affinity.hpp"

namespace barrage {

namespace {

constexpr std::size_t turns_recorded = std::size_t{1} << 20;
/// How soon the coordinator looks again when a shard's mailbox was full: about the length of a busy turn.
constexpr auto full_mailbox_pause = std::chrono::microseconds{200};

std::uint32_t shard_count(const EngineOptions& options)
{
    const auto asked =
        options.shards != 0 ? options.shards : static_cast<std::uint32_t>(std::max<std::size_t>(1, usable_cores().size()));
    return options.peers == 0 ? asked
                              : std::min(asked, options.peers);   // those without a peer would only keep others from being pinned
}

/// Packing is a small part of sending: half of the cores at most, so that workers and shards do not fight for them. With two cores a shard and the
/// other end of its sessions, which is often on the same machine, have them: a third thread only takes turns with these
/// (docs/decisions/0005-who-packs.md).
std::uint32_t packer_count(const EngineOptions& options)
{
    const auto cores = usable_cores().size();
    return options.packers.value_or(cores <= 2 ? 0 : static_cast<std::uint32_t>(cores / 2));
}

}   // namespace

AsyncEngine::AsyncEngine(const EngineOptions& options)
    : options_(options), waiter_(std::make_unique<Executor>()),
      pipelines_([this, memory = std::make_shared<WindowMemory>()](const RouteRun& run, const PackOptions& pack) {
          return std::make_shared<PipelinedWindows>(run, pack, *arena_, memory, coordinator_->peer_count(),
                                                    [this](ShardIndex shard) { shards_[shard]->wake(); });
      })
{
    if (const auto packers = packer_count(options); packers > 0) arena_.emplace(static_cast<int>(packers), [this] { fail(); });
    std::vector<Shard*> shards;
    for (ShardIndex index = 0; index < shard_count(options); ++index) {
        if (options.record_turns) records_.push_back(std::make_unique<TurnRecord>(index, turns_recorded));
        windows_.push_back(std::make_unique<WindowSources>(windows_of(index)));
        shards_.push_back(std::make_unique<Shard>(
            index, std::make_unique<Executor>(), *windows_.back(), [this](ShardReport report) { put_report(std::move(report)); },
            options.record_turns ? records_.back().get() : nullptr));
        shards.push_back(shards_.back().get());
    }
    coordinator_ = std::make_unique<Coordinator>(std::move(shards), *waiter_);
}

/// Windows that are being packed wake shards at their end: not after those have gone.
AsyncEngine::~AsyncEngine()
{
    if (arena_) arena_->wait();
}

WindowSources::Make AsyncEngine::windows_of(ShardIndex index)
{
    if (!arena_)
        return [memory = std::make_shared<WindowMemory>()](const RouteRun& run, const PackOptions& pack) {
            return std::make_shared<InlineWindows>(run, pack, memory);
        };
    return [this, index](const RouteRun& run, const PackOptions& pack) {
        return std::make_shared<ShardWindows>(pipelines_.find(run, pack), index);
    };
}

PeerIndex AsyncEngine::add_peer(PeerConfig config) { return coordinator_->add_peer(std::move(config)); }

void AsyncEngine::post(Command command)
{
    coordinator_->post(std::move(command));
    waiter_->wake();
}

void AsyncEngine::put_report(ShardReport report)
{
    {
        const std::lock_guard lock{mutex_};
        reports_.push_back(std::move(report));
    }
    waiter_->wake();
}

void AsyncEngine::run_shard(ShardIndex index, std::optional<int> core)
{
    name_this_thread("shard " + std::to_string(index));
    if (core)
        (void)pin_this_thread(*core);   // one that cannot be had leaves the choice to the kernel
    else if (!options_.pin && options_.flat_out)
        lower_priority_of_this_thread();
    auto& shard = *shards_[index];
    const auto here = shard.enter();
    try {
        std::vector<Waiter::Ready> none;
        // Sessions that end with the run say so to the last octet.
        while (!failure_.has_happened() && (!shards_stopping_.load(std::memory_order_acquire) || shard.is_closing())) {
            shard.wait(here, never, none);
            shard.turn(here);
        }
    } catch (...) {
        fail();
    }
    if (failure_.has_happened()) shard.end_sessions(here, failure_.subcode());
}

void AsyncEngine::fail() noexcept
{
    failure_.note();
    waiter_->wake();
    for (auto& shard : shards_) shard->wake();
}

void AsyncEngine::start_shards()
{
    shards_stopping_ = false;
    const auto cores = usable_cores();
    const bool leaves_a_core = shards_.size() < cores.size();
    const bool pins = options_.pin.value_or(leaves_a_core);
    // From the core on that the tables were loaded on: a receiver on this machine waits on another.
    const auto here = std::ranges::find(cores, current_core());
    const auto first = here == cores.end() ? 0 : static_cast<std::size_t>(here - cores.begin());
    const auto core_of = [&](std::size_t index) {   // more shards than cores share them
        return pins ? std::optional{cores[(first + index) % cores.size()]} : std::nullopt;
    };
    for (ShardIndex index = 0; index < shards_.size(); ++index)
        threads_.emplace_back([this, index, core = core_of(index)] { run_shard(index, core); });
    // Elsewhere its short work at the beginning would send a receiver on that core to the shard's, where the kernel leaves it.
    stays_here_ = options_.flat_out && pins && leaves_a_core && !arena_ && pin_this_thread(cores[first]).has_value();
}

void AsyncEngine::take_reports(Observer& observer)
{
    taken_reports_.clear();
    {
        const std::lock_guard lock{mutex_};
        std::swap(taken_reports_, reports_);
    }
    for (auto& report : taken_reports_) coordinator_->take(std::move(report), observer);
    coordinator_->release_answers();
}

void AsyncEngine::coordinate(Observer& observer)
{
    std::vector<Waiter::Ready> ready;
    while (!stopping_.load(std::memory_order_relaxed) && !failure_.has_happened()) {
        const bool waits_for_room = coordinator_->pump();
        coordinator_->release_answers();   // of commands for nobody, which no shard reports
        ready.clear();
        const auto deadline = std::min(observer.deadline(), coordinator_->deadline());
        waiter_->wait(waits_for_room ? std::min(deadline, Clock::now() + full_mailbox_pause) : deadline, ready);
        for (const auto& each : ready) coordinator_->ready(each);
        take_reports(observer);
        if (interrupted_.exchange(false, std::memory_order_relaxed)) observer.on_interrupt();
        const auto now = Clock::now();
        coordinator_->on_time(now, observer);
        if (now >= observer.deadline()) observer.on_time(now);
    }
}

void AsyncEngine::run(Observer& observer)
{
    try {
        coordinator_->watch_listeners();
        start_shards();
        coordinate(observer);
    } catch (...) {
        fail();
    }
    shards_stopping_.store(true, std::memory_order_release);
    for (auto& shard : shards_) shard->wake();
    for (auto& thread : threads_) thread.join();
    threads_.clear();
    try {
        if (!failure_.has_happened()) take_reports(observer);
    } catch (...) {
        fail();
    }
    if (std::exchange(stays_here_, false)) unpin_this_thread();
    stopping_ = false;
}

void AsyncEngine::stop() noexcept
{
    stopping_ = true;
    waiter_->wake();
}

void AsyncEngine::interrupt() noexcept
{
    interrupted_ = true;
    waiter_->wake();
}

void AsyncEngine::for_each_peer(const std::function<void(Peer&)>& visit)
{
    for (PeerIndex index = 0; index < coordinator_->peer_count(); ++index)
        for (auto& shard : shards_) {
            const auto here = shard->enter();
            if (auto* peer = shard->peer(here, index)) visit(*peer);
        }
}

std::vector<const TurnRecord*> AsyncEngine::turn_records() const
{
    std::vector<const TurnRecord*> records;
    for (const auto& record : records_) records.push_back(record.get());
    return records;
}

}   // namespace barrage
