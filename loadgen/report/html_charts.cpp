// Pictures of a report's page.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "loadgen/report/html_parts.hpp"
#include "loadgen/report/svg_chart.hpp"
#include "loadgen/words/document_json.hpp"

namespace barrage::html {

namespace {

using document::for_each_object;
using document::list;
using document::number;
using document::part;
using document::text;

/// Phases behind a chart over time.
std::vector<SvgBand> phase_bands(const object& scenario)
{
    std::vector<SvgBand> bands;
    for_each_object(list(scenario, "phases"), [&](const object& phase) {
        const auto began = number(phase, "began_seconds").value_or(0);
        bands.push_back({text(phase, "name"), began, began + number(phase, "seconds").value_or(0)});
    });
    return bands;
}

struct Curve {
    const char* key;
    const char* name;
    const char* color;
};
constexpr Curve curves[] = {{"convergence", "announced → reflected", "#1f6fb2"},
                            {"scheduled", "… from when it was due", "#9fb3c8"},
                            {"withdrawal", "withdrawn → withdrawn", "#b3261e"},
                            {"failover", "path gone → another's", "#2a7d4f"},
                            {"establish", "session attempted → Established", "#7a5195"}};

/// Calls visit(seconds, share of all that took no longer).
void for_each_point(const object& times, auto&& visit)
{
    for (const auto& each : list(times, "curve"))
        if (const auto* pair = each.if_array(); pair && pair->size() == 2)
            visit((*pair)[0].to_number<double>(), (*pair)[1].to_number<double>());
}

/// CPU time comes in ticks of 10 ms: over less than this share of the run they say nothing.
SvgLine smoothed(const SvgLine& line)
{
    constexpr std::size_t most_points = 80;
    SvgLine smooth{line.name, line.color, {}};
    const auto together = (line.points.size() + most_points - 1) / most_points;
    for (std::size_t i = 0; i < line.points.size(); i += together) {
        const auto end = std::min(line.points.size(), i + together);
        double sum = 0;
        for (std::size_t k = i; k < end; ++k) sum += line.points[k].second;
        smooth.points.emplace_back(line.points[end - 1].first, sum / static_cast<double>(end - i));
    }
    return smooth;
}

}   // namespace

std::string routes_over_time(const object& scenario)
{
    SvgChart chart{
        .title = "Routes over time, summed over all peers", .x_name = "seconds", .y_name = "routes", .lines = {}, .bands = {}};
    chart.x_text = [](double at) { return fmt::format("{:g}", at); };
    chart.y_text = [](double routes) { return short_number(routes); };
    SvgLine sent{"sent (packed)", "#b9cbdc", {}, false, 5}, wire{"on the wire", "#1f6fb2", {}},
        reflected{"reflected", "#12805c", {}}, live{"held by receivers", "#e08214", {}};
    for_each_object(list(scenario, "series"), [&](const object& sample) {
        const auto at = number(sample, "at_seconds").value_or(0);
        sent.points.emplace_back(at, number(sample, "sent_routes").value_or(0));
        wire.points.emplace_back(at, number(sample, "wire_routes").value_or(0));
        reflected.points.emplace_back(at, number(sample, "reflected_routes").value_or(0));
        live.points.emplace_back(at, number(sample, "live_routes").value_or(0));
    });
    const auto has = [](const SvgLine& line) {
        return std::ranges::any_of(line.points, [](const auto& point) { return point.second > 0; });
    };
    for (auto* line : {&sent, &wire, &reflected, &live})
        if (has(*line)) chart.lines.push_back(std::move(*line));
    if (chart.lines.empty()) return {};
    chart.bands = phase_bands(scenario);
    return to_svg(chart);
}

std::string cores_over_time(const object& scenario)
{
    SvgChart chart{.title = "CPU of tester and device", .x_name = "seconds", .y_name = "cores", .lines = {}, .bands = {}};
    chart.x_text = chart.y_text = [](double at) { return fmt::format("{:g}", at); };
    SvgLine own{"tester", "#1f6fb2", {}}, device{"device", "#e08214", {}};
    for_each_object(list(scenario, "series"), [&](const object& sample) {
        const auto at = number(sample, "at_seconds").value_or(0);
        own.points.emplace_back(at, number(sample, "own_cores").value_or(0));
        device.points.emplace_back(at, number(sample, "dut_cores").value_or(0));
    });
    if (own.points.size() < 3) return {};
    chart.lines.push_back(smoothed(own));
    if (part(scenario, "device")) chart.lines.push_back(smoothed(device));
    chart.bands = phase_bands(scenario);
    return to_svg(chart);
}

std::string latency_shares(const object& scenario)
{
    SvgChart chart{.title = "How long changes took to come back",
                   .x_name = "time, logarithmic",
                   .y_name = "share of changes",
                   .x_log = true,
                   .lines = {},
                   .bands = {}};
    chart.x_text = [](double at) { return time_text(at); };
    chart.y_text = [](double share) { return fmt::format("{:.0f} %", 100 * share); };
    for (const auto& [key, name, color] : curves) {
        const auto* times = part(scenario, key);
        if (!times) continue;
        SvgLine line{name, color, {}};
        for_each_point(*times, [&](double time, double share) { line.points.emplace_back(time, share); });
        chart.lines.push_back(std::move(line));
    }
    return to_svg(chart);
}

std::string latency_percentiles(const object& scenario)
{
    SvgChart chart{.title = "Percentiles: the slow end of the same",
                   .x_name = "percentile",
                   .y_name = "time, logarithmic",
                   .x_log = true,
                   .y_log = true,
                   .lines = {},
                   .bands = {}};
    // The axis is 1/(1 - share): 1, 10, 100 … are 0, 90, 99 %.
    chart.x_text = [](double inverse) { return fmt::format("{:g} %", 100 - 100 / inverse); };
    chart.y_text = [](double time) { return time_text(time); };
    for (const auto& [key, name, color] : curves) {
        const auto* times = part(scenario, key);
        const auto count = times ? number(*times, "count").value_or(0) : 0;
        if (count < 10) continue;
        const auto most = std::pow(10, std::floor(std::log10(count)));   // what is rarer says nothing of a percentile
        SvgLine line{name, color, {}};
        for_each_point(*times, [&](double time, double share) {
            line.points.emplace_back(std::min(1 / std::max(1 - share, 1e-12), most), time);
        });
        chart.lines.push_back(std::move(line));
    }
    return to_svg(chart);
}

std::string receivers_heat_map(const object& scenario)
{
    SvgHeatMap map{.title = "Receivers by phase: p99 of what came back to each, announced or withdrawn",
                   .rows = {},
                   .columns = {},
                   .cells = {}};
    std::map<std::int64_t, std::size_t> row_of;   // by peer
    for_each_object(list(scenario, "phases"), [&](const object& phase) {
        if (list(phase, "receivers").empty()) return;
        const auto column = map.columns.size();
        map.columns.push_back(text(phase, "name"));
        for_each_object(list(phase, "receivers"), [&](const object& receiver) {
            const auto peer = static_cast<std::int64_t>(number(receiver, "peer").value_or(0));
            const auto [row, is_new] = row_of.emplace(peer, map.rows.size());
            if (is_new) map.rows.push_back(text(receiver, "name"));
            double slowest = 0;
            for (const auto* kind : {"convergence", "withdrawal", "failover"})
                if (const auto* times = part(receiver, kind))
                    slowest = std::max(slowest, number(*times, "p99_seconds").value_or(0));
            if (slowest > 0) map.cells.push_back({row->second, column, slowest});
        });
    });
    constexpr std::size_t least_rows = 2;   // one alone compares with nobody
    if (map.rows.size() < least_rows) return {};
    map.text = [](double time) { return time_text(time); };
    return to_svg(map);
}

}   // namespace barrage::html
