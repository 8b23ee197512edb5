#pragma once
// Pictures as inline SVG: lines over axes with round ticks and bands behind them; heat maps. Pure; any thread.

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
    int width = 2;
};
struct SvgBand {
    std::string name;
    double from, to;
};
struct SvgChart {
    std::string title;
    std::string x_name, y_name;
    std::function<std::string(double)> x_text, y_text;   // of ticks
    bool x_log = false, y_log = false;                   // whole decades; what is not over 0 is left out, or at the bottom
    std::vector<SvgLine> lines;
    std::vector<SvgBand> bands;
};

/// Rows and columns of coloured cells; warmer is more, on a logarithmic scale.
struct SvgHeatMap {
    struct Cell {
        std::size_t row, column;
        double value;   // over 0
    };
    std::string title;
    std::vector<std::string> rows, columns;
    std::vector<Cell> cells;
    std::function<std::string(double)> text;   // of values
};

std::string to_svg(const SvgChart& chart);
std::string to_svg(const SvgHeatMap& map);
/// With <, >, &, " and ' as entities.
std::string html_text(std::string_view text);

}   // namespace barrage
