#pragma once
// What must not come: routes that a scenario says so of (`expect: none`), those with NO_EXPORT and the like, and what was withdrawn. How long
// receivers have to be watched until it may be said that none came, and whether any of them could have seen one. The observer's thread.

#include <algorithm>
#include <chrono>
#include <utility>

#include "codec/family.hpp"
#include "engine/time.hpp"

namespace barrage {

class LeakWatch {
public:
    /// So long at least behind their acknowledgement.
    static constexpr Duration least = std::chrono::seconds{1};

    /// A route of this family that must not come was sent in the phase under way.
    void sent(Family family)
    {
        sent_.insert(family);
        is_stated_ = true;
        watch();
    }
    /// In that phase something was withdrawn, or sent that a device must not pass on to everybody.
    void watch() noexcept { is_under_way_ = true; }
    /// That phase is over: what it sent is acknowledged.
    void phase_ends(TimePoint now) noexcept
    {
        if (std::exchange(is_under_way_, false)) acknowledged_ = now;
    }
    /// A receiver's session carries these.
    void could_be_seen(FamilySet families)
    {
        families.for_each([this](Family family) { seen_.insert(family); });
    }

    /// Until when to watch, where all else was right at `converged`. Of what the scenario states: as long again as the rest took to come.
    [[nodiscard]] TimePoint until(TimePoint converged) const noexcept
    {
        if (acknowledged_ == never) return converged;
        return acknowledged_ + (is_stated_ ? std::max<Duration>(least, 2 * (converged - acknowledged_)) : Duration{least});
    }
    /// What was sent and nobody could have seen.
    [[nodiscard]] FamilySet unseen() const
    {
        FamilySet unseen;
        sent_.for_each([&](Family family) {
            if (!seen_.contains(family)) unseen.insert(family);
        });
        return unseen;
    }

private:
    FamilySet sent_, seen_;
    TimePoint acknowledged_ = never;
    bool is_stated_ = false;
    bool is_under_way_ = false;
};

}   // namespace barrage
