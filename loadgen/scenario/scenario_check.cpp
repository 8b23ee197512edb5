// What only the whole of a scenario can show.

#include <fmt/format.h>

#include "loadgen/scenario/phase_table.hpp"
#include "loadgen/scenario/scenario_document.hpp"
#include "loadgen/scenario/scenario_values.hpp"

namespace barrage {

using yaml::Problems;

namespace {

/// Whether what receivers are to have changes while it lasts: nothing can be held against that.
bool changes_routes(const Scenario::What& what)
{
    return !std::holds_alternative<Scenario::Wait>(what) && word_of(what).needs.senders;
}

bool waits_for_convergence(const Scenario::What& what)
{
    const auto* wait = std::get_if<Scenario::Wait>(&what);
    return wait && wait->what == Scenario::Wait::What::converged;
}

/// Whether the phase announces or withdraws routes of tables: two such side by side must not be of one group.
bool sends_tables(const Scenario::What& what)
{
    const auto* flap = std::get_if<Scenario::Flap>(&what);
    return std::holds_alternative<Scenario::Announce>(what) || std::holds_alternative<Scenario::Withdraw>(what) ||
           std::holds_alternative<Scenario::Replay>(what) || (flap && !flap->sessions);
}

class PhaseCheck {
public:
    PhaseCheck(Problems& problems, Document& document) : problems_(problems), scenario_(document.scenario)
    {
        for (const auto& group : scenario_.groups) {
            names_.push_back(group.name);
            has_senders_ |= group.sends();
            has_receivers_ |= group.measures();
        }
    }

    /// Checked, and named: names are unique, thresholds and reports go by them.
    std::vector<Scenario::Phase> take(std::vector<ReadPhase>& phases)
    {
        std::vector<Scenario::Phase> result;
        for (auto& phase : phases) {
            auto name = phase.name;
            if (const auto times = ++used_[phase.name]; times > 1) name += fmt::format("-{}", times);
            check(phase);
            if (auto* parallel = std::get_if<Scenario::Parallel>(&phase.what)) {
                check_branches(phase);
                for (auto& branch : phase.branches) parallel->branches.push_back(take(branch));
            }
            const auto [first, is_first] = first_at_.try_emplace(phase.mark.pos, name);
            result.push_back({std::move(name), std::move(phase.what), phase.mark.line + 1, std::move(phase.expect),
                              is_first ? std::string{} : first->second});
        }
        return result;
    }

private:
    void add(const ReadPhase& phase, std::string text) { problems_.add(phase.mark, std::move(text)); }

    void check(const ReadPhase& phase)
    {
        const auto& row = word_of(phase.what);
        static const std::vector<std::string> none;
        const auto* peers = peers_of(phase.what);
        if (!peers) peers = &none;
        for (const auto& name : *peers)
            if (!scenario_.group(name)) add(phase, fmt::format("no group of peers '{}'{}", name, yaml::not_one_of(name, names_)));
        connected_ |= std::holds_alternative<Scenario::Connect>(phase.what);
        if (row.needs.sessions && !connected_)
            add(phase, fmt::format("{} before any connect: there are no sessions yet", row.word));
        if (row.needs.receivers && !has_receivers_)
            add(phase, "no group of peers receives, so there is nothing to wait for; add one with 'role: receive'");
        if (row.needs.senders && !has_senders_) add(phase, "no group of peers has routes");
        for (const auto& name : *peers) {
            const auto* group = scenario_.group(name);
            if (group && row.needs.senders && !group->sends()) add(phase, fmt::format("group '{}' has no routes", name));
        }
        if (phase.expect) check_expect(phase);
        if (std::holds_alternative<Scenario::Restart>(phase.what)) check_restart(phase, *peers);
        if (std::holds_alternative<Scenario::Replay>(phase.what)) check_replay(phase, *peers);
    }

    void check_expect(const ReadPhase& phase)
    {
        const auto& row = word_of(phase.what);
        const bool announces = std::holds_alternative<Scenario::Announce>(phase.what) ||
                               std::holds_alternative<Scenario::Replay>(phase.what) ||
                               std::holds_alternative<Scenario::Command>(phase.what);
        if (phase.expect->none && !announces)
            add(phase, fmt::format("{}: expect none is of phases that announce: announce, replay, command", row.word));
        if (phase.expect->attributes && !announces)
            add(phase, fmt::format("{}: expect attributes is of phases that announce: announce, replay, command", row.word));
        if (phase.expect->within && !row.is_operation)
            add(phase, fmt::format("{} changes nothing, so nothing comes of it; give 'within' to the phase before it", row.word));
        if ((phase.expect->within || phase.expect->none || phase.expect->attributes) && !has_receivers_)
            add(phase, "no group of peers receives, so what comes of it is not seen; add one with 'role: receive'");
    }

    void check_restart(const ReadPhase& phase, const std::vector<std::string>& peers)
    {
        bool any = false;
        for (const auto& group : scenario_.groups) {
            const bool named = std::ranges::find(peers, group.name) != peers.end();
            if (named && !group.graceful_restart)
                add(phase, fmt::format("group '{}' does not say graceful restart; give it graceful_restart: 120s", group.name));
            any |= group.graceful_restart.has_value();
        }
        if (!any) add(phase, "no group of peers says graceful restart; give one graceful_restart: 120s");
    }

    void check_replay(const ReadPhase& phase, const std::vector<std::string>& peers)
    {
        for (const auto& group : scenario_.groups) {
            const bool named = std::ranges::find(peers, group.name) != peers.end();
            if (!group.sends() || (!peers.empty() && !named)) continue;
            if (group.shuffled) add(phase, fmt::format("group '{}' is shuffled, and has no times to replay by", group.name));
            for (const auto& routes : group.routes)
                if (!std::holds_alternative<RouteFile>(routes.spec))
                    add(phase,
                        fmt::format(
                            "group '{}': only a file of updates has times to replay by, '{}' has none; name others in peers:",
                            group.name, routes.words));
        }
    }

    void check_branches(const ReadPhase& phase)
    {
        const auto any = [&](std::size_t branch, auto is) {
            return std::ranges::any_of(phase.branches[branch], [&](const ReadPhase& inside) { return is(inside.what); });
        };
        const auto flaps = [](const Scenario::What& what) {
            return changes_routes(what) || std::holds_alternative<Scenario::Flap>(what);
        };
        for (std::size_t i = 0; i < phase.branches.size(); ++i)
            for (std::size_t other = 0; other < phase.branches.size(); ++other)
                if (i != other && any(i, waits_for_convergence) && any(other, flaps))
                    return add(phase, "nothing converges while another branch changes routes; put that wait behind the parallel");
        std::map<std::string, std::size_t> sender;   // group → its branch
        for (std::size_t i = 0; i < phase.branches.size(); ++i)
            for (const auto& inside : phase.branches[i]) {
                if (!sends_tables(inside.what)) continue;
                const auto& peers = *peers_of(inside.what);
                for (const auto& group : scenario_.groups) {
                    if (!group.sends() || (!peers.empty() && std::ranges::find(peers, group.name) == peers.end())) continue;
                    if (const auto [known, is_new] = sender.emplace(group.name, i); !is_new && known->second != i)
                        add(inside,
                            fmt::format(
                                "another branch announces or withdraws routes of '{}' at the same time; name different peers:",
                                group.name));
                }
            }
    }

    Problems& problems_;
    const Scenario& scenario_;
    std::vector<std::string_view> names_;
    bool has_senders_ = false, has_receivers_ = false;
    bool connected_ = false;
    std::map<std::string, int> used_;
    std::map<int, std::string> first_at_;   // by its place in the text
};

/// What is expected of routes stands where they are announced, somebody sees them come back, and attributes are looked at.
class ExpectCheck {
public:
    ExpectCheck(Problems& problems, const Document& document)
        : problems_(problems), document_(document),
          is_seen_(std::ranges::any_of(document.scenario.groups, &Scenario::Group::measures))
    {
    }

    void all()
    {
        const auto& scenario = document_.scenario;
        for (std::size_t i = 0; i < scenario.groups.size(); ++i)
            if (const auto& group = scenario.groups[i]; group.expect) of_group(group, document_.group_words[i]);
        for (std::size_t i = 0; i < scenario.expects.size() && i < document_.expect_words.size(); ++i) {
            of_routes(scenario.expects[i], document_.expect_words[i], {});
            attributes(scenario.expects[i], document_.expect_words[i], "attributes");
        }
        phases(document_.phases);
    }

private:
    void of_group(const Scenario::Group& group, const GivenWords& given)
    {
        if (group.sends()) {
            of_routes(*group.expect, given, "expect.");
            return attributes(*group.expect, given, "expect.attributes");
        }
        each_of_routes(*group.expect, given, "expect.", [&](const YAML::Mark& mark, std::string_view word) {
            problems_.add(mark,
                          fmt::format("group '{}' only receives, and {} is of routes: say it of the group that announces them, "
                                      "of a phase, or at the top with routes: PREFIX",
                                      group.name, word));
        });
    }
    void of_routes(const Expect& expect, const GivenWords& given, const std::string& lead)
    {
        if (is_seen_) return;
        each_of_routes(expect, given, lead, [&](const YAML::Mark& mark, std::string_view word) {
            problems_.add(mark, fmt::format("no group of peers receives, so {} is not seen; add one with 'role: receive'", word));
        });
    }
    static void each_of_routes(const Expect& expect, const GivenWords& given, const std::string& lead, auto&& visit)
    {
        const auto take = [&](bool is_said, std::string_view word) {
            if (!is_said) return;
            auto at = given.find(lead + std::string{word});
            if (at == given.end()) at = given.find("expect");   // expect: none
            visit(at == given.end() ? YAML::Mark::null_mark() : at->second, word);
        };
        take(expect.none, "none");
        take(expect.within.has_value(), "within");
        take(expect.attributes.has_value(), "attributes");
    }
    void attributes(const Expect& expect, const GivenWords& given, const std::string& path)
    {
        if (!expect.attributes || document_.scenario.compare_attributes) return;
        const auto at = given.find(path);
        problems_.add(at == given.end() ? YAML::Mark::null_mark() : at->second,
                      "attributes are not looked at with compare_attributes: false; leave out one of the two");
    }
    void phases(const std::vector<ReadPhase>& phases)
    {
        for (const auto& phase : phases) {
            if (phase.expect) attributes(*phase.expect, phase.words, "expect.attributes");
            for (const auto& branch : phase.branches) this->phases(branch);
        }
    }

    Problems& problems_;
    const Document& document_;
    bool is_seen_;
};

}   // namespace

void check_whole(Problems& problems, const YAML::Node& root, Document& document)
{
    auto& scenario = document.scenario;
    for (auto& group : scenario.groups) {
        if (std::ranges::find(document.steps_given, group.name) == document.steps_given.end())
            group.as_step = scenario.dut.as && group.as == *scenario.dut.as ? 0 : 1;
        if (group.as.value + std::uint64_t{group.as_step} * (group.count - 1) > yaml::most_as)
            problems.add(document.group_marks[group.name],
                         fmt::format("group '{}' has too many peers for rising AS numbers", group.name));
    }
    ExpectCheck{problems, document}.all();
    scenario.phases = PhaseCheck{problems, document}.take(document.phases);
    if (scenario.phases.empty() && problems.empty()) problems.add(root, "expected at least one phase");
    std::vector<std::string_view> names;
    for_each_phase(scenario.phases, [&](const Scenario::Phase& phase) { names.push_back(phase.name); });
    for (const auto& threshold : scenario.thresholds)
        if (!threshold.phase.empty() && std::ranges::find(names, threshold.phase) == names.end())
            problems.add(root["thresholds"], fmt::format("'{}': no phase '{}'{}", threshold.words, threshold.phase,
                                                         yaml::not_one_of(threshold.phase, names)));
}

}   // namespace barrage
