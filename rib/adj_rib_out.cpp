#include "rib/adj_rib_out.hpp"

#include <algorithm>
#include <utility>

#include "rib/exabgp_adj_rib_out.hpp"
#include "rib/native_adj_rib_out.hpp"

namespace barrage {

std::unique_ptr<AdjRibOut> make_adj_rib_out(SendRules rules)
{
    if (rules == SendRules::native) return std::make_unique<NativeAdjRibOut>();
    return std::make_unique<ExabgpAdjRibOut>(rules);
}

void AdjRibOut::queue_run(RouteRun run)
{
    QueuedRun queued{.run = std::move(run)};
    if (queued.run.kind == RunKind::withdraw) {
        for (const auto& table : tables_)
            if (table.slice == queued.run.slice) queued.took_back.push_back(table);
        std::erase_if(tables_, [&](const RouteRun& table) { return table.slice == queued.run.slice; });
    } else {
        tables_.push_back(queued.run);
    }
    queue_.emplace_back(std::move(queued));
}

void AdjRibOut::forget(const RouteKey& key)
{
    if (const auto number = overlay_.find(key); number != RouteOverlay::none) overlay_.erase(number);
}

void AdjRibOut::clear_waiting()
{
    forget_changes();
    // Backwards, so that a run and what takes it back undo each other.
    std::deque<Waiting> kept;
    std::size_t refresh_ends = 0;
    for (auto i = queue_.size(); i-- > 0;) {
        auto* const queued = std::get_if<QueuedRun>(&queue_[i]);
        const bool is_message = std::holds_alternative<EndOfRib>(queue_[i]) || std::holds_alternative<Octets>(queue_[i]);
        if (is_message || (queued && i == 0 && front_begun_)) {
            kept.push_front(std::move(queue_[i]));
            if (i < refresh_ends_) ++refresh_ends;
        } else if (queued && queued->run.kind == RunKind::withdraw) {
            tables_.insert(tables_.end(), queued->took_back.begin(), queued->took_back.end());
        } else if (queued && queued->is_new) {
            const auto is_it = [&](const RouteRun& table) {
                return table.id == queued->run.id && table.slice == queued->run.slice;
            };
            const auto table = std::find_if(tables_.rbegin(), tables_.rend(), is_it);
            if (table != tables_.rend()) tables_.erase(std::next(table).base());
        }
    }
    queue_ = std::move(kept);
    refresh_ends_ = refresh_ends;
}

void AdjRibOut::withdraw_all()
{
    clear_waiting();
    for (auto tables = tables_; const auto& table : tables)
        queue_run({.slice = table.slice, .kind = RunKind::withdraw, .id = ~table.id});
    for (const auto number : overlay_.in_order_of_announcement()) {
        const auto key = overlay_[number].key;
        withdraw(key, overlay_[number].attributes);
    }
}

void AdjRibOut::refresh(const RefreshRequest& request)
{
    if (refresh_ends_ != 0) {
        refresh_again_ = request;
        return;
    }
    queue_refresh(request);
    refresh_ends_ = queue_.size();
}

const RouteRun* AdjRibOut::run_at_front() const noexcept
{
    const auto* queued = queue_.empty() ? nullptr : std::get_if<QueuedRun>(&queue_.front());
    return queued ? &queued->run : nullptr;
}

const EndOfRib* AdjRibOut::end_of_rib_at_front() const noexcept
{
    return queue_.empty() ? nullptr : std::get_if<EndOfRib>(&queue_.front());
}

const Octets* AdjRibOut::message_at_front() const noexcept
{
    return queue_.empty() ? nullptr : std::get_if<Octets>(&queue_.front());
}

bool AdjRibOut::run_waits() const noexcept
{
    return std::ranges::any_of(queue_, [](const Waiting& waiting) { return std::holds_alternative<QueuedRun>(waiting); });
}

bool AdjRibOut::changes_wait_last() const noexcept { return !queue_.empty() && std::holds_alternative<Changes>(queue_.back()); }

void AdjRibOut::pop_front()
{
    if (std::holds_alternative<QueuedRun>(queue_.front())) ++runs_popped_;
    drop_front();
}

void AdjRibOut::drop_front()
{
    queue_.pop_front();
    front_begun_ = false;
    if (refresh_ends_ == 0 || --refresh_ends_ != 0) return;
    if (const auto again = std::exchange(refresh_again_, std::nullopt)) refresh(*again);
}

bool AdjRibOut::carries(RouteOverlay::Route& route, bool withdraw, NlriPacking& packing)
{
    const auto& key = route.key;
    const auto& options = packing.options();
    route.left_out = false;
    if ((!key.path_id && owners_.empty()) || options.add_path.contains(key.family) || !options.families.contains(key.family))
        return true;
    const auto is_advertised = [this](const RouteKey& name) {
        const auto number = overlay_.find(name);
        return number != RouteOverlay::none && overlay_[number].advertised && overlay_[number].advertised_attributes;
    };
    if (owners_.takes(key, withdraw, is_advertised)) return true;
    route.left_out = !withdraw;
    packing.left_out().add(LeftOutReason::add_path_not_negotiated, 1, [&] {
        const auto* octets = reinterpret_cast<const std::uint8_t*>(key.nlri.data());
        return sample_text(key.family, {octets, key.nlri.size()}, false);
    });
    return false;
}

void AdjRibOut::drop_queue()
{
    queue_.clear();
    owners_.clear();
    front_begun_ = false;
    refresh_ends_ = 0;
    refresh_again_.reset();
}

bool AdjRibOut::back_to_advertised(std::uint32_t number)
{
    auto& route = overlay_[number];
    route.waits_in = 0;
    overlay_.set_attributes(number, route.advertised ? route.advertised_attributes : AttributeSetRef{});
    return forget_if_gone(number);
}

bool AdjRibOut::forget_if_gone(std::uint32_t number)
{
    const auto& route = overlay_[number];
    // With tables below, a withdrawn route has to be remembered: the table would bring it back after a restart.
    if (route.attributes || route.waits_in != 0 || route.key.nlri.empty() || (route.advertised && !tables_.empty())) return false;
    overlay_.erase(number);
    return true;
}

}   // namespace barrage
