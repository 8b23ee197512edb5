#include "loadgen/report/markdown.hpp"

#include <fmt/format.h>

#include "codec/describe.hpp"
#include "loadgen/report/answer.hpp"
#include "loadgen/report/html_parts.hpp"
#include "loadgen/words/document_json.hpp"

namespace barrage {

namespace {

using document::for_each_object;
using document::list;
using document::number;
using document::object;
using document::part;
using document::text;

/// Text that Markdown shows as it is, on one line.
std::string markdown_text(std::string_view text)
{
    std::string safe;
    for (const char c : printable(text)) {
        if (std::string_view{"\\`*_{}[]<>#|~"}.find(c) != std::string_view::npos) safe += '\\';
        safe += c == '\n' ? ' ' : c;
    }
    return safe;
}

std::string figures_table(const object& report)
{
    const auto figures = main_figures(report);
    if (figures.empty()) return {};
    std::string head = "|", rule = "|", values = "|";
    for (const auto& figure : figures) {
        head += " " + markdown_text(figure.name) + " |";
        rule += "---|";
        values += " " + markdown_text(figure.value) + " |";
    }
    return head + "\n" + rule + "\n" + values + "\n\n";
}

std::string problems_and_findings(const object& report, const object* scenario)
{
    std::string items;
    for (const auto& each : list(report, "problems"))
        if (each.is_string()) items += fmt::format("- **{}**\n", markdown_text(each.as_string()));
    for_each_object(list(scenario ? *scenario : report, "findings"), [&](const object& finding) {
        items += fmt::format("- {}: {}\n", markdown_text(text(finding, "what")), markdown_text(text(finding, "text")));
    });
    for (const auto& each : list(report, "warnings"))
        if (each.is_string()) items += fmt::format("- {}\n", markdown_text(each.as_string()));
    return items.empty() ? items : items + "\n";
}

std::string thresholds_table(const object& scenario)
{
    std::string rows;
    for_each_object(list(scenario, "thresholds"), [&](const object& threshold) {
        rows += fmt::format("| {} | {} | {} |\n", document::flag(threshold, "holds") ? "holds" : "**fails**",
                            markdown_text(text(threshold, "words")), markdown_text(text(threshold, "measured_text")));
    });
    return rows.empty() ? rows : "| | threshold | measured |\n|---|---|---|\n" + rows + "\n";
}

std::string phases_table(const object& scenario)
{
    std::string rows;
    for_each_object(list(scenario, "phases"), [&](const object& phase) {
        const auto p99 = [&](const char* kind) {
            const auto* times = part(phase, kind);
            return html::time_text(times ? number(*times, "p99_seconds") : std::nullopt);
        };
        rows += fmt::format("| {} | {} | {} | {} | {} | {} | {} |\n", markdown_text(text(phase, "name")),
                            html::time_text(number(phase, "seconds")), html::count_text(number(phase, "wire_routes")),
                            html::time_text(number(phase, "settled_seconds")), p99("convergence"), p99("withdrawal"),
                            p99("failover"));
    });
    if (rows.empty()) return rows;
    return "| phase | took | routes | settled after | convergence, p99 | withdrawal, p99 | failover, p99 |\n"
           "|---|---:|---:|---:|---:|---:|---:|\n" +
           rows + "\n";
}

}   // namespace

std::string markdown_report(const object& report)
{
    const auto* scenario = part(report, "scenario");
    auto title = scenario ? text(*scenario, "name") : std::string{"loadgen inject"};
    if (title.empty()) title = text(*scenario, "file");
    auto page = fmt::format("## {}: {}\n\n{}\n\n", markdown_text(title), markdown_text(text(report, "result")),
                            markdown_text(answer(report)));
    page += figures_table(report);
    page += problems_and_findings(report, scenario);
    if (scenario) page += thresholds_table(*scenario) + phases_table(*scenario);
    const auto* host = part(report, "host");
    return page + fmt::format("loadgen {}, {}{}{}\n", markdown_text(text(report, "version")),
                              markdown_text(text(report, "started")), host ? ", on " : "",
                              host ? markdown_text(text(*host, "name")) : "");
}

}   // namespace barrage
