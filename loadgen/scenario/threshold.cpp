#include "loadgen/scenario/threshold.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <numeric>
#include <utility>

#include "loadgen/words/numbers.hpp"
#include "loadgen/words/units.hpp"

namespace barrage {

namespace {

constexpr std::string_view spreads[] = {"p50", "p90", "p99", "p99.9", "max", "mean", "min"};

std::string_view trimmed(std::string_view text)
{
    const auto begin = text.find_first_not_of(" \t");
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

std::vector<std::string_view> metric_words()
{
    std::vector<std::string_view> words;
    for (const auto& metric : known_metrics()) words.push_back(metric.name);
    return words;
}

std::expected<double, std::string> parse_value(std::string_view text, MetricUnit unit)
{
    switch (unit) {
    case MetricUnit::seconds: {
        const auto time = parse_duration(text);
        if (!time) return std::unexpected(time.error());
        return seconds(*time);
    }
    case MetricUnit::count:
    case MetricUnit::octets: {
        const auto number = parse_number(text);
        if (!number) return std::unexpected(number.error());
        return static_cast<double>(*number);
    }
    case MetricUnit::cores:
    case MetricUnit::share: {
        const bool percent = text.ends_with('%');
        if (percent) text.remove_suffix(1);
        double value = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (error != std::errc{} || end != text.data() + text.size() || value < 0)
            return std::unexpected(
                fmt::format("'{}': expected a number such as {}", text, unit == MetricUnit::cores ? "1.5" : "0.98 or 98%"));
        return percent ? value / 100 : value;
    }
    }
    return std::unexpected(std::string{"no such unit"});
}

}   // namespace

const std::vector<Metric>& known_metrics()
{
    using enum MetricUnit;
    static const std::vector<Metric> metrics{
        {"convergence", MetricUnit::seconds, true, true,
         "from an announcement's handing to the kernel to its coming back at a receiver"},
        {"scheduled", MetricUnit::seconds, true, true, "as convergence, from when a paced announcement was due"},
        {"withdrawal", MetricUnit::seconds, true, true, "from a withdrawal's handing to the kernel to its coming back"},
        {"failover", MetricUnit::seconds, true, true,
         "from the going of the path that a receiver held, by withdrawal or with its session, to the coming of another sender's"},
        {"establish", MetricUnit::seconds, true, true, "from the first attempt at a session to Established"},
        {"lateness", MetricUnit::seconds, true, true, "how much later than due paced routes and changes were handed over"},
        {"duration", MetricUnit::seconds, false, true, "of a phase, or of the run"},
        {"settled", MetricUnit::seconds, false, true, "from the beginning of an operation to the last change at a receiver"},
        {"missing", count, false, true,
         "routes that a receiver should have and has not, at the end or when convergence was waited for"},
        {"unexpected", count, false, true, "routes that a receiver has and should not"},
        {"stale", count, false, true, "paths that a receiver holds of senders that announce them no more"},
        {"wrong_attributes", count, false, true, "routes that came with other attributes than they were sent with"},
        {"reflected_to_sender", count, false, true, "routes that came back to the peer that announces them"},
        {"failover_not_needed", count, false, true, "routes of which a path went while the receiver held another's"},
        {"duplicates", count, false, true, "routes that were announced again as they were, without a cause"},
        {"interruptions", count, false, true,
         "routes that the device withdrew though they were announced to it and nothing had been sent since all was right"},
        {"sessions_lost", count, false, true,
         "sessions that ended unexpectedly; a threshold that holds says that this was expected"},
        {"not_returned", count, false, true,
         "announcements and withdrawals that did not come back before the next operation, summed over receivers"},
        {"malformed", count, false, true, "UPDATEs of the device that are wrong by RFC 7606, at receivers"},
        {"rate", count, false, true, "routes a second on the wire, while announcing"},
        {"rate_kept", share, false, true, "of the rate that was asked for"},
        {"kept", share, false, true, "of the routes of peers that restarted gracefully: those the device did not withdraw"},
        {"reflected", count, false, false, "changes that came back"},
        {"dut_cpu", cores, false, true, "of the device's process, mean; 1 is one core"},
        {"dut_memory", octets, false, true, "of the device's process, largest"},
    };
    return metrics;
}

bool Threshold::holds(double measured) const noexcept
{
    switch (comparison) {
    case Comparison::less: return measured < value;
    case Comparison::at_most: return measured <= value;
    case Comparison::more: return measured > value;
    case Comparison::at_least: return measured >= value;
    case Comparison::equal: return measured == value;
    case Comparison::unequal: return measured != value;
    }
    return false;
}

std::expected<Threshold, std::string> parse_threshold(std::string_view words)
{
    using enum Threshold::Comparison;
    Threshold threshold{.words = std::string{trimmed(words)}};
    const auto wrong = [&](const std::string& text) { return std::unexpected(fmt::format("'{}': {}", threshold.words, text)); };
    const auto at = words.find_first_of("<>=!");
    if (at == std::string_view::npos) return wrong("expected METRIC < VALUE, such as convergence.p99 < 2s");
    constexpr std::pair<std::string_view, Threshold::Comparison> comparisons[] = {
        {"<=", at_most}, {">=", at_least}, {"==", equal}, {"!=", unequal}, {"<", less}, {">", more}};
    auto value = std::string_view{};
    for (const auto& [sign, comparison] : comparisons)
        if (words.substr(at).starts_with(sign)) {
            threshold.comparison = comparison;
            value = trimmed(words.substr(at + sign.size()));
            break;
        }
    if (value.empty()) return wrong("expected <, <=, >, >=, == or != and a value");

    auto metric = trimmed(words.substr(0, at));
    constexpr std::string_view of_phase = "phases.";
    if (metric.starts_with(of_phase)) {
        metric.remove_prefix(of_phase.size());
        const auto dot = metric.find('.');
        if (dot == std::string_view::npos) return wrong("expected phases.NAME.METRIC");
        threshold.phase = metric.substr(0, dot);
        metric.remove_prefix(dot + 1);
    }
    threshold.metric = metric;
    const auto dot = metric.find('.');
    const auto base = metric.substr(0, dot);
    const auto found = std::ranges::find(known_metrics(), base, &Metric::name);
    if (found == known_metrics().end()) {
        const auto near = nearest_word(base, metric_words());
        return wrong(fmt::format("no metric '{}'{}", base,
                                 near.empty() ? fmt::format("; there are {}", fmt::join(metric_words(), ", "))
                                              : fmt::format("; did you mean {}?", near)));
    }
    threshold.unit = found->unit;
    if (found->spread) {
        const auto which = dot == std::string_view::npos ? std::string_view{} : metric.substr(dot + 1);
        if (std::ranges::find(spreads, which) == std::end(spreads))
            return wrong(fmt::format("expected {} followed by one of .{}", base, fmt::join(spreads, ", .")));
    } else if (dot != std::string_view::npos) {
        return wrong(fmt::format("{} has no parts; leave out '{}'", base, metric.substr(dot)));
    }
    if (!threshold.phase.empty() && !found->of_phase)
        return wrong(fmt::format("{} is of the whole run; leave out phases.{}", base, threshold.phase));
    const auto parsed = parse_value(value, found->unit);
    if (!parsed) return wrong(parsed.error());
    threshold.value = *parsed;
    return threshold;
}

std::string value_text(double value, MetricUnit unit)
{
    switch (unit) {
    case MetricUnit::seconds: return duration_text(std::chrono::nanoseconds{static_cast<std::int64_t>(value * 1e9)});
    case MetricUnit::count: return full_number(static_cast<std::uint64_t>(value));
    case MetricUnit::octets: return octets_text(value);
    case MetricUnit::cores: return fmt::format("{:.2f} cores", value);
    case MetricUnit::share: return fmt::format("{:.1f} %", 100 * value);
    }
    return {};
}

std::string_view nearest_word(std::string_view word, const std::vector<std::string_view>& known)
{
    const auto distance = [](std::string_view a, std::string_view b) {   // Levenshtein's, one row at a time
        std::vector<std::size_t> row(b.size() + 1);
        std::iota(row.begin(), row.end(), std::size_t{0});
        for (std::size_t i = 1; i <= a.size(); ++i) {
            auto diagonal = std::exchange(row[0], i);
            for (std::size_t j = 1; j <= b.size(); ++j) {
                const auto cost = diagonal + (a[i - 1] == b[j - 1] ? 0u : 1u);
                diagonal = row[j];
                row[j] = std::min({row[j] + 1, row[j - 1] + 1, cost});
            }
        }
        return row[b.size()];
    };
    constexpr std::size_t longest_compared = 64;
    if (word.size() > longest_compared) return {};
    std::string_view best;
    std::size_t least = (word.size() + 2) / 3;
    for (const auto each : known) {
        const auto far = distance(word, each);
        if (far <= least && (best.empty() || far < least)) {
            best = each;
            least = far;
        }
    }
    if (best.empty())
        for (const auto each : known)
            if (word.size() >= 3 && (each.starts_with(word) || word.starts_with(each))) return each;
    return best;
}

}   // namespace barrage
