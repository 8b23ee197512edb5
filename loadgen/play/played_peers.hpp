#pragma once
// The peers of a scenario while it is played, and the choosing among them: by group, by what they do, by their number in the engine. What they
// count is summed here. The observer's thread, but for what is said otherwise.

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/unordered/unordered_flat_set.hpp>

#include "engine/engine.hpp"
#include "loadgen/play/comparison.hpp"
#include "loadgen/scenario/scenario.hpp"
#include "rib/route_slice.hpp"

namespace barrage {

/// Of a peer's routes in their order, from here to there.
struct RoutesPart {
    double from = 0, to = 1;
    static RoutesPart of(const auto& phase) { return {phase.from, std::min(1.0, phase.from + phase.share)}; }
};
/// A part of a source that is announced and withdrawn as a whole.
struct RoutesPiece {
    RouteSlice slice;
    RoutesPart part;
    std::uint64_t routes = 0;
    bool names_next_hops = false;   // its source, in words
    bool advertised = false;
    bool counts = true;   // receivers are to have it; else it is not to come through
    /// Numbers that hold when all was announced; null: all of the slice. A file of updates withdraws some of what it announces.
    std::shared_ptr<const std::vector<MeasuredRoutes::Number>> holds = {};
};

/// A peer of a scenario while it is played: what it is, what it has advertised, how its session goes.
struct PlayedPeer {
    const Scenario::Group* group = nullptr;
    std::uint32_t number = 0;   // over all groups, from 0
    std::uint32_t of_group = 0;
    PeerConfig config;
    bool external = true;
    std::vector<RoutesPiece> pieces;
    std::optional<PeerIndex> index;   // once it was started
    bool up = false;
    bool going_down = false;   // its end is wanted
    std::uint32_t losses = 0;
    std::uint64_t never_acked = 0;   // routes handed over to sessions that ended before
    std::string end;
    TimePoint begun_at = never;
    TimePoint established_at = never;
    TimePoint all_acked_at = never;   // of what it advertised first
    std::optional<Asn> peer_as;
    std::string peer_software;    // as its OPEN names it; empty where it does not
    std::uint64_t left_out = 0;   // routes of its sources
    RouteCount of_sources;
    std::size_t runs_wanted = 0;   // of this phase
    std::size_t runs_sent = 0;
    bool acked = true;                                      // all of this phase
    boost::unordered_flat_set<std::uint32_t> not_to_come;   // … that are announced one by one and are not to come through
    boost::unordered_flat_set<std::uint32_t> churned_out;   // numbers that are announced in pieces and withdrawn one by one
    boost::unordered_flat_set<std::uint32_t> commanded;     // … that are announced one by one and in no piece that is announced
    boost::unordered_flat_set<std::uint32_t> changed_singly;   // … in pieces, and one by one since, which lies over the table
    bool leaving = false;                                      // its end was asked for, and its routes count until it came
    bool restarting = false;                                   // gracefully: what it announced counts as there
    bool device_keeps = false;                                 // graceful restart was agreed on: RFC 4724
    TimePoint kept_until = never;    // it went without a NOTIFICATION: so long the device keeps its routes
    bool route_refresh = false;      // the device takes it: RFC 2918
    bool enhanced_refresh = false;   // as negotiated
    std::uint32_t families = 0;
    FamilySet add_path;   // whose routes it is sent with path identifiers
    Comparison comparison;
    Histogram establish;
    std::unique_ptr<ReflectionTimes> times;   // of a receiver, over the run
};

/// "senders 2 (127.0.1.2)": as texts for people name it.
std::string name_of(const PlayedPeer& peer);

class PlayedPeers {
public:
    enum class Which : std::uint8_t { all, senders, receivers };

    // ---- As a list, in the order of their groups.

    PlayedPeer& add() { return all_.emplace_back(); }
    [[nodiscard]] auto begin() noexcept { return all_.begin(); }
    [[nodiscard]] auto end() noexcept { return all_.end(); }
    [[nodiscard]] auto begin() const noexcept { return all_.begin(); }
    [[nodiscard]] auto end() const noexcept { return all_.end(); }
    [[nodiscard]] std::size_t size() const noexcept { return all_.size(); }
    [[nodiscard]] PlayedPeer& operator[](std::size_t number) noexcept { return all_[number]; }
    [[nodiscard]] const PlayedPeer& operator[](std::size_t number) const noexcept { return all_[number]; }

    // ---- By their number in the engine, once they have one.

    void has_index(PlayedPeer& peer, PeerIndex index);
    /// Null: none has it.
    [[nodiscard]] PlayedPeer* of_index(PeerIndex index) noexcept
    {
        return index < by_index_.size() ? &all_[by_index_[index]] : nullptr;
    }
    /// As it is now, for visits on shards: the list above grows on the observer's thread.
    [[nodiscard]] std::shared_ptr<const std::vector<PlayedPeer*>> by_index();

    // ---- Chosen.

    /// Whether a phase that names these groups is about this one.
    [[nodiscard]] static bool concerns(const std::vector<std::string>& groups, const std::string& group)
    {
        return groups.empty() || std::ranges::find(groups, group) != groups.end();
    }
    /// Peers of these groups (none named: of all) of this role.
    [[nodiscard]] std::vector<PlayedPeer*> chosen(const std::vector<std::string>& groups, Which which);
    /// A part of each group's peers.
    [[nodiscard]] static std::vector<PlayedPeer*> part_of(const std::vector<PlayedPeer*>& peers, RoutesPart part);
    /// Those that measure and were started.
    [[nodiscard]] std::vector<PeerIndex> measuring() const;

    // ---- Counted.

    [[nodiscard]] std::uint32_t up() const noexcept
    {
        return static_cast<std::uint32_t>(std::ranges::count_if(all_, &PlayedPeer::up));
    }
    /// Peers that leave their address to the kernel, and so have the same one.
    [[nodiscard]] std::size_t without_address() const noexcept;
    /// What is sent is counted of these groups (null or none named: of all), what comes of it of all.
    [[nodiscard]] PeerNumbers totals(const Engine& engine, const std::vector<std::string>* groups = nullptr) const;
    [[nodiscard]] static bool all_acked(const std::vector<PlayedPeer*>& peers);
    /// Rates of several peers that come to `rate` together.
    [[nodiscard]] static std::vector<double> divided(double rate, std::size_t peers);

private:
    std::vector<PlayedPeer> all_;
    std::vector<std::uint32_t> by_index_;   // PeerIndex → its place above
};

}   // namespace barrage
