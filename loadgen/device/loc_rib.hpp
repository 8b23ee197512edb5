#pragma once
// The device's Loc-RIB: every path of every prefix, and which of them is the best. It knows neither sessions nor faults. A prefix has a number
// for as long as it has paths or was advertised. One thread.

#include <cstdint>
#include <vector>

#include "engine/time.hpp"
#include "loadgen/device/path.hpp"
#include "rib/route_index.hpp"
#include "rib/route_key.hpp"

namespace barrage::device {

using PrefixNumber = std::uint32_t;

struct Candidate {
    PathRef path;
    std::uint64_t arrived = 0;   // counts announcements
    bool stale = false;          // its peer restarts gracefully
};

struct PrefixEntry {
    RouteKey key;
    std::vector<Candidate> candidates;
    PathRef advertised;                        // what was announced to receivers; null: nothing
    std::uint64_t lost_at = 0;                 // announcements counted when the advertised path went; 0: it did not
    TimePoint wait_until = TimePoint::min();   // of those that are announced late; min: it does not wait
    bool changed = false;                      // since it was last decided upon
    bool in_use = false;
};

/// Negative where `a` is the better one. RFC 4271 section 9.1.2.2 with RFC 4456 section 9, without the step of MULTI_EXIT_DISC.
int compare_without_med(const Path& a, const Path& b);

class LocRib {
public:
    /// Its number; a new one where it has none.
    PrefixNumber number_of(const RouteKey& key);
    /// Its number, or none.
    [[nodiscard]] PrefixNumber find(const RouteKey& key) const;
    static constexpr PrefixNumber none = RouteIndex::none;

    /// False where the peer has announced the same before, and nothing changes.
    bool announce(PrefixNumber number, const PathRef& path);
    /// Of this peer; false where it has none.
    bool withdraw(PrefixNumber number, NeighborIndex neighbor);
    /// Its place in entry().candidates, or -1 where there is none.
    [[nodiscard]] int best(PrefixNumber number) const;
    /// The last that would be chosen.
    [[nodiscard]] int worst(PrefixNumber number) const;
    /// Gives up the number of a prefix that has no paths and was not advertised.
    void release_if_unused(PrefixNumber number);

    [[nodiscard]] PrefixEntry& entry(PrefixNumber number) { return entries_[number]; }
    [[nodiscard]] const PrefixEntry& entry(PrefixNumber number) const { return entries_[number]; }
    /// Numbers given so far: those below it may be in use.
    [[nodiscard]] PrefixNumber numbers() const noexcept { return static_cast<PrefixNumber>(entries_.size()); }

private:
    [[nodiscard]] auto key_of() const noexcept
    {
        return [this](std::uint32_t number) -> const RouteKey& { return entries_[number].key; };
    }
    void lost(PrefixEntry& entry, const PathRef& path);

    std::vector<PrefixEntry> entries_;
    std::vector<PrefixNumber> free_;
    RouteIndex index_;
    std::uint64_t announcements_ = 1;
};

}   // namespace barrage::device
