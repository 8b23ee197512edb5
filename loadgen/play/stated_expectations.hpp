#pragma once
// What a scenario states about routes (`expect:` of groups, phases and sets of routes): that they must not come through, with which attributes they
// come back, within which time. Changed on the observer's thread only while no comparison is under way.

#include <cstdint>
#include <vector>

#include "engine/engine.hpp"
#include "engine/measured_routes.hpp"
#include "loadgen/play/run_result.hpp"
#include "loadgen/scenario/scenario.hpp"

namespace barrage {

class StatedExpectations {
public:
    using Number = MeasuredRoutes::Number;
    /// The scenario outlives it.
    explicit StatedExpectations(const Scenario& scenario);
    /// Finds the routes of its sets, once all prefixes have their numbers.
    void find_sets(MeasuredRoutes& routes);

    /// While a phase begins: what it states is about all that it advertises then.
    void phase_begins(const Scenario::Phase& phase);
    void phase_has_begun();
    /// Null: the phase that begins right now states none.
    [[nodiscard]] const ExpectedAttributes* attributes_of_phase() const noexcept { return phase_attributes_; }
    /// Nothing that this group advertises now is to come through.
    [[nodiscard]] bool is_none_of(const Scenario::Group& group) const
    {
        return phase_none_ || (group.expect && group.expect->none);
    }
    /// Not so where it is of a set of routes that is not to come through, whoever announces it.
    [[nodiscard]] bool is_to_come(Number number) const { return number >= not_to_come_.size() || !not_to_come_[number]; }
    /// With which attributes this group's route comes back; null: as it was sent.
    [[nodiscard]] const ExpectedAttributes* attributes_of(const Scenario::Group& group, Number number) const;

    /// Some routes are to come back changed, or not at all.
    [[nodiscard]] bool any() const;
    /// … those of this group.
    [[nodiscard]] bool concerns(const Scenario::Group& group) const
    {
        return concerns_sets() || (group.expect && group.expect->attributes);
    }
    /// … by which set they are of.
    [[nodiscard]] bool concerns_sets() const noexcept { return !attributes_.empty() || !not_to_come_.empty(); }
    /// … so that what comes back depends on who sent it.
    [[nodiscard]] bool prepends(const Scenario::Group& group) const;
    /// The scenario expects sessions to be lost.
    [[nodiscard]] bool losses() const noexcept { return losses_; }

    /// Sets of which no route was ever sent: indices of Scenario::expects. Where nobody measures, all of them.
    [[nodiscard]] std::vector<std::size_t> sets_not_sent(const MeasuredRoutes& routes) const;
    /// How long routes of sets that are to come within a time took. The engine stands.
    [[nodiscard]] std::vector<RunResult::SetTime> set_times(Engine& engine, const MeasuredRoutes& routes) const;

private:
    const Scenario& scenario_;
    bool losses_;
    bool phase_none_ = false;
    const ExpectedAttributes* phase_attributes_ = nullptr;
    std::vector<bool> not_to_come_;           // by number; empty: none
    std::vector<std::uint16_t> attributes_;   // by number: of Scenario::expects, from 1; 0: none. Empty: there are none
};

}   // namespace barrage
