#include "engine/shard.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace barrage {

namespace {

/// A watch's tag is its peer's place and its slot.
constexpr std::uint64_t tag_of(PeerIndex peer, std::size_t slot) noexcept { return std::uint64_t{peer} * Peer::slots + slot; }

}   // namespace

Shard::Shard(ShardIndex index, std::unique_ptr<Waiter> waiter, WindowSources& windows, std::function<void(ShardReport)> report,
             TurnRecord* record, Network& network)
    : index_(index), waiter_(std::move(waiter)), network_(network), windows_(windows), report_(std::move(report)), record_(record)
{
    pending_report_.shard = index;
}

Shard::~Shard() = default;

Shard::Line::Line(Shard& shard, shard_work::NewPeer& work)
    : peer(work.index, std::move(work.config), shard.windows_, shard.prefixes_, shard.pending_report_.events,
           std::move(work.counters)),
      sockets(peer, *shard.waiter_, shard.network_, shard.patch_buffer_, tag_of(work.index, 0))
{
}

bool Shard::Line::is_at_rest() const noexcept
{
    return !sockets.has_connections() && peer.deadline() == never && sockets.deadline() == never;
}

void Shard::post_some(std::deque<shard_work::Any>& work)
{
    const auto before = work.size();
    mailbox_.put_some(work);
    if (work.size() != before) waiter_->wake();
}

Shard::Line* Shard::line_of(PeerIndex index) noexcept { return index < by_index_.size() ? by_index_[index] : nullptr; }

Peer* Shard::peer(const OnShard&, PeerIndex index) noexcept
{
    auto* line = line_of(index);
    return line ? &line->peer : nullptr;
}

void Shard::turn(const OnShard& here)
{
    now_ = Clock::now();
    take_turn(here, *this, turn_++, record_);
}

void Shard::wait(const OnShard&, TimePoint deadline, std::vector<Waiter::Ready>& others)
{
    for (const auto* line : walked_) deadline = std::min({deadline, line->peer.deadline(), line->sockets.deadline()});
    // A turn waits only when there are neither octets, timers nor commands: else it looks at the sockets and goes on.
    const bool look_only = busy_ || !mailbox_.empty();
    ready_.clear();
    waiter_->wait(look_only ? TimePoint::min() : deadline, ready_);
    for (const auto& ready : ready_) {
        if (ready.tag >= first_foreign_tag)
            others.push_back(ready);
        else if (auto* line = line_of(static_cast<PeerIndex>(ready.tag / Peer::slots)))
            line->sockets.ready(ready.tag % Peer::slots, ready);
    }
}

bool Shard::is_closing() const noexcept
{
    return std::ranges::any_of(walked_, [](const auto* line) { return line->sockets.is_closing(); });
}

void Shard::peers_phase(const OnShard&)
{
    busy_ = false;
    std::erase_if(walked_, [&](Line* line) {
        // No early way out: a peer with nothing to read still gets its chance to send.
        busy_ |= line->sockets.work(now_);
        if (!line->is_at_rest()) return false;
        line->walked = false;
        if (line->peer.came_to_nothing()) to_forget_.push_back(line->peer.index());
        return true;
    });
    if (!to_forget_.empty()) forget(std::exchange(to_forget_, {}));
}

void Shard::forget(const std::vector<PeerIndex>& peers)
{
    for (const auto index : peers) by_index_[index] = nullptr;
    std::erase_if(lines_, [&](const auto& line) { return !by_index_[line->peer.index()]; });
}

void Shard::rouse(Line& line)
{
    if (line.walked) return;
    walked_.push_back(&line);
    line.walked = true;
}

void Shard::end_sessions(const OnShard& here, CeaseSubcode subcode) noexcept
{
    const auto try_to = [](auto&& what) noexcept {
        try {
            what();
        } catch (...) {   // the run has failed already
        }
    };
    now_ = Clock::now();
    // Each session has its patience; that of the last to be stopped ends soon behind that of the first.
    auto give_up = now_;
    for (auto& line : lines_) {
        try_to([&] { line->peer.stop(here, subcode, {}, false, now_); });
        give_up = std::max(give_up, now_ + 2 * line->peer.config().session.close_patience);
        line->walked = false;   // walked_ may be what could not grow: all are looked at here
    }
    const auto is_any_closing = [&] {
        return std::ranges::any_of(lines_, [](const auto& line) { return line->sockets.is_closing(); });
    };
    do {
        for (auto& line : lines_) try_to([&] { line->sockets.work(now_); });
        pending_report_.events.clear();
        if (!is_any_closing()) return;
        try_to([&] {
            ready_.clear();
            waiter_->wait(give_up, ready_);
            for (const auto& ready : ready_)
                if (ready.tag < first_foreign_tag)
                    if (auto* line = line_of(static_cast<PeerIndex>(ready.tag / Peer::slots)))
                        line->sockets.ready(ready.tag % Peer::slots, ready);
        });
        now_ = Clock::now();
    } while (now_ < give_up);
}

void Shard::commands_phase(const OnShard&) { mailbox_.take_all(taken_); }

void Shard::callbacks_phase(const OnShard& here)
{
    for (auto& work : taken_) std::visit([&](auto& each) { take(here, each); }, work);
    busy_ |= !taken_.empty();   // their effect goes out in the next turn
    taken_.clear();
}

void Shard::flush_phase(const OnShard&)
{
    if (pending_report_.done.empty() && pending_report_.events.empty()) return;
    auto report = std::exchange(pending_report_, ShardReport{.shard = index_});
    report_(std::move(report));
}

void Shard::take(const OnShard& here, shard_work::NewPeer& work)
{
    if (by_index_.size() <= work.index) by_index_.resize(work.index + 1, nullptr);
    assert(!by_index_[work.index]);
    lines_.push_back(std::make_unique<Line>(*this, work));
    by_index_[work.index] = lines_.back().get();
    rouse(*lines_.back());
    lines_.back()->peer.start(here, now_);
}

void Shard::take(const OnShard&, shard_work::NewConnection& work)
{
    auto* line = line_of(work.peer);
    if (!line) return;
    rouse(*line);
    line->sockets.adopt(std::move(work.connection), now_);
}

void Shard::take(const OnShard& here, shard_work::Do& work)
{
    const auto run = [&](Line& line) {
        rouse(line);
        for (const auto& command : *work.what) apply(here, command, line.peer, now_);
    };
    if (work.peers.is_everybody())
        for (auto& line : lines_) run(*line);
    for (const auto index : work.peers.named())
        if (auto* line = line_of(index)) run(*line);
    pending_report_.done.push_back(work.number);
}

}   // namespace barrage
