// What a scenario came to: findings, verdict, the document, the page, and two documents side by side.

#include "tests/support/doctest.hpp"

#include <boost/json.hpp>

#include "loadgen/play/run_result.hpp"
#include "loadgen/report/compare.hpp"
#include "loadgen/report/html.hpp"
#include "loadgen/report/scenario_report.hpp"

using namespace barrage;
using namespace std::chrono_literals;

namespace {

Scenario a_scenario()
{
    Scenario scenario;
    scenario.name = "<b>bold</b>";
    return scenario;
}

/// One announcing phase whose routes took these times.
RunResult a_result(std::initializer_list<std::chrono::nanoseconds> times)
{
    RunResult result;
    result.took = 3s;
    auto& phase = result.phases.emplace_back();
    phase.name = "announce";
    phase.kind = PhaseKind::of<Scenario::Announce>();
    phase.took = 2s;
    phase.finished = true;
    phase.wire_routes = 1000;
    phase.rate = 500;
    phase.asked_rate = 1000;
    phase.settled = 2500ms;
    for (const auto time : times) {
        phase.times.announced.record(time);
        result.times.announced.record(time);
    }
    result.samples.push_back({.at_seconds = 0});
    result.samples.push_back(
        {.at_seconds = 3, .up = 2, .sent = 1000, .wire = 1000, .acked = 1000, .reflected = 900, .live = 900});
    result.compared = true;
    result.comparison = {.expected = 1000, .missing = 1, .missing_samples = {"10.0.7.0/24 at receivers"}};
    result.peers.push_back({.number = 1, .group = "senders", .address = "127.0.1.1", .as = 65001, .sends = true});
    return result;
}

boost::json::object a_document(const Scenario& scenario, std::vector<RunResult> runs)
{
    ScenarioReport report{.file = "x.yaml", .scenario = &scenario, .report = {}, .runs = std::move(runs)};
    report.report.mode = "sync";
    return to_json(report);
}

std::optional<double> measured(const RunResult& result, const char* words) { return metric_of(result, *parse_threshold(words)); }

}   // namespace

TEST_CASE("a threshold of a phase is of all its repetitions: the one that is nearest to breaking it")
{
    RunResult result;
    result.phases.push_back({.name = "w", .took = 1s, .finished = true});
    result.phases.push_back({.name = "w-2", .repetition_of = "w", .took = 3s, .finished = true});
    result.phases.push_back({.name = "w-3", .repetition_of = "w", .took = 2s, .finished = true});
    CHECK(measured(result, "phases.w.duration < 2s") == 3);
    CHECK(measured(result, "phases.w.duration > 1s") == 1);
    CHECK(measured(result, "phases.w.duration == 1s") != 1);
    CHECK(measured(result, "phases.w-3.duration < 2s") == 2);
    result.phases.back().finished = false;
    CHECK_FALSE(measured(result, "phases.w.duration < 2s"));
}

TEST_CASE("metrics are found in what was measured")
{
    const auto result = a_result({100ms, 200ms, 300ms});
    CHECK(measured(result, "convergence.max < 1s") == doctest::Approx(0.3));
    CHECK(*measured(result, "convergence.p50 < 1s") == doctest::Approx(0.2).epsilon(0.01));
    CHECK(measured(result, "phases.announce.convergence.min < 1s") == doctest::Approx(0.1));
    CHECK(measured(result, "phases.announce.duration < 1s") == 2);
    CHECK(measured(result, "settled < 1s") == 2.5);
    CHECK(measured(result, "rate > 1k") == 500);
    CHECK(measured(result, "rate_kept > 98%") == 0.5);
    CHECK(measured(result, "missing == 0") == 1);
    CHECK(measured(result, "duration < 1s") == 3);
    CHECK(!measured(result, "withdrawal.p99 < 1s"));   // nothing was withdrawn
    CHECK(!measured(result, "dut_cpu < 1"));
}

TEST_CASE("a threshold that does not hold, or was not measured, fails a run that else passed")
{
    auto result = a_result({100ms});
    judge(result, {*parse_threshold("convergence.p99 < 200ms")});
    CHECK(result.status == ExitStatus::passed);
    judge(result, {*parse_threshold("withdrawal.p99 < 200ms")});
    CHECK(result.status == ExitStatus::threshold_failed);
    auto incomplete = a_result({100ms});
    incomplete.status = ExitStatus::incomplete;
    judge(incomplete, {*parse_threshold("convergence.p99 < 1ms")});
    CHECK(incomplete.status == ExitStatus::incomplete);
    CHECK(!incomplete.verdicts[0].holds);
}

TEST_CASE("what limited a run is found")
{
    auto result = a_result({100ms});
    result.wire = 1000;
    result.findings.push_back({FindingKind::left_out, "from elsewhere"});
    result.blocked_share = 0.97;
    find_limits(result, 2);
    std::string all;
    for (const auto& finding : result.findings) all += std::string{word(finding.kind)} + " ";
    CHECK(all == "device rate left_out ");
    CHECK(result.limited_by == "device");
    CHECK(result.limit_text == "senders waited 97 % of the time for the device to take octets");
}

TEST_CASE("the page says what happened, with nothing of others in it")
{
    const auto scenario = a_scenario();
    const auto page = html_report(a_document(scenario, {a_result({100ms, 200ms})}));
    CHECK(page.find("&lt;b&gt;bold") != std::string::npos);
    CHECK(page.find("<b>bold") == std::string::npos);
    CHECK(page.find("<svg") != std::string::npos);
    CHECK(page.find("10.0.7.0/24 at receivers") != std::string::npos);
    for (const auto* outside : {"http", "<script", "<link", "nan", "inf\""})
        CHECK_MESSAGE(page.find(outside) == std::string::npos, outside);
    // One receiver compares with nobody; two do.
    CHECK(page.find("Receivers by phase") == std::string::npos);
    auto result = a_result({100ms, 200ms});
    Spread spread{.count = 1, .p99 = 150ms};
    for (const auto* name : {"one", "two<"})
        result.phases[0].receivers.push_back({.peer = *name == 'o' ? 1u : 2u, .name = name, .announced = spread});
    const auto with_map = html_report(a_document(scenario, {result}));
    CHECK(with_map.find("Receivers by phase") != std::string::npos);
    CHECK(with_map.find("two&lt;, announce: 150 ms") != std::string::npos);
    // A report of loadgen inject, and one with nothing in it, are pages too.
    CHECK(html_report(to_json(RunReport{.mode = "async"})).find("</html>") != std::string::npos);
    CHECK(html_report({}).find("</html>") != std::string::npos);
}

TEST_CASE("a later run is worse only beyond the tolerance and the spread of the earlier ones")
{
    const auto scenario = a_scenario();
    using Reports = std::vector<boost::json::object>;
    const auto once = [&](std::chrono::nanoseconds time) { return a_document(scenario, {a_result({time})}); };
    const auto is_worse = [](const Reports& before, const Reports& after) {
        return compare_reports(before, after, 0.1).is_worse();
    };
    CHECK(!is_worse({once(100ms)}, {once(100ms)}));
    CHECK(!is_worse({once(100ms)}, {once(105ms)}));
    CHECK(is_worse({once(100ms)}, {once(150ms)}));
    CHECK(!is_worse({once(150ms)}, {once(100ms)}));
    // Runs of one report, or reports of one run: the same.
    const auto spread = a_document(scenario, {a_result({100ms}), a_result({160ms}), a_result({110ms})});
    CHECK(!is_worse({spread}, {once(150ms)}));
    CHECK(is_worse({spread}, {once(200ms)}));
    CHECK(!is_worse({once(100ms), once(160ms), once(110ms)}, {once(150ms)}));
    CHECK(is_worse({once(100ms), once(160ms), once(110ms)}, {once(200ms)}));
    // One bad run of three is not the median.
    CHECK(!is_worse({once(100ms)}, {once(100ms), once(300ms), once(101ms)}));
    CHECK(is_worse({once(100ms)}, {once(300ms), once(300ms), once(101ms)}));
    // A rate is worse where it is lower.
    auto slower = a_result({100ms});
    slower.phases[0].rate = 300;
    CHECK(is_worse({once(100ms)}, {a_document(scenario, {slower})}));
    auto missing = a_result({100ms});
    missing.comparison.missing = 7;
    CHECK(is_worse({once(100ms)}, {a_document(scenario, {missing})}));
    CHECK(!is_worse({{}}, {{}}));
    // What was measured before and is not any more is no pass; a rate of a phase that is over at once is.
    auto unmeasured = a_result({});
    CHECK(is_worse({once(100ms)}, {a_document(scenario, {unmeasured})}));
    CHECK(is_worse({once(100ms)}, {a_document(scenario, {a_result({100ms}), unmeasured})}));
    auto not_compared = a_result({100ms});
    not_compared.compared = false;
    CHECK(is_worse({once(100ms)}, {a_document(scenario, {not_compared})}));
    auto quick = a_result({100ms});
    quick.phases[0].took = 500ms;
    CHECK(!is_worse({once(100ms)}, {a_document(scenario, {quick})}));
    auto nothing_sent = a_result({100ms});
    nothing_sent.phases[0].rate.reset();
    CHECK(is_worse({once(100ms)}, {a_document(scenario, {nothing_sent})}));
    // All earlier ones passed, and one later one did not.
    auto failed = once(100ms);
    failed["result"] = "threshold_failed";
    CHECK(is_worse({once(100ms)}, {once(100ms), failed}));
    CHECK(!is_worse({failed}, {failed}));
}

TEST_CASE("medians and spreads are told side by side")
{
    const auto scenario = a_scenario();
    const auto once = [&](std::chrono::nanoseconds time) { return a_document(scenario, {a_result({time})}); };
    const std::vector before{once(100ms), once(160ms), once(110ms)}, after{once(200ms)};
    const auto compared = compare_reports(before, after, 0.1);
    const auto text = to_text(compared);
    CHECK(text.contains("convergence.max"));
    CHECK(text.contains("110 ms (100 ms … 160 ms)  200 ms"));
    CHECK(text.contains("+82 %  WORSE"));
    const auto& figures = to_json(compared).at("figures").as_array();
    const auto max = std::ranges::find_if(figures, [](const auto& figure) { return figure.at("name") == "convergence.max"; });
    REQUIRE(max != figures.end());
    CHECK(max->at("before") == 0.11);
    CHECK(max->at("before_most") == 0.16);
    CHECK(max->at("before_runs") == 3);
    CHECK(max->at("after") == 0.2);
}
