#include "loadgen/report/compare.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "loadgen/report/numbers.hpp"

namespace barrage {

namespace {

using boost::json::object;
using boost::json::value;

const value* at(const object& from, std::initializer_list<std::string_view> path)
{
    const object* here = &from;
    const value* found = nullptr;
    for (const auto key : path) {
        if (!here) return nullptr;
        found = here->if_contains(key);
        if (!found) return nullptr;
        here = found->if_object();
    }
    return found;
}

std::optional<double> number(const value* from)
{
    if (!from || !from->is_number()) return std::nullopt;
    return from->to_number<double>();
}

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

Figures figures_of(const object& report)
{
    Figures figures;
    if (const auto* runs = at(report, {"scenario", "runs"}); runs && runs->is_array())
        for (const auto& each : runs->as_array()) {
            const auto* run = each.if_object();
            if (!run) continue;
            for (const auto* times : {"convergence", "withdrawal", "establish"})
                for (const auto* which : {"p50_seconds", "p99_seconds", "max_seconds"})
                    put(figures, fmt::format("{}.{}", times, std::string_view{which}.substr(0, 3)), "s", false,
                        number(at(*run, {times, which})));
            for (const auto* count : {"missing_routes", "unexpected_routes", "wrong_attributes_routes"})
                put(figures, std::string{std::string_view{count}.substr(0, std::string_view{count}.rfind('_'))}, "routes", false,
                    number(at(*run, {count})));
            const auto* phases = at(*run, {"phases"});
            if (!phases || !phases->is_object()) continue;
            for (const auto& phase : phases->as_object()) {
                const auto* known = phase.value().if_object();
                if (!known) continue;
                const std::string name{phase.key()};
                put(figures, "phases." + name + ".settled", "s", false, number(at(*known, {"settled_seconds"})));
                // What was over at once says nothing of a rate.
                constexpr double least_seconds = 1;
                if (number(at(*known, {"seconds"})).value_or(0) >= least_seconds)
                    put(figures, "phases." + name + ".rate", "routes/s", true, number(at(*known, {"rate_per_second"})));
            }
        }
    else
        put(figures, "rate", "routes/s", true, number(at(report, {"rates", "routes_per_second"})));
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

std::string text_at(const object& from, std::initializer_list<std::string_view> path)
{
    const auto* found = at(from, path);
    return found && found->is_string() ? std::string{found->as_string()} : std::string{};
}

}   // namespace

bool ComparedReports::is_worse() const noexcept
{
    if (result_before == "passed" && result_after != "passed") return true;
    return std::ranges::any_of(figures,
                               [](const ComparedFigure& figure) { return figure.verdict == ComparedFigure::Verdict::worse; });
}

ComparedReports compare_reports(const object& before, const object& after, double tolerance)
{
    ComparedReports compared{.result_before = text_at(before, {"result"}), .result_after = text_at(after, {"result"})};
    if (const auto a = text_at(before, {"scenario", "name"}), b = text_at(after, {"scenario", "name"}); a != b)
        compared.remarks.push_back(fmt::format("the scenarios have other names: '{}' and '{}'", a, b));
    const auto earlier = figures_of(before);
    const auto later = figures_of(after);
    for (const auto& [name, figure] : earlier) {
        const auto found = std::ranges::find(later, name, &Figures::value_type::first);
        if (found == later.end()) {
            compared.remarks.push_back(name + " was measured before, and is not now");
            continue;
        }
        const auto& now = found->second.values;
        const auto [least, most] = std::ranges::minmax(figure.values);
        const auto [now_least, now_most] = std::ranges::minmax(now);
        ComparedFigure result{name,      figure.unit, figure.more_is_better, median(figure.values), median(now), least, most,
                              now_least, now_most};
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
    std::string text = fmt::format("{:<34}{:>14}{:>14}{:>10}\n", "", "before", "after", "");
    text += fmt::format("{:<34}{:>14}{:>14}\n", "result", compared.result_before, compared.result_after);
    for (const auto& figure : compared.figures) {
        const auto change =
            figure.before == 0 ? std::string{} : fmt::format("{:+.0f} %", 100 * (figure.after - figure.before) / figure.before);
        text += fmt::format("{:<34}{:>14}{:>14}{:>10}  {}\n", figure.name, figure_text(figure.before, figure.unit),
                            figure_text(figure.after, figure.unit), change, word_of(figure.verdict));
    }
    for (const auto& remark : compared.remarks) text += "note: " + remark + "\n";
    text += compared.is_worse() ? "the later run is worse\n" : "nothing is worse\n";
    return text;
}

object to_json(const ComparedReports& compared)
{
    boost::json::array figures, remarks;
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
                   {"verdict", figure.verdict == ComparedFigure::Verdict::worse ? "worse" : word_of(figure.verdict)}});
    for (const auto& remark : compared.remarks) remarks.emplace_back(remark);
    return {{"worse", compared.is_worse()},
            {"result_before", compared.result_before},
            {"result_after", compared.result_after},
            {"figures", std::move(figures)},
            {"remarks", std::move(remarks)}};
}

}   // namespace barrage
