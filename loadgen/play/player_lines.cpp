// The player's peers as the scenario gives them: their configurations, their parts of the routes, what receivers need not be
// told.

#include <algorithm>
#include <cmath>

#include <boost/unordered/unordered_flat_map.hpp>

#include "loadgen/play/peer_plan.hpp"
#include "loadgen/play/player.hpp"
#include "loadgen/play/policy.hpp"
#include "loadgen/play/sent_next_hops.hpp"
#include "loadgen/scenario/session_defaults.hpp"

namespace barrage {

namespace {

/// Histograms of so many receivers are kept apart over the run; of more only those of each operation are told.
constexpr std::size_t most_receivers_apart = 256;

/// Cuts of a peer's routes: where a part of them that some phase withdraws or flaps begins and ends. A file that is replayed
/// stays whole. `part_of` says which part a flap is about.
std::vector<double> cuts_of(const Scenario& scenario, const std::string& group, auto&& part_of)
{
    std::vector<double> cuts{1};
    bool replayed = false;
    for_each_phase(scenario.phases, [&](const Scenario::Phase& phase) {
        const auto take = [&](RoutesPart part) { cuts.insert(cuts.end(), {part.from, part.to}); };
        const auto* withdraw = std::get_if<Scenario::Withdraw>(&phase.what);
        if (withdraw && PlayedPeers::concerns(withdraw->peers, group)) take(RoutesPart::of(*withdraw));
        const auto* flap = std::get_if<Scenario::Flap>(&phase.what);
        if (flap && !flap->sessions && PlayedPeers::concerns(flap->peers, group)) take(part_of(*flap));
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

namespace {

/// Somebody measures, or changes routes one by one: prefixes need numbers.
bool needs_numbers(const Scenario& scenario)
{
    bool needed = std::ranges::any_of(scenario.groups, &Scenario::Group::measures);
    for_each_phase(scenario.phases, [&](const Scenario::Phase& phase) {
        needed |= std::holds_alternative<Scenario::Churn>(phase.what) || std::holds_alternative<Scenario::Flap>(phase.what) ||
                  std::holds_alternative<Scenario::Command>(phase.what);
    });
    return needed;
}

}   // namespace

PeerConfig Player::config_of(const Scenario::Group& group, std::uint32_t of_group, std::uint32_t number, FamilySet families) const
{
    auto config = peer_config(scenario(), group, {.of_group = of_group, .of_all = number}, loaded_.dut, families);
    // Where nobody says, tables of eBGP peers were loaded without next hops, and what single changes say stands.
    if (config.next_hop_mode == NextHopMode::automatic && needs_numbers(scenario())) config.next_hop_mode = NextHopMode::keep;
    // Where nobody measures, nobody notes what is sent either.
    if (std::ranges::any_of(scenario().groups, &Scenario::Group::measures)) config.measured = measured_;
    config.sender_number = number;
    config.notes_lateness = true;
    return config;
}

void Player::make_lines()
{
    const auto& groups = scenario().groups;
    const bool numbered = needs_numbers(scenario());
    FamilySet families;
    FingerprintRules rules;
    SentNextHops next_hops{scenario()};
    const auto take = [&](const std::shared_ptr<const RouteSet>& set) {
        if (const auto* known = measured_->numbers_of(*set); known) return;   // of another group, too
        measured_->add(set);
        next_hops.add(*set);
        result_.not_measured += static_cast<std::uint64_t>(
            std::ranges::count_if(measured_->numbers_of(*set)->of_route, [](MeasuredRoutes::Number number) {
                return (number & ~MeasuredRoutes::withdraw_bit) == MeasuredRoutes::none;
            }));
    };
    for (std::size_t g = 0; g < groups.size(); ++g)
        if (loaded_.tables[g]) {
            if (numbered)
                for (const auto& source : loaded_.tables[g]->sources) take(source.routes);
            loaded_.tables[g]->families().for_each([&](Family family) { families.insert(family); });
        }
    for (const auto& [phase, lines] : loaded_.commands)
        if (const auto set = routes_of(lines, *loaded_.pool)) {
            take(set);
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
    count_flaps();
    std::uint32_t number = 0;
    for (std::size_t g = 0; g < groups.size(); ++g) {
        const auto& group = groups[g];
        for (std::uint32_t i = 0; i < group.count; ++i, ++number) {
            const auto cuts = cuts_of(scenario(), group.name, [&](const Scenario::Flap& flap) {
                return flap.count == 0 ? RoutesPart::of(flap) : flap_parts_[&flap][number];
            });
            auto& line = lines_.add();
            line.group = &group;
            line.number = number;
            line.of_group = i;
            line.config = config_of(group, i, number, families);
            line.external = !scenario().dut.as || line.config.session.open.my_as != *scenario().dut.as;
            const auto& open = line.config.session.open;
            if (group.sends()) next_hops.add_sender(line.config.local_address);
            if (group.sends() && line.external) rules.sender_ases.push_back(open.my_as);
            if (group.sends() && !line.external) rules.sender_ids.push_back(open.bgp_identifier);
            if (!loaded_.tables[g]) continue;
            const std::uint32_t parts = group.divided ? group.count : 1, part = group.divided ? i : 0;
            for (const auto& source : loaded_.tables[g]->sources) {
                double begin = 0;
                for (const auto cut : cuts) {
                    RouteSlice slice = RouteSlice::part(source.routes, part, parts);
                    if (cuts.size() > 1) {
                        // By number of routes: never more than the share.
                        constexpr double rounding = 1e-6;
                        const auto all = static_cast<std::uint32_t>(source.routes->announced() + source.routes->withdrawn());
                        const auto first_of_part = std::uint64_t{all} * part / parts,
                                   end_of_part = std::uint64_t{all} * (part + 1) / parts;
                        const auto own = static_cast<double>(end_of_part - first_of_part);
                        const auto at = [&](double share) {
                            return static_cast<std::uint32_t>(first_of_part + static_cast<std::uint64_t>(share * own + rounding));
                        };
                        const auto whole_end = slice.end;
                        if (at(begin) != first_of_part)
                            slice.begin = at(begin) < all ? RouteSlice::part(source.routes, at(begin), all).begin : whole_end;
                        if (at(cut) != end_of_part) slice.end = RouteSlice::part(source.routes, at(cut), all).begin;
                    }
                    const auto count = count_routes(slice);
                    if (count.announced + count.withdrawn != 0)
                        line.pieces.push_back({.slice = slice,
                                               .part = {begin, cut},
                                               .routes = count.announced + count.withdrawn,
                                               .names_next_hops = source.names_next_hops,
                                               .holds = !numbered || (slice.set->withdrawn() == 0 && slice.set->times().empty())
                                                            ? nullptr
                                                            : held_of(slice)});
                    line.of_sources.announced += count.announced;
                    line.of_sources.withdrawn += count.withdrawn;
                    begin = cut;
                }
            }
        }
    }
    std::ranges::sort(rules.sender_ids);
    rules.prefixes_only = !scenario().compare_attributes || !scenario().dut.as;
    if (scenario().dut.as) rules.router_ases.push_back(*scenario().dut.as);
    std::ranges::sort(rules.sender_ases);
    rules.marks = marks_of(scenario());
    measured_->set_rules(std::move(rules));
    if (scenario().compare_attributes && !scenario().dut.as)
        result_.warnings.emplace_back("attributes of reflected routes are not compared: say the device's AS (dut: {as: …})");

    mark_expected_routes();
    expect_of_lines();
    std::size_t receivers = 0;
    const auto interfaces = interface_addresses();
    for (auto& line : lines_) {
        if (!line.group->measures()) continue;
        ++receivers;
        line.config.receive = ReceiverConfig{
            .reject_as_set = line.group->reject_as_set,
            .measured = measured_,
            .usable = next_hops.usable_at(line.config.local_address, line.group->sends(), loaded_.dut.address, interfaces)};
        if (line.pieces.empty()) continue;
        auto& own = line.config.receive->own_routes;
        own.resize(measured_->size());
        for (const auto& piece : line.pieces)
            for (const auto each : measured_->numbers_of(piece.slice))
                if (const auto known = each & ~MeasuredRoutes::withdraw_bit; known < own.size()) own[known] = true;
    }
    // A prefix has one sender of several at a time: a probe's times are told apart from those of the load beside it.
    std::vector<std::uint8_t> of_sender(lines_.size());
    for (const auto& line : lines_) {
        if (!line.group->sends()) continue;
        auto& names = result_.sender_groups;
        if (names.empty() || names.back() != line.group->name) names.push_back(line.group->name);
        of_sender[line.number] = static_cast<std::uint8_t>(std::min<std::size_t>(names.size() - 1, 0xff));
    }
    const auto sender_groups = result_.sender_groups.size();
    if (sender_groups > 1 && sender_groups * receivers <= most_receivers_apart)
        measured_->set_groups(std::move(of_sender), sender_groups);
    else
        result_.sender_groups.clear();
    for_each_phase(scenario().phases, [&](const Scenario::Phase& phase) {
        if (std::holds_alternative<Scenario::Churn>(phase.what)) measured_->expect_due_times();
    });
    if (receivers <= most_receivers_apart)
        for (auto& line : lines_)
            if (line.config.receive) line.times = std::make_unique<ReflectionTimes>();
}

void Player::expect_of_lines()
{
    auto& paths = measured_->paths();
    std::vector<PeerIdentity> peers;
    for (const auto& line : lines_) peers.push_back({line.config.session.open.my_as, line.config.session.open.bgp_identifier});
    expectation_ = std::make_unique<Expectation>(*measured_, std::move(peers));
    for (const auto& line : lines_) expectation_->is_to_speak(line.number, line.config.session.open.families);
    bool any_policy = std::ranges::any_of(scenario().groups, [this](const auto& group) { return has_policy(group); });
    for_each_phase(scenario().phases,
                   [&](const Scenario::Phase& phase) { any_policy |= phase.expect && phase.expect->attributes; });
    if (any_policy) set_policies();

    // Groups that share a table share what is known of its routes, where they tell them in the same way and the same is expected of them.
    struct Known {
        const RouteTable* table;
        bool external;
        const Scenario::Group* policy;   // null: of no group
        Asn as;                          // 0: whoever sends it, but for his mark
        KnownPaths::Table paths;
        [[nodiscard]] bool is_as(const Known& other) const noexcept
        {
            return table == other.table && external == other.external && policy == other.policy && as == other.as;
        }
    };
    std::vector<Known> known;
    for (std::size_t g = 0; g < scenario().groups.size(); ++g) {
        const auto& group = scenario().groups[g];
        if (!group.sends()) continue;
        std::vector<std::shared_ptr<const RouteSet>> sets;
        if (loaded_.tables[g])
            for (const auto& source : loaded_.tables[g]->sources) sets.push_back(source.routes);
        std::vector<Expectation::Sender> senders;
        for (const auto& line : lines_) {
            if (line.group != &group) continue;
            senders.push_back(line.number);
            if (group.expect && group.expect->none) continue;   // nothing of it comes
            const auto& open = line.config.session.open;
            const Known wanted{.table = loaded_.tables[g].get(),
                               .external = line.external,
                               .policy = group.expect && group.expect->attributes ? &group : nullptr,
                               .as = has_policy_that_prepends(group) ? open.my_as : Asn{},
                               .paths = {}};
            auto found = std::ranges::find_if(known, [&](const Known& each) { return each.is_as(wanted); });
            if (found == known.end()) {
                found = known.insert(found, wanted);
                const KnownPaths::Whose whose{line.number, open.my_as, !policies_.empty() || !not_to_come_.empty()};
                found->paths =
                    paths.add_table(*measured_, sets, line.external, has_policy(group) ? std::optional{whose} : std::nullopt);
            }
            paths.add_sender(*measured_, line.number, found->paths, open.my_as, open.bgp_identifier, group.divided);
        }
        expectation_->add_table(sets, senders);
    }
    if (scenario().dut.as) expectation_->device_is({*scenario().dut.as, {}});
    expectation_->set_explain_next_hop(
        [this](Expectation::Sender sender, OctetView next_hop) { return what_is_wrong_with(lines_[sender], next_hop); });
    auto sharing = paths.sharing(measured_->size());
    if (!loaded_.commands.empty()) {   // what they announce may be anybody's
        sharing.clear();
        for (const auto& line : lines_)
            if (line.group->sends()) sharing.push_back(line.number);
    }
    measured_->note_departures_of(sharing);
}

std::string Player::what_is_wrong_with(const PlayedPeer& line, OctetView next_hop) const
{
    const auto& given = line.config.given_next_hops;
    const bool is_v6 = next_hop.size() >= Ipv6Address::octets;   // of a source that names none: what was given
    std::optional<IpAddress> address;
    if (given.v4 && !is_v6) {
        address = *given.v4;
    } else if (given.v6) {
        address = *given.v6;
    } else if (line.config.next_hop_mode != NextHopMode::keep) {
        return {};
    } else if (next_hop.size() == Ipv4Address::octets) {
        address = Ipv4Address{Reader{next_hop}.u32()};
    } else if (is_v6) {
        Reader in{next_hop};
        address = Ipv6Address::read(in);
    }
    return address == loaded_.dut.address ? "its next hop is the device's own address" : std::string{};
}

AttributePool& Player::pool_of(const PlayedPeer& line) noexcept
{
    const auto group = static_cast<std::size_t>(line.group - scenario().groups.data());
    return *loaded_.tables[group]->pool;
}

}   // namespace barrage
