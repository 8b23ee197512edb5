#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "loadgen/report/svg_chart.hpp"

namespace barrage {

namespace {

constexpr double width = 900, left = 190, right = 16, top = 22, bottom = 8;
constexpr double tallest_row = 18, tallest = 480;   // with many rows these get lower, and lose their names

/// From pale to dark orange.
std::string color(double share)
{
    const auto mix = [share](double pale, double dark) { return static_cast<int>(std::lround(pale + (dark - pale) * share)); };
    return fmt::format("#{:02x}{:02x}{:02x}", mix(0xfd, 0xb4), mix(0xf1, 0x4a), mix(0xe0, 0x0a));
}

}   // namespace

std::string to_svg(const SvgHeatMap& map)
{
    if (map.cells.empty() || map.rows.empty() || map.columns.empty()) return {};
    const auto [least, most] = std::ranges::minmax(map.cells, {}, &SvgHeatMap::Cell::value);
    const auto row_height = std::min(tallest_row, tallest / static_cast<double>(map.rows.size()));
    const auto column_width = (width - left - right) / static_cast<double>(map.columns.size());
    const auto height = top + row_height * static_cast<double>(map.rows.size()) + bottom;
    const bool names = row_height >= 11;
    auto svg = fmt::format("<figure><figcaption>{}</figcaption><svg viewBox=\"0 0 {} {:.0f}\" role=\"img\">\n",
                           html_text(map.title), width, height);
    const auto place = [&](std::size_t row, std::size_t column) {
        return std::pair{left + column_width * static_cast<double>(column), top + row_height * static_cast<double>(row)};
    };
    for (std::size_t column = 0; column < map.columns.size(); ++column) {
        // Six units a letter, as in charts.
        const auto room = static_cast<std::size_t>(column_width / 6.2);
        auto name = map.columns[column];
        if (name.size() > room) name.resize(room);
        svg += fmt::format("<text x=\"{:.1f}\" y=\"{}\" class=\"phase\">{}</text>\n", place(0, column).first + 2, top - 6,
                           html_text(name));
    }
    for (std::size_t row = 0; names && row < map.rows.size(); ++row)
        svg += fmt::format("<text x=\"{}\" y=\"{:.1f}\" text-anchor=\"end\">{}</text>\n", left - 8,
                           place(row, 0).second + row_height / 2 + 4, html_text(map.rows[row]));
    const auto span = std::log(most.value / least.value);
    const auto gap = row_height > 6 ? 1.0 : 0.0;
    for (const auto& [row, column, value] : map.cells) {
        const auto [x, y] = place(row, column);
        const auto share = span > 0 ? std::log(value / least.value) / span : 0.5;
        svg += fmt::format(
            "<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" fill=\"{}\"><title>{}, {}: {}</title></rect>\n",
            x, y, column_width - 1, row_height - gap, color(share), html_text(map.rows[row]), html_text(map.columns[column]),
            html_text(map.text(value)));
        if (names && column_width > 60)
            svg += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\" class=\"{}\">{}</text>\n",
                               x + column_width / 2, y + row_height / 2 + 4, share > 0.6 ? "hot" : "cell",
                               html_text(map.text(value)));
    }
    return svg + fmt::format("</svg><p class=\"key\">{} (pale) to {} (dark), logarithmic</p></figure>\n",
                             html_text(map.text(least.value)), html_text(map.text(most.value)));
}

}   // namespace barrage
