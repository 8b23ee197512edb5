#include "rib/pending_table.hpp"

#include <algorithm>

namespace barrage {

void PendingTable::append(std::uint32_t set, Family family, ItemId item)
{
    auto& families = sets_[set].families;
    auto found = std::ranges::find(families, family, &OfFamily::family);
    if (found == families.end()) found = families.insert(families.end(), OfFamily{family, {}});
    found->items.push_back(item);
}

PendingTable::ItemId PendingTable::put(RouteId route, ItemId last, Family family, const AttributeSetRef& attributes,
                                       bool withdraw, const std::function<void(RouteId, ItemId)>& moved)
{
    // Holes are closed when they are most of it, so that whoever changes its mind for ever needs no memory for it.
    constexpr std::size_t few_items = 64;
    if (items_.size() > few_items && items_.size() > 2 * live_) {
        bool has_moved = false;
        compact([&](RouteId which, ItemId where) {
            if (which == route) {
                last = where;
                has_moved = true;
            }
            moved(which, where);
        });
        if (!has_moved) last = none;
    }

    std::size_t waiting = 0;
    ItemId newer = none;
    for (auto item = last; item != none; item = items_[item].previous) {
        if (sets_[items_[item].set].attributes.get() == attributes.get()) {
            // Keeps its place. What was said since is not told: it would come behind this, and it is this that holds now.
            for (auto since = last; since != item; since = items_[since].previous) {
                items_[since].live = false;
                --live_;
            }
            items_[item].withdraw = withdraw;
            return item;
        }
        if (++waiting >= most_per_route) {   // what waits too often says nothing new
            items_[item].live = false;
            --live_;
            items_[newer].previous = none;
            break;
        }
        newer = item;
    }
    const auto [known, is_new] = set_of_.try_emplace(attributes.get(), static_cast<std::uint32_t>(sets_.size()));
    if (is_new) sets_.push_back({attributes, {}});
    // Behind what it replaces, on the wire too.
    if (last != none && items_[last].set > known->second) {
        known->second = static_cast<std::uint32_t>(sets_.size());
        sets_.push_back({attributes, {}});
    }
    const auto item = static_cast<ItemId>(items_.size());
    items_.push_back({route, last, known->second, withdraw});
    append(known->second, family, item);
    ++live_;
    return item;
}

void PendingTable::drop(ItemId last)
{
    for (auto item = last; item != none; item = items_[item].previous) {
        items_[item].live = false;
        --live_;
    }
}

void PendingTable::compact(const std::function<void(RouteId, ItemId)>& moved)
{
    std::vector<ItemId> place(items_.size(), none);
    std::vector<Item> kept;
    kept.reserve(live_);
    for (ItemId item = 0; item < items_.size(); ++item) {
        if (!items_[item].live) continue;
        place[item] = static_cast<ItemId>(kept.size());
        kept.push_back(items_[item]);
    }
    for (auto& item : kept)
        if (item.previous != none) item.previous = place[item.previous];

    std::vector<OfSet> sets;
    std::vector<std::uint32_t> set_place(sets_.size(), none);
    for (std::size_t i = 0; i < sets_.size(); ++i) {
        OfSet set{sets_[i].attributes, {}};
        for (const auto& of_family : sets_[i].families) {
            OfFamily still{of_family.family, {}};
            for (const auto item : of_family.items)
                if (place[item] != none) still.items.push_back(place[item]);
            if (!still.items.empty()) set.families.push_back(std::move(still));
        }
        if (set.families.empty()) continue;
        set_place[i] = static_cast<std::uint32_t>(sets.size());
        sets.push_back(std::move(set));
    }
    for (auto& item : kept) item.set = set_place[item.set];
    items_ = std::move(kept);
    sets_ = std::move(sets);
    set_of_.clear();
    for (std::uint32_t i = 0; i < sets_.size(); ++i) set_of_.insert_or_assign(sets_[i].attributes.get(), i);
    // A route's latest is the last of its items.
    std::vector<bool> is_older(items_.size(), false);
    for (const auto& item : items_)
        if (item.previous != none) is_older[item.previous] = true;
    for (ItemId item = 0; item < items_.size(); ++item)
        if (!is_older[item]) moved(items_[item].route, item);
}

std::vector<PendingTable::Group> PendingTable::take()
{
    std::vector<Group> groups;
    for (auto& set : sets_)
        for (auto& of_family : set.families) {
            Group group{set.attributes, of_family.family, {}};
            for (const auto item : of_family.items)
                if (items_[item].live) group.changes.push_back({items_[item].route, items_[item].withdraw});
            if (!group.changes.empty()) groups.push_back(std::move(group));
        }
    items_.clear();
    sets_.clear();
    set_of_.clear();
    live_ = 0;
    return groups;
}

}   // namespace barrage
