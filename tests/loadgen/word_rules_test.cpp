// Words of a scenario that do nothing: every word of the schema has a rule, or always has an effect.

#include "tests/support/doctest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "loadgen/scenario/scenario_reader.hpp"
#include "loadgen/scenario/word_rules.hpp"

using namespace barrage;

namespace {

/// The paths of all words, as WordRule has them.
void words_of(const boost::json::value& schema, const std::string& path, std::set<std::string>& into)
{
    if (schema.is_array())
        for (const auto& each : schema.get_array()) words_of(each, path, into);
    if (!schema.is_object()) return;
    const auto& object = schema.get_object();
    for (const auto* inside : {"anyOf", "items"})
        if (const auto* found = object.if_contains(inside)) words_of(*found, path, into);
    const auto* properties = object.if_contains("properties");
    if (!properties) return;
    for (const auto& [key, value] : properties->get_object()) {
        const bool is_expect = key == "expect";   // one list, wherever it stands
        const auto word = is_expect || path.empty() ? std::string{key} : path + "." + std::string{key};
        into.insert(word);
        words_of(value, word, into);
    }
}

bool covers(std::string_view rule, std::string_view word)
{
    return rule == word || (rule.ends_with(".*") && word.starts_with(rule.substr(0, rule.size() - 1)));
}

struct Row {
    std::string senders, receivers, phase, more;
    const char* word;   // that is warned of; empty: none
};

std::vector<yaml::Problem> warnings_of(const Row& row)
{
    const auto text =
        fmt::format("dut: {{address: 192.0.2.1, as: 65000}}\n"
                    "peers:\n"
                    "  - {{name: s, as: 65101, routes: 'range:10.0.0.0/24x9'{}}}\n"
                    "  - {{name: r, as: 64601{}}}\n"
                    "phases:\n"
                    "  - connect\n"
                    "  - announce\n"
                    "{}"
                    "{}",
                    row.senders.empty() ? "" : ", " + row.senders, row.receivers.empty() ? "" : ", " + row.receivers,
                    row.phase.empty() ? "" : "  - " + row.phase + "\n", row.more);
    std::vector<yaml::Problem> warnings;
    const auto read = read_scenario(text, {}, &warnings);
    if (!read) FAIL(text, to_text("x", read.error().front()));
    return warnings;
}

}   // namespace

TEST_CASE("every word of a scenario has a rule, or always has an effect")
{
    std::set<std::string> words;
    words_of(scenario_schema(), {}, words);
    CHECK(words.size() > 100);
    for (const auto& word : words) {
        CAPTURE(word);
        CHECK(std::ranges::any_of(word_rules(), [&](const WordRule& rule) { return covers(rule.word, word); }));
    }
    for (const auto& rule : word_rules()) {
        CAPTURE(rule.word);
        CHECK(std::ranges::any_of(words, [&](const std::string& word) { return covers(rule.word, word); }));
        CHECK(rule.sentence.empty() == (rule.applies == nullptr));
        // A word that always has an effect has no rule beside that.
        const bool always =
            std::ranges::any_of(word_rules(), [&](const WordRule& other) { return other.word == rule.word && !other.applies; });
        CHECK(always == (rule.applies == nullptr));
    }
}

TEST_CASE("a word without effect is warned of where it stands")
{
    const Row rows[] = {
        {"", "", "", "", ""},
        // Groups that only send, groups that only receive.
        {"measure: false", "", "", "", "measure"},
        {"", "measure: false", "", "", ""},
        {"reject_as_set: true", "", "", "", "reject_as_set"},
        {"", "reject_as_set: true", "", "", ""},
        {"", "measure: false, reject_as_set: true", "", "", "reject_as_set"},
        {"enhanced_refresh: true", "", "", "", "enhanced_refresh"},
        {"role: both, enhanced_refresh: true", "", "", "", ""},
        {"", "enhanced_refresh: true", "", "", ""},
        {"add_path: true", "", "", "", ""},
        {"", "add_path: true", "", "", "add_path"},
        {"", "divided: true", "", "", "divided"},
        {"divided: true", "", "", "", "divided"},
        {"count: 2, divided: true", "", "", "", ""},
        {"", "order: shuffled", "", "", "order"},
        {"", "next_hop: self", "", "", "next_hop"},
        {"", "mrt_peer: most", "", "", "mrt_peer"},
        {"", "mrt_local: true", "", "", "mrt_local"},
        {"mrt_peer: most", "", "", "", "mrt_peer"},
        {"mrt_local: true", "", "", "", "mrt_local"},
        {"as_step: 5", "", "", "", "as_step"},
        {"count: 2, as_step: 5", "", "", "", ""},
        // Expectations.
        {"expect: {none: false, within: 1s}", "", "", "", "none"},
        {"expect: {attributes: {}}", "", "", "", "attributes"},
        {"expect: {attributes: {med: 1}}", "", "", "", ""},
        {"", "", "{withdraw: all, expect: {none: false, within: 1s}}", "", "none"},
        {"", "", "", "expect: {routes: 10.0.0.0/8, none: false, within: 1s}\n", "none"},
        // Phases.
        {"", "", "announce: {burst: 10}", "", "burst"},
        {"", "", "announce: {rate: 100, burst: 10}", "", ""},
        {"", "", "withdraw: {from: 100%}", "", "from"},
        {"", "", "withdraw: {from: 50%}", "", ""},
        {"", "", "wait: {for: converged, quiet: 5s}", "", "quiet"},
        {"", "", "wait: {for: quiet, quiet: 5s}", "", ""},
        {"", "", "churn: {share: 10%, count: 5}", "", "share"},
        {"", "", "churn: {population: 4, count: 5}", "", "population"},
        {"", "", "churn: {count: 10}", "", "count"},
        {"", "", "churn: {population: 10}", "", "population"},
        {"", "", "churn: {count: 9}", "", ""},
        {"count: 2", "", "churn: {count: 18}", "", ""},
        {"count: 2, divided: true", "", "churn: {count: 18}", "", "count"},
        {"", "", "churn: {attribute_changes: 10%, mix: {withdraw: 5}}", "", "attribute_changes"},
        {"", "measure: false", "churn: {timeout: 1s}", "", "timeout"},
        {"", "", "flap: {share: 10%, count: 5}", "", "share"},
        {"", "", "flap: {count: 5000}", "", "count"},
        {"", "", "flap: {of: sessions, count: 3}", "", "count"},
        {"", "", "flap: {of: sessions, count: 2}", "", ""},
        {"", "", "flap: {of: sessions, from: 50%}", "", "from"},
        {"count: 4", "", "flap: {peers: s, of: sessions, from: 50%, share: 50%}", "", ""},
        {"count: 4", "", "flap: {peers: s, of: sessions, from: 50%, count: 2}", "", "from"},
        {"", "", "flap: {from: 50%}", "", ""},
        {"", "", "flap: {from: all}", "", "from"},
        {"", "", "kill: {share: 50%, count: 1}", "", "share"},
        {"", "", "kill: {peers: s, count: 2}", "", "count"},
        {"", "", "kill: {count: 2}", "", ""},
        {"", "", "kill: {by: rst, for: 5s}", "", "for"},
        {"", "", "kill: {by: silence, for: 5s}", "", ""},
        {"graceful_restart: 9s", "", "restart: {share: 50%, count: 1}", "", "share"},
        {"graceful_restart: 9s", "", "restart: {count: 2}", "", "count"},
        {"", "", "repeat: {times: 3, phases: [{announce: {burst: 10}}]}", "", "burst"},
        {"", "", "parallel: [{churn: {count: 10}}, {hold: 1s}]", "", "count"},
        // The whole.
        {"", "", "", "seed: 5\n", "seed"},
        {"order: shuffled", "", "", "seed: 5\n", ""},
        {"", "", "churn", "seed: 5\n", ""},
        {"", "measure: false", "", "compare_attributes: true\n", "compare_attributes"},
    };
    for (const auto& row : rows) {
        INFO(row.senders, " | ", row.receivers, " | ", row.phase, " | ", row.more);
        const auto warnings = warnings_of(row);
        if (*row.word == '\0') {
            CHECK(warnings.empty());
            continue;
        }
        REQUIRE(warnings.size() == 1);
        CHECK(warnings[0].text.starts_with(std::string{row.word} + " "));
        CHECK(warnings[0].line >= 3);
        CHECK(warnings[0].column != 0);
    }
    const auto placed = warnings_of({"", "add_path: true", "", "", ""});
    CHECK(to_text("x", placed.at(0)) == "x:4:26: add_path has no effect: the group only receives; say it of a group with routes");
}

TEST_CASE("the scenarios that come with it have no word without effect")
{
    for (const auto& entry : std::filesystem::directory_iterator{BARRAGE_SOURCE_DIR "/loadgen/scenarios"}) {
        if (entry.path().extension() != ".yaml") continue;
        CAPTURE(entry.path().string());
        std::vector<yaml::Problem> warnings;
        const auto read = read_scenario_file(entry.path().string(), {}, &warnings);
        CHECK(read.has_value());
        for (const auto& warning : warnings) CHECK_MESSAGE(false, to_text(entry.path().filename().string(), warning));
    }
}
