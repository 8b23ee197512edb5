// `loadgen report` and `loadgen compare`.

#include <fmt/format.h>

#include <fstream>
#include <memory>
#include <sstream>

#include "loadgen/commands/option_words.hpp"
#include "loadgen/commands/run.hpp"
#include "loadgen/report/compare.hpp"
#include "loadgen/report/html.hpp"
#include "loadgen/report/run_report.hpp"

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
    fmt::print(stderr, "loadgen {}: {}\n", command, text);
    return ExitStatus::usage;
}

ExitStatus make_page(const std::string& file, std::string output)
{
    const auto document = read_report(file);
    if (!document) return wrong("report", document.error());
    if (output.empty()) output = (file.ends_with(".json") ? file.substr(0, file.size() - 5) : file) + ".html";
    if (const auto written = write_file(output, html_report(*document)); !written) return wrong("report", written.error());
    fmt::print("{}\n", output);
    return ExitStatus::passed;
}

struct CompareWords {
    std::string before, after;
    double tolerance = 0.1;
    bool json = false;
};

ExitStatus compare_files(const CompareWords& words)
{
    const auto before = read_report(words.before);
    if (!before) return wrong("compare", before.error());
    const auto after = read_report(words.after);
    if (!after) return wrong("compare", after.error());
    const auto compared = compare_reports(*before, *after, words.tolerance);
    if (words.json)
        fmt::print("{}\n", boost::json::serialize(to_json(compared)));
    else
        fmt::print("{}", to_text(compared));
    return compared.is_worse() ? ExitStatus::threshold_failed : ExitStatus::passed;
}

}   // namespace

void add_report_command(CLI::App& app, CommandAction& action)
{
    auto& command = *app.add_subcommand("report", "Makes a page of a run's report, with its pictures, that needs nothing else");
    struct Words {
        std::string file, output;
    };
    const auto words = std::make_shared<Words>();
    command.add_option("REPORT", words->file, "As --report wrote it")->required()->type_name("RUN.json");
    command.add_option("-o,--output", words->output, "Where to [RUN.html]")->type_name("FILE.html");
    command.footer("Example:\n  loadgen report run.json -o run.html");
    command.callback([words, &action] { action = [words] { return make_page(words->file, words->output); }; });
}

void add_compare_command(CLI::App& app, CommandAction& action)
{
    auto& command = *app.add_subcommand("compare", "Holds the report of a run against that of an earlier one");
    const auto words = std::make_shared<CompareWords>();
    command.add_option("BEFORE", words->before, "The earlier report")->required()->type_name("A.json");
    command.add_option("AFTER", words->after, "The later one")->required()->type_name("B.json");
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
    command.footer("Where a report has several runs (repeat: N) their medians are compared, and a figure is worse only where it "
                   "is also beyond\n"
                   "all that the earlier runs spread over.\n"
                   "Exit status: 0 nothing is worse; 2 usage; 99 something is.\n"
                   "Example:\n  loadgen compare yesterday.json today.json --tolerance 5%");
    command.callback([words, &action] { action = [words] { return compare_files(*words); }; });
}

}   // namespace barrage
