#include "loadgen/scenario/word_rules.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "loadgen/scenario/phase_table.hpp"

namespace barrage {

namespace {

using What = Scenario::What;

bool only_receives(const SaidWord& said) { return !said.group->sends(); }
bool only_sends(const SaidWord& said) { return !said.group->receives(); }
bool is_one_peer(const SaidWord& said) { return said.group->count == 1; }

bool has_no_file(const SaidWord& said)
{
    return said.group->sends() && std::ranges::none_of(said.group->routes, [](const NamedSource& source) {
               return std::holds_alternative<RouteFile>(source.spec);
           });
}

bool nobody_measures(const SaidWord& said) { return std::ranges::none_of(said.scenario.groups, &Scenario::Group::measures); }

bool any_phase(const std::vector<ReadPhase>& phases, auto&& is)
{
    return std::ranges::any_of(phases, [&](const ReadPhase& phase) {
        return is(phase.what) || std::ranges::any_of(phase.branches, [&](const auto& branch) { return any_phase(branch, is); });
    });
}

/// The seed decides nothing: no table is made up, nothing is shuffled or churned.
bool leaves_nothing_to_chance(const SaidWord& said)
{
    const bool any = std::ranges::any_of(said.scenario.groups, [](const Scenario::Group& group) {
        return group.shuffled || std::ranges::any_of(group.routes, [](const NamedSource& source) {
                   return std::holds_alternative<FullTableDescription>(source.spec) && !source.words.contains(",seed=");
               });
    });
    return !any && !any_phase(said.phases, [](const What& what) { return std::holds_alternative<Scenario::Churn>(what); });
}

template <class P>
const P& phase_of(const SaidWord& said)
{
    return std::get<P>(*said.phase);
}

template <class P>
std::vector<const Scenario::Group*> groups_of(const SaidWord& said, auto&& fits)
{
    const auto& names = phase_of<P>(said).peers;
    std::vector<const Scenario::Group*> groups;
    for (const auto& group : said.scenario.groups)
        if ((names.empty() || std::ranges::find(names, group.name) != names.end()) && fits(group)) groups.push_back(&group);
    return groups;
}

std::uint64_t sessions_of(const std::vector<const Scenario::Group*>& groups)
{
    std::uint64_t sessions = 0;
    for (const auto* group : groups) sessions += group->count;
    return sessions;
}

/// Of all peers of a group together; nothing where a file has to be read for that.
std::optional<std::uint64_t> routes_of(const Scenario::Group& group)
{
    std::uint64_t routes = 0;
    for (const auto& source : group.routes)
        if (const auto* range = std::get_if<PrefixRangeDescription>(&source.spec))
            routes += range->count;
        else if (const auto* of_family = std::get_if<NlriRangeDescription>(&source.spec))
            routes += of_family->count;
        else if (const auto* table = std::get_if<FullTableDescription>(&source.spec))
            routes += table->routes;
        else
            return std::nullopt;
    return group.divided ? routes : routes * group.count;
}

template <class P>
bool is_more_than_routes(const SaidWord& said, std::uint64_t count)
{
    std::uint64_t routes = 0;
    for (const auto* group : groups_of<P>(said, [](const Scenario::Group& each) { return each.sends(); })) {
        const auto own = routes_of(*group);
        if (!own) return false;
        routes += *own;
    }
    return count > routes;
}

template <class P>
bool is_more_than_sessions(const SaidWord& said)
{
    constexpr bool is_restart = std::is_same_v<P, Scenario::Restart>;
    const auto fits = [](const Scenario::Group& group) { return !is_restart || group.graceful_restart; };
    return phase_of<P>(said).count > sessions_of(groups_of<P>(said, fits));
}

bool is_more_than_flap_has(const SaidWord& said)
{
    const auto& flap = phase_of<Scenario::Flap>(said);
    return flap.sessions ? is_more_than_sessions<Scenario::Flap>(said) : is_more_than_routes<Scenario::Flap>(said, flap.count);
}

template <class P>
bool has_count(const SaidWord& said)
{
    return phase_of<P>(said).count != 0;
}

template <class P>
bool begins_at_the_end(const SaidWord& said)
{
    return phase_of<P>(said).from >= 1;
}

/// Sessions are counted from the first; a share of few is rounded down, and so is where it begins.
bool is_from_the_first_session(const SaidWord& said)
{
    const auto& flap = phase_of<Scenario::Flap>(said);
    if (!flap.sessions) return false;
    constexpr double rounding = 1e-6;
    const auto groups = groups_of<Scenario::Flap>(said, [](const Scenario::Group&) { return true; });
    return flap.count != 0 || std::ranges::all_of(groups, [&](const auto* group) {
               return static_cast<std::uint64_t>(flap.from * group->count + rounding) == 0;
           });
}

bool kills_at_once(const SaidWord& said)
{
    using enum Scenario::Kill::By;
    const auto by = phase_of<Scenario::Kill>(said).by;
    return by != silence && by != stop_reading;
}

bool is_set_twice(const SaidWord& said) { return said.given.contains("churn.count") && said.given.contains("churn.population"); }

bool sets_nothing(const SaidWord& said)
{
    const auto& policy = *said.expect->attributes;
    return !policy.strips_communities && policy.communities.empty() && policy.prepended.empty() && !policy.origin &&
           !policy.multi_exit_disc && !policy.local_pref && !policy.next_hop;
}

constexpr std::string_view sends_only = "has no effect: the group only sends; say it of a group that receives";
constexpr std::string_view receives_only = "has no effect: the group only receives; say it of a group with routes";
constexpr std::string_view no_file = "has no effect: none of the group's routes are of a file";
constexpr std::string_view one_peer = "has no effect: the group has one peer";
constexpr std::string_view count_instead = "has no effect: count says how many";
constexpr std::string_view too_many = "is more than there are: it means all of them";
constexpr std::string_view behind_all = "leaves nothing: the part begins behind the last";
constexpr std::string_view nobody_sees = "has no effect: no group of peers receives and measures";

// clang-format off
constexpr std::array all_word_rules{
    // ---- The whole.
    WordRule{"name"}, WordRule{"about"}, WordRule{"dut"}, WordRule{"device"}, WordRule{"device.*"}, WordRule{"peers"}, WordRule{"phases"}, WordRule{"thresholds"},
    WordRule{"thresholds.assert"}, WordRule{"thresholds.stop"}, WordRule{"timeout"}, WordRule{"repeat"}, WordRule{"warmup"}, WordRule{"allow_left_out"},
    WordRule{"seed", "has no effect: no table is made up, nothing is shuffled or churned", leaves_nothing_to_chance},
    WordRule{"compare_attributes", nobody_sees, nobody_measures},
    WordRule{"dut.address"}, WordRule{"dut.port"}, WordRule{"dut.as"}, WordRule{"dut.pid"},
    WordRule{"dut.route_server", nobody_sees, nobody_measures},
    // ---- Groups of peers.
    WordRule{"peers.name"}, WordRule{"peers.count"}, WordRule{"peers.role"}, WordRule{"peers.address"}, WordRule{"peers.as"}, WordRule{"peers.router_id"},
    WordRule{"peers.families"}, WordRule{"peers.hold_time"}, WordRule{"peers.send_hold_time"}, WordRule{"peers.graceful_restart"}, WordRule{"peers.routes"},
    WordRule{"peers.as_path", receives_only, only_receives},
    WordRule{"peers.md5"}, WordRule{"peers.ttl"}, WordRule{"peers.extended_message"},
    WordRule{"peers.as_step", one_peer, is_one_peer},
    WordRule{"peers.measure", sends_only, only_sends},
    WordRule{"peers.enhanced_refresh", "has no effect: the group only sends, and receivers ask for a refresh", only_sends},
    WordRule{"peers.reject_as_set", sends_only, only_sends},
    WordRule{"peers.reject_as_set", "has no effect: what this group receives is only read (measure: false)", [](const SaidWord& said) { return said.group->receives() && !said.group->measure; }},
    WordRule{"peers.mrt_peer", receives_only, only_receives},
    WordRule{"peers.mrt_peer", no_file, has_no_file},
    WordRule{"peers.mrt_local", receives_only, only_receives},
    WordRule{"peers.mrt_local", no_file, has_no_file},
    WordRule{"peers.order", receives_only, only_receives},
    WordRule{"peers.divided", receives_only, only_receives},
    WordRule{"peers.divided", one_peer, [](const SaidWord& said) { return said.group->sends() && is_one_peer(said); }},
    WordRule{"peers.next_hop", receives_only, only_receives},
    WordRule{"peers.add_path", receives_only, only_receives},
    // ---- Expectations.
    WordRule{"expect"}, WordRule{"expect.within"}, WordRule{"expect.sessions_lost"}, WordRule{"expect.notification"}, WordRule{"expect.routes"},
    WordRule{"expect.none", "has no effect: false is what holds anyway", [](const SaidWord& said) { return !said.expect->none; }},
    WordRule{"expect.attributes", "has no effect: nothing in it is set", [](const SaidWord& said) { return said.expect->attributes && sets_nothing(said); }},
    WordRule{"expect.attributes.community"}, WordRule{"expect.attributes.as_path_prepend"}, WordRule{"expect.attributes.origin"}, WordRule{"expect.attributes.med"},
    WordRule{"expect.attributes.local_pref"}, WordRule{"expect.attributes.next_hop"}, WordRule{"expect.attributes.strip_communities"},
    // ---- Phases.
    WordRule{"phases.name"}, WordRule{"phases.parallel"}, WordRule{"phases.repeat"}, WordRule{"phases.repeat.times"}, WordRule{"phases.repeat.phases"},
    WordRule{"phases.connect"}, WordRule{"phases.connect.peers"}, WordRule{"phases.connect.rate"}, WordRule{"phases.connect.timeout"},
    WordRule{"phases.hold"}, WordRule{"phases.hold.for"}, WordRule{"phases.barrier"}, WordRule{"phases.barrier.peers"}, WordRule{"phases.barrier.timeout"},
    WordRule{"phases.announce"}, WordRule{"phases.announce.peers"}, WordRule{"phases.announce.rate"}, WordRule{"phases.announce.prefixes_per_update"},
    WordRule{"phases.announce.timeout"},
    WordRule{"phases.announce.burst", "has no effect: there is no rate", [](const SaidWord& said) { return phase_of<Scenario::Announce>(said).rate == 0; }},
    WordRule{"phases.withdraw"}, WordRule{"phases.withdraw.peers"}, WordRule{"phases.withdraw.rate"}, WordRule{"phases.withdraw.share"}, WordRule{"phases.withdraw.timeout"},
    WordRule{"phases.withdraw.from", behind_all, begins_at_the_end<Scenario::Withdraw>},
    WordRule{"phases.replay"}, WordRule{"phases.replay.peers"}, WordRule{"phases.replay.speed"}, WordRule{"phases.replay.max_gap"}, WordRule{"phases.replay.timeout"},
    WordRule{"phases.command"}, WordRule{"phases.command.peers"}, WordRule{"phases.command.lines"}, WordRule{"phases.command.timeout"},
    WordRule{"phases.wait"}, WordRule{"phases.wait.for"}, WordRule{"phases.wait.timeout"},
    WordRule{"phases.wait.quiet", "has no effect: it is of a wait for quiet", [](const SaidWord& said) { return phase_of<Scenario::Wait>(said).what != Scenario::Wait::What::quiet; }},
    WordRule{"phases.churn"}, WordRule{"phases.churn.peers"}, WordRule{"phases.churn.rate"}, WordRule{"phases.churn.for"}, WordRule{"phases.churn.mix"},
    WordRule{"phases.churn.mix.announce"}, WordRule{"phases.churn.mix.withdraw"}, WordRule{"phases.churn.mix.attributes"},
    WordRule{"phases.churn.timeout", nobody_sees, nobody_measures},
    WordRule{"phases.churn.share", count_instead, [](const SaidWord& said) { return phase_of<Scenario::Churn>(said).population != 0; }},
    WordRule{"phases.churn.from", behind_all, begins_at_the_end<Scenario::Churn>},
    WordRule{"phases.churn.population", "is another word for count: one of the two has no effect", is_set_twice},
    WordRule{"phases.churn.population", too_many, [](const SaidWord& said) { return !is_set_twice(said) && is_more_than_routes<Scenario::Churn>(said, phase_of<Scenario::Churn>(said).population); }},
    WordRule{"phases.churn.count", too_many, [](const SaidWord& said) { return is_more_than_routes<Scenario::Churn>(said, phase_of<Scenario::Churn>(said).population); }},
    WordRule{"phases.churn.attribute_changes", "has no effect: mix stands in its place", [](const SaidWord& said) { return phase_of<Scenario::Churn>(said).mix.has_value(); }},
    WordRule{"phases.flap"}, WordRule{"phases.flap.peers"}, WordRule{"phases.flap.of"}, WordRule{"phases.flap.times"}, WordRule{"phases.flap.delay"}, WordRule{"phases.flap.down"},
    WordRule{"phases.flap.up"},
    WordRule{"phases.flap.timeout", nobody_sees, nobody_measures},
    WordRule{"phases.flap.share", count_instead, has_count<Scenario::Flap>},
    WordRule{"phases.flap.count", too_many, is_more_than_flap_has},
    WordRule{"phases.flap.from", behind_all, [](const SaidWord& said) { return !phase_of<Scenario::Flap>(said).sessions && begins_at_the_end<Scenario::Flap>(said); }},
    WordRule{"phases.flap.from", "has no effect: sessions are taken from the first of their group", is_from_the_first_session},
    WordRule{"phases.refresh"}, WordRule{"phases.refresh.peers"}, WordRule{"phases.refresh.timeout"},
    WordRule{"phases.kill"}, WordRule{"phases.kill.peers"}, WordRule{"phases.kill.by"}, WordRule{"phases.kill.timeout"},
    WordRule{"phases.kill.share", count_instead, has_count<Scenario::Kill>},
    WordRule{"phases.kill.count", too_many, is_more_than_sessions<Scenario::Kill>},
    WordRule{"phases.kill.for", "has no effect: it is of silence and stop-reading", kills_at_once},
    WordRule{"phases.restart"}, WordRule{"phases.restart.peers"}, WordRule{"phases.restart.down"}, WordRule{"phases.restart.stale"}, WordRule{"phases.restart.kept"},
    WordRule{"phases.restart.timeout"},
    WordRule{"phases.restart.share", count_instead, has_count<Scenario::Restart>},
    WordRule{"phases.restart.count", too_many, is_more_than_sessions<Scenario::Restart>},
    WordRule{"phases.exec"}, WordRule{"phases.exec.command"}, WordRule{"phases.exec.timeout"},
};
// clang-format on

/// Those of one section: `lead` is what the paths of rules have before the words that were given.
void warn_of(yaml::Problems& warnings, const SaidWord& said, std::string_view lead, std::string_view only = {})
{
    for (const auto& [path, mark] : said.given) {
        if (!only.empty() && path != only && !path.starts_with(std::string{only} + ".")) continue;
        const auto whole = std::string{lead} + path;
        for (const auto& rule : all_word_rules)
            if (rule.applies && rule.word == whole && rule.applies(said))
                warnings.add(mark, path.substr(path.rfind('.') + 1) + " " + std::string{rule.sentence});
    }
}

void warn_of_phases(yaml::Problems& warnings, const Document& document, const std::vector<ReadPhase>& phases)
{
    for (const auto& phase : phases) {
        SaidWord said{document.scenario, document.phases, phase.words};
        said.phase = &phase.what;
        warn_of(warnings, said, "phases.");
        said.expect = phase.expect ? &*phase.expect : nullptr;
        if (said.expect) warn_of(warnings, said, {}, "expect");
        for (const auto& branch : phase.branches) warn_of_phases(warnings, document, branch);
    }
}

}   // namespace

std::span<const WordRule> word_rules() noexcept { return all_word_rules; }

std::vector<yaml::Problem> words_without_effect(const Document& document)
{
    yaml::Problems warnings;
    const auto& scenario = document.scenario;
    warn_of(warnings, {scenario, document.phases, document.words}, {});
    for (std::size_t i = 0; i < scenario.groups.size(); ++i) {
        SaidWord said{scenario, document.phases, document.group_words[i]};
        said.group = &scenario.groups[i];
        warn_of(warnings, said, "peers.");
        said.expect = said.group->expect ? &*said.group->expect : nullptr;
        if (said.expect) warn_of(warnings, said, {}, "expect");
    }
    for (std::size_t i = 0; i < scenario.expects.size() && i < document.expect_words.size(); ++i) {
        SaidWord said{scenario, document.phases, document.expect_words[i]};
        said.expect = &scenario.expects[i];
        warn_of(warnings, said, "expect.");
    }
    warn_of_phases(warnings, document, document.phases);
    auto all = warnings.take();
    // What stands in a repeat was read once and is played several times.
    const auto same = [](const yaml::Problem& a, const yaml::Problem& b) {
        return a.line == b.line && a.column == b.column && a.text == b.text;
    };
    all.erase(std::unique(all.begin(), all.end(), same), all.end());
    return all;
}

}   // namespace barrage
