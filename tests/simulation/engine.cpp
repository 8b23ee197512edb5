#include "tests/simulation/engine.hpp"

#include <algorithm>
#include <utility>

namespace barrage::simulation {

namespace {

constexpr std::size_t phases_recorded = 1 << 16;
/// As AsyncEngine: how soon the coordinator looks again when a shard's mailbox was full.
constexpr auto full_mailbox_pause = std::chrono::microseconds{200};

}   // namespace

struct SimEngine::ShardTask final : Task {
    ShardTask(SimEngine& of, ShardIndex number) : engine(of), index(number) {}
    [[nodiscard]] bool is_due(TimePoint now) const override { return !is_over() && engine.waiter_of(index).is_due(now); }
    [[nodiscard]] TimePoint deadline() const override { return is_over() ? never : engine.waiter_of(index).deadline(); }
    void step() override { engine.turn_of_shard(index); }
    [[nodiscard]] bool is_over() const { return engine.coordinator_is_over_ && !engine.shards_[index]->is_closing(); }
    SimEngine& engine;
    ShardIndex index;
};

struct SimEngine::CoordinatorTask final : Task {
    explicit CoordinatorTask(SimEngine& of) : engine(of) {}
    [[nodiscard]] SimWaiter& waiter() const { return engine.is_sync_ ? engine.waiter_of(0) : *engine.own_waiter_; }
    [[nodiscard]] bool is_due(TimePoint now) const override { return !engine.coordinator_is_over_ && waiter().is_due(now); }
    [[nodiscard]] TimePoint deadline() const override { return engine.coordinator_is_over_ ? never : waiter().deadline(); }
    void step() override { engine.is_sync_ ? engine.turn_of_sync() : engine.turn_of_coordinator(); }
    SimEngine& engine;
};

SimEngine::SimEngine(World& world, SimNetwork& network, const Scheduling& scheduling)
    : world_(world), is_sync_(scheduling.shards == 0)
{
    std::vector<Shard*> shards;
    for (ShardIndex index = 0; index < std::max(1u, scheduling.shards); ++index) {
        windows_.push_back(std::make_unique<WindowSources>(
            [memory = std::make_shared<WindowMemory>()](const auto& run, const PackOptions& pack) {
                return std::make_shared<InlineWindows>(run, pack, memory);
            }));
        records_.push_back(std::make_unique<TurnRecord>(index, phases_recorded));
        const auto report = [this](ShardReport made) {
            if (is_sync_) return coordinator_->take(std::move(made), *observer_);
            reports_.push_back(std::move(made));
            own_waiter_->wake();
        };
        shards_.push_back(std::make_unique<Shard>(index, std::make_unique<SimWaiter>(world, network, scheduling.reports_some),
                                                  *windows_.back(), report, records_.back().get(), network));
        shards.push_back(shards_.back().get());
        if (!is_sync_) tasks_.push_back(std::make_unique<ShardTask>(*this, index));
    }
    if (!is_sync_) own_waiter_ = std::make_unique<SimWaiter>(world, network, scheduling.reports_some);
    coordinator_ = std::make_unique<Coordinator>(std::move(shards), is_sync_ ? shards_.front()->waiter() : *own_waiter_, network);
    tasks_.push_back(std::make_unique<CoordinatorTask>(*this));
}

SimEngine::~SimEngine()
{
    for (auto& task : tasks_) world_.remove(*task);
}

PeerIndex SimEngine::add_peer(PeerConfig config) { return coordinator_->add_peer(std::move(config)); }

IoResult<Endpoint> SimEngine::listen(const Endpoint& local, Admit admit, std::vector<TcpMd5Key> md5_keys)
{
    return coordinator_->listen(local, std::move(admit), std::move(md5_keys));
}

void SimEngine::post(Command command)
{
    const auto stops = [](const command::Any& what) { return std::holds_alternative<command::Stop>(what); };
    if (before_the_end_ && command.peers.is_everybody() && std::ranges::any_of(command.what, stops)) {
        to_be_answered_ = posted_;
        std::exchange(before_the_end_, {})();
    }
    command.answer = [this, number = posted_++, answer = std::move(command.answer)] {
        if (number != answered_++)
            broken_.push_back("command " + std::to_string(number) + " is answered as number " + std::to_string(answered_ - 1));
        if (answer) answer();
    };
    coordinator_->post(std::move(command));
    (is_sync_ ? shards_.front()->waiter() : static_cast<Waiter&>(*own_waiter_)).wake();
}

void SimEngine::start(Observer& observer)
{
    observer_ = &observer;
    coordinator_->watch_listeners();
    for (auto& task : tasks_) world_.add(*task);
}

void SimEngine::run(Observer& observer)
{
    start(observer);
    while (!is_over()) world_.step();
    take_reports();
    if (answered_ < to_be_answered_)
        broken_.push_back(std::to_string(to_be_answered_ - answered_) + " commands were never answered");
    for (auto& task : tasks_) world_.remove(*task);
}

bool SimEngine::is_over() const
{
    return coordinator_is_over_ && std::ranges::none_of(shards_, [](const auto& shard) { return shard->is_closing(); });
}

void SimEngine::turn_of_sync()
{
    auto& shard = *shards_.front();
    const auto here = shard.enter();
    coordinator_->pump();
    ready_.clear();
    const auto deadline = stopping_ ? never : observer_->deadline();
    shard.wait(here, std::min(deadline, coordinator_->deadline()), ready_);
    if (waiter_of(0).sleeps()) return;
    for (const auto& ready : ready_) coordinator_->ready(ready);
    coordinator_->pump();
    shard.turn(here);
    coordinator_->release_answers();
    after_turn();
    coordinator_is_over_ = stopping_ && !shard.is_closing();
}

void SimEngine::turn_of_coordinator()
{
    const bool waits_for_room = coordinator_->pump();
    coordinator_->release_answers();
    ready_.clear();
    const auto deadline = std::min(observer_->deadline(), coordinator_->deadline());
    own_waiter_->wait(waits_for_room ? std::min(deadline, world_.now() + full_mailbox_pause) : deadline, ready_);
    if (own_waiter_->sleeps()) return;
    for (const auto& ready : ready_) coordinator_->ready(ready);
    take_reports();
    after_turn();
    coordinator_is_over_ = stopping_;
    if (stopping_)
        for (auto& shard : shards_) shard->wake();
}

void SimEngine::after_turn()
{
    if (std::exchange(interrupted_, false)) observer_->on_interrupt();
    const auto now = Clock::now();
    coordinator_->on_time(now, *observer_);
    if (!(is_sync_ && stopping_) && now >= observer_->deadline()) observer_->on_time(now);
}

void SimEngine::turn_of_shard(ShardIndex index)
{
    auto& shard = *shards_[index];
    const auto here = shard.enter();
    std::vector<Waiter::Ready> none;
    shard.wait(here, never, none);
    if (!waiter_of(index).sleeps()) shard.turn(here);
}

void SimEngine::take_reports()
{
    for (auto& report : std::exchange(reports_, {})) coordinator_->take(std::move(report), *observer_);
    coordinator_->release_answers();
}

void SimEngine::stop() noexcept
{
    stopping_ = true;
    (is_sync_ ? shards_.front()->waiter() : static_cast<Waiter&>(*own_waiter_)).wake();
}

void SimEngine::interrupt() noexcept
{
    interrupted_ = true;
    (is_sync_ ? shards_.front()->waiter() : static_cast<Waiter&>(*own_waiter_)).wake();
}

void SimEngine::for_each_peer(const std::function<void(Peer&)>& visit)
{
    for (PeerIndex index = 0; index < coordinator_->peer_count(); ++index)
        for (auto& shard : shards_) {
            const auto here = shard->enter();
            if (auto* peer = shard->peer(here, index)) visit(*peer);
        }
}

std::vector<const TurnRecord*> SimEngine::turn_records() const
{
    std::vector<const TurnRecord*> records;
    for (const auto& record : records_) records.push_back(record.get());
    return records;
}

std::vector<std::string> SimEngine::broken_rules() const
{
    auto broken = broken_;
    constexpr std::array order{Phase::peers, Phase::commands, Phase::callbacks, Phase::flush};
    for (const auto& record : records_) {
        const auto& entries = record->entries();
        for (std::size_t i = 0; i < entries.size(); ++i) {
            if (entries[i].phase == order[i % order.size()] && entries[i].turn == i / order.size()) continue;
            broken.push_back("shard " + std::to_string(record->shard()) + ", turn " + std::to_string(entries[i].turn) +
                             ": its phases are not in order");
            break;
        }
    }
    return broken;
}

}   // namespace barrage::simulation
