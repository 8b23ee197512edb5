#include "engine/coordinator.hpp"

#include "codec/match.hpp"

#include <algorithm>
#include <cassert>
#include <string>
#include <utility>

namespace barrage {

namespace {

constexpr auto accept_pause = std::chrono::milliseconds{100};
/// A listener is well again when it has accepted for so long: between two refusals one that ends may leave its descriptor.
constexpr auto well_after = std::chrono::seconds{1};
/// Tags of descriptors of others; those of listeners come before them.
constexpr std::uint64_t first_watched_tag = Shard::first_foreign_tag + (std::uint64_t{1} << 32);

}   // namespace

Coordinator::Coordinator(std::vector<Shard*> shards, Waiter& waiter, Network& network)
    : shards_(std::move(shards)), load_(shards_.size()), backlog_(shards_.size()), waiter_(waiter), network_(network)
{
}

void Coordinator::post(Command command)
{
    const std::lock_guard lock{mutex_};
    inbox_.push_back(std::move(command));
}

PeerNumbers Coordinator::numbers(PeerIndex peer) const
{
    std::shared_ptr<PeerCounters> counters;
    {
        const std::lock_guard lock{mutex_};
        if (peer < counters_.size()) counters = counters_[peer];
    }
    return counters ? counters->snapshot() : PeerNumbers{};
}

std::size_t Coordinator::peer_count() const
{
    const std::lock_guard lock{mutex_};
    return counters_.size();
}

/// The shard with the fewest peers, the first of equal ones: peers that come one after the other, and so are mostly of one group, spread evenly.
ShardIndex Coordinator::place() { return static_cast<ShardIndex>(std::ranges::min_element(load_) - load_.begin()); }

PeerIndex Coordinator::add_peer(PeerConfig config)
{
    auto counters = std::make_shared<PeerCounters>();
    PeerIndex index = 0;
    {
        const std::lock_guard lock{mutex_};
        index = static_cast<PeerIndex>(counters_.size());
        counters_.push_back(counters);
    }
    const auto shard = place();
    ++load_[shard];
    shard_of_.push_back(shard);
    backlog_[shard].emplace_back(shard_work::NewPeer{index, std::move(config), std::move(counters)});
    return index;
}

IoResult<Endpoint> Coordinator::listen(const Endpoint& local, Engine::Admit admit, std::vector<TcpMd5Key> md5_keys)
{
    auto socket = network_.listen(local, {.tcp_md5_keys = std::move(md5_keys)});
    if (!socket) return std::unexpected{socket.error()};
    const auto bound = (*socket)->local();
    listeners_.push_back({std::move(*socket), std::move(admit)});
    if (accepting_) watch_listeners();
    return bound;
}

void Coordinator::watch_listeners()
{
    accepting_ = true;
    for (std::size_t i = 0; i < listeners_.size(); ++i)
        if (!std::exchange(listeners_[i].watched, true))
            listeners_[i].watch = waiter_.watch(listeners_[i].socket->fd(), Shard::first_foreign_tag + i, {.read = true});
}

Waiter::WatchId Coordinator::watch(int fd, Waiter::Interest interest, std::function<void(const Waiter::Ready&)> ready)
{
    const auto tag = first_watched_tag + next_watched_++;
    const auto watch = waiter_.watch(fd, tag, interest);
    watched_.emplace(tag, Watched{watch, std::move(ready)});
    return watch;
}

void Coordinator::unwatch(Waiter::WatchId watch)
{
    waiter_.unwatch(watch);
    std::erase_if(watched_, [&](const auto& each) { return each.second.watch == watch; });
}

void Coordinator::ready(const Waiter::Ready& ready)
{
    if (ready.tag < first_watched_tag) return accept(listeners_[ready.tag - Shard::first_foreign_tag]);
    const auto found = watched_.find(ready.tag);
    if (found == watched_.end()) return;     // unwatched by what another descriptor brought
    const auto call = found->second.ready;   // a copy: it may unwatch itself
    call(ready);
}

TimePoint Coordinator::deadline() const noexcept
{
    auto deadline = never;
    for (const auto& listener : listeners_) deadline = std::min(deadline, listener.back_at);
    return deadline;
}

void Coordinator::on_time(TimePoint now, Observer& observer)
{
    for (const auto& trouble : std::exchange(troubles_, {})) observer.on_listener_trouble(trouble);
    for (auto& listener : listeners_)
        if (now >= std::exchange(listener.back_at, listener.back_at <= now ? never : listener.back_at))
            waiter_.set_interest(listener.watch, {.read = true});
}

void Coordinator::accept(Listener& listener)
{
    // Bounded: a storm of connections does not keep those that are up from their turn.
    constexpr int most_at_once = 256;
    for (int i = 0; i < most_at_once; ++i) {
        using Status = AcceptResult::Status;
        auto accepted = listener.socket->accept();
        if (accepted.status == Status::refused) {
            ++refused_;
            ++listener.refused;
            failed(listener, accepted.error.text);
            continue;
        }
        if (accepted.status == Status::back_off) {
            // Descriptors are all in use: it would be reported again at once.
            waiter_.set_interest(listener.watch, {});
            listener.back_at = Clock::now() + accept_pause;
            failed(listener, accepted.error.text);
        }
        if (accepted.status != Status::accepted) return;
        if (listener.failed_at != never && Clock::now() >= listener.failed_at + well_after) {
            listener.failed_at = never;
            troubles_.push_back({.listener = listener.socket->local(),
                                 .text = "connections are accepted again; " + std::to_string(std::exchange(listener.refused, 0)) +
                                         " were refused",
                                 .is_over = true});
        }
        auto connection = std::move(accepted.connection);
        const auto deliver = [&](PeerIndex peer) {
            backlog_[shard_of_[peer]].emplace_back(shard_work::NewConnection{peer, std::move(connection)});
        };
        std::visit(Match{
                       [](std::monostate) {},   // closed by going out of scope
                       [&](PeerIndex peer) { deliver(peer); },
                       [&](PeerConfig config) { deliver(add_peer(std::move(config))); },
                   },
                   listener.admit(connection->remote(), connection->local()));
    }
}

void Coordinator::failed(Listener& listener, const std::string& why)
{
    if (std::exchange(listener.failed_at, Clock::now()) == never)
        troubles_.push_back({.listener = listener.socket->local(), .text = "connections are refused: " + why});
}

std::vector<ShardIndex> Coordinator::shards_of(const Addressees& peers) const
{
    std::vector<ShardIndex> shards;
    if (peers.is_everybody()) {
        for (ShardIndex shard = 0; shard < shards_.size(); ++shard)
            if (load_[shard] != 0) shards.push_back(shard);
        return shards;
    }
    for (const auto peer : peers.named())
        if (peer < shard_of_.size() && std::ranges::find(shards, shard_of_[peer]) == shards.end())
            shards.push_back(shard_of_[peer]);
    return shards;
}

bool Coordinator::pump()
{
    std::vector<Command> commands;
    {
        const std::lock_guard lock{mutex_};
        std::swap(commands, inbox_);
    }
    for (auto& command : commands) {
        const auto number = first_outstanding_ + outstanding_.size();
        const auto shards = shards_of(command.peers);
        const auto what = std::make_shared<const std::vector<command::Any>>(std::move(command.what));
        for (const auto shard : shards) {
            shard_work::Do work{number, {}, what};
            if (command.peers.is_everybody()) work.peers = everybody;
            for (const auto peer : command.peers.named())
                if (peer < shard_of_.size() && shard_of_[peer] == shard) work.peers.add(peer);
            backlog_[shard].emplace_back(std::move(work));
        }
        outstanding_.push_back({shards.size(), std::move(command.answer)});
    }
    bool waits = false;
    for (std::size_t shard = 0; shard < shards_.size(); ++shard) {
        auto& backlog = backlog_[shard];
        // All at once, so that what came together is done in one turn.
        if (!backlog.empty()) shards_[shard]->post_some(backlog);
        waits |= !backlog.empty();
    }
    return waits;
}

void Coordinator::release_answers()
{
    while (!outstanding_.empty() && outstanding_.front().shards_left == 0) {
        auto answer = std::move(outstanding_.front().answer);
        outstanding_.pop_front();
        ++first_outstanding_;
        if (answer) answer();
    }
}

void Coordinator::take(ShardReport report, Observer& observer)
{
    for (const auto number : report.done) {
        assert(number >= first_outstanding_);
        --outstanding_[number - first_outstanding_].shards_left;
    }
    release_answers();
    if (!report.events.empty()) observer.on_events(report.events);
}

}   // namespace barrage
