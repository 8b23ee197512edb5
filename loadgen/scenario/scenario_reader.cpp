#include "loadgen/scenario/scenario_reader.hpp"

#include <sstream>

#include <fmt/format.h>

#include <yaml-cpp/eventhandler.h>

#include "io/text_file.hpp"
#include "loadgen/scenario/scenario_document.hpp"
#include "loadgen/scenario/scenario_values.hpp"
#include "loadgen/scenario/word_rules.hpp"

namespace barrage {

namespace {

using yaml::Field;
using yaml::Problems;

/// A member of the scenario itself.
template <class Member, class Kind>
Field<Document> own(std::string_view name, Member Scenario::* member, Kind kind, std::string_view description)
{
    return {name, description, false,
            [row = yaml::field(name, member, kind, description)](Problems& problems, const YAML::Node& node, Document& document) {
                row.read(problems, node, document.scenario);
            },
            [kind] { return kind.schema(); }};
}

const std::vector<Field<Document>>& document_fields()
{
    static const std::vector<Field<Document>> fields{
        own("name", &Scenario::name, yaml::Text{}, "of the scenario, for the report"),
        own("about", &Scenario::about, yaml::Text{}, "a sentence or two for the report"),
        {"dut", "the device under test", false,
         [](Problems& problems, const YAML::Node& node, Document& document) {
             read_section(problems, node, document.scenario.dut, dut_fields(), "dut");
         },
         [] { return yaml::section_schema(dut_fields()); }},
        {"device", "facts about the device for the report, under names of RFC 7747 section 6", false,
         [](Problems& problems, const YAML::Node& node, Document& document) {
             read_section(problems, node, document.scenario.device, device_fact_fields(), "device");
         },
         [] { return yaml::section_schema(device_fact_fields()); }},
        {"peers", "groups of peers", true, read_groups,
         [] { return boost::json::object{{"type", "array"}, {"minItems", 1}, {"items", yaml::section_schema(group_fields())}}; }},
        {"phases", "what happens, one after the other", true,
         [](Problems& problems, const YAML::Node& node, Document& document) { read_phases(problems, node, document.phases); },
         phases_schema},
        {"thresholds", "what the run has to hold to: METRIC < VALUE", false, read_thresholds, thresholds_schema},
        own("expect", &Scenario::expects, yaml::ExpectList{},
            "what is expected of the run, or of sets of routes, and so is no fault; one or a list"),
        own("timeout", &Scenario::timeout, yaml::Time{std::chrono::milliseconds{1}},
            "time limit of each run, whatever its phases allow [none]"),
        own("repeat", &Scenario::repeat, yaml::Number{1, 1000}, "how often the whole is run and counted [1]"),
        own("warmup", &Scenario::warmup, yaml::Number{0, 1000}, "how often it is run before that, uncounted [0]"),
        own("seed", &Scenario::seed, yaml::Number{}, "of synthetic tables and of churn [1]"),
        own("compare_attributes", &Scenario::compare_attributes, yaml::Flag{},
            "hold attributes of reflected routes against those sent [true]"),
        own("allow_left_out", &Scenario::allow_left_out, yaml::Flag{},
            "pass also where routes were not put on the wire, for whatever reason [false: the run is incomplete]"),
    };
    return fields;
}

/// Where the second document begins. Not YAML::LoadAll(): of "k:\n," yaml-cpp 0.7 reads documents without end.
std::optional<YAML::Mark> second_document(const std::string& text)
{
    struct Begins final : YAML::EventHandler {
        std::vector<YAML::Mark> marks;
        void OnDocumentStart(const YAML::Mark& mark) override { marks.push_back(mark); }
        void OnDocumentEnd() override {}
        void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
        void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
        void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t, const std::string&) override {}
        void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {}
        void OnSequenceEnd() override {}
        void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {}
        void OnMapEnd() override {}
    } begins;
    std::istringstream stream{text};
    YAML::Parser parser{stream};
    while (begins.marks.size() < 2 && parser.HandleNextDocument(begins)) {
    }
    return begins.marks.size() < 2 ? std::nullopt : std::optional{begins.marks[1]};
}

void note_words(const YAML::Node& root, Document& document)
{
    if (!root.IsMap()) return;
    document.words = given_words(root);
    std::erase_if(document.words, [](const auto& word) {
        return word.first.starts_with("peers.") || word.first.starts_with("phases.") || word.first.starts_with("expect.");
    });
    if (const auto expects = root["expect"]; expects.IsDefined())
        yaml::for_each_item(expects, [&](const YAML::Node& each) { document.expect_words.push_back(given_words(each)); });
}

void add_given_words(const YAML::Node& section, const std::string& lead, GivenWords& into)
{
    if (section.IsSequence())
        for (const auto& each : section) add_given_words(each, lead, into);
    if (!section.IsMap()) return;
    for (const auto& pair : section) {
        if (!pair.first.IsScalar()) continue;
        const auto word = lead + pair.first.Scalar();
        into.emplace(word, pair.first.Mark());
        add_given_words(pair.second, word + ".", into);
    }
}

}   // namespace

GivenWords given_words(const YAML::Node& section)
{
    GivenWords words;
    add_given_words(section, {}, words);
    return words;
}

std::expected<Scenario, std::vector<yaml::Problem>> read_scenario(const std::string& text, const std::vector<Setting>& settings,
                                                                  std::vector<yaml::Problem>* without_effect)
{
    Problems problems;
    Document document;
    try {
        const auto root = YAML::Load(text);
        if (!root.IsDefined() || root.IsNull()) {
            problems.add(YAML::Mark::null_mark(), "there is nothing in it; expected a scenario with peers and phases");
        } else {
            if (const auto second = second_document(text)) problems.add(*second, "a second document; a file has one scenario");
            for (const auto& setting : settings) apply(problems, root, setting);
            read_section(problems, root, document, document_fields(), "a scenario");
            note_words(root, document);
            if (problems.empty() && without_effect) *without_effect = words_without_effect(document);
            if (problems.empty() || !document.phases.empty()) check_whole(problems, root, document);
        }
    } catch (const YAML::Exception& error) {   // yaml-cpp's own: no YAML at all
        problems.add(error.mark, "no YAML: " + error.msg);
    }
    if (!problems.empty()) return std::unexpected(problems.take());
    return std::move(document.scenario);
}

std::expected<Scenario, std::vector<yaml::Problem>>
read_scenario_file(const std::string& path, const std::vector<Setting>& settings, std::vector<yaml::Problem>* without_effect)
{
    // A parsed document takes about a hundred times its text. Many routes or commands belong in a file of their own.
    constexpr std::size_t most_octets = std::size_t{8} << 20;
    const auto text = read_text_file(path, {.most_octets = most_octets, .takes_pipes = true});
    if (!text) return std::unexpected(std::vector<yaml::Problem>{{0, 0, "cannot be read: " + text.error()}});
    return read_scenario(*text, settings, without_effect);
}

std::string to_text(const std::string& path, const yaml::Problem& problem)
{
    if (problem.line == 0) return fmt::format("{}: {}", path, problem.text);
    return fmt::format("{}:{}:{}: {}", path, problem.line, problem.column, problem.text);
}

boost::json::object scenario_schema()
{
    auto schema = yaml::section_schema(document_fields());
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema";
    schema["title"] = "A scenario of loadgen run";
    return schema;
}

}   // namespace barrage
