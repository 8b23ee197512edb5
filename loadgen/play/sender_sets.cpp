#include "loadgen/play/sender_sets.hpp"

#include <xxhash.h>

#include <algorithm>
#include <utility>

namespace barrage {

std::size_t SenderSets::HashStep::operator()(const Step& step) const noexcept
{
    const std::uint32_t words[] = {step.from, step.sender, step.adds ? 1u : 0u};
    return XXH3_64bits(words, sizeof words);
}

std::size_t SenderSets::HashSet::operator()(const std::vector<Sender>& set) const noexcept
{
    return XXH3_64bits(set.data(), set.size() * sizeof(Sender));
}

SenderSets::SenderSets()
{
    sets_.emplace_back();
    ids_.emplace(std::vector<Sender>{}, nobody);
    last_ = {nobody, 0, false};   // nobody without the first is nobody
}

bool SenderSets::contains(Id id, Sender sender) const noexcept { return std::ranges::binary_search(sets_[id], sender); }

SenderSets::Id SenderSets::id_of(std::vector<Sender> set)
{
    const auto [found, is_new] = ids_.try_emplace(set, static_cast<Id>(sets_.size()));
    if (is_new) sets_.push_back(std::move(set));
    return found->second;
}

SenderSets::Id SenderSets::changed(Id id, Sender sender, bool adds)
{
    // Per prefix of a table: mostly the step that was taken last.
    const Step step{id, sender, adds};
    if (step == last_) return last_result_;
    last_ = step;
    if (const auto known = steps_.find(step); known != steps_.end()) return last_result_ = known->second;
    auto set = sets_[id];
    const auto at = std::ranges::lower_bound(set, sender);
    const bool is_there = at != set.end() && *at == sender;
    if (adds && !is_there) set.insert(at, sender);
    if (!adds && is_there) set.erase(at);
    last_result_ = id_of(std::move(set));
    steps_.emplace(step, last_result_);
    return last_result_;
}

void SenderSets::compact(std::span<Id> used)
{
    std::vector<std::vector<Sender>> sets(1);
    std::vector<Id> renamed(sets_.size(), nobody);
    for (auto& id : used) {
        if (id == nobody) continue;
        if (renamed[id] == nobody) {
            renamed[id] = static_cast<Id>(sets.size());
            sets.push_back(std::move(sets_[id]));
        }
        id = renamed[id];
    }
    sets_ = std::move(sets);
    ids_.clear();
    for (Id id = 0; id < sets_.size(); ++id) ids_.emplace(sets_[id], id);
    steps_.clear();
    last_ = {nobody, 0, false};
    last_result_ = nobody;
    crowd_ = std::max(first_crowd, 2 * sets_.size());
}

}   // namespace barrage
