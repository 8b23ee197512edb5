// `loadgen report` and `loadgen compare`.

#include <fmt/format.h>

#include <fstream>
#include <memory>
#include <sstream>

#include "codec/describe.hpp"
#include "codec/printable.hpp"
#include "loadgen/commands/option_words.hpp"
#include "loadgen/commands/run.hpp"
#include "loadgen/console/output_file.hpp"
#include "loadgen/console/print_error.hpp"
#include "loadgen/report/compare.hpp"
#include "loadgen/report/html.hpp"
#include "loadgen/report/junit.hpp"
#include "loadgen/report/markdown.hpp"
#include "loadgen/words/json_text.hpp"

namespace barrage {

namespace {

/// A document of barrage.report/1 from a file.
std::expected<boost::json::object, std::string> read_report(const std::string& path)
{
    std::ifstream file{path, std::ios::binary};
    std::ostringstream text;
    if (file) text << file.rdbuf();
    if (!file) return std::unexpected(path + ": cannot be read");
    boost::system::error_code error;
    auto value = boost::json::parse(std::move(text).str(), error);
    if (error) return std::unexpected(fmt::format("{}: no JSON: {}", path, error.message()));
    const auto* object = value.if_object();
    const auto* schema = object ? object->if_contains("schema") : nullptr;
    if (!schema || !schema->is_string() || schema->as_string() != "barrage.report/1")
        return std::unexpected(path + ": no report; expected \"schema\": \"barrage.report/1\", as --report writes it");
    return std::move(value.as_object());
}

ExitStatus wrong(const char* command, const std::string& text)
{
    print_error(command, text);
    return ExitStatus::usage;
}

struct PageWords {
    std::string file, html, markdown, junit;
};

ExitStatus make_pages(PageWords words)
{
    const auto document = read_report(words.file);
    if (!document) return wrong("report", document.error());
    if (words.html.empty() && words.markdown.empty() && words.junit.empty())
        words.html = (words.file.ends_with(".json") ? words.file.substr(0, words.file.size() - 5) : words.file) + ".html";
    using Make = std::string (*)(const boost::json::object&);
    for (const auto& [path, make] : {std::pair<std::string, Make>{words.html, html_report},
                                     {words.markdown, markdown_report},
                                     {words.junit, junit_report}}) {
        if (path.empty()) continue;
        if (const auto written = write_file(path, make(*document)); !written) return wrong("report", written.error());
        fmt::print("{}\n", printable(path));
    }
    return ExitStatus::passed;
}

struct CompareWords {
    std::vector<std::string> pair;   // BEFORE AFTER
    std::vector<std::string> before, after;
    double tolerance = 0.1;
    bool json = false;
};

std::expected<std::vector<boost::json::object>, std::string> read_reports(const std::vector<std::string>& paths)
{
    std::vector<boost::json::object> reports;
    for (const auto& path : paths) {
        auto report = read_report(path);
        if (!report) return std::unexpected(report.error());
        reports.push_back(std::move(*report));
    }
    return reports;
}

ExitStatus compare_files(const CompareWords& words)
{
    const auto before = read_reports(words.before);
    if (!before) return wrong("compare", before.error());
    const auto after = read_reports(words.after);
    if (!after) return wrong("compare", after.error());
    const auto compared = compare_reports(*before, *after, words.tolerance);
    if (words.json)
        fmt::print("{}\n", json_text(to_json(compared)));
    else
        fmt::print("{}", printable_lines(to_text(compared)));
    return compared.is_worse() ? ExitStatus::threshold_failed : ExitStatus::passed;
}

}   // namespace

void add_report_command(CLI::App& app, CommandAction& action)
{
    auto& command = *app.add_subcommand("report", "Makes a page of a run's report, with its pictures, that needs nothing else");
    const auto words = std::make_shared<PageWords>();
    command.add_option("REPORT", words->file, "As --report wrote it")->required()->type_name("RUN.json");
    command.add_option("-o,--output", words->html, "Where to [RUN.html, unless another form is asked for]")
        ->type_name("FILE.html");
    command.add_option("--markdown", words->markdown, "Write it in Markdown, for a ticket")->type_name("FILE.md");
    command.add_option("--junit", words->junit, "Write it as JUnit's XML: the run and each threshold is a test case")
        ->type_name("FILE.xml");
    command.footer("Example:\n  loadgen report run.json -o run.html");
    command.callback([words, &action] { action = [words] { return make_pages(*words); }; });
}

void add_compare_command(CLI::App& app, CommandAction& action)
{
    auto& command = *app.add_subcommand("compare", "Holds reports of runs against those of earlier ones");
    const auto words = std::make_shared<CompareWords>();
    command.add_option("BEFORE AFTER", words->pair, "The earlier report and the later one")
        ->type_name("A.json B.json")
        ->expected(2);
    command.add_option("--before", words->before, "Reports of earlier runs")->type_name("A.json…")->expected(1, 1'000'000);
    command.add_option("--after", words->after, "Reports of later ones")->type_name("B.json…")->expected(1, 1'000'000);
    option_words::add(command, "--tolerance", "SHARE", "How much worse a figure may be, such as 10% [10%]",
                      [words](const std::string& text) -> std::expected<void, std::string> {
                          char* end = nullptr;
                          const auto value = std::strtod(text.c_str(), &end);
                          const bool percent = end != text.c_str() && std::string_view{end} == "%";
                          if (end == text.c_str() || (*end != '\0' && !percent) || !(value >= 0) || value > 1000)
                              return std::unexpected("'" + text + "': expected a share such as 10% or 0.1");
                          words->tolerance = percent ? value / 100 : value;
                          return {};
                      });
    command.add_flag("--json", words->json, "Print JSON");
    command.footer("Of several runs (several reports, or repeat: N in the scenario) medians are compared. A figure is worse "
                   "where it is so by more\n"
                   "than the tolerance, and also beyond all that the earlier runs spread over.\n"
                   "Exit status: 0 nothing is worse; 2 usage; 99 something is.\n"
                   "Examples:\n"
                   "  loadgen compare yesterday.json today.json --tolerance 5%\n"
                   "  loadgen compare --before main-1.json main-2.json main-3.json --after mine-1.json mine-2.json mine-3.json");
    command.callback([words, &action] {
        const bool sides = !words->before.empty() && !words->after.empty();
        const bool neither = words->before.empty() && words->after.empty();
        if (words->pair.empty() ? !sides : !neither)
            throw CLI::ValidationError("expected two reports, or --before A.json… --after B.json…");
        if (!words->pair.empty()) {
            words->before = {words->pair[0]};
            words->after = {words->pair[1]};
        }
        action = [words] { return compare_files(*words); };
    });
}

}   // namespace barrage
