#include "engine/window_source.hpp"

#include <algorithm>

namespace barrage {

std::shared_ptr<PackedUpdates> WindowMemory::take()
{
    std::unique_ptr<PackedUpdates> window;
    {
        const std::lock_guard lock{mutex_};
        spare_.reserve(most_spare);   // so that putting back needs no memory
        if (!spare_.empty()) {
            window = std::move(spare_.back());
            spare_.pop_back();
        }
    }
    if (window) {
        window->clear();
    } else {
        window = std::make_unique<PackedUpdates>();
        window->expect(window_octets + max_message_octets);
    }
    return {window.release(),
            [self = shared_from_this()](PackedUpdates* done) { self->put_back(std::unique_ptr<PackedUpdates>{done}); }};
}

std::size_t WindowMemory::spare() const
{
    const std::lock_guard lock{mutex_};
    return spare_.size();
}

void WindowMemory::put_back(std::unique_ptr<PackedUpdates> window) noexcept
{
    const std::lock_guard lock{mutex_};
    if (spare_.size() < most_spare) spare_.push_back(std::move(window));
}

InlineWindows::InlineWindows(RouteRun run, PackOptions options, std::shared_ptr<WindowMemory> memory)
    : run_(std::move(run)), memory_(std::move(memory)), cutter_(run_.slice, run_.kind, options, window_octets),
      packer_(make_packer(std::move(options)))
{
}

WindowSource::Window InlineWindows::window(std::uint32_t number)
{
    auto found = std::ranges::find(kept_, number, &Kept::number);
    if (found == kept_.end()) {
        while (cuts_.size() <= number && !cut_to_end_) {
            if (auto cut = cutter_.next())
                cuts_.push_back(std::move(*cut));
            else
                cut_to_end_ = true;
        }
        if (number >= cuts_.size()) return {Status::end, nullptr};
        if (kept_.size() >= windows_kept) kept_.pop_front();
        kept_.push_back({number, packed(number)});
        found = std::prev(kept_.end());
    }
    auto updates = found->updates;
    if (++found->taken == run_.peers) kept_.erase(found);
    return {Status::ready, std::move(updates)};
}

std::shared_ptr<const PackedUpdates> InlineWindows::packed(std::uint32_t number)
{
    auto updates = memory_->take();
    pack_window(cuts_[number], run_.kind, packer_, *updates);
    const auto left_out = packing(packer_).take_left_out();
    // A window packed a second time leaves the same routes out a second time.
    if (number >= looked_at_) {
        looked_at_ = number + 1;
        add_left_out(left_out_, left_out);
    }
    return updates;
}

}   // namespace barrage
