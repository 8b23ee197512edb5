// .hgrm against the form that HdrHistogram writes and its plotter reads.

#include "tests/support/doctest.hpp"

#include <cmath>
#include <regex>
#include <sstream>

#include "loadgen/report/hgrm.hpp"
#include "loadgen/report/scenario_report.hpp"

using namespace barrage;
using namespace std::chrono_literals;

namespace {

std::vector<std::string> lines_of(const Histogram& histogram)
{
    std::vector<std::string> lines;
    std::istringstream in{to_hgrm(histogram)};
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
}

}   // namespace

TEST_CASE("lines are value, percentile, count and 1/(1-percentile), and end with what is of the whole")
{
    Histogram histogram;
    for (int i = 1; i <= 1000; ++i) histogram.record(std::chrono::milliseconds{i});
    const auto lines = lines_of(histogram);
    CHECK(lines[0] == "       Value     Percentile TotalCount 1/(1-Percentile)");
    CHECK(lines[1].empty());
    double last_value = 0, last_percentile = -1;
    std::size_t i = 2;
    for (; !lines[i].starts_with("#"); ++i) {
        CAPTURE(lines[i]);
        std::istringstream words{lines[i]};
        double value = 0, percentile = 0, inverse = 0;
        std::uint64_t count = 0;
        words >> value >> percentile >> count;
        REQUIRE(!words.fail());
        CHECK(value >= last_value);
        CHECK(percentile > last_percentile);
        // Of 1, 2 … 1000 ms as many as there are whole ones up to the value; a value is at most 0.8 % too large.
        CHECK(count == static_cast<std::uint64_t>(value));
        CHECK(static_cast<double>(count) >= percentile * 1000 - 1e-6);
        if (words >> inverse)
            CHECK(inverse == doctest::Approx(1 / (1 - percentile)).epsilon(0.01));
        else
            CHECK(percentile == 1);
        last_value = value;
        last_percentile = percentile;
    }
    CHECK(last_percentile == 1);
    CHECK(last_value == 1000);
    REQUIRE(lines.size() == i + 3);
    std::smatch match;
    REQUIRE(std::regex_match(lines[i], match, std::regex{R"(#\[Mean    = +([0-9.]+), StdDeviation   = +([0-9.]+)\])"}));
    CHECK(std::stod(match[1]) == doctest::Approx(500.5));
    CHECK(std::stod(match[2]) == doctest::Approx(std::sqrt((1000.0 * 1000 - 1) / 12)).epsilon(0.01));
    CHECK(lines[i + 1] == "#[Max     =     1000.000, Total count    =         1000]");
    CHECK(lines[i + 2].starts_with("#[Buckets = "));
}

TEST_CASE("nothing recorded is a file too")
{
    const auto lines = lines_of({});
    REQUIRE(lines.size() == 5);
    CHECK(lines[3] == "#[Max     =        0.000, Total count    =            0]");
}

TEST_CASE("announcements are in the file that was named, other kinds beside it")
{
    RunResult result;
    result.times.withdrawn.record(1ms);
    const auto files = hgrm_files("a/run.hgrm", result);
    REQUIRE(files.size() == 2);
    CHECK(files[0].path == "a/run.hgrm");
    CHECK(files[1].path == "a/run.withdrawal.hgrm");
    CHECK(hgrm_files("run", result)[1].path == "run.withdrawal");
}
