#include "loadgen/report/svg_chart.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "codec/printable.hpp"

namespace barrage {

namespace {

constexpr double width = 900, height = 320, left = 76, right = 16, top = 34, bottom = 46;
constexpr double plot_width = width - left - right, plot_height = height - top - bottom;

/// 1, 2 or 5 times a power of ten, so that about `count` of them fill `span`.
double round_step(double span, int count)
{
    const auto rough = span / count;
    const auto power = std::pow(10, std::floor(std::log10(rough)));
    const auto share = rough / power;
    return power * (share < 1.5 ? 1 : share < 3.5 ? 2 : share < 7.5 ? 5 : 10);
}

struct Axis {
    double from, to;
    bool log;
    [[nodiscard]] double place(double value) const   // 0 … 1
    {
        if (log) {
            value = std::max(value, from);
            return (std::log10(value) - std::log10(from)) / (std::log10(to) - std::log10(from));
        }
        return (value - from) / (to - from);
    }
};

Axis decades(double from, double to)
{
    Axis axis{std::pow(10, std::floor(std::log10(from))), std::pow(10, std::ceil(std::log10(to))), true};
    if (axis.to <= axis.from) axis.to = axis.from * 10;
    return axis;
}

}   // namespace

std::string html_text(std::string_view text)
{
    std::string safe;
    for (const auto octet : printable_lines(text)) switch (octet) {
        case '<': safe += "&lt;"; break;
        case '>': safe += "&gt;"; break;
        case '&': safe += "&amp;"; break;
        case '"': safe += "&quot;"; break;
        case '\'': safe += "&#39;"; break;
        default: safe += octet;
        }
    return safe;
}

std::string to_svg(const SvgChart& chart)
{
    double x_from = HUGE_VAL, x_to = -HUGE_VAL, y_from = HUGE_VAL, y_to = 0;
    for (const auto& line : chart.lines)
        for (const auto& [x, y] : line.points) {
            if (chart.x_log && x <= 0) continue;
            x_from = std::min(x_from, x);
            x_to = std::max(x_to, x);
            if (y > 0) y_from = std::min(y_from, y);
            y_to = std::max(y_to, y);
        }
    if (x_from > x_to) return {};
    if (!chart.x_log && x_from > 0) x_from = 0;
    Axis x{x_from, x_to, chart.x_log}, y{0, y_to <= 0 ? 1 : y_to * 1.05, false};
    if (chart.x_log)
        x = decades(x_from, x_to);
    else if (x.to <= x.from)
        x.to = x.from + 1;
    const bool y_log = chart.y_log && y_to > 0;
    if (y_log) y = decades(y_from, y_to);
    const auto px = [&](double value) { return left + plot_width * x.place(value); };
    const auto py = [&](double value) { return top + plot_height * (1 - y.place(value)); };

    auto svg = fmt::format("<figure><figcaption>{}</figcaption><svg viewBox=\"0 0 {} {}\" role=\"img\">\n",
                           html_text(chart.title), width, height);
    double labelled_to = 0;
    constexpr double seen = 3;   // units of width
    int tint = 0;                // neighbours that can be seen differ
    for (const auto& band : chart.bands) {
        const auto from = px(std::clamp(band.from, x.from, x.to)), to = px(std::clamp(band.to, x.from, x.to));
        svg += fmt::format(
            "<rect x=\"{:.1f}\" y=\"{}\" width=\"{:.1f}\" height=\"{:.1f}\" class=\"band{}\"><title>{}</title></rect>\n", from,
            top, std::max(0.0, to - from), plot_height, tint, html_text(band.name));
        if (to - from >= seen) tint = 1 - tint;
        // A name where there is room for it; six units a letter.
        if (to - from > 6.2 * static_cast<double>(band.name.size()) + 4 && from >= labelled_to) {
            svg += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" class=\"phase\">{}</text>\n", from + 3, top - 4,
                               html_text(band.name));
            labelled_to = from + 6.2 * static_cast<double>(band.name.size());
        }
    }
    const auto y_tick = [&](double value) {
        svg += fmt::format(
            "<line x1=\"{}\" x2=\"{}\" y1=\"{:.1f}\" y2=\"{:.1f}\" class=\"grid\"/><text x=\"{}\" y=\"{:.1f}\" class=\"tick\" "
            "text-anchor=\"end\">{}</text>\n",
            left, width - right, py(value), py(value), left - 6, py(value) + 4, html_text(chart.y_text(value)));
    };
    const auto y_step = round_step(y.to, 5);
    for (double value = y.from; value <= y.to * 1.0001; value = y_log ? value * 10 : value + y_step) y_tick(value);
    const auto x_tick = [&](double value) {
        svg += fmt::format(
            "<line x1=\"{:.1f}\" x2=\"{:.1f}\" y1=\"{}\" y2=\"{}\" class=\"grid\"/><text x=\"{:.1f}\" y=\"{}\" class=\"tick\" "
            "text-anchor=\"middle\">{}</text>\n",
            px(value), px(value), top, height - bottom, px(value), height - bottom + 16, html_text(chart.x_text(value)));
    };
    if (chart.x_log) {
        for (double value = x.from; value <= x.to * 1.0001; value *= 10) x_tick(value);
    } else {
        const auto step = round_step(x.to - x.from, 9);
        for (double value = std::ceil(x.from / step) * step; value <= x.to; value += step) x_tick(value);
    }
    svg += fmt::format("<text x=\"{}\" y=\"{}\" class=\"name\" text-anchor=\"middle\">{}</text>\n", left + plot_width / 2,
                       height - 8, html_text(chart.x_name));
    svg += fmt::format("<text transform=\"translate(14 {}) rotate(-90)\" class=\"name\" text-anchor=\"middle\">{}</text>\n",
                       top + plot_height / 2, html_text(chart.y_name));
    for (const auto& line : chart.lines) {
        if (line.points.empty()) continue;
        std::string points;
        double last_y = 0;
        bool first = true;
        for (const auto& [value, amount] : line.points) {
            if (chart.x_log && value <= 0) continue;
            if (line.steps && !first) points += fmt::format("{:.1f},{:.1f} ", px(value), py(last_y));
            points += fmt::format("{:.1f},{:.1f} ", px(value), py(amount));
            last_y = amount;
            first = false;
        }
        svg +=
            fmt::format("<polyline points=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"{}\"><title>{}</title></polyline>\n",
                        points, line.color, line.width, html_text(line.name));
    }
    svg += "</svg><p class=\"key\">";
    for (const auto& line : chart.lines)
        if (!line.points.empty())
            svg += fmt::format("<span><i style=\"background:{}\"></i>{}</span> ", line.color, html_text(line.name));
    return svg + "</p></figure>\n";
}

}   // namespace barrage
