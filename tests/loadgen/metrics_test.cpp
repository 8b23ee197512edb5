// What --metrics tells: Prometheus' text form by its own rules, the histogram's bounds, the dashboard, and over HTTP what the
// engine counts.

#include "tests/support/doctest.hpp"

#include <boost/json.hpp>

#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>

#include "loadgen/metrics/prometheus_text.hpp"
#include "loadgen/metrics/run_metrics.hpp"

using namespace barrage;
using namespace std::chrono_literals;

namespace {

RunMetrics some_metrics()
{
    RunMetrics metrics{
        .command = "run", .mode = "sync", .shards = 1, .phase = "announce \"all\"\\", .phase_number = 2, .phases = 5};
    metrics.groups.push_back(
        {.name = "senders", .by_state = {0, 1, 0, 0, 0, 3}, .numbers = {.sent_routes = 12, .wire_routes = 11}});
    metrics.groups.push_back({.name = "receivers", .by_state = {}, .numbers = {.reflected = 10}});
    Histogram times;
    for (const auto time : {50us, 1000us, 1001us, 70'000'000us}) times.record(time);
    metrics.convergence.add(times);
    return metrics;
}

std::vector<std::string> lines_of(const std::string& text)
{
    std::vector<std::string> lines;
    std::istringstream in{text};
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
}

/// Of a sample, the family that it belongs to, with the type that the family has.
std::string family_of(const std::string& name, const std::map<std::string, std::string>& types)
{
    for (const auto* suffix : {"_bucket", "_sum", "_count"})
        if (name.ends_with(suffix)) {
            const auto family = name.substr(0, name.size() - std::string_view{suffix}.size());
            if (types.contains(family) && types.at(family) == "histogram") return family;
        }
    return name;
}

}   // namespace

TEST_CASE("every sample stands behind the HELP and TYPE of its family, in its form")
{
    const std::regex sample{R"re(([a-zA-Z_:][a-zA-Z0-9_:]*)(\{([a-zA-Z_]+="([^"\\\n]|\\["\\n])*",?)*\})? ([-+.e0-9]+|\+Inf))re"};
    std::map<std::string, std::string> types;
    std::set<std::string> helps;
    std::string family;   // samples of a family stand together
    for (const auto& line : lines_of(to_prometheus(some_metrics()))) {
        CAPTURE(line);
        std::istringstream words{line};
        std::string hash, what, name, rest;
        if (line.starts_with("#")) {
            words >> hash >> what >> name;
            std::getline(words >> std::ws, rest);
            CHECK(!rest.empty());
            if (what == "HELP") CHECK(helps.insert(name).second);
            if (what == "TYPE") {
                CHECK(helps.contains(name));
                CHECK(types.emplace(name, rest).second);
                CHECK((rest == "counter") == name.ends_with("_total"));
                family = name;
            }
            continue;
        }
        std::smatch match;
        REQUIRE(std::regex_match(line, match, sample));
        CHECK(family_of(match[1], types) == family);
    }
    CHECK(types.size() > 20);
}

TEST_CASE("values and labels are those of the run")
{
    const auto text = "\n" + to_prometheus(some_metrics());
    for (const auto* line :
         {"barrage_sessions{group=\"senders\",state=\"established\"} 3",
          "barrage_sessions{group=\"senders\",state=\"connect\"} 1", "barrage_routes_sent_total{group=\"senders\"} 12",
          "barrage_routes_wire_total{group=\"senders\"} 11", "barrage_routes_reflected_total{group=\"receivers\"} 10",
          "barrage_phase{name=\"announce \\\"all\\\"\\\\\"} 2", "barrage_convergence_seconds_count 4",
          "barrage_withdrawal_seconds_count 0"}) {
        CAPTURE(line);
        CHECK(text.contains("\n" + std::string{line} + "\n"));
    }
}

TEST_CASE("buckets are cumulative, and a time is never told as shorter than it was")
{
    const auto& times = some_metrics().convergence;
    const auto within = [&](double bound) {
        for (std::size_t i = 0; i < times.counts.size(); ++i)
            if (MetricTimes::bounds_seconds[i] == bound) return times.counts[i];
        return ~std::uint64_t{0};
    };
    CHECK(within(0.0001) == 1);
    CHECK(within(0.0025) == 3);
    CHECK(within(50) == 3);
    CHECK(within(100) == 4);
    CHECK(times.count == 4);
    CHECK(times.sum_seconds == doctest::Approx(70.002051));
    CHECK(std::ranges::is_sorted(times.counts));
}

TEST_CASE("each metric that the dashboard asks for is told")
{
    std::ifstream file{BARRAGE_SOURCE_DIR "/loadgen/report/grafana-dashboard.json"};
    std::stringstream text;
    text << file.rdbuf();
    const auto dashboard = boost::json::parse(text.str());
    std::map<std::string, std::string> types;
    for (const auto& line : lines_of(to_prometheus(some_metrics())))
        if (line.starts_with("# TYPE ")) {
            std::istringstream words{line.substr(7)};
            std::string name, type;
            words >> name >> type;
            types[name] = type;
        }
    const std::regex name{"barrage_[a-z0-9_]+"};
    std::size_t asked = 0;
    for (const auto& panel : dashboard.at("panels").as_array())
        for (const auto& target : panel.at("targets").as_array()) {
            const std::string expression{target.at("expr").as_string()};
            for (std::sregex_iterator each{expression.begin(), expression.end(), name}, end; each != end; ++each, ++asked) {
                CAPTURE(each->str());
                CHECK(types.contains(family_of(each->str(), types)));
            }
        }
    CHECK(asked > 20);
}
