#pragma once
// Reports of earlier runs beside those of later ones: which figures are worse, by how much, and whether that is beyond what the
// earlier runs spread over. Each side is one report or several, and each report one run or several (repeat: N). Pure; any thread.

#include <boost/json.hpp>

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace barrage {

struct ComparedFigure {
    std::string name;
    std::string unit;   // "s", "routes/s", "routes"
    bool more_is_better = false;
    double before = 0, after = 0;               // medians of the runs
    double before_least = 0, before_most = 0;   // over the runs
    double after_least = 0, after_most = 0;
    std::size_t before_runs = 0, after_runs = 0;
    enum class Verdict : std::uint8_t { same, better, worse } verdict = Verdict::same;
};

struct ComparedReports {
    std::vector<ComparedFigure> figures;
    std::vector<std::string> remarks;          // what cannot be compared
    std::vector<std::string> lost;             // figures that were measured before, and are not now: that is no pass
    std::string result_before, result_after;   // "passed" where all did
    [[nodiscard]] bool is_worse() const noexcept;
};

/// `tolerance`: how much worse a figure may be, as a share of what it was.
ComparedReports compare_reports(std::span<const boost::json::object> before, std::span<const boost::json::object> after,
                                double tolerance);
std::string to_text(const ComparedReports& compared);
boost::json::object to_json(const ComparedReports& compared);

}   // namespace barrage
