// The answer of a run: the sentence, the figures under it, Markdown and JUnit's XML, from documents as --report writes them.

#include <doctest.h>

#include <boost/json.hpp>

#include "loadgen/report/answer.hpp"
#include "loadgen/report/html.hpp"
#include "loadgen/report/junit.hpp"
#include "loadgen/report/markdown.hpp"

using namespace barrage;

namespace {

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

boost::json::object json(const char* text) { return boost::json::parse(text).as_object(); }

/// Four senders and a receiver: all was announced, passed on, and withdrawn.
boost::json::object a_run()
{
    return json(R"({
        "schema": "barrage.report/1", "version": "0.1.0", "started": "2026-01-02T03:04:05Z", "target": "192.0.2.1:179",
        "mode": "async", "shards": 2, "result": "passed", "exit_status": 0, "problems": [], "warnings": [],
        "host": {"name": "tester", "kernel": "Linux", "cpu": "", "cores": 2, "version": "0.1.0", "date": ""},
        "rates": {"seconds": 46.5, "routes_per_second": 86021.5},
        "limits": {"limited_by": "device", "explanation": "senders waited"}, "findings": [],
        "sessions": [{"peer": 1, "peer_as": 65000, "peer_software": "FRRouting/10.1", "established_seconds": 0.1}],
        "scenario": {
            "name": "full table", "about": "", "seconds": 100, "findings": [],
            "thresholds": [{"words": "convergence.p99 < 2s", "measured": 2.12, "measured_text": "2.12 s", "holds": true}],
            "peers": [{"sends": true, "routes": 1000000}, {"sends": true, "routes": 1000000},
                      {"sends": true, "routes": 1000000}, {"sends": true, "routes": 1000000}, {"sends": false, "routes": 0}],
            "phases": [
                {"name": "connect", "word": "connect", "seconds": 1, "wire_routes": 0, "settled_seconds": null, "comparison": null},
                {"name": "announce", "word": "announce", "seconds": 46.5, "wire_routes": 4000000, "settled_seconds": 46.628,
                 "convergence": {"p99_seconds": 2.12}, "comparison": null},
                {"name": "wait", "word": "wait", "seconds": 1, "wire_routes": 0,
                 "comparison": {"missing_routes": 0, "unexpected_routes": 0, "stale_routes": 0, "wrong_attributes_routes": 0}},
                {"name": "withdraw", "word": "withdraw", "seconds": 30, "wire_routes": 4000000, "settled_seconds": 31.0}],
            "convergence": {"p99_seconds": 2.12}, "withdrawal": {"p99_seconds": 30.2}, "failover": null,
            "comparison": {"missing_routes": 0, "unexpected_routes": 0, "stale_routes": 0, "wrong_attributes_routes": 0},
            "device": {"mean_cores": 0.75, "most_resident_octets": 812000000}}})");
}

boost::json::object an_injection()
{
    return json(R"({
        "schema": "barrage.report/1", "version": "0.1.0", "started": "2026-01-02T03:04:05Z", "target": "[2001:db8::1]:1790",
        "mode": "sync", "shards": 1, "result": "passed", "problems": [], "warnings": [], "sliced": false,
        "rates": {"seconds": 2, "routes_per_second": 1000000}, "counters": {"missing_routes": null},
        "limits": {"limited_by": "mixed", "explanation": ""}, "findings": [], "phases": [{"name": "sending", "seconds": 2}],
        "sessions": [{"peer": 1, "peer_as": 65000, "established_seconds": 0.1}, {"peer": 2, "peer_as": 65000, "established_seconds": 0.1}],
        "sink": null})");
}

}   // namespace

TEST_CASE(
    "the answer names the device, what it took, how fast it passed that on and took it back, what was missing, and the limit")
{
    CHECK(answer(a_run()) ==
          "192.0.2.1 (AS 65000, FRRouting/10.1 by its OPEN) took 4 × 1,000,000 routes in 46.5 s, passed them on 128 ms after the "
          "last was acknowledged (p99 2.12 s); withdrawal took 31.0 s; nothing missing. Limit: the device.");
}

TEST_CASE("what was wrong at any time at which receivers were compared is in the answer, and why the run did not pass")
{
    auto run = a_run();
    auto& scenario = run.at("scenario").as_object();
    auto& waited = scenario.at("phases").as_array()[2].as_object().at("comparison").as_object();
    waited.at("missing_routes") = 3;
    waited.at("stale_routes") = 2000;
    run.at("result") = "incomplete";
    run.at("problems") = boost::json::array{"of 40 routes 3 missing", "something else"};
    CHECK(has(answer(run), "; 3 missing, 2,000 stale. Not passed: of 40 routes 3 missing, and 1 more. Limit: "));

    scenario.at("comparison") = nullptr;
    scenario.at("phases").as_array()[2].as_object().at("comparison") = nullptr;
    CHECK(has(answer(run), "; what it passed on was not compared. "));
}

TEST_CASE("peers with different numbers of routes are not multiplied, and failover has its time")
{
    auto run = a_run();
    auto& scenario = run.at("scenario").as_object();
    scenario.at("peers").as_array()[0].as_object().at("routes") = 999'999;
    scenario.at("failover") = boost::json::object{{"p99_seconds", 0.25}};
    CHECK(has(answer(run), "took 4,000,000 routes in 46.5 s"));
    CHECK(has(answer(run), "; failover took 250 ms (p99); nothing missing"));
}

TEST_CASE("an injection is said to be handed over, unless the embedded sink counted it")
{
    auto run = an_injection();
    CHECK(answer(run) ==
          "[2001:db8::1]:1790 (AS 65000) was handed 2 × 1,000,000 routes in 2.00 s; what it made of them was not looked at "
          "(--verify does that). Limit: no one thing.");
    run.at("target") = "the embedded sink";
    run.at("sink") = boost::json::object{};
    run.at("counters").as_object().at("missing_routes") = 0;
    run.at("limits").as_object().at("limited_by") = "receiver";
    CHECK(answer(run) == "the embedded sink took 2 × 1,000,000 routes in 2.00 s; nothing missing. Limit: the embedded sink.");
}

TEST_CASE("without a session there is no answer, and its reason")
{
    auto run = an_injection();
    run.at("sessions") = boost::json::array{boost::json::object{{"peer", 1}, {"established_seconds", nullptr}}};
    run.at("result") = "session_failed";
    run.at("problems") = boost::json::array{"peer 1: the connection was refused"};
    CHECK(answer(run) ==
          "[2001:db8::1]:1790 was not tested: no session was Established. Not passed: peer 1: the connection was refused.");
}

TEST_CASE("the figures under it are those that were measured")
{
    std::vector<std::string> figures;
    for (const auto& figure : main_figures(a_run())) figures.push_back(figure.name + ": " + figure.value);
    CHECK(figures == std::vector<std::string>{"settled: 46.6 s", "convergence, p99: 2.12 s", "withdrawal, p99: 30.2 s",
                                              "missing / stale / unexpected: 0 / 0 / 0", "device, CPU: 0.75 cores",
                                              "device, memory: 812 MB"});
    const auto page = html_report(a_run());
    CHECK(page.find("took 4 × 1,000,000 routes") < page.find("<b>46.6 s</b><span>settled</span>"));
    CHECK(page.find("<span>settled</span>") < page.find("The tester"));
}

TEST_CASE("Markdown shows what people, peers and files wrote as it is")
{
    auto run = a_run();
    run.at("scenario").as_object().at("name") = "a|b <i>*c*";
    run.at("problems") = boost::json::array{"`x` | y"};
    const auto text = markdown_report(run);
    CHECK(text.starts_with("## a\\|b \\<i\\>\\*c\\*: passed\n\n192.0.2.1 (AS 65000, "));
    CHECK(has(text, "- **\\`x\\` \\| y**\n"));
    CHECK(has(text, "| holds | convergence.p99 \\< 2s | 2.12 s |\n"));
    CHECK(has(text, "| announce | 46.5 s | 4,000,000 | 46.6 s | 2.12 s | – | – |\n"));
    CHECK(has(text, "| settled | convergence, p99 |"));
}

TEST_CASE("JUnit has a test case for the run and one for each threshold")
{
    auto run = a_run();
    auto xml = junit_report(run);
    CHECK(has(
        xml,
        R"(<testsuite name="full table" tests="2" failures="0" errors="0" skipped="0" time="100.000" timestamp="2026-01-02T03:04:05" hostname="tester">)"));
    CHECK(has(xml, R"(<testcase classname="full table" name="convergence.p99 &lt; 2s" time="0.000"/>)"));

    run.at("result") = "threshold_failed";
    run.at("problems") = boost::json::array{"threshold convergence.p99 < 2s: 2.12 s"};
    run.at("scenario").as_object().at("thresholds").as_array()[0].as_object().at("holds") = false;
    xml = junit_report(run);
    CHECK(has(xml, R"(tests="2" failures="1" errors="0")"));
    CHECK(has(xml, R"(name="the run" time="100.000"/>)"));
    CHECK(has(xml, R"(<failure type="threshold" message="measured: 2.12 s"/>)"));

    // Of several runs, an earlier one failed: the document has the thresholds of the last.
    run.at("scenario").as_object().at("thresholds").as_array()[0].as_object().at("holds") = true;
    CHECK(has(junit_report(run), R"(<failure type="threshold_failed")"));

    auto injection = an_injection();
    injection.at("result") = "session_failed";
    injection.at("problems") = boost::json::array{"peer 1: \"refused\" & gone"};
    xml = junit_report(injection);
    CHECK(has(xml, R"(tests="1" failures="0" errors="1")"));
    CHECK(has(xml, R"(>peer 1: &quot;refused&quot; &amp; gone</error>)"));
}
