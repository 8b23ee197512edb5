#include "loadgen/device/loc_rib.hpp"

#include <algorithm>

namespace barrage::device {

namespace {

template <class T>
int order(const T& a, const T& b)
{
    if (a < b) return -1;
    return b < a ? 1 : 0;
}

int compare_before_med(const Path& a, const Path& b)
{
    if (const auto by = order(b.local_pref, a.local_pref)) return by;
    if (const auto by = order(a.as_path_length, b.as_path_length)) return by;
    return order(a.origin, b.origin);
}

int compare_after_med(const Path& a, const Path& b)
{
    if (const auto by = order(b.from.external, a.from.external)) return by;
    if (const auto by = order(a.identifier, b.identifier)) return by;
    if (const auto by = order(a.cluster_list_length, b.cluster_list_length)) return by;
    if (const auto by = order(a.from.address, b.from.address)) return by;
    return order(a.from.neighbor, b.from.neighbor);
}

}   // namespace

int compare_without_med(const Path& a, const Path& b)
{
    if (const auto by = compare_before_med(a, b)) return by;
    return compare_after_med(a, b);
}

PrefixNumber LocRib::find(const RouteKey& key) const { return index_.find(key, key_of()); }

PrefixNumber LocRib::number_of(const RouteKey& key)
{
    if (const auto known = find(key); known != none) return known;
    PrefixNumber number = 0;
    if (free_.empty()) {
        number = numbers();
        entries_.emplace_back();
    } else {
        number = free_.back();
        free_.pop_back();
    }
    entries_[number] = PrefixEntry{.key = key, .in_use = true};
    index_.insert(key, number);
    return number;
}

void LocRib::lost(PrefixEntry& entry, const PathRef& path)
{
    if (path == entry.advertised) entry.lost_at = announcements_;
}

bool LocRib::announce(PrefixNumber number, const PathRef& path)
{
    auto& entry = entries_[number];
    const auto own = std::ranges::find_if(entry.candidates,
                                          [&](const Candidate& each) { return each.path->from.neighbor == path->from.neighbor; });
    if (own == entry.candidates.end()) {
        entry.candidates.push_back({path, announcements_++});
        return true;
    }
    own->stale = false;
    if (own->path->attributes == path->attributes) return false;
    *own = {path, announcements_++};
    return true;
}

bool LocRib::withdraw(PrefixNumber number, NeighborIndex neighbor)
{
    auto& entry = entries_[number];
    const auto own =
        std::ranges::find_if(entry.candidates, [&](const Candidate& each) { return each.path->from.neighbor == neighbor; });
    if (own == entry.candidates.end()) return false;
    lost(entry, own->path);
    entry.candidates.erase(own);
    return true;
}

int LocRib::best(PrefixNumber number) const
{
    const auto& candidates = entries_[number].candidates;
    const Candidate* best = nullptr;
    // MULTI_EXIT_DISC compares between paths of one neighbouring AS only, so it is no order of all of them: a path is out where one
    // as good up to that step, of the same AS, has a lower one. RFC 4271 section 9.1.2.2 c.
    const auto is_out = [&](const Path& path) {
        return candidates.size() > 1 && std::ranges::any_of(candidates, [&](const Candidate& other) {
                   return other.path->neighbor_as == path.neighbor_as && other.path->med < path.med &&
                          compare_before_med(*other.path, path) == 0;
               });
    };
    for (const auto& each : candidates) {
        if (best && compare_without_med(*each.path, *best->path) >= 0) continue;
        if (!is_out(*each.path)) best = &each;
    }
    return best ? static_cast<int>(best - candidates.data()) : -1;
}

int LocRib::worst(PrefixNumber number) const
{
    const auto& candidates = entries_[number].candidates;
    const auto last = std::ranges::max_element(candidates, [](const Candidate& a, const Candidate& b) {
        if (const auto by = compare_before_med(*a.path, *b.path)) return by < 0;
        if (a.path->neighbor_as == b.path->neighbor_as && a.path->med != b.path->med) return a.path->med < b.path->med;
        return compare_after_med(*a.path, *b.path) < 0;
    });
    return last == candidates.end() ? -1 : static_cast<int>(last - candidates.begin());
}

void LocRib::release_if_unused(PrefixNumber number)
{
    auto& entry = entries_[number];
    if (!entry.in_use || entry.changed || !entry.candidates.empty() || entry.advertised) return;
    index_.erase(entry.key, number);
    entry = {};
    free_.push_back(number);
}

}   // namespace barrage::device
