// The player's peers as the scenario gives them: their configurations, their parts of the routes, what receivers need not be
// told.

#include <algorithm>
#include <cmath>

#include <boost/unordered/unordered_flat_map.hpp>

#include "loadgen/run/player.hpp"
#include "loadgen/session_defaults.hpp"

namespace barrage {

namespace {

/// Histograms of so many receivers are kept apart over the run; of more only those of each operation are told.
constexpr std::size_t most_receivers_apart = 256;

bool concerns(const std::vector<std::string>& peers, const std::string& group)
{
    return peers.empty() || std::ranges::find(peers, group) != peers.end();
}

/// Cuts of a group's routes: where a part of them that some phase withdraws or flaps begins and ends. A file that is replayed
/// stays whole.
std::vector<double> cuts_of(const Scenario& scenario, const std::string& group)
{
    std::vector<double> cuts{1};
    bool replayed = false;
    for_each_phase(scenario.phases, [&](const Scenario::Phase& phase) {
        const auto take = [&](const auto* found) {
            if (!found || !concerns(found->peers, group)) return;
            const auto part = Player::Part::of(*found);
            cuts.insert(cuts.end(), {part.from, part.to});
        };
        take(std::get_if<Scenario::Withdraw>(&phase.what));
        if (const auto* flap = std::get_if<Scenario::Flap>(&phase.what); flap && !flap->sessions) take(flap);
        if (const auto* replay = std::get_if<Scenario::Replay>(&phase.what)) replayed |= concerns(replay->peers, group);
    });
    if (replayed) return {1};
    for (auto& cut : cuts) cut = std::round(cut * 1000) / 1000;   // that fine, and no finer
    std::ranges::sort(cuts);
    cuts.erase(std::ranges::unique(cuts).begin(), cuts.end());
    std::erase(cuts, 0.0);
    return cuts;
}

/// What of a slice holds when all of it was told, in no order.
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

}   // namespace

PeerConfig Player::config_of(const Scenario::Group& group, std::uint32_t of_group, std::uint32_t number, FamilySet families) const
{
    PeerConfig config;
    config.remote = loaded_.dut;
    config.local_address = group.address ? session_defaults::source_address_from(*group.address, of_group)
                                         : session_defaults::source_address(loaded_.dut.address, number);
    config.restart = false;   // sessions come back when a phase says so
    config.next_hop_mode = group.next_hop_mode;
    config.next_hop = group.next_hop;
    config.ttl = group.ttl;
    config.md5_key = group.md5_key;
    // Where nobody measures, nobody notes what is sent either.
    if (std::ranges::any_of(scenario().groups, &Scenario::Group::measures)) config.measured = measured_;
    config.notes_lateness = true;
    auto& session = config.session;
    session.peer_as = scenario().dut.as;
    session.send_hold_time = session_defaults::send_hold_time(group.hold_time);
    session.open_wait = session_defaults::open_wait;
    auto& open = session.open;
    open.my_as = Asn{group.as.value + group.as_step * of_group};
    open.hold_time = group.hold_time;
    open.bgp_identifier = group.router_id ? Ipv4Address{group.router_id->value + of_group}
                                          : Ipv4Address{session_defaults::first_router_id.value + number};
    open.families = group.families.value_or(families);
    open.extended_message = group.extended_message;
    open.graceful_restart_time = group.graceful_restart;
    open.enhanced_route_refresh = group.enhanced_refresh;
    return config;
}

void Player::make_lines()
{
    const auto& groups = scenario().groups;
    FamilySet families;
    FingerprintRules rules;
    for (std::size_t g = 0; g < groups.size(); ++g)
        if (loaded_.tables[g]) {
            for (const auto& source : loaded_.tables[g]->sources) measured_->add(source.routes);
            loaded_.tables[g]->families().for_each([&](Family family) { families.insert(family); });
        }
    for (const auto& [phase, lines] : loaded_.commands)
        if (const auto set = routes_of(lines, *loaded_.pool)) {
            measured_->add(set);
            set->families().for_each([&](Family family) { families.insert(family); });
        }
    if (families.empty()) families.insert(ipv4_unicast);

    std::vector<std::pair<RouteSlice, std::shared_ptr<const std::vector<MeasuredRoutes::Number>>>>
        held;   // of slices that peers share
    const auto held_of = [&](const RouteSlice& slice) {
        const auto known = std::ranges::find(held, slice, &decltype(held)::value_type::first);
        if (known != held.end()) return known->second;
        return held.emplace_back(slice, held_at_the_end(measured_->numbers_of(slice))).second;
    };
    std::uint32_t number = 0;
    for (std::size_t g = 0; g < groups.size(); ++g) {
        const auto& group = groups[g];
        const auto cuts = cuts_of(scenario(), group.name);
        for (std::uint32_t i = 0; i < group.count; ++i, ++number) {
            auto& line = lines_.emplace_back();
            line.group = &group;
            line.number = number;
            line.of_group = i;
            line.config = config_of(group, i, number, families);
            line.external = !scenario().dut.as || line.config.session.open.my_as != *scenario().dut.as;
            if (!loaded_.tables[g]) continue;
            if (line.external) rules.sender_ases.push_back(line.config.session.open.my_as);
            const std::uint32_t parts = group.divided ? group.count : 1, part = group.divided ? i : 0;
            for (const auto& source : loaded_.tables[g]->sources) {
                double begin = 0;
                for (const auto cut : cuts) {
                    constexpr double steps = 1000;
                    const auto all = static_cast<std::uint32_t>(steps) * parts;
                    const auto first =
                        static_cast<std::uint32_t>(steps) * part + static_cast<std::uint32_t>(std::lround(begin * steps));
                    const auto last =
                        static_cast<std::uint32_t>(steps) * part + static_cast<std::uint32_t>(std::lround(cut * steps)) - 1;
                    RouteSlice slice = cuts.size() == 1 ? RouteSlice::part(source.routes, part, parts)
                                                        : RouteSlice::part(source.routes, first, all);
                    if (cuts.size() > 1) slice.end = RouteSlice::part(source.routes, last, all).end;
                    const auto count = count_routes(slice);
                    if (count.announced + count.withdrawn != 0)
                        line.pieces.push_back(
                            {.slice = slice,
                             .part = {begin, cut},
                             .routes = count.announced + count.withdrawn,
                             .holds = slice.set->withdrawn() == 0 && slice.set->times().empty() ? nullptr : held_of(slice)});
                    begin = cut;
                }
            }
        }
    }
    rules.prefixes_only = !scenario().compare_attributes || !scenario().dut.as;
    if (scenario().dut.as) rules.router_ases.push_back(*scenario().dut.as);
    std::ranges::sort(rules.sender_ases);
    measured_->set_rules(std::move(rules));
    if (scenario().compare_attributes && !scenario().dut.as)
        result_.warnings.emplace_back("attributes of reflected routes are not compared: say the device's AS (dut: {as: …})");

    expectation_ = std::make_unique<Expectation>(*measured_);
    for (std::size_t g = 0; g < groups.size(); ++g)
        if (loaded_.tables[g])
            for (const auto& source : loaded_.tables[g]->sources)
                expectation_->add_attributes(source.routes, !scenario().dut.as || groups[g].as != *scenario().dut.as);
    std::size_t receivers = 0;
    for (auto& line : lines_) {
        if (!line.group->measures()) continue;
        ++receivers;
        line.config.receive = ReceiverConfig{.measured = measured_};
        if (line.pieces.empty()) continue;
        auto& own = line.config.receive->own_routes;
        own.resize(measured_->size());
        for (const auto& piece : line.pieces)
            for (const auto each : measured_->numbers_of(piece.slice))
                if (const auto known = each & ~MeasuredRoutes::withdraw_bit; known < own.size()) own[known] = true;
    }
    if (receivers <= most_receivers_apart)
        for (auto& line : lines_)
            if (line.config.receive) line.times = std::make_unique<ReflectionTimes>();
}

AttributePool& Player::pool_of(const Line& line) noexcept
{
    const auto group = static_cast<std::size_t>(line.group - scenario().groups.data());
    return *loaded_.tables[group]->pool;
}

}   // namespace barrage
