// The player's peers as the scenario gives them: their configurations, their parts of the routes, which of them are a
// receiver's own.

#include <fmt/format.h>

#include <algorithm>

#include "loadgen/play/peer_plan.hpp"
#include "loadgen/play/player.hpp"
#include "loadgen/play/policy.hpp"
#include "loadgen/play/route_pieces.hpp"
#include "loadgen/play/sent_next_hops.hpp"
#include "loadgen/scenario/session_defaults.hpp"
#include "rib/next_hop_choice.hpp"

namespace barrage {

namespace {

/// Histograms of so many receivers are kept apart over the run; of more, only those of each operation.
constexpr std::size_t most_receivers_apart = 256;

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

/// Families of IPv4 with routes whose next hop is of IPv6: sessions offer RFC 8950 for them, since they could not have these routes otherwise.
FamilySet families_over_ipv6(const RouteTable& table)
{
    FamilySet families;
    for (const auto& source : table.sources)
        for (const auto& group : source.routes->groups()) {
            const auto family = known_families[group.family].family;
            if (group.attributes && needs_extended_next_hop(family, group.attributes->next_hop())) families.insert(family);
        }
    return families;
}

/// Prefixes that these tables have several paths of.
void note_several_paths(const MeasuredRoutes& measured, std::span<const std::shared_ptr<const RouteSet>> sets,
                        Expectation& expectation)
{
    for (const auto& set : sets) {
        const auto* numbers = measured.numbers_of(*set);
        if (!numbers) continue;
        for (const auto place : set->superseded_paths())
            expectation.has_several_paths(numbers->of_route[numbers->group_begins[place.group] + place.route] &
                                          ~MeasuredRoutes::withdraw_bit);
    }
}

/// The AS that this peer puts in front of the paths it sends; 0: none.
Asn as_in_front(const PlayedPeer& line)
{
    return line.external && !line.group->keeps_as_path ? line.config.session.open.my_as : Asn{};
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
    FamilySet families, over_ipv6;
    FingerprintRules rules;
    SentNextHops next_hops{scenario()};
    const auto take = [&](const std::shared_ptr<const RouteSet>& set) {
        if (const auto* known = measured_->numbers_of(*set); known) return;   // of another group, too
        measured_->add(set);
        next_hops.add(*set);
    };
    for (std::size_t g = 0; g < groups.size(); ++g)
        if (loaded_.tables[g]) {
            if (numbered)
                for (const auto& source : loaded_.tables[g]->sources) take(source.routes);
            loaded_.tables[g]->families().for_each([&](Family family) { families.insert(family); });
            families_over_ipv6(*loaded_.tables[g]).for_each([&](Family family) { over_ipv6.insert(family); });
        }
    for (const auto& [phase, lines] : loaded_.commands)
        if (const auto set = routes_of(lines, *loaded_.pool)) {
            take(set);
            set->families().for_each([&](Family family) { families.insert(family); });
        }
    if (families.empty()) families.insert(ipv4_unicast);

    RoutePieces pieces{loaded_, flap_parts_, numbered ? measured_.get() : nullptr};
    std::uint32_t number = 0;
    for (std::size_t g = 0; g < groups.size(); ++g) {
        const auto& group = groups[g];
        for (std::uint32_t i = 0; i < group.count; ++i, ++number) {
            auto& line = lines_.add();
            line.group = &group;
            line.number = number;
            line.of_group = i;
            line.config = config_of(group, i, number, families);
            line.config.session.open.extended_next_hop = over_ipv6 & line.config.session.open.families;
            line.external = !scenario().dut.as || line.config.session.open.my_as != *scenario().dut.as;
            const auto& open = line.config.session.open;
            if (group.sends()) next_hops.add_sender(line.config.local_address);
            if (group.sends() && line.external && !group.keeps_as_path) rules.sender_ases.push_back(open.my_as);
            if (group.sends() && !line.external) rules.sender_ids.push_back(open.bgp_identifier);
            if (loaded_.tables[g]) pieces.cut(line, *loaded_.tables[g]);
        }
    }
    std::ranges::sort(rules.sender_ids);
    rules.prefixes_only = !scenario().compare_attributes || !scenario().dut.as;
    if (scenario().dut.as) rules.router_ases.push_back(*scenario().dut.as);
    std::ranges::sort(rules.sender_ases);
    rules.marks = marks_of(scenario());
    result_.attributes_compared = !rules.prefixes_only;
    measured_->set_rules(std::move(rules));
    if (!result_.attributes_compared && std::ranges::any_of(scenario().groups, &Scenario::Group::measures))
        result_.warnings.push_back(
            fmt::format("attributes of reflected routes are not compared, and so neither failovers nor stale paths are "
                        "seen where another peer announces the prefix: {}",
                        scenario().compare_attributes ? "say the device's AS (dut: {as: …})" : "compare_attributes is false"));

    stated_.find_sets(*measured_);
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
    if (stated_.any()) set_policies();

    // Groups that share a table share what is known of its routes, where they announce them in the same way and the same is expected of them.
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
                               .as = stated_.prepends(group) ? open.my_as : Asn{},
                               .paths = {}};
            auto found = std::ranges::find_if(known, [&](const Known& each) { return each.is_as(wanted); });
            if (found == known.end()) {
                found = known.insert(found, wanted);
                const KnownPaths::Whose whose{line.number, as_in_front(line), stated_.concerns_sets()};
                found->paths = paths.add_table(*measured_, sets, line.external,
                                               stated_.concerns(group) ? std::optional{whose} : std::nullopt);
            }
            paths.add_sender(*measured_, line.number, found->paths, as_in_front(line), open.bgp_identifier, group.divided);
        }
        expectation_->add_table(sets, senders);
        if (group.add_path) note_several_paths(*measured_, sets, *expectation_);
    }
    paths.are_complete();
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

void Player::set_policies()
{
    measured_->paths().set_policy(
        [this](KnownPaths::Sender sender, MeasuredRoutes::Number number,
               OctetView attributes) -> std::optional<KnownPaths::Changed> {
            if (!stated_.is_to_come(number)) return KnownPaths::Changed{};
            const auto& line = lines_[sender];
            const auto* policy = stated_.attributes_of(*line.group, number);
            if (!policy) return std::nullopt;
            return KnownPaths::Changed{policy_fingerprint(attributes, as_in_front(line), *policy, measured_->rules()),
                                       policy_inside_mark(attributes, *policy)};
        },
        measured_->rules().marks);
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
