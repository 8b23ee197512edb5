#include "engine/changed_paths.hpp"

#include <algorithm>

namespace barrage {

void ChangedPaths::set(Sender sender, Number number, const Advertised& advertised)
{
    if (number >= numbers_) return;
    if (!flags_) {
        flags_ = std::make_unique<std::atomic<bool>[]>(numbers_);
        published_.store(flags_.get(), std::memory_order_release);
    }
    auto& part = part_of(number);
    const std::scoped_lock lock{part.mutex};
    auto& paths = part.paths[number];
    const auto known = std::ranges::find(paths, sender, &Path::sender);
    if (known != paths.end())
        known->advertised = advertised;
    else
        paths.push_back({sender, advertised});
    flags_[number].store(true, std::memory_order_release);
}

void ChangedPaths::erase(Sender sender, Number number)
{
    if (!has(number)) return;
    auto& part = part_of(number);
    const std::scoped_lock lock{part.mutex};
    const auto found = part.paths.find(number);
    if (found == part.paths.end()) return;
    std::erase_if(found->second, [sender](const Path& path) { return path.sender == sender; });
    if (!found->second.empty()) return;
    part.paths.erase(found);
    flags_[number].store(false, std::memory_order_release);
}

std::optional<ChangedPaths::Advertised> ChangedPaths::find(Sender sender, Number number) const
{
    std::optional<Advertised> found;
    for_each(number, [&](Sender each, const Advertised& advertised) {
        if (each == sender) found = advertised;
    });
    return found;
}

}   // namespace barrage
