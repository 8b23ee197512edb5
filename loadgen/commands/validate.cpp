#include "loadgen/commands/validate.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <boost/unordered/unordered_flat_set.hpp>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "codec/format.hpp"
#include "loadgen/console/print_error.hpp"
#include "loadgen/exabgp/grammar/check_route.hpp"
#include "loadgen/exabgp/grammar/grammar.hpp"
#include "loadgen/exabgp/grammar/parse.hpp"
#include "loadgen/exabgp/speaker/peer_config.hpp"
#include "loadgen/scenario/scenario_reader.hpp"
#include "loadgen/scenario/shipped_scenarios.hpp"
#include "loadgen/words/json_text.hpp"

namespace barrage {

namespace {

using exabgp::ConfiguredRoute;
using exabgp::TextError;

struct ValidateWords {
    std::vector<std::string> files;
    bool neighbors = false;
    bool routes = false;
    bool verbose = false;
    bool json = false;
    bool grammar = false;
    bool schema = false;
};

/// What was found in one file.
struct Findings {
    std::vector<TextError> errors;
    std::vector<std::string> warnings;             // of routes
    std::vector<TextError> words_without_effect;   // where they stand
    std::size_t warnings_left_out = 0;
    std::size_t neighbors = 0;
    std::size_t processes = 0;
    std::size_t routes = 0;
    bool is_scenario = false;   // or a configuration
    std::string scenario;       // what it comes to
};

constexpr std::size_t most_findings = 100;

/// Routes that share their attributes are checked in full once; the NLRI of the others alone.
class RouteChecker {
public:
    RouteChecker(const ValidateWords& words, const std::string& file, Findings& findings)
        : words_(words), file_(file), findings_(findings)
    {
    }

    void check(const exabgp::Neighbor& neighbor)
    {
        FamilySet warned;
        const auto has_path_ids = exabgp::offered_add_path(neighbor);
        for (const auto& route : neighbor.routes) {
            const auto family = route.key.family;
            if (route.key.path_id && !has_path_ids.contains(family) && !warned.contains(family)) {
                warned.insert(family);
                add_warning(
                    neighbor, route,
                    "path-information has no effect without capability { add-path send; } for its family: of the routes of a "
                    "prefix the first is sent");
            }
            const bool is_new = checked_.insert({route.attributes.get(), key_of(route.key.family)}).second;
            if (is_new || words_.routes)
                check_in_full(neighbor, route, is_new);
            else if (!nlri_comes_back(route))
                add_error(neighbor, route, "its NLRI does not come back from its octets");
        }
    }

private:
    static std::uint32_t key_of(Family family) noexcept
    {
        return std::uint32_t{std::to_underlying(family.afi)} << 8 | std::to_underlying(family.safi);
    }

    void check_in_full(const exabgp::Neighbor& neighbor, const ConfiguredRoute& route, bool is_new)
    {
        const auto checked = check_route(neighbor, route);
        if (!checked.error.empty()) add_error(neighbor, route, checked.error);
        if (is_new)
            for (const auto& note : checked.notes) add_warning(neighbor, route, note);
        if (is_new)
            for (const auto& problem : checked.problems)
                add_warning(neighbor, route,
                            problem.text + ", for which RFC 7606 asks a receiver to " + std::string{name(problem.action)});
        if (words_.routes && !words_.json) print(neighbor, route, checked);
    }

    void print(const exabgp::Neighbor& neighbor, const ConfiguredRoute& route, const exabgp::CheckedRoute& checked) const
    {
        std::string attributes;
        for (const auto& attribute : checked.update.attributes) {
            if (!attributes.empty()) attributes += "; ";
            const auto* reach = std::get_if<MpReachNlri>(&attribute.value);
            attributes += reach ? "next_hop " + to_text(reach->next_hop) : to_text(attribute);
        }
        fmt::print("{} {}{}: {}\n", to_text(neighbor.peer_address), exabgp::key_text(route.key),
                   route.next_hop_self ? " next-hop self" : "", attributes);
        if (words_.verbose) fmt::print("  {}\n", hex_text(checked.message));
    }

    [[nodiscard]] std::string place(const exabgp::Neighbor& neighbor, const ConfiguredRoute& route) const
    {
        return "neighbor " + to_text(neighbor.peer_address) + ", route " + exabgp::key_text(route.key) + ": ";
    }
    void add_error(const exabgp::Neighbor& neighbor, const ConfiguredRoute& route, const std::string& text)
    {
        if (findings_.errors.size() < most_findings) findings_.errors.push_back({file_, 0, 0, {}, place(neighbor, route) + text});
    }
    void add_warning(const exabgp::Neighbor& neighbor, const ConfiguredRoute& route, const std::string& text)
    {
        if (findings_.warnings.size() < most_findings)
            findings_.warnings.push_back(place(neighbor, route) + text);
        else
            ++findings_.warnings_left_out;
    }

    const ValidateWords& words_;
    const std::string& file_;
    Findings& findings_;
    boost::unordered_flat_set<std::pair<const AttributeSet*, std::uint32_t>> checked_;
};

Findings validate_configuration(const std::string& file, const ValidateWords& words)
{
    Findings findings;
    AttributePool pool;
    const auto configuration = exabgp::parse_configuration({file}, pool, &findings.words_without_effect);
    if (!configuration) {
        findings.errors = configuration.error();
        return findings;
    }
    findings.processes = configuration->processes.size();
    findings.neighbors = configuration->neighbors.size();
    for (const auto& neighbor : configuration->neighbors) {
        findings.routes += neighbor.routes.size();
        if (words.neighbors && !words.json) fmt::print("{}", to_text(neighbor));
        RouteChecker{words, file, findings}.check(neighbor);
    }
    return findings;
}

Findings validate_scenario(const std::string& file)
{
    Findings findings{.is_scenario = true};
    std::vector<yaml::Problem> without_effect;
    const auto scenario = read_scenario_file(file, {}, &without_effect);
    if (!scenario) {
        for (const auto& problem : scenario.error())
            findings.errors.push_back({file, problem.line, problem.column, {}, problem.text});
        return findings;
    }
    for (const auto& word : without_effect)
        findings.words_without_effect.push_back(
            {file, word.line, word.column, word.text.substr(0, word.text.find(' ')), word.text});
    for (const auto& group : scenario->groups) findings.neighbors += group.count;
    findings.scenario =
        fmt::format("a scenario of {} peer{} in {} group{}, {} phase{}, {} threshold{}", findings.neighbors,
                    findings.neighbors == 1 ? "" : "s", scenario->groups.size(), scenario->groups.size() == 1 ? "" : "s",
                    scenario->phases.size(), scenario->phases.size() == 1 ? "" : "s", scenario->thresholds.size(),
                    scenario->thresholds.size() == 1 ? "" : "s");
    return findings;
}

Findings validate_file(const std::string& file, const ValidateWords& words)
{
    if (file.ends_with(".yaml") || file.ends_with(".yml")) return validate_scenario(file);
    return validate_configuration(file, words);
}

void print_json(const std::string& file, const Findings& findings)
{
    boost::json::array errors;
    for (const auto& error : findings.errors)
        errors.push_back(
            {{"line", error.line}, {"column", error.column}, {"token", printable(error.token)}, {"text", printable(error.text)}});
    boost::json::array warnings, without_effect;
    for (const auto& word : findings.words_without_effect) {
        without_effect.push_back(
            {{"line", word.line}, {"column", word.column}, {"token", printable(word.token)}, {"text", printable(word.text)}});
        auto with_place = word;
        with_place.file.clear();
        warnings.emplace_back(printable(to_text(with_place)));
    }
    for (const auto& warning : findings.warnings) warnings.emplace_back(printable(warning));
    const boost::json::object line{{"file", printable(file)},         {"valid", findings.errors.empty()},
                                   {"processes", findings.processes}, {"neighbors", findings.neighbors},
                                   {"routes", findings.routes},       {"errors", std::move(errors)},
                                   {"warnings", std::move(warnings)}, {"words_without_effect", std::move(without_effect)}};
    fmt::print("{}\n", json_text(line));
}

void print_text(const std::string& file, const Findings& findings)
{
    for (const auto& error : findings.errors) {
        const yaml::Problem of_scenario{error.line, error.column, error.text};
        print_error_line(findings.is_scenario ? to_text(file, of_scenario) : to_text(error));
    }
    for (const auto& word : findings.words_without_effect)
        print_error_line(fmt::format("{}:{}:{}: warning: {} (at '{}')", file, word.line, word.column, word.text, word.token));
    for (const auto& warning : findings.warnings) print_error_line(fmt::format("{}: warning: {}", file, warning));
    if (findings.warnings_left_out > 0) print_error_line(fmt::format("{}: {} more warnings", file, findings.warnings_left_out));
    if (findings.errors.empty() && !findings.scenario.empty())
        fmt::print("{}: valid, {}\n", printable(file), findings.scenario);
    else if (findings.errors.empty())
        fmt::print("{}: valid, {} neighbor{}, {} route{}\n", printable(file), findings.neighbors,
                   findings.neighbors == 1 ? "" : "s", findings.routes, findings.routes == 1 ? "" : "s");
}

ExitStatus run_validate(const ValidateWords& words)
{
    if (words.grammar) fmt::print("{}", exabgp::grammar_text());
    if (words.schema) fmt::print("{}\n", json_text(scenario_schema()));
    auto status = ExitStatus::passed;
    for (const auto& given : words.files) {
        const auto found = find_scenario(given);
        const auto& file = found ? *found : given;   // a configuration has any name
        const auto findings = validate_file(file, words);
        words.json ? print_json(file, findings) : print_text(file, findings);
        if (!findings.errors.empty()) status = ExitStatus::usage;
    }
    if (std::fflush(stdout) == 0) return status;
    print_error("validate", "cannot write to standard output");
    return ExitStatus::usage;
}

}   // namespace

ExitStatus validate_files(const std::vector<std::string>& files)
{
    ValidateWords words;
    words.files = files;
    return run_validate(words);
}

void add_validate_command(CLI::App& app, CommandAction& action)
{
    auto& command =
        *app.add_subcommand("validate", "Checks scenarios and ExaBGP configurations, and what would be sent for these");
    const auto words = std::make_shared<ValidateWords>();
    auto* files = command.add_option(
        "FILE", words->files, "Scenarios (.yaml, or a name of `run --list`) and configurations; each is checked by itself");
    command.add_flag("-n,--neighbor", words->neighbors, "Show each neighbor as it was understood");
    command.add_flag("-r,--route", words->routes, "Show each route with its attributes");
    command.add_flag("-v,--verbose", words->verbose, "With -r: the octets of each UPDATE too");
    command.add_flag("--json", words->json, "One JSON object a file, instead of all text");
    auto* grammar = command.add_flag("--grammar", words->grammar, "Show all sections and words of the grammar");
    auto* schema = command.add_flag("--schema", words->schema, "Show the JSON Schema of scenarios, for editors");
    command.footer("Each route of a configuration is encoded as for a session inside an AS, decoded, encoded again and compared. "
                   "Errors go to standard\n"
                   "error with file, line and column; warnings are what a receiver finds wrong with a route that can be sent, "
                   "and words that are\n"
                   "read and have no effect, with their place.\n"
                   "Exit status 0, or 2 where a file has an error.\n"
                   "Examples:\n"
                   "  loadgen validate etc/exabgp/*.conf\n"
                   "  loadgen validate -nrv peers.conf\n"
                   "  loadgen validate mine.yaml full-table");
    command.callback([words, files, grammar, schema, &action] {
        if (files->count() == 0 && grammar->count() == 0 && schema->count() == 0) throw CLI::RequiredError("FILE");
        action = [words] { return run_validate(*words); };
    });
}

}   // namespace barrage
