#include "loadgen/report/html.hpp"

#include <fmt/format.h>

#include "loadgen/report/answer.hpp"
#include "loadgen/report/html_parts.hpp"
#include "loadgen/report/svg_chart.hpp"
#include "loadgen/words/document_json.hpp"

namespace barrage {

namespace {

using document::list;
using document::number;
using document::object;
using document::part;
using document::text;

constexpr const char* style = R"(
:root{color-scheme:light dark;--paper:#fff;--ink:#1b2530;--soft:#5c6b7a;--line:#dfe5ea;--band:#f1f5f8;--good:#12805c;--bad:#b3261e;--note:#8a5a00;
--holds:#12805c;--fails:#b3261e;--band0:#e6eef6;--band1:#fdf9f1;--bright:none}
@media (prefers-color-scheme:dark){:root{--paper:#10161c;--ink:#e4eaf0;--soft:#9fb0bf;--line:#2b3742;--band:#1a232c;--note:#d9a441;
--holds:#4cc38a;--fails:#ff8a80;--band0:#172532;--band1:#1d1a12;--bright:brightness(1.7)}}
*{box-sizing:border-box}
body{font:15px/1.5 system-ui,"DejaVu Sans",sans-serif;color:var(--ink);background:var(--paper);overflow-wrap:break-word;max-width:1120px;margin:2rem auto;padding:0 1rem}
h1{font-size:1.6rem;margin:0 0 .2rem}h2{font-size:1.15rem;margin:2rem 0 .6rem;border-bottom:1px solid var(--line);padding-bottom:.3rem}
.soft{color:var(--soft)}.verdict{display:inline-block;padding:.15rem .7rem;border-radius:1rem;color:#fff;font-weight:600}
.good{background:var(--good)}.bad{background:var(--bad)}
ul.findings{list-style:none;padding:0;margin:.8rem 0}ul.findings li{border-left:4px solid var(--note);background:var(--band);padding:.4rem .8rem;margin:.4rem 0}
ul.findings li.problem{border-color:var(--bad)}ul.findings li.fine{border-color:var(--good)}
.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:.84rem}th,td{text-align:right;padding:.3rem .42rem;border-bottom:1px solid var(--line);white-space:nowrap}
th{color:var(--soft);font-weight:600;white-space:normal;vertical-align:bottom}th:first-child,td:first-child,td.text,th.text{text-align:left}th.number{text-align:right}td.text{white-space:normal}
.holds{color:var(--holds);font-weight:600}.fails{color:var(--fails);font-weight:600}
.answer{font-size:1.1rem;margin:.8rem 0}
figure{margin:1rem 0;overflow-x:auto}figcaption{font-weight:600;margin-bottom:.2rem}svg{width:100%;min-width:620px;height:auto;display:block}svg polyline,.key i{filter:var(--bright)}
svg text{font:11px system-ui,"DejaVu Sans",sans-serif;fill:var(--soft)}svg .phase{font-size:10px}svg .grid{stroke:var(--line);stroke-width:1}
svg .band0{fill:var(--band0)}svg .band1{fill:var(--band1)}svg .cell{fill:#1b2530}svg .hot{fill:#fff}.key{margin:.2rem 0;font-size:.85rem;color:var(--soft)}.key span{margin-right:1rem}
.key i{display:inline-block;width:1.1rem;height:.25rem;margin-right:.35rem;vertical-align:middle}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(128px,1fr));gap:.6rem;margin:1rem 0}
.tile{background:var(--band);border-radius:.4rem;padding:.6rem .8rem}.tile b{display:block;font-size:1.25rem}.tile span{color:var(--soft);font-size:.82rem}
)";

std::string tile(const std::string& what, const std::string& name)
{
    return fmt::format("<div class=\"tile\"><b>{}</b><span>{}</span></div>", html_text(what), html_text(name));
}

std::string findings(const object& report, const object* scenario)
{
    std::string items;
    const auto add = [&](const char* kind, const std::string& what) {
        items += fmt::format("<li class=\"{}\">{}</li>\n", kind, html_text(what));
    };
    for (const auto& each : list(report, "problems"))
        if (each.is_string()) add("problem", std::string{each.as_string()});
    document::for_each_object(list(scenario ? *scenario : report, "findings"), [&](const object& finding) {
        const auto advice = text(finding, "advice");
        add("", text(finding, "text") + (advice.empty() ? "" : " → " + advice));
    });
    for (const auto& each : list(report, "warnings"))
        if (each.is_string()) add("", std::string{each.as_string()});
    if (items.empty()) add("fine", "Nothing stood in the way: no problem, no limit of the tester, no disturbance was found.");
    if (const auto* limits = part(report, "limits"); limits && !scenario)
        add("", text(*limits, "limited_by") + ": " + text(*limits, "explanation"));
    return "<ul class=\"findings\">" + items + "</ul>\n";
}

/// What this machine itself adds to times.
std::string floor_line(const object& report)
{
    const auto* floor = part(report, "floor");
    if (!floor) return {};
    using html::time_text;
    return fmt::format(
        "<p class=\"soft\">Of all times up to {} (p50), {} (p99), {} (at most) are this machine's own, as calibrated "
        "{}.</p>\n",
        time_text(number(*floor, "p50_seconds")), time_text(number(*floor, "p99_seconds")),
        time_text(number(*floor, "max_seconds")), html_text(text(*floor, "date")));
}

/// Who measured, and what it sent: of interest where a figure is doubted.
std::string about_tester(const object& report)
{
    auto page = fmt::format("<h2>The tester</h2>\n<p class=\"soft\">{} against {}, engine {} with {} thread{}, loadgen {}</p>\n",
                            html_text(text(report, "started")), html_text(text(report, "target")),
                            html_text(text(report, "mode")), number(report, "shards").value_or(1),
                            number(report, "shards").value_or(1) == 1 ? "" : "s", html_text(text(report, "version")));
    if (const auto* host = part(report, "host"); host && !text(*host, "name").empty())
        page += fmt::format("<p class=\"soft\">{}, {}, {:.0f} cores{}{}</p>\n", html_text(text(*host, "name")),
                            html_text(text(*host, "kernel")), number(*host, "cores").value_or(0),
                            text(*host, "cpu").empty() ? "" : " of ", html_text(text(*host, "cpu")));
    page += floor_line(report) + "<div class=\"tiles\">";
    if (const auto* counters = part(report, "counters")) {
        page += tile(html::count_text(number(*counters, "wire_routes")), "routes on the wire");
        page += tile(html::count_text(number(*counters, "acked_routes")), "acknowledged");
        if (number(*counters, "reflected_routes"))
            page += tile(html::count_text(number(*counters, "reflected_routes")), "changes reflected");
    }
    if (const auto* rates = part(report, "rates"))
        page += tile(html::rate_text(number(*rates, "routes_per_second")), "while announcing");
    return page + "</div>\n";
}

}   // namespace

std::string html_page(const std::string& title, const std::string& body)
{
    return "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
           "content=\"width=device-width\"><title>" +
           html_text(title) + "</title><style>" + style + "</style></head><body>\n<h1>" + html_text(title) + "</h1>\n" + body +
           "</body></html>\n";
}

std::string html_report(const object& report)
{
    using namespace html;
    const auto* scenario = part(report, "scenario");
    const auto result = text(report, "result");
    auto title = scenario ? text(*scenario, "name") : "loadgen inject";
    if (title.empty()) title = scenario ? text(*scenario, "file") : "a run of loadgen";
    auto page = fmt::format("<p><span class=\"verdict {}\">{}</span></p>\n<p class=\"answer\">{}</p>\n",
                            result == "passed" ? "good" : "bad", html_text(result), html_text(answer(report)));
    page += "<div class=\"tiles\">";
    for (const auto& figure : main_figures(report)) page += tile(figure.value, figure.name);
    page += "</div>\n";
    if (scenario && !text(*scenario, "about").empty()) page += "<p>" + html_text(text(*scenario, "about")) + "</p>\n";
    page += findings(report, scenario) + left_out(report);
    if (scenario) {
        for (const auto part_of_page : {thresholds, routes_over_time, latency_shares, latency_percentiles, receivers_heat_map,
                                        routes_at_end, phases, peers, cores_over_time})
            page += part_of_page(*scenario);
    } else {
        page += plain_phases(report) + plain_sessions(report);
    }
    page += about_tester(report);
    return html_page(title, page);
}

}   // namespace barrage
