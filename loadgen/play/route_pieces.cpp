#include "loadgen/play/route_pieces.hpp"

#include <algorithm>

#include <boost/unordered/unordered_flat_map.hpp>

namespace barrage {

namespace {

/// What of a slice holds when all of it was announced, in no order.
std::shared_ptr<const std::vector<MeasuredRoutes::Number>> held_at_the_end(std::span<const MeasuredRoutes::Number> numbers)
{
    boost::unordered_flat_map<MeasuredRoutes::Number, bool> held;
    for (const auto number : numbers)
        if (const auto known = number & ~MeasuredRoutes::withdraw_bit; known != MeasuredRoutes::none)
            held[known] = (number & MeasuredRoutes::withdraw_bit) == 0;
    auto result = std::make_shared<std::vector<MeasuredRoutes::Number>>();
    for (const auto& [number, holds] : held)
        if (holds) result->push_back(number);
    return result;
}

/// Part `part` of `parts` of a set, from one share of it to another. By number of routes: never more than the share.
RouteSlice slice_between(const std::shared_ptr<const RouteSet>& set, std::uint32_t part, std::uint32_t parts, double from,
                         double to)
{
    constexpr double rounding = 1e-6;
    auto slice = RouteSlice::part(set, part, parts);
    const auto all = static_cast<std::uint32_t>(set->announced() + set->withdrawn());
    const auto first = std::uint64_t{all} * part / parts, end = std::uint64_t{all} * (part + 1) / parts;
    const auto at = [&](double share) {
        return static_cast<std::uint32_t>(first +
                                          static_cast<std::uint64_t>(share * static_cast<double>(end - first) + rounding));
    };
    const auto whole_end = slice.end;
    if (at(from) != first) slice.begin = at(from) < all ? RouteSlice::part(set, at(from), all).begin : whole_end;
    if (at(to) != end) slice.end = RouteSlice::part(set, at(to), all).begin;
    return slice;
}

std::uint64_t routes_of(const RouteTable* table)
{
    std::uint64_t routes = 0;
    if (table)
        for (const auto& source : table->sources) routes += source.routes->announced() + source.routes->withdrawn();
    return routes;
}

}   // namespace

FlapParts::FlapParts(const LoadedScenario& loaded)
{
    const auto& groups = loaded.scenario->groups;
    for_each_phase(loaded.scenario->phases, [&](const Scenario::Phase& phase) {
        const auto* flap = std::get_if<Scenario::Flap>(&phase.what);
        if (!flap || flap->sessions || flap->count == 0) return;
        const auto is_of_it = [&](const Scenario::Group& group) {
            return group.sends() && PlayedPeers::concerns(flap->peers, group.name);
        };
        std::uint64_t peers = 0;
        for (const auto& group : groups) peers += is_of_it(group) ? group.count : 0;
        auto& parts = counted_[flap];
        std::uint64_t before = 0;
        for (std::size_t g = 0; g < groups.size(); ++g) {
            const auto routes = routes_of(loaded.tables[g].get()) / (groups[g].divided ? groups[g].count : 1);
            for (std::uint32_t i = 0; i < groups[g].count; ++i) {
                if (!is_of_it(groups[g]) || routes == 0) {
                    parts.push_back({flap->from, flap->from});
                    continue;
                }
                const auto own = flap->count * (before + 1) / peers - flap->count * before / peers;
                ++before;
                const auto share = static_cast<double>(own) / static_cast<double>(routes);
                parts.push_back({flap->from, std::min(1.0, flap->from + share)});
            }
        }
    });
}

RoutesPart FlapParts::of(const Scenario::Flap& flap, std::uint32_t peer) const
{
    const auto counted = counted_.find(&flap);
    return counted == counted_.end() ? RoutesPart::of(flap) : counted->second[peer];
}

/// Where a part of them that some phase withdraws or flaps begins and ends. A file that is replayed stays whole.
std::vector<double> RoutePieces::cuts_of(const PlayedPeer& peer) const
{
    std::vector<double> cuts{1};
    bool replayed = false;
    const auto& group = peer.group->name;
    for_each_phase(loaded_.scenario->phases, [&](const Scenario::Phase& phase) {
        const auto take = [&](RoutesPart part) { cuts.insert(cuts.end(), {part.from, part.to}); };
        const auto* withdraw = std::get_if<Scenario::Withdraw>(&phase.what);
        if (withdraw && PlayedPeers::concerns(withdraw->peers, group)) take(RoutesPart::of(*withdraw));
        const auto* flap = std::get_if<Scenario::Flap>(&phase.what);
        if (flap && !flap->sessions && PlayedPeers::concerns(flap->peers, group)) take(flaps_.of(*flap, peer.number));
        if (const auto* replay = std::get_if<Scenario::Replay>(&phase.what))
            replayed |= PlayedPeers::concerns(replay->peers, group);
    });
    if (replayed) return {1};
    constexpr double rounding = 1e-9;
    std::ranges::sort(cuts);
    const auto equal = std::ranges::unique(cuts, [](double a, double b) { return b - a < rounding; });
    cuts.erase(equal.begin(), equal.end());
    std::erase_if(cuts, [](double cut) { return cut < rounding; });
    cuts.back() = 1;
    return cuts;
}

RoutePieces::HeldNumbers RoutePieces::held_by(const RouteSlice& slice)
{
    if (!measured_ || (slice.set->withdrawn() == 0 && slice.set->times().empty())) return nullptr;
    const auto known = std::ranges::find(held_, slice, &decltype(held_)::value_type::first);
    if (known != held_.end()) return known->second;
    return held_.emplace_back(slice, held_at_the_end(measured_->numbers_of(slice))).second;
}

void RoutePieces::cut(PlayedPeer& peer, const RouteTable& table)
{
    const auto cuts = cuts_of(peer);
    const std::uint32_t parts = peer.group->divided ? peer.group->count : 1, part = peer.group->divided ? peer.of_group : 0;
    for (const auto& source : table.sources) {
        double begin = 0;
        for (const auto cut : cuts) {
            const auto slice = slice_between(source.routes, part, parts, cuts.size() > 1 ? begin : 0, cuts.size() > 1 ? cut : 1);
            const auto count = count_routes(slice);
            if (count.announced + count.withdrawn != 0)
                peer.pieces.push_back({.slice = slice,
                                       .part = {begin, cut},
                                       .routes = count.announced + count.withdrawn,
                                       .names_next_hops = source.names_next_hops,
                                       .holds = held_by(slice)});
            peer.of_sources.announced += count.announced;
            peer.of_sources.withdrawn += count.withdrawn;
            begin = cut;
        }
    }
}

}   // namespace barrage
