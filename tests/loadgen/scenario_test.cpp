// Scenarios: what they say, and what is told of those that are wrong.

#include "tests/support/doctest.hpp"

#include <fmt/format.h>

#include <map>
#include <random>

#include "loadgen/scenario/phase_table.hpp"
#include "loadgen/scenario/scenario_reader.hpp"

using namespace barrage;
using namespace std::chrono_literals;

namespace {

constexpr const char* whole = R"(name: all there is
dut:
  address: 192.0.2.1
  port: 1790
  as: 65000
  pid: 4711
peers:
  - name: senders
    count: 4
    as: 65001
    families: [ipv4, ipv6]
    hold_time: 90s
    routes:
      - full-table:10k
      - range:2001:db8::/48x1k
    divided: true
    next_hop: self
  - name: receivers
    role: receive
    as: 65000
    address: 192.0.2.10
phases:
  - connect: {rate: 50, timeout: 20s}
  - hold: 2s
  - announce: {peers: senders, rate: 10k, prefixes_per_update: 7}
  - wait: converged
  - name: half
    withdraw: {share: 50%}
  - wait: {for: quiet, quiet: 500ms, timeout: 10s}
  - churn: {rate: 1k, for: 5s, share: 20%, attribute_changes: 0.3}
  - flap: {of: sessions, share: 25%, times: 2, down: 1s, up: 3s}
  - refresh
  - kill: {peers: [senders], by: rst}
  - exec: birdc show status
  - repeat:
      times: 2
      phases:
        - connect
        - withdraw: all
thresholds:
  - convergence.p99 < 2s
  - phases.half.withdrawal.p99.9 <= 500ms
  - missing == 0
repeat: 3
warmup: 1
seed: 7
)";

/// One line a problem.
std::string problems_of(const std::string& text)
{
    const auto scenario = read_scenario(text);
    if (scenario) return "valid";
    std::string all;
    for (const auto& problem : scenario.error()) all += fmt::format("{}:{}: {}\n", problem.line, problem.column, problem.text);
    return all;
}

std::string replaced(std::string text, const std::string& what, const std::string& with)
{
    const auto at = text.find(what);
    REQUIRE(at != std::string::npos);
    return text.replace(at, what.size(), with);
}

}   // namespace

TEST_CASE("a scenario says what is to happen")
{
    const auto read = read_scenario(whole);
    REQUIRE_MESSAGE(read.has_value(), problems_of(whole));
    const auto& scenario = *read;
    CHECK(scenario.dut.port == 1790);
    CHECK(scenario.dut.as == Asn{65000});
    CHECK(scenario.dut.pid == 4711);
    REQUIRE(scenario.groups.size() == 2);
    const auto& senders = scenario.groups[0];
    CHECK(senders.count == 4);
    CHECK(senders.role == Scenario::Role::send);
    CHECK(senders.as_step == 1);
    CHECK(senders.hold_time == 90s);
    CHECK(senders.routes.size() == 2);
    CHECK(senders.next_hop.mode == NextHopMode::self);
    CHECK(scenario.groups[1].role == Scenario::Role::receive);
    CHECK(scenario.groups[1].as_step == 0);   // iBGP
    REQUIRE(scenario.phases.size() == 15);
    CHECK(std::get<Scenario::Connect>(scenario.phases[0].what).rate == 50);
    CHECK(std::get<Scenario::Hold>(scenario.phases[1].what).time == 2s);
    CHECK(std::get<Scenario::Announce>(scenario.phases[2].what).rate == 10'000);
    CHECK(std::get<Scenario::Announce>(scenario.phases[2].what).prefixes_per_update.most == 7);
    CHECK(std::get<Scenario::Wait>(scenario.phases[3].what).what == Scenario::Wait::What::converged);
    CHECK(scenario.phases[4].name == "half");
    CHECK(std::get<Scenario::Withdraw>(scenario.phases[4].what).share == 0.5);
    CHECK(scenario.phases[5].name == "wait-2");
    CHECK(std::get<Scenario::Churn>(scenario.phases[6].what).attribute_changes == 0.3);
    CHECK(std::get<Scenario::Flap>(scenario.phases[7].what).sessions);
    CHECK(std::get<Scenario::Kill>(scenario.phases[9].what).by == Scenario::Kill::By::rst);
    CHECK(std::get<Scenario::Exec>(scenario.phases[10].what).command == "birdc show status");
    CHECK(scenario.phases[13].name == "connect-3");
    CHECK(std::get<Scenario::Withdraw>(scenario.phases[14].what).share == 1);
    REQUIRE(scenario.thresholds.size() == 3);
    CHECK(scenario.thresholds[0].value == 2);
    CHECK(scenario.thresholds[1].phase == "half");
    CHECK(scenario.thresholds[1].metric == "withdrawal.p99.9");
    CHECK(scenario.repeat == 3);
    CHECK(scenario.warmup == 1);
}

TEST_CASE("what is wrong is told with its place, what was expected, and the nearest word")
{
    const struct {
        const char* name;
        const char* what;
        const char* with;
        const char* problems;
    } rows[] = {
        {"a key that is misspelt", "  port: 1790", "  prot: 1790", "4:3: unknown key 'prot' in dut; did you mean 'port'?\n"},
        {"a key twice", "  port: 1790", "  as: 1790", "5:3: 'as' stands twice in dut\n"},
        {"a number that is none", "port: 1790", "port: many", "4:9: "},
        {"a number too large", "port: 1790", "port: 70000", "4:9: '70000': expected 1 to 65535\n"},
        {"an address that is none", "192.0.2.1\n", "192.0.2.256\n",
         "3:12: '192.0.2.256': expected an address such as 192.0.2.1 or 2001:db8::1\n"},
        {"a phase that is misspelt", "- refresh", "- refersh", "32:5: unknown phase 'refersh'; did you mean 'refresh'?\n"},
        {"a key of another phase", "- refresh", "- refresh: {rate: 1}",
         "32:15: unknown key 'rate' in refresh; expected one of peers, timeout\n"},
        {"two phases in one", "- hold: 2s", "- hold: 2s\n    refresh: 1",
         "25:5: 'refresh' beside 'hold': each phase is an item of its own, beginning with '-'\n"},
        {"a group that there is not", "peers: senders", "peers: sender", "no group of peers 'sender'; did you mean 'senders'?\n"},
        {"a unit that there is not", "hold: 2s", "hold: 2 weeks", "24:11: "},
        {"a share over all", "share: 50%", "share: 150%", "28:23: '150%': expected a share above 0, such as 10%, 0.1 or all\n"},
        {"a choice", "by: rst", "by: bang", "unknown word 'bang'; expected one of cease, rst, fin, silence, stop-reading\n"},
        {"routes that are none", "full-table:10k", "full-table:some", "14:9: routes 'full-table:some': "},
        {"a family that there is not", "[ipv4, ipv6]", "[ipv4, ipv5]", "11:15: unknown family 'ipv5'; did you mean 'ipv4'?\n"},
        {"a hold time of two seconds", "hold_time: 90s", "hold_time: 2s",
         "12:16: '2s': expected 0 or 3s to 65535s, whole seconds (RFC 4271 section 4.2)\n"},
        {"a metric that there is not", "convergence.p99 <", "convergance.p99 <",
         "no metric 'convergance'; did you mean convergence?\n"},
        {"a phase of a threshold", "phases.half.", "phases.helf.", "no phase 'helf'; did you mean 'half'?\n"},
        {"a list in place of a mapping", "dut:\n  address: 192.0.2.1\n  port: 1790\n  as: 65000\n  pid: 4711", "dut: [1, 2]",
         "2:6: expected a mapping for dut, got a list\n"},
        {"no group's name", "- name: receivers\n    role: receive", "- role: receive",
         "a group of peers needs 'name': of the group\n"},
        {"no YAML", "thresholds:", "thresholds: [", ": no YAML: "},
        {"another scenario behind it", "seed: 7", "seed: 7\n---\na: b", "a second document; a file has one scenario"},
        {"a comma that YAML has no place for", "seed: 7", "seed: 7\n,", ": no YAML: "},
    };
    for (const auto& row : rows) {
        INFO(row.name);
        const auto problems = problems_of(replaced(whole, row.what, row.with));
        CHECK_MESSAGE(problems.find(row.problems) != std::string::npos, problems);
    }
}

TEST_CASE("several things that are wrong are told at once, in their order")
{
    auto text = replaced(whole, "port: 1790", "port: many");
    text = replaced(text, "- refresh", "- refersh");
    const auto read = read_scenario(text);
    REQUIRE(!read.has_value());
    REQUIRE(read.error().size() == 2);
    CHECK(read.error()[0].line == 4);
    CHECK(read.error()[1].line == 32);
}

TEST_CASE("phases that cannot be are refused before anything begins")
{
    const std::string peers = "peers:\n  - {name: r, role: receive}\n";
    CHECK(problems_of(peers + "phases:\n  - announce\n").find("announce before any connect") != std::string::npos);
    CHECK(problems_of(peers + "phases:\n  - connect\n  - announce\n").find("4:5: no group of peers has routes") ==
          std::string::npos);
    CHECK(problems_of(peers + "phases:\n  - connect\n  - announce\n").find("no group of peers has routes") != std::string::npos);
    CHECK(problems_of("peers:\n  - {name: s, routes: full-table:10}\nphases:\n  - connect\n  - wait\n")
              .find("5:5: no group of peers receives") != std::string::npos);
    CHECK(problems_of("peers:\n  - {name: s, role: send}\nphases:\n  - connect\n")
              .find("2:5: group 's' sends, and has no routes") != std::string::npos);
    CHECK(problems_of("") == "0:0: there is nothing in it; expected a scenario with peers and phases\n");
    CHECK(problems_of("peers: []\nphases: []\n").find("at least one group") != std::string::npos);
    CHECK(problems_of("- a\n- b\n").find("1:1: expected a mapping for a scenario, got a list") != std::string::npos);
}

TEST_CASE("a hundred mutations of a scenario are valid or told with line and column")
{
    const auto read = [](const std::string& text) {
        const auto scenario = read_scenario(text);
        if (scenario) return true;
        REQUIRE(!scenario.error().empty());
        for (const auto& problem : scenario.error()) {
            INFO(problem.text);
            CHECK(!problem.text.empty());
            CHECK((problem.line > 0 || text.find_first_not_of(" \n") == std::string::npos));
            CHECK((problem.column > 0 || problem.line == 0));
        }
        return false;
    };
    std::mt19937_64 random{1};
    const std::string text = whole;
    int wrong = 0;
    for (int i = 0; i < 2000; ++i) {
        auto mutated = text;
        const auto at = random() % mutated.size();
        switch (random() % 6) {
        case 0: mutated.erase(at, 1 + random() % 5); break;
        case 1: mutated.insert(at, 1, "{}[]:,-#&*!|>'\"%@` \n\tx0"[random() % 23]); break;
        case 2: mutated[at] = static_cast<char>(random()); break;
        case 3: mutated.resize(at); break;
        case 4: {   // a line out
            const auto begin = mutated.rfind('\n', at);
            const auto end = mutated.find('\n', at);
            if (begin != std::string::npos && end != std::string::npos) mutated.erase(begin, end - begin);
            break;
        }
        case 5: {   // a word's letters exchanged
            if (at + 1 < mutated.size()) std::swap(mutated[at], mutated[at + 1]);
            break;
        }
        }
        INFO(mutated);
        wrong += read(mutated) ? 0 : 1;
    }
    CHECK(wrong > 100);
}

TEST_CASE("values of a scenario may be set from outside")
{
    const auto set = [](const char* words) { return read_scenario(whole, {*parse_setting(words)}); };
    CHECK(set("peers.senders.count=9")->groups[0].count == 9);
    CHECK(set("dut.as=65099")->dut.as == Asn{65099});
    CHECK(std::get<Scenario::Churn>(set("phases.churn.for=1s")->phases[6].what).time == 1s);
    CHECK(std::get<Scenario::Withdraw>(set("phases.half.withdraw.share=10%")->phases[4].what).share == 0.1);
    CHECK(set("peers.senders.routes=full-table:1k")->groups[0].routes.size() == 1);
    CHECK(!set("peers.nobody.count=9").has_value());
    CHECK(!set("peers.senders.count=none").has_value());
    CHECK(!parse_setting("no equals sign").has_value());
}

TEST_CASE("the schema has every key that the reader knows")
{
    const auto schema = scenario_schema();
    const auto& properties = schema.at("properties").as_object();
    for (const auto* key : {"dut", "peers", "phases", "thresholds", "repeat", "warmup"}) CHECK(properties.contains(key));
    const auto& phases = properties.at("phases")
                             .as_object()
                             .at("items")
                             .as_object()
                             .at("anyOf")
                             .as_array()[1]
                             .as_object()
                             .at("properties")
                             .as_object();
    CHECK(phases.contains("repeat"));
    for (const auto& phase : phase_words()) {
        INFO(phase.word);
        REQUIRE(phases.contains(phase.word));
        const auto& schema_of_phase = phases.at(phase.word).as_object();
        CHECK(schema_of_phase.at("description").as_string() == phase.description);
        if (!phase.schema) continue;
        const auto& keys = schema_of_phase.at("anyOf").as_array()[0].as_object().at("properties").as_object();
        CHECK(keys.size() == phase.keys.size());
        for (const auto key : phase.keys) CHECK(keys.contains(key));
    }
}

TEST_CASE("every phase of the table is read by its word")
{
    const std::string peers =
        "peers:\n  - {name: s, routes: [updates.mrt], graceful_restart: 120s}\n  - {name: r}\nphases:\n  - connect\n";
    std::size_t index = 0;
    for (const auto& phase : phase_words()) {
        INFO(phase.word);
        std::string value;
        if (phase.word == "hold") value = ": 1s";
        if (phase.word == "exec") value = ": 'true'";
        if (phase.word == "command") value = ": announce route 10.0.0.0/8 next-hop self";
        if (phase.word == "parallel") value = ": [wait, [refresh, wait]]";
        const auto read = read_scenario(peers + "  - " + std::string{phase.word} + value + "\n");
        REQUIRE_MESSAGE(read.has_value(), problems_of(peers + "  - " + std::string{phase.word} + value + "\n"));
        REQUIRE(read->phases.size() == 2);
        CHECK(read->phases[1].what.index() == index++);
        CHECK(word_of(read->phases[1].what).word == phase.word);
    }
}

TEST_CASE("phases have what their words promise")
{
    const std::string head = "peers:\n  - {name: s, routes: full-table:10}\n  - {name: t, routes: full-table:10}\n  - {name: "
                             "r}\nphases:\n  - connect\n";
    const auto read = [&](const std::string& phase) {
        const auto scenario = read_scenario(head + "  - " + phase + "\n");
        REQUIRE_MESSAGE(scenario.has_value(), problems_of(head + "  - " + phase + "\n"));
        return scenario->phases[1];
    };
    SUBCASE("UPDATEs of several sizes, each as often as its weight says")
    {
        const auto sizes = std::get<Scenario::Announce>(read("announce: {prefixes_per_update: {1: 60, 3: 30, 7: 10}}").what)
                               .prefixes_per_update.sizes;
        std::map<std::uint32_t, int> seen;
        for (std::uint32_t i = 0; i < 100'000; ++i) {
            const std::uint8_t nlri[] = {24, static_cast<std::uint8_t>(i >> 16), static_cast<std::uint8_t>(i >> 8),
                                         static_cast<std::uint8_t>(i), 0};
            ++seen[sizes.of(nlri, false)];
        }
        CHECK(seen.size() == 3);
        CHECK(std::abs(seen[1] - 60'000) < 1500);
        CHECK(std::abs(seen[3] - 30'000) < 1500);
        CHECK(std::abs(seen[7] - 10'000) < 1500);
    }
    SUBCASE("bursts") { CHECK(std::get<Scenario::Announce>(read("announce: {rate: 1k, burst: 50}").what).burst == 50); }
    SUBCASE("full is as many as fit")
    {
        CHECK(std::get<Scenario::Announce>(read("announce: {prefixes_per_update: full}").what).prefixes_per_update.sizes.empty());
    }
    SUBCASE("a mix")
    {
        const auto churn =
            std::get<Scenario::Churn>(read("churn: {mix: {announce: 40, withdraw: 50, attributes: 10}, population: 1k}").what);
        REQUIRE(churn.mix.has_value());
        CHECK(churn.mix->withdraw == 50);
        CHECK(churn.population == 1000);
    }
    SUBCASE("a window and a delay")
    {
        const auto flap = std::get<Scenario::Flap>(read("flap: {from: 20%, share: 30%, delay: 2s}").what);
        CHECK(flap.from == 0.2);
        CHECK(flap.share == 0.3);
        CHECK(flap.delay == 2s);
    }
    SUBCASE("branches side by side, each a phase or a list")
    {
        const auto parallel = std::get<Scenario::Parallel>(
            read("parallel: [{announce: {peers: s}}, [{hold: 1s}, barrier, {name: later, announce: {peers: t}}], barrier]").what);
        REQUIRE(parallel.branches.size() == 3);
        REQUIRE(parallel.branches[1].size() == 3);
        CHECK(parallel.branches[1][2].name == "later");
        CHECK(std::holds_alternative<Scenario::Barrier>(parallel.branches[2][0].what));
    }
    SUBCASE("a threshold that ends the run")
    {
        const auto scenario =
            read_scenario(head + "thresholds:\n  - sessions_lost == 0\n  - {assert: convergence.p99 < 2s, stop: true}\n");
        REQUIRE(scenario.has_value());
        CHECK(!scenario->thresholds[0].stops);
        CHECK(scenario->thresholds[1].stops);
    }
    SUBCASE("what is wrong in them has its place")
    {
        const struct {
            const char* phase;
            const char* problems;
        } rows[] = {
            {"parallel: [announce, {withdraw: all}]", "another branch announces or withdraws routes of 's' at the same time"},
            {"parallel: [wait]", "7:15: expected at least two branches"},
            {"parallel: wait", "7:15: expected a list of branches, got 'wait'"},
            {"parallel: [wait, {parallel: [wait, wait]}]", "parallel inside parallel"},
            {"parallel: [wait, {churn: {rate: 1}}]", "nothing converges while another branch changes routes"},
            {"replay: {peers: s}", "group 's': only a file of updates has times to replay by, 'full-table:10' has none"},
            {"restart", "no group of peers says graceful restart; give one graceful_restart: 120s"},
            {"restart: {peers: s}", "group 's' does not say graceful restart"},
            {"restart: {count: 0}", "'0': expected 1 to"},
            {"command: announce rout 10.0.0.0/8", "7:14: 'announce rout 10.0.0.0/8': "},
            {"command: show neighbor", "a scenario has no use for that"},
            {"command: [[]]", "expected a line such as"},
            {"announce: {prefixes_per_update: {0: 1}}", "7:38: '0': expected 1 to 65535"},
            {"announce: {prefixes_per_update: few}", "expected full, a number, or numbers with their weights"},
            {"churn: {mix: {}}", "expected a weight above 0"},
            {"flap: {from: 130%}", "expected a share such as 0, 10% or 0.1"},
        };
        for (const auto& row : rows) {
            INFO(row.phase);
            const auto problems = problems_of(head + "  - " + row.phase + "\n");
            CHECK_MESSAGE(problems.find(row.problems) != std::string::npos, problems);
        }
    }
}
