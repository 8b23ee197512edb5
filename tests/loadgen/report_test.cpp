// The report against its schema, the summary's words, and numbers as people read them.

#include "tests/support/doctest.hpp"

#include <fstream>
#include <sstream>

#include "loadgen/console/terminal.hpp"
#include "loadgen/report/run_report.hpp"
#include "loadgen/report/scenario_report.hpp"
#include "loadgen/report/summary.hpp"
#include "loadgen/words/numbers.hpp"

using namespace barrage;
using namespace std::chrono_literals;

namespace {

bool has_type(const boost::json::value& value, std::string_view type)
{
    if (type == "object") return value.is_object();
    if (type == "array") return value.is_array();
    if (type == "string") return value.is_string();
    if (type == "boolean") return value.is_bool();
    if (type == "null") return value.is_null();
    if (type == "integer") return value.is_int64() || value.is_uint64();
    if (type == "number") return value.is_number();
    return false;
}

boost::json::object schema_of_reports()
{
    std::ifstream file{BARRAGE_SOURCE_DIR "/loadgen/report/report.schema.json"};
    std::stringstream text;
    text << file.rdbuf();
    return boost::json::parse(text.str()).as_object();
}

/// As much of JSON Schema as report.schema.json uses: $ref, type, const, enum, required, properties, additionalProperties, items.
void check(const boost::json::value& value, const boost::json::object& schema, const std::string& place,
           std::vector<std::string>& wrong)
{
    static const auto whole = schema_of_reports();
    if (const auto* ref = schema.if_contains("$ref")) {
        const std::string pointer{std::string_view{ref->as_string()}.substr(1)};   // "#/$defs/…"
        return check(value, boost::json::value(whole).at_pointer(pointer).as_object(), place, wrong);
    }
    if (const auto* type = schema.if_contains("type")) {
        bool fits = false;
        if (type->is_string())
            fits = has_type(value, type->as_string());
        else
            for (const auto& each : type->as_array()) fits |= has_type(value, each.as_string());
        if (!fits) wrong.push_back(place + ": of another type");
    }
    if (const auto* expected = schema.if_contains("const"); expected && *expected != value)
        wrong.push_back(place + ": another value");
    if (const auto* words = schema.if_contains("enum")) {
        const auto& all = words->as_array();
        if (std::find(all.begin(), all.end(), value) == all.end()) wrong.push_back(place + ": not one of the words");
    }
    if (const auto* object = value.if_object()) {
        if (const auto* required = schema.if_contains("required"))
            for (const auto& key : required->as_array())
                if (!object->contains(key.as_string())) wrong.push_back(place + "/" + std::string{key.as_string()} + ": missing");
        const auto* properties = schema.if_contains("properties");
        for (const auto& [key, each] : *object) {
            const auto* known = properties ? properties->as_object().if_contains(key) : nullptr;
            if (known)
                check(each, known->as_object(), place + "/" + std::string{key}, wrong);
            else if (schema.contains("additionalProperties"))
                wrong.push_back(place + "/" + std::string{key} + ": not in the schema");
        }
    }
    if (const auto* array = value.if_array())
        if (const auto* items = schema.if_contains("items"))
            for (const auto& each : *array) check(each, items->as_object(), place + "/*", wrong);
}

std::vector<std::string> against_schema(const boost::json::value& document)
{
    std::vector<std::string> wrong;
    check(document, schema_of_reports(), "", wrong);
    return wrong;
}

RunReport a_report()
{
    RunReport report{.started = "2024-01-01T00:00:00Z", .target = "192.0.2.1:179", .mode = "sync"};
    report.sources.push_back({.words = "full-table:1M", .announced = 1'000'000, .groups = 150'000});
    report.phases = {{"loading", 1500ms}, {"connecting", 20ms}, {"sending", 500ms}, {"closing", 100ms}};
    report.counters = {.expected = 1'000'000, .sent = 1'000'000, .wire = 1'000'000, .acked = 1'000'000};
    report.rates = {.time = 500ms, .routes_per_second = 2e6, .updates_per_second = 3e5, .octets_per_second = 30e6};
    report.memory.table_octets_per_route = 7.5;
    report.sessions.push_back({.peer = 1, .local_as = 65001, .peer_as = 65000, .established = 20ms, .acked = 500ms});
    report.sessions.push_back({.peer = 2, .local_as = 65002});
    report.sink = SinkResult{.seconds = 0.5, .sessions = {{.remote = "127.0.1.1:40000", .as = {65001}, .digest = 1}}};
    take(report, judge_limits(measures_of(report, 1)));
    return report;
}

}   // namespace

TEST_CASE("a report satisfies its schema")
{
    auto report = a_report();
    CHECK(against_schema(to_json(report)) == std::vector<std::string>{});
    report.sink.reset();
    report.counters.missing = 3;
    CHECK(against_schema(to_json(report)) == std::vector<std::string>{});
    CHECK(against_schema(to_json(RunReport{.mode = "async"})) ==
          std::vector<std::string>{"/limits/limited_by: not one of the words"});
}

TEST_CASE("the report of a scenario satisfies it too")
{
    const Scenario scenario;
    ScenarioReport report{.file = "x.yaml", .scenario = &scenario, .report = a_report(), .runs = {}};
    auto& run = report.runs.emplace_back();
    run.phases.emplace_back().name = "announce";
    run.findings.push_back({FindingKind::starved, "…"});
    run.verdicts.push_back({.threshold = *parse_threshold("missing == 0"), .measured = {}});
    run.device.watched = run.compared = true;
    CHECK(against_schema(to_json(report)) == std::vector<std::string>{});
}

TEST_CASE("what is not of the schema is found")
{
    auto document = to_json(a_report());
    document["counters"].as_object().erase("sent_routes");
    document["counters"].as_object()["lost"] = 1;
    document["mode"] = "other";
    document["phases"].as_array()[0].as_object()["seconds"] = "1";
    CHECK(against_schema(document).size() == 4);
}

TEST_CASE("the summary names rates, times, memory, the five counters and the limit")
{
    const auto text = summary(a_report());
    for (const auto* words :
         {"2.00M routes/s", "240 Mb/s", "loading 1.50 s, connecting 20.0 ms, sending 500 ms", "7.5 octets a route",
          "sent 1,000,000, on the wire 1,000,000, acked 1,000,000, reflected n/a, missing n/a",
          "1 of 2 established with 192.0.2.1:179", "limit     mixed"}) {
        CAPTURE(words);
        CHECK(text.contains(words));
    }
}

TEST_CASE("inject: the judge is asked with its numbers, and the report says the same word twice")
{
    const auto limited_by = [](auto change) {
        auto report = a_report();
        report.findings.clear();
        report.sink.reset();
        change(report);
        take(report, judge_limits(measures_of(report, 2)));
        const auto document = to_json(report);
        const auto word = document.at("limits").at("limited_by").as_string();
        const auto& findings = document.at("findings").as_array();
        if (!findings.empty()) CHECK(findings[0].at("what").as_string() == word);
        return std::string{word};
    };
    CHECK(limited_by([](RunReport& report) { report.rates.scheduled_routes_per_second = 2e6; }) == "rate");
    CHECK(limited_by([](RunReport& report) { report.limits.blocked_share = 0.9; }) == "device");
    CHECK(limited_by([](RunReport& report) {
              report.limits.blocked_share = 0.9;
              report.sink.emplace();
          }) == "receiver");
    CHECK(limited_by([](RunReport& report) { report.limits.own_cores = 1.9; }) == "generator");
    CHECK(limited_by([](RunReport& report) { report.limits.own_cores = 0.9; }) == "mixed");
    CHECK(limited_by([](RunReport& report) { report.limits.other_cpu_share = 0.9; }) == "foreign_cpu");
    CHECK(limited_by([](RunReport& report) { report.counters.wire = 0; }) == "nothing");
    // 1M routes at 1M/s in 1.4 s: connecting and the last octets took the rest. In 4 s: it was behind.
    const auto paced = [](std::chrono::nanoseconds time) {
        return [time](RunReport& report) {
            report.rates.scheduled_routes_per_second = 1e6;
            report.rates.time = time;
            report.rates.routes_per_second = 1e6 / seconds(time);
        };
    };
    CHECK(limited_by(paced(1400ms)) == "rate");
    auto report = a_report();
    report.findings.clear();
    paced(4s)(report);
    take(report, judge_limits(measures_of(report, 2)));
    REQUIRE(report.findings.size() == 1);
    CHECK(report.findings[0].kind == FindingKind::rate);
}

TEST_CASE("a line of progress is cut before a terminal would wrap it")
{
    CHECK(cut_to("routes", 80) == "routes");
    CHECK(cut_to("0123456789", 11) == "0123456789");
    CHECK(cut_to("0123456789", 10) == "012345678");   // the last column stays free
    CHECK(cut_to("a→b→c→d", 5) == "a→b→");            // characters, not octets
    CHECK(cut_to("", 5).empty());
}

TEST_CASE("a summary goes on below its second column where a terminal ends")
{
    const std::string text = "result      passed\nfinding     one two three four five six seven eight nine\n";
    CHECK(wrapped(text, 0) == text);
    CHECK(wrapped(text, 100) == text);
    CHECK(wrapped(text, 40) == "result      passed\nfinding     one two three four five six\n            seven eight nine\n");
    CHECK(wrapped("no-space-in-any-of-these-fifty-letters-and-some-more\n", 40) ==
          "no-space-in-any-of-these-fifty-letters-and-some-more\n");
    CHECK(columns_of("a→b") == 3);
}

TEST_CASE("numbers as people read them")
{
    CHECK(short_number(950) == "950");
    CHECK(short_number(12'345) == "12.3k");
    CHECK(short_number(999'900) == "1.00M");
    CHECK(full_number(0) == "0");
    CHECK(full_number(999) == "999");
    CHECK(full_number(1'000) == "1,000");
    CHECK(full_number(577'703'000) == "577,703,000");
    CHECK(octets_text(96e6) == "96.0 MB");
    CHECK(bit_rate_text(125'000) == "1.00 Mb/s");
    CHECK(duration_text(12'300us) == "12.3 ms");
    CHECK(duration_text(125s) == "2 min 5 s");
    CHECK(per_second(10, 0s) == 0);
}

TEST_CASE("the sink's result has the keys that programs rely on, and comes back from them")
{
    const SinkResult result{.seconds = 2,
                            .sessions = {{.remote = "127.0.1.1:40000",
                                          .as = {65001},
                                          .announced = 10,
                                          .withdrawn = 1,
                                          .distinct = 9,
                                          .live = 8,
                                          .digest = 0xffffffffffffffff,
                                          .end = "Cease / Administrative Shutdown"},
                                         {.remote = "[::1]:40001", .as = {65002}, .announced = 30, .digest = 2}}};
    const auto object = to_json(result);
    std::vector<std::string> keys;
    for (const auto& [key, value] : object) keys.emplace_back(key);
    CHECK(keys == std::vector<std::string>{"sessions", "announced", "withdrawn", "distinct", "live", "malformed",
                                           "not_negotiated", "digest", "seconds", "routes_per_second", "seconds_from_established",
                                           "refused_connections", "per_session"});
    CHECK(object.at("announced").to_number<int>() == 40);
    CHECK(object.at("routes_per_second").to_number<double>() == 20);
    CHECK(object.at("digest").as_string() == "0000000000000001");

    const auto back = sink_result_from_json(boost::json::serialize(object));
    REQUIRE(back);
    CHECK(back->sessions.size() == 2);
    CHECK(back->sessions[0].remote == "127.0.1.1:40000");
    CHECK(back->sessions[0].digest == 0xffffffffffffffff);
    CHECK(!sink_result_from_json(R"({"seconds": 1})"));
    CHECK(!sink_result_from_json("Killed"));
}

TEST_CASE("a sink that only counted has no digest")
{
    const SinkResult result{.sessions = {{.remote = "127.0.0.1:1"}}};
    CHECK(to_json(result).at("digest").is_null());
    CHECK(to_text(result).contains("1 in all"));
}
