#pragma once
// Which of a peer's routes go out and come back together. Phases withdraw and flap parts of a peer's routes, by share or by number; its table is cut
// where any of these parts begins or ends, and each piece is announced and withdrawn as a whole. Pure; any thread.

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "loadgen/play/loaded_scenario.hpp"
#include "loadgen/play/played_peers.hpp"

namespace barrage {

/// The part of each peer's routes that a flap takes away.
class FlapParts {
public:
    explicit FlapParts(const LoadedScenario& loaded);
    /// `peer`: its number over all groups.
    [[nodiscard]] RoutesPart of(const Scenario::Flap& flap, std::uint32_t peer) const;

private:
    std::map<const Scenario::Flap*, std::vector<RoutesPart>> counted_;   // by peer, where the flap gives a number of routes
};

class RoutePieces {
public:
    /// All three outlive it. `measured`: prefixes have their numbers; null where nobody needs them.
    RoutePieces(const LoadedScenario& loaded, const FlapParts& flaps, const MeasuredRoutes* measured) noexcept
        : loaded_(loaded), flaps_(flaps), measured_(measured)
    {
    }
    /// Gives the peer the pieces of its table, the group's whole one or its own part of it.
    void cut(PlayedPeer& peer, const RouteTable& table);

private:
    using HeldNumbers = std::shared_ptr<const std::vector<MeasuredRoutes::Number>>;
    [[nodiscard]] std::vector<double> cuts_of(const PlayedPeer& peer) const;
    /// Numbers that hold when all of the slice was announced; null: all of its own.
    [[nodiscard]] HeldNumbers held_by(const RouteSlice& slice);

    const LoadedScenario& loaded_;
    const FlapParts& flaps_;
    const MeasuredRoutes* measured_;
    std::vector<std::pair<RouteSlice, HeldNumbers>> held_;   // of slices that peers share
};

}   // namespace barrage
