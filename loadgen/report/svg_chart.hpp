#pragma once
// A line chart as inline SVG: axes with round ticks, lines with their names, bands behind them. Pure; any thread.

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace barrage {

struct SvgLine {
    std::string name;
    std::string color;
    std::vector<std::pair<double, double>> points;   // x rising
    bool steps = false;
};
struct SvgBand {
    std::string name;
    double from, to;
};
struct SvgChart {
    std::string title;
    std::string x_name, y_name;
    std::function<std::string(double)> x_text, y_text;   // of ticks
    bool x_log = false;
    std::vector<SvgLine> lines;
    std::vector<SvgBand> bands;
};

std::string to_svg(const SvgChart& chart);
/// With <, >, &, " and ' as entities.
std::string html_text(std::string_view text);

}   // namespace barrage
