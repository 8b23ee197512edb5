#pragma once
// The answer of a run in a sentence or two: which device, what it took, how fast it passed that on and took it back, what was missing, what was the
// limit. Made of the report's document, so that the text, the page and the Markdown say the same, also of a report that was written long ago. Pure;
// any thread.

#include <boost/json.hpp>

#include <string>
#include <vector>

namespace barrage {

std::string answer(const boost::json::object& report);

/// What stands in tiles under it; only what was measured.
struct MainFigure {
    std::string name, value;
};
std::vector<MainFigure> main_figures(const boost::json::object& report);

}   // namespace barrage
