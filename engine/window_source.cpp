#include "engine/window_source.hpp"

#include <algorithm>

namespace barrage {

std::shared_ptr<PackedUpdates> new_window()
{
    auto window = std::make_shared<PackedUpdates>();
    window->expect(window_octets + max_message_octets);
    return window;
}

InlineWindows::InlineWindows(Run run, PackOptions options)
    : run_(std::move(run)), cutter_(run_.slice, run_.kind, options, window_octets), packer_(std::move(options))
{
}

WindowSource::Window InlineWindows::window(std::uint32_t number)
{
    const auto found = std::ranges::find(kept_, number, &Kept::number);
    if (found != kept_.end()) return {Status::ready, found->updates};
    while (cuts_.size() <= number && !cut_to_end_) {
        if (auto cut = cutter_.next())
            cuts_.push_back(std::move(*cut));
        else
            cut_to_end_ = true;
    }
    if (number >= cuts_.size()) return {Status::end, nullptr};

    // The oldest window's memory is used again when no peer holds it any more.
    std::shared_ptr<PackedUpdates> updates;
    if (kept_.size() >= windows_kept) {
        if (kept_.front().updates.use_count() == 1) updates = std::const_pointer_cast<PackedUpdates>(kept_.front().updates);
        kept_.pop_front();
    }
    if (updates)
        updates->clear();
    else
        updates = new_window();
    const auto before = packer_.remarks();
    pack_window(cuts_[number], run_.kind, packer_, *updates);
    // A window packed a second time leaves the same routes out a second time.
    if (number >= remarked_) {
        remarked_ = number + 1;
        auto left_out = packer_.remarks();
        left_out -= before;
        remarks_ += left_out;
    }
    kept_.push_back({number, updates});
    return {Status::ready, std::move(updates)};
}

}   // namespace barrage
