#include "engine/changed_paths.hpp"

#include <algorithm>

namespace barrage {

void ChangedPaths::keep(Of& of, const Path& path)
{
    const bool is_known = std::ranges::any_of(of.before, [&](const Path& each) {
        return each.sender == path.sender && each.advertised.fingerprint == path.advertised.fingerprint;
    });
    if (is_known) return;
    if (of.before.size() >= most_before)
        of.has_more = true;
    else
        of.before.push_back(path);
}

void ChangedPaths::set(Sender sender, Number number, const Advertised& advertised)
{
    if (number >= numbers_) return;
    if (!flags_) {
        flags_ = std::make_unique<std::atomic<Flag>[]>(numbers_);
        published_.store(flags_.get(), std::memory_order_release);
    }
    auto& part = part_of(number);
    const std::scoped_lock lock{part.mutex};
    auto& of = part.paths[number];
    const auto known = std::ranges::find(of.now, sender, &Path::sender);
    if (known == of.now.end()) {
        of.now.push_back({sender, advertised});
    } else {
        keep(of, *known);
        known->advertised = advertised;
    }
    flags_[number].store(Flag::now, std::memory_order_release);
}

void ChangedPaths::erase(Sender sender, Number number)
{
    if (!has(number)) return;
    auto& part = part_of(number);
    const std::scoped_lock lock{part.mutex};
    const auto found = part.paths.find(number);
    if (found == part.paths.end()) return;
    auto& of = found->second;
    const auto known = std::ranges::find(of.now, sender, &Path::sender);
    if (known == of.now.end()) return;
    keep(of, *known);
    of.now.erase(known);
    if (of.now.empty()) flags_[number].store(Flag::before, std::memory_order_release);
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
