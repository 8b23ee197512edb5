#include "loadgen/metrics/prometheus_text.hpp"

#include <fmt/format.h>

#include "codec/printable.hpp"

namespace barrage {

namespace {

/// Backslash, line feed and, in label values, the quotation mark stand behind a backslash. What a peer or a file may have written
/// is made printable before: the format asks for UTF-8.
std::string escaped(std::string_view text, bool label)
{
    std::string safe;
    for (const auto octet : printable_lines(text)) switch (octet) {
        case '\\': safe += "\\\\"; break;
        case '\n': safe += "\\n"; break;
        case '"': safe += label ? "\\\"" : "\""; break;
        default: safe += octet;
        }
    return safe;
}

}   // namespace

void PrometheusText::begin(std::string_view name, std::string_view type, std::string_view help)
{
    name_ = name;
    text_ += fmt::format("# HELP {} {}\n# TYPE {} {}\n", name, escaped(help, false), name, type);
}

template <class T>
void PrometheusText::line(std::string_view suffix, const Labels& labels, T value)
{
    text_ += name_;
    text_ += suffix;
    for (std::size_t i = 0; i < labels.size(); ++i)
        text_ += fmt::format("{}{}=\"{}\"", i == 0 ? "{" : ",", labels[i].first, escaped(labels[i].second, true));
    text_ += fmt::format("{} {}\n", labels.empty() ? "" : "}", value);
}

template void PrometheusText::line(std::string_view, const Labels&, double);
template void PrometheusText::line(std::string_view, const Labels&, std::uint64_t);

void PrometheusText::buckets(std::span<const double> bounds, std::span<const std::uint64_t> counts, std::uint64_t count,
                             double sum)
{
    for (std::size_t i = 0; i < bounds.size(); ++i) {
        const auto bound = fmt::format("{}", bounds[i]);
        line("_bucket", {{"le", bound}}, counts[i]);
    }
    line("_bucket", {{"le", "+Inf"}}, count);
    line("_sum", {}, sum);
    line("_count", {}, count);
}

}   // namespace barrage
