#include "loadgen/report/compare.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "loadgen/console/terminal.hpp"
#include "loadgen/words/document_json.hpp"

namespace barrage {

namespace {

using document::number;
using document::object;
using document::part;
using document::text;

struct Figure {
    std::string unit;
    bool more_is_better = false;
    std::vector<double> values;   // one a run
};
/// In the order in which they are first met.
using Figures = std::vector<std::pair<std::string, Figure>>;

void put(Figures& figures, const std::string& name, const std::string& unit, bool more_is_better, std::optional<double> value)
{
    if (!value) return;
    auto found = std::ranges::find(figures, name, &Figures::value_type::first);
    if (found == figures.end()) {
        figures.push_back({name, {unit, more_is_better, {}}});
        found = std::prev(figures.end());
    }
    found->second.values.push_back(*value);
}

/// What was over at once says nothing of a rate.
bool is_too_short(const object& phase)
{
    constexpr double least_seconds = 1;
    return number(phase, "seconds").value_or(0) < least_seconds && number(phase, "rate_per_second");
}

/// Calls `visit(const object& run)`: a report of inject is one run.
void for_each_run(std::span<const object> reports, auto&& visit)
{
    for (const auto& report : reports)
        if (const auto* scenario = part(report, "scenario"))
            document::for_each_object(document::list(*scenario, "runs"), visit);
        else
            visit(report);
}

/// A figure that fewer later runs have than there are, where each earlier one had it. A rate may also be gone because its phase was over at once.
bool is_lost(const std::string& name, std::size_t earlier_with_it, std::size_t later_with_it, std::span<const object> before,
             std::span<const object> after)
{
    std::size_t earlier = 0, later = 0, too_short = 0;
    for_each_run(before, [&](const object&) { ++earlier; });
    for_each_run(after, [&](const object& run) {
        ++later;
        const auto* phases = part(run, "phases");
        if (!phases) return;
        for (const auto& phase : *phases)
            if (const auto* known = phase.value().if_object();
                known && name == fmt::format("phases.{}.rate", std::string_view{phase.key()}))
                too_short += is_too_short(*known) ? 1 : 0;
    });
    return earlier_with_it >= earlier && later_with_it + too_short < later;
}

/// Adds what one run of a scenario came to.
void add_run(Figures& figures, const object& run)
{
    for (const auto* times : {"convergence", "withdrawal", "failover", "establish"})
        if (const auto* spread = part(run, times))
            for (const auto* which : {"p50", "p99", "max"})
                put(figures, fmt::format("{}.{}", times, which), "s", false, number(*spread, fmt::format("{}_seconds", which)));
    for (const auto* count : {"missing", "unexpected", "stale", "wrong_attributes"})
        put(figures, count, "routes", false, number(run, fmt::format("{}_routes", count)));
    const auto* phases = part(run, "phases");
    if (!phases) return;
    for (const auto& phase : *phases) {
        const auto* known = phase.value().if_object();
        if (!known) continue;
        const std::string name{phase.key()};
        put(figures, "phases." + name + ".settled", "s", false, number(*known, "settled_seconds"));
        if (!is_too_short(*known)) put(figures, "phases." + name + ".rate", "routes/s", true, number(*known, "rate_per_second"));
    }
}

Figures figures_of(std::span<const object> reports)
{
    Figures figures;
    for (const auto& report : reports) {
        if (const auto* scenario = part(report, "scenario")) {
            document::for_each_object(document::list(*scenario, "runs"), [&](const object& run) { add_run(figures, run); });
            continue;
        }
        if (const auto* rates = part(report, "rates"))
            put(figures, "rate", "routes/s", true, number(*rates, "routes_per_second"));
        if (const auto* counters = part(report, "counters"))
            put(figures, "missing", "routes", false, number(*counters, "missing_routes"));
    }
    return figures;
}

double median(std::vector<double> values)
{
    std::ranges::sort(values);
    const auto middle = values.size() / 2;
    return values.size() % 2 != 0 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

std::string figure_text(double figure, const std::string& unit)
{
    if (unit == "s") return duration_text(std::chrono::nanoseconds{static_cast<std::int64_t>(figure * 1e9)});
    if (unit == "routes/s") return short_number(figure) + "/s";
    return full_number(static_cast<std::uint64_t>(figure));
}

const char* word_of(ComparedFigure::Verdict verdict) noexcept
{
    switch (verdict) {
    case ComparedFigure::Verdict::same: return "same";
    case ComparedFigure::Verdict::better: return "better";
    case ComparedFigure::Verdict::worse: return "WORSE";
    }
    return "";
}

/// "passed" where all did, else what the first that did not says.
std::string result_of(std::span<const object> reports)
{
    for (const auto& report : reports)
        if (const auto result = text(report, "result"); result != "passed") return result;
    return reports.empty() ? "" : "passed";
}

std::string scenario_of(std::span<const object> reports)
{
    std::string names;
    for (const auto& report : reports) {
        const auto* scenario = part(report, "scenario");
        const auto name = scenario ? text(*scenario, "name") : "";
        if (names.find("'" + name + "'") == std::string::npos) names += (names.empty() ? "'" : ", '") + name + "'";
    }
    return names;
}

/// "1.2 s", and of several runs "1.2 s (1.1 s … 1.4 s)".
std::string spread_text(double middle, double least, double most, std::size_t runs, const std::string& unit)
{
    auto text = figure_text(middle, unit);
    if (runs > 1) text += fmt::format(" ({} … {})", figure_text(least, unit), figure_text(most, unit));
    return text;
}

}   // namespace

bool ComparedReports::is_worse() const noexcept
{
    if (result_before == "passed" && result_after != "passed") return true;
    if (!lost.empty()) return true;
    return std::ranges::any_of(figures,
                               [](const ComparedFigure& figure) { return figure.verdict == ComparedFigure::Verdict::worse; });
}

ComparedReports compare_reports(std::span<const object> before, std::span<const object> after, double tolerance)
{
    ComparedReports compared{.result_before = result_of(before), .result_after = result_of(after)};
    if (const auto a = scenario_of(before), b = scenario_of(after); a != b)
        compared.remarks.push_back(fmt::format("the scenarios have other names: {} and {}", a, b));
    const auto earlier = figures_of(before);
    const auto later = figures_of(after);
    for (const auto& [name, figure] : earlier) {
        const auto found = std::ranges::find(later, name, &Figures::value_type::first);
        if (found == later.end()) {
            if (is_lost(name, figure.values.size(), 0, before, after))
                compared.lost.push_back(name + " was measured before, and is not now");
            else
                compared.remarks.push_back(name + " was measured before, and is not now");
            continue;
        }
        if (is_lost(name, figure.values.size(), found->second.values.size(), before, after))
            compared.lost.push_back(
                fmt::format("{} was measured in each run before, and now in {} only", name, found->second.values.size()));
        const auto& now = found->second.values;
        const auto [least, most] = std::ranges::minmax(figure.values);
        const auto [now_least, now_most] = std::ranges::minmax(now);
        ComparedFigure result{name,
                              figure.unit,
                              figure.more_is_better,
                              median(figure.values),
                              median(now),
                              least,
                              most,
                              now_least,
                              now_most,
                              figure.values.size(),
                              now.size()};
        // Times below this are noise of the machine, whatever their share; sessions that were refused once try again after 50 ms
        // and more.
        constexpr double noise_seconds = 0.001, retry_seconds = 0.2;
        const auto noise = figure.unit != "s" ? 0.0 : name.starts_with("establish") ? retry_seconds : noise_seconds;
        const auto slack = std::max(tolerance * std::abs(result.before), noise);
        const auto by = figure.more_is_better ? result.before - result.after : result.after - result.before;
        const bool beyond_worse = figure.more_is_better ? result.after < least : result.after > most;
        const bool beyond_better = figure.more_is_better ? result.after > most : result.after < least;
        if (by > slack && beyond_worse) result.verdict = ComparedFigure::Verdict::worse;
        if (-by > slack && beyond_better) result.verdict = ComparedFigure::Verdict::better;
        compared.figures.push_back(std::move(result));
    }
    if (compared.figures.empty()) compared.remarks.emplace_back("there is nothing that both measured");
    return compared;
}

std::string to_text(const ComparedReports& compared)
{
    struct Row {
        std::string name, before, after, change, verdict;
    };
    std::vector<Row> rows{{"", "before", "after", "", ""}, {"result", compared.result_before, compared.result_after, "", ""}};
    for (const auto& figure : compared.figures)
        rows.push_back({figure.name,
                        spread_text(figure.before, figure.before_least, figure.before_most, figure.before_runs, figure.unit),
                        spread_text(figure.after, figure.after_least, figure.after_most, figure.after_runs, figure.unit),
                        figure.before == 0 ? "" : fmt::format("{:+.0f} %", 100 * (figure.after - figure.before) / figure.before),
                        word_of(figure.verdict)});
    std::size_t name = 0, before = 0, after = 0;
    for (const auto& row : rows) {
        name = std::max(name, row.name.size());
        before = std::max(before, columns_of(row.before));
        after = std::max(after, columns_of(row.after));
    }
    std::string text;
    const auto cell = [](const std::string& what, std::size_t width) {
        return what + std::string(width - columns_of(what) + 2, ' ');
    };
    for (const auto& row : rows) {
        auto line = cell(row.name, name) + cell(row.before, before) + cell(row.after, after) +
                    fmt::format("{:>7}  {}", row.change, row.verdict);
        line.erase(line.find_last_not_of(' ') + 1);
        text += line + "\n";
    }
    for (const auto& figure : compared.lost) text += "WORSE: " + figure + "\n";
    for (const auto& remark : compared.remarks) text += "note: " + remark + "\n";
    text += compared.is_worse() ? "the later runs are worse\n" : "nothing is worse\n";
    return text;
}

object to_json(const ComparedReports& compared)
{
    boost::json::array figures, remarks, lost;
    for (const auto& figure : compared.lost) lost.emplace_back(figure);
    for (const auto& figure : compared.figures)
        figures.push_back(
            object{{"name", figure.name},
                   {"unit", figure.unit},
                   {"before", figure.before},
                   {"after", figure.after},
                   {"before_least", figure.before_least},
                   {"before_most", figure.before_most},
                   {"after_least", figure.after_least},
                   {"after_most", figure.after_most},
                   {"before_runs", figure.before_runs},
                   {"after_runs", figure.after_runs},
                   {"verdict", figure.verdict == ComparedFigure::Verdict::worse ? "worse" : word_of(figure.verdict)}});
    for (const auto& remark : compared.remarks) remarks.emplace_back(remark);
    return {{"worse", compared.is_worse()},          {"result_before", compared.result_before},
            {"result_after", compared.result_after}, {"figures", std::move(figures)},
            {"remarks", std::move(remarks)},         {"not_measured_any_more", std::move(lost)}};
}

}   // namespace barrage
