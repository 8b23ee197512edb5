#pragma once
// What a run has to hold to: `convergence.p99 < 2s`. A metric, a comparison, a value with a unit that suits the metric. Pure; any
// thread.
//
//     [phases.NAME.]METRIC(<|<=|>|>=|==|!=)VALUE

#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace barrage {

enum class MetricUnit : std::uint8_t { seconds, count, octets, cores, share };

struct Metric {
    std::string_view name;   // "convergence" stands for convergence.p50, .p90, .p99, .p99.9, .max, .mean and .min
    MetricUnit unit;
    bool spread;     // has percentiles
    bool of_phase;   // may follow `phases.NAME.`
    std::string_view description;
};
const std::vector<Metric>& known_metrics();

struct Threshold {
    enum class Comparison : std::uint8_t { less, at_most, more, at_least, equal, unequal };
    std::string words;    // as given
    std::string phase;    // empty: of the whole run
    std::string metric;   // with its percentile: "convergence.p99"
    Comparison comparison = Comparison::less;
    double value = 0;   // seconds, octets, …
    MetricUnit unit = MetricUnit::count;
    bool stops = false;   // the run ends as soon as it does not hold

    [[nodiscard]] bool holds(double measured) const noexcept;
};

/// The error says what was expected, with the nearest known word.
std::expected<Threshold, std::string> parse_threshold(std::string_view words);
/// "1.25 s", "12,000", "0.5".
std::string value_text(double value, MetricUnit unit);

/// Of `known` the word that `word` may have been meant to be; empty where none is near.
std::string_view nearest_word(std::string_view word, const std::vector<std::string_view>& known);

}   // namespace barrage
