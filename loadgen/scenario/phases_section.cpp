// The section `phases` of a scenario: phases by their table, and what holds phases inside it, `repeat` and `parallel`.

#include <fmt/format.h>

#include "loadgen/scenario/phase_table.hpp"
#include "loadgen/scenario/scenario_document.hpp"
#include "loadgen/scenario/scenario_values.hpp"

namespace barrage {

using yaml::field;
using yaml::Field;
using yaml::Problems;

namespace {

constexpr std::size_t most_phases = 500;   // each has histograms of its own
constexpr int most_nested = 3;

constexpr yaml::ExpectWords expect_words{yaml::ExpectWords::Place::phase};

struct Place {
    int repeats = 0;
    bool parallel = false;
};

void read_list(Problems& problems, const YAML::Node& node, std::vector<ReadPhase>& into, Place place);

std::size_t count_of(const std::vector<ReadPhase>& phases)
{
    std::size_t count = phases.size();
    for (const auto& phase : phases)
        for (const auto& branch : phase.branches) count += count_of(branch);
    return count;
}

struct Repeat {
    std::uint64_t times = 0;
    std::optional<YAML::Node> phases;
};

const std::vector<Field<Repeat>>& repeat_fields()
{
    static const std::vector<Field<Repeat>> fields{
        field("times", &Repeat::times, yaml::Number{1, most_phases}, "how often", true),
        {"phases", "what is repeated", true, [](Problems&, const YAML::Node& each, Repeat& target) { target.phases = each; },
         [] { return boost::json::object{{"$ref", "#/properties/phases"}}; }}};
    return fields;
}

void read_repeat(Problems& problems, const YAML::Node& node, std::vector<ReadPhase>& into, Place place)
{
    if (++place.repeats > most_nested) return problems.add(node, "repeat inside repeat inside repeat: no further");
    Repeat repeat;
    read_section(problems, node, repeat, repeat_fields(), "repeat");
    if (repeat.times == 0 || !repeat.phases) return;
    std::vector<ReadPhase> once;
    read_list(problems, *repeat.phases, once, place);
    if (count_of(once) * repeat.times + count_of(into) > most_phases)
        return problems.add(node, fmt::format("more than {} phases", most_phases));
    for (std::uint64_t i = 0; i < repeat.times; ++i) into.insert(into.end(), once.begin(), once.end());
}

/// A list of branches, each a phase or a list of phases.
void read_parallel(Problems& problems, const YAML::Node& node, ReadPhase& phase, Place place)
{
    if (place.parallel) return problems.add(node, "parallel inside parallel: a branch is a phase or a list of phases");
    if (!node.IsSequence()) return problems.add(node, "expected a list of branches, got " + yaml::what_is(node));
    place.parallel = true;
    for (const auto& each : node) {
        auto& branch = phase.branches.emplace_back();
        if (each.IsSequence()) {
            read_list(problems, each, branch, place);
        } else {
            YAML::Node one;
            one.push_back(each);
            read_list(problems, one, branch, place);
        }
    }
    if (phase.branches.size() < 2) problems.add(node, "expected at least two branches");
    phase.what = Scenario::Parallel{};
}

std::vector<std::string_view> known_words()
{
    std::vector<std::string_view> known{"repeat"};
    for (const auto& each : phase_words()) known.push_back(each.word);
    return known;
}

void read_one(Problems& problems, const YAML::Node& node, std::vector<ReadPhase>& into, Place place)
{
    ReadPhase phase{.mark = node.Mark()};
    YAML::Node word_node = node, value;
    std::string word;
    bool fine = true;
    if (node.IsScalar()) {
        word = node.Scalar();
    } else if (node.IsMap()) {
        for (const auto& pair : node) {
            const auto key = yaml::scalar(problems, pair.first, "the word of a phase");
            if (!key) return;
            if (*key == "name") {
                if (const auto name = yaml::scalar(problems, pair.second, "a name")) phase.name = *name;
                if (phase.name.find_first_of(". <>=!") != std::string::npos)
                    problems.add(pair.second,
                                 fmt::format("'{}': a name of a phase has no dots, blanks or comparisons", phase.name));
            } else if (*key == "expect") {
                phase.expect = expect_words.read(problems, pair.second);
            } else if (word.empty()) {
                word = *key;
                word_node.reset(pair.first);
                value.reset(pair.second);
            } else {
                problems.add(pair.first,
                             fmt::format("'{}' beside '{}': each phase is an item of its own, beginning with '-'", *key, word));
                fine = false;
            }
        }
    } else {
        return problems.add(node, "expected a phase such as 'connect' or 'hold: 10s', got " + yaml::what_is(node));
    }
    if (!fine) return;
    if (word.empty()) return problems.add(node, fmt::format("expected the word of a phase: {}", fmt::join(known_words(), ", ")));
    const bool has_value = value.IsDefined() && !value.IsNull();
    if (word == "repeat") {
        if (!has_value) return problems.add(word_node, "repeat needs 'times' and 'phases'");
        if (phase.expect) problems.add(node, "repeat has no expectation; give one to the phases inside it");
        return read_repeat(problems, value, into, place);
    }
    const auto found = std::ranges::find(phase_words(), word, &PhaseWord::word);
    if (found == phase_words().end())
        return problems.add(word_node, fmt::format("unknown phase '{}'{}", word, yaml::not_one_of(word, known_words())));
    if (!found->read) {
        if (!has_value) return problems.add(word_node, fmt::format("{} needs a list of branches", word));
        read_parallel(problems, value, phase, place);
    } else {
        phase.what = found->read(problems, value, phase.mark);
    }
    phase.words = given_words(node);
    if (has_value && !value.IsMap() && !found->shorthand.empty())
        phase.words.emplace(fmt::format("{}.{}", word, found->shorthand), value.Mark());
    if (phase.name.empty()) phase.name = found->word;
    into.push_back(std::move(phase));
}

void read_list(Problems& problems, const YAML::Node& node, std::vector<ReadPhase>& into, Place place)
{
    if (!node.IsSequence()) return problems.add(node, "expected a list of phases, got " + yaml::what_is(node));
    for (const auto& each : node) read_one(problems, each, into, place);
}

}   // namespace

void read_phases(Problems& problems, const YAML::Node& node, std::vector<ReadPhase>& into)
{
    read_list(problems, node, into, {});
    if (count_of(into) > most_phases) problems.add(node, fmt::format("more than {} phases", most_phases));
}

boost::json::object phases_schema()
{
    using boost::json::object;
    const object list{{"$ref", "#/properties/phases"}};
    boost::json::array words;
    object properties{{"name", {{"type", "string"}, {"description", "for thresholds: phases.NAME.METRIC"}}}};
    properties["expect"] = expect_words.schema();
    properties["expect"].as_object()["description"] = "what is to come of it, until the next operation begins, and so is no "
                                                      "fault: none, attributes, within, sessions_lost, notification";
    for (const auto& each : phase_words()) {
        if (!each.schema) {
            properties[each.word] = {{"description", each.description},
                                     {"type", "array"},
                                     {"minItems", 2},
                                     {"items", {{"anyOf", {list, {{"$ref", "#/properties/phases/items"}}}}}}};
            continue;
        }
        words.emplace_back(each.word);
        properties[each.word] = each.schema();
    }
    properties["repeat"] = yaml::section_schema(repeat_fields());
    return {{"type", "array"},
            {"minItems", 1},
            {"items",
             {{"anyOf",
               {{{"enum", std::move(words)}},
                {{"type", "object"},
                 {"additionalProperties", false},
                 {"maxProperties", 3},
                 {"properties", std::move(properties)}}}}}}};
}

}   // namespace barrage
