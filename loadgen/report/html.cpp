#include "loadgen/report/html.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "loadgen/report/numbers.hpp"
#include "loadgen/report/svg_chart.hpp"

namespace barrage {

namespace {

using boost::json::array;
using boost::json::object;
using boost::json::value;

constexpr const char* style = R"(
:root{--ink:#1b2530;--soft:#5c6b7a;--line:#dfe5ea;--band:#f1f5f8;--good:#12805c;--bad:#b3261e;--note:#8a5a00}
*{box-sizing:border-box}
body{font:15px/1.5 system-ui,"DejaVu Sans",sans-serif;color:var(--ink);max-width:1120px;margin:2rem auto;padding:0 1rem}
h1{font-size:1.6rem;margin:0 0 .2rem}h2{font-size:1.15rem;margin:2rem 0 .6rem;border-bottom:1px solid var(--line);padding-bottom:.3rem}
.soft{color:var(--soft)}.verdict{display:inline-block;padding:.15rem .7rem;border-radius:1rem;color:#fff;font-weight:600}
.good{background:var(--good)}.bad{background:var(--bad)}
ul.findings{list-style:none;padding:0;margin:.8rem 0}ul.findings li{border-left:4px solid var(--note);background:var(--band);padding:.4rem .8rem;margin:.4rem 0}
ul.findings li.problem{border-color:var(--bad)}ul.findings li.fine{border-color:var(--good)}
.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:.88rem}th,td{text-align:right;padding:.3rem .55rem;border-bottom:1px solid var(--line);white-space:nowrap}
th{color:var(--soft);font-weight:600}th:first-child,td:first-child,td.text,th.text{text-align:left}td.text{white-space:normal}
.holds{color:var(--good);font-weight:600}.fails{color:var(--bad);font-weight:600}
figure{margin:1rem 0}figcaption{font-weight:600;margin-bottom:.2rem}svg{width:100%;height:auto;display:block}
svg text{font:11px system-ui,"DejaVu Sans",sans-serif;fill:var(--soft)}svg .phase{font-size:10px}svg .grid{stroke:var(--line);stroke-width:1}
svg .band0{fill:#eaf1f7}svg .band1{fill:#fff}.key{margin:.2rem 0;font-size:.85rem;color:var(--soft)}.key span{margin-right:1rem}
.key i{display:inline-block;width:1.1rem;height:.25rem;margin-right:.35rem;vertical-align:middle}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(128px,1fr));gap:.6rem;margin:1rem 0}
.tile{background:var(--band);border-radius:.4rem;padding:.6rem .8rem}.tile b{display:block;font-size:1.25rem}.tile span{color:var(--soft);font-size:.82rem}
)";

// Whatever is not there is shown as nothing: reports of other versions are still worth looking at.
const value* find(const object& from, std::string_view key) { return from.if_contains(key); }
std::string text(const object& from, std::string_view key)
{
    const auto* found = find(from, key);
    return found && found->is_string() ? std::string{found->as_string()} : std::string{};
}
std::optional<double> number(const object& from, std::string_view key)
{
    const auto* found = find(from, key);
    return found && found->is_number() ? std::optional{found->to_number<double>()} : std::nullopt;
}
const object* part(const object& from, std::string_view key)
{
    const auto* found = find(from, key);
    return found ? found->if_object() : nullptr;
}
const array& list(const object& from, std::string_view key)
{
    static const array none;
    const auto* found = find(from, key);
    return found && found->is_array() ? found->as_array() : none;
}

std::string time_text(std::optional<double> time)
{
    if (!time) return "–";
    if (*time == 0) return "0";
    return duration_text(std::chrono::nanoseconds{static_cast<std::int64_t>(*time * 1e9)});
}
std::string count_text(std::optional<double> count) { return count ? full_number(static_cast<std::uint64_t>(*count)) : "–"; }
std::string rate_text(std::optional<double> rate) { return rate ? short_number(*rate) + "/s" : "–"; }

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
    if (scenario)
        for (const auto& each : list(*scenario, "findings"))
            if (const auto* finding = each.if_object()) add("", text(*finding, "text"));
    for (const auto& each : list(report, "warnings"))
        if (each.is_string()) add("", std::string{each.as_string()});
    if (items.empty()) add("fine", "Nothing stood in the way: no problem, no limit of the tester, no disturbance was found.");
    if (const auto* limits = part(report, "limits"); limits && !scenario)
        add("", text(*limits, "limited_by") + ": " + text(*limits, "explanation"));
    return "<ul class=\"findings\">" + items + "</ul>\n";
}

std::string thresholds(const object& scenario)
{
    const auto& all = list(scenario, "thresholds");
    if (all.empty()) return {};
    std::string rows;
    for (const auto& each : all)
        if (const auto* threshold = each.if_object()) {
            const auto* holds = find(*threshold, "holds");
            const bool fine = holds && holds->is_bool() && holds->as_bool();
            rows += fmt::format("<tr><td>{}</td><td>{}</td><td class=\"{}\">{}</td></tr>\n", html_text(text(*threshold, "words")),
                                html_text(text(*threshold, "measured_text")), fine ? "holds" : "fails", fine ? "holds" : "fails");
        }
    return "<h2>Thresholds</h2><div class=\"scroll\"><table><tr><th>threshold</th><th>measured</th><th></th></tr>\n" + rows +
           "</table></div>\n";
}

std::string routes_over_time(const object& scenario)
{
    SvgChart chart{
        .title = "Routes over time, summed over all peers", .x_name = "seconds", .y_name = "routes", .lines = {}, .bands = {}};
    chart.x_text = [](double at) { return fmt::format("{:g}", at); };
    chart.y_text = [](double routes) { return short_number(routes); };
    SvgLine sent{"sent (packed)", "#9fb3c8", {}}, wire{"on the wire", "#1f6fb2", {}}, acked{"acknowledged", "#7a5195", {}},
        reflected{"reflected", "#12805c", {}}, live{"held by receivers", "#e08214", {}};
    for (const auto& each : list(scenario, "series"))
        if (const auto* sample = each.if_object()) {
            const auto at = number(*sample, "at_seconds").value_or(0);
            sent.points.emplace_back(at, number(*sample, "sent_routes").value_or(0));
            wire.points.emplace_back(at, number(*sample, "wire_routes").value_or(0));
            acked.points.emplace_back(at, number(*sample, "acked_routes").value_or(0));
            reflected.points.emplace_back(at, number(*sample, "reflected_routes").value_or(0));
            live.points.emplace_back(at, number(*sample, "live_routes").value_or(0));
        }
    const auto has = [](const SvgLine& line) {
        return std::ranges::any_of(line.points, [](const auto& point) { return point.second > 0; });
    };
    for (auto* line : {&sent, &wire, &acked, &reflected, &live})
        if (has(*line)) chart.lines.push_back(std::move(*line));
    if (chart.lines.empty()) return {};
    for (const auto& each : list(scenario, "phases"))
        if (const auto* phase = each.if_object()) {
            const auto began = number(*phase, "began_seconds").value_or(0);
            chart.bands.push_back({text(*phase, "name"), began, began + number(*phase, "seconds").value_or(0)});
        }
    return to_svg(chart);
}

std::string cores_over_time(const object& scenario)
{
    SvgChart chart{.title = "CPU of tester and device", .x_name = "seconds", .y_name = "cores", .lines = {}, .bands = {}};
    chart.x_text = chart.y_text = [](double at) { return fmt::format("{:g}", at); };
    SvgLine own{"tester", "#1f6fb2", {}}, device{"device", "#e08214", {}};
    for (const auto& each : list(scenario, "series"))
        if (const auto* sample = each.if_object()) {
            const auto at = number(*sample, "at_seconds").value_or(0);
            own.points.emplace_back(at, number(*sample, "own_cores").value_or(0));
            device.points.emplace_back(at, number(*sample, "dut_cores").value_or(0));
        }
    if (own.points.size() < 3) return {};
    chart.lines.push_back(std::move(own));
    if (const auto* watched = find(scenario, "device"); watched && watched->is_object()) chart.lines.push_back(std::move(device));
    return to_svg(chart);
}

std::string latency_curves(const object& scenario)
{
    SvgChart chart{.title = "How long changes took to come back",
                   .x_name = "time, logarithmic",
                   .y_name = "share of changes",
                   .x_log = true,
                   .lines = {},
                   .bands = {}};
    chart.x_text = [](double at) { return time_text(at); };
    chart.y_text = [](double share) { return fmt::format("{:.0f} %", 100 * share); };
    const std::pair<const char*, std::pair<const char*, const char*>> curves[] = {
        {"convergence", {"announced → reflected", "#1f6fb2"}},
        {"scheduled", {"… from when it was due", "#9fb3c8"}},
        {"withdrawal", {"withdrawn → withdrawn", "#b3261e"}},
        {"establish", {"session attempted → Established", "#7a5195"}}};
    for (const auto& [key, look] : curves) {
        const auto* times = part(scenario, key);
        if (!times) continue;
        SvgLine line{look.first, look.second, {}};
        for (const auto& each : list(*times, "curve"))
            if (const auto* pair = each.if_array(); pair && pair->size() == 2)
                line.points.emplace_back((*pair)[0].to_number<double>(), (*pair)[1].to_number<double>());
        chart.lines.push_back(std::move(line));
    }
    return to_svg(chart);
}

std::string spread_cells(const object* spread)
{
    std::string cells;
    for (const auto* key : {"p50_seconds", "p99_seconds", "max_seconds"})
        cells += fmt::format("<td>{}</td>", spread ? time_text(number(*spread, key)) : "–");
    return cells;
}

std::string phases(const object& scenario)
{
    std::string rows;
    for (const auto& each : list(scenario, "phases")) {
        const auto* phase = each.if_object();
        if (!phase) continue;
        auto note = text(*phase, "note");
        if (const auto asked = number(*phase, "asked_rate_per_second"))
            note = fmt::format("{}{} asked{}", rate_text(asked), "", note.empty() ? "" : "; " + note);
        rows += fmt::format("<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td>{}{}<td class=\"text\">{}</td></tr>\n",
                            html_text(text(*phase, "name")), time_text(number(*phase, "seconds")),
                            count_text(number(*phase, "wire_routes")), rate_text(number(*phase, "rate_per_second")),
                            time_text(number(*phase, "settled_seconds")), spread_cells(part(*phase, "convergence")),
                            spread_cells(part(*phase, "withdrawal")), html_text(note));
    }
    return "<h2>Phases</h2><div class=\"scroll\"><table><tr><th rowspan=2>phase</th><th rowspan=2>took</th><th "
           "rowspan=2>routes</th><th rowspan=2>rate</th>"
           "<th rowspan=2>settled after</th><th colspan=3>announced → reflected</th><th colspan=3>withdrawn → withdrawn</th><th "
           "rowspan=2></th></tr>"
           "<tr><th>p50</th><th>p99</th><th>max</th><th>p50</th><th>p99</th><th>max</th></tr>\n" +
           rows + "</table></div>\n";
}

std::string peers(const object& scenario)
{
    constexpr std::size_t most = 300;
    const auto& all = list(scenario, "peers");
    double slowest = 0;
    for (const auto& each : all)
        if (const auto* peer = each.if_object())
            if (const auto* times = part(*peer, "convergence"))
                slowest = std::max(slowest, number(*times, "p99_seconds").value_or(0));
    std::string rows;
    for (std::size_t i = 0; i < std::min(all.size(), most); ++i) {
        const auto* peer = all[i].if_object();
        if (!peer) continue;
        const auto* times = part(*peer, "convergence");
        const auto p99 = times ? number(*times, "p99_seconds").value_or(0) : 0;
        // Warmer where the peer was told later.
        const auto heat = slowest > 0 && times
                              ? fmt::format(" style=\"background:rgba(224,130,20,{:.2f})\"", 0.55 * p99 / slowest)
                              : std::string{};
        const auto wrong = number(*peer, "missing_routes").value_or(0) + number(*peer, "unexpected_routes").value_or(0) +
                           number(*peer, "wrong_attributes_routes").value_or(0);
        rows += fmt::format(
            "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td{}>{}</td><td>{}</"
            "td><td "
            "class=\"{}\">{}</td></tr>\n",
            html_text(fmt::format("{} {}", text(*peer, "group"), text(*peer, "address"))),
            count_text(number(*peer, "as")).empty() ? "" : fmt::format("{:.0f}", number(*peer, "as").value_or(0)),
            time_text(number(*peer, "established_seconds")), count_text(number(*peer, "wire_routes")),
            count_text(number(*peer, "acked_routes")), fmt::format("{:.0f} %", 100 * number(*peer, "blocked_share").value_or(0)),
            count_text(number(*peer, "reflected_routes")), times ? time_text(number(*times, "p50_seconds")) : "–", heat,
            times ? time_text(number(*times, "p99_seconds")) : "–", times ? time_text(number(*times, "max_seconds")) : "–",
            wrong == 0 ? "" : "fails",
            fmt::format("{:.0f} / {:.0f} / {:.0f}", number(*peer, "missing_routes").value_or(0),
                        number(*peer, "unexpected_routes").value_or(0), number(*peer, "wrong_attributes_routes").value_or(0)));
    }
    auto table = "<h2>Peers</h2><div class=\"scroll\"><table><tr><th>peer</th><th>AS</th><th>Established after</th><th>on the "
                 "wire</th><th>acked</th><th>blocked</th>"
                 "<th>reflected</th><th>p50</th><th>p99</th><th>max</th><th>missing / unexpected<br>/ altered</th></tr>\n" +
                 rows + "</table></div>\n";
    if (all.size() > most) table += fmt::format("<p class=\"soft\">{} more peers are in the document.</p>\n", all.size() - most);
    return table;
}

std::string samples(const object& scenario)
{
    const auto* comparison = part(scenario, "comparison");
    if (!comparison) return {};
    std::string items;
    const auto add = [&](const char* count, const char* samples_key, const char* what) {
        const auto found = number(*comparison, count).value_or(0);
        if (found == 0) return;
        std::string names;
        for (const auto& each : list(*comparison, samples_key))
            if (each.is_string()) names += (names.empty() ? "" : ", ") + std::string{each.as_string()};
        items += fmt::format("<li class=\"problem\">{} {}: {}</li>", count_text(found), what, html_text(names));
    };
    add("missing_routes", "missing_samples", "missing");
    add("unexpected_routes", "unexpected_samples", "that should not be there");
    add("wrong_attributes_routes", "wrong_attributes_samples", "with other attributes than they were sent with");
    if (items.empty())
        items = number(*comparison, "expected_routes").value_or(0) == 0
                    ? std::string{"<li class=\"fine\">No route was to be there at the end, and none was.</li>"}
                    : fmt::format("<li class=\"fine\">All {} routes that receivers should hold were there, with their "
                                  "attributes, and no other ones.</li>",
                                  count_text(number(*comparison, "expected_routes")));
    return "<h2>Routes at the end</h2><ul class=\"findings\">" + items + "</ul>\n";
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
    const auto* scenario = part(report, "scenario");
    const auto result = text(report, "result");
    auto title = scenario ? text(*scenario, "name") : "loadgen inject";
    if (title.empty()) title = scenario ? text(*scenario, "file") : "a run of loadgen";
    auto page = fmt::format("<p class=\"soft\">{} against {}, engine {} with {} thread{}, loadgen {}</p>\n",
                        html_text(text(report, "started")), html_text(text(report, "target")),
                        html_text(text(report, "mode")), number(report, "shards").value_or(1),
                        number(report, "shards").value_or(1) == 1 ? "" : "s", html_text(text(report, "version")));
    if (scenario && !text(*scenario, "about").empty()) page += "<p>" + html_text(text(*scenario, "about")) + "</p>\n";
    page += fmt::format("<p><span class=\"verdict {}\">{}</span></p>\n", result == "passed" ? "good" : "bad", html_text(result));
    page += findings(report, scenario);

    const auto* counters = part(report, "counters");
    page += "<div class=\"tiles\">";
    if (counters) {
        page += tile(count_text(number(*counters, "wire_routes")), "routes on the wire");
        page += tile(count_text(number(*counters, "acked_routes")), "acknowledged");
        if (number(*counters, "reflected_routes"))
            page += tile(count_text(number(*counters, "reflected_routes")), "changes reflected");
    }
    if (const auto* rates = part(report, "rates"))
        page += tile(rate_text(number(*rates, "routes_per_second")), "while announcing");
    if (scenario) {
        if (const auto* times = part(*scenario, "convergence")) {
            page += tile(time_text(number(*times, "p50_seconds")), "announced → reflected, p50");
            page += tile(time_text(number(*times, "p99_seconds")), "announced → reflected, p99");
        }
        if (const auto* device = part(*scenario, "device"))
            page += tile(fmt::format("{:.2f} cores", number(*device, "mean_cores").value_or(0)),
                         fmt::format("device, {}", octets_text(number(*device, "most_resident_octets").value_or(0))));
    }
    page += "</div>\n";
    if (scenario) {
        page += thresholds(*scenario) + routes_over_time(*scenario) + latency_curves(*scenario) + cores_over_time(*scenario) +
                samples(*scenario) + phases(*scenario) + peers(*scenario);
    }
    return html_page(title, page);
}

}   // namespace barrage
