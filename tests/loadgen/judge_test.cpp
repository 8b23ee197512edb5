// What limited a run: the one judge over a table of measurements, and the closed list of findings with its documents.

#include "tests/support/doctest.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <fstream>
#include <limits>
#include <sstream>

#include "loadgen/play/judge.hpp"

using namespace barrage;
using namespace std::chrono_literals;

namespace {

std::string text_of(const std::string& path)
{
    std::ifstream file{BARRAGE_SOURCE_DIR "/" + path};
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

struct Row {
    const char* name;
    Measures measures;
    std::string limited_by;
    std::string findings;   // words, each followed by a space
};

/// 1,000 routes in a second, as fast as they were taken, on two cores.
Measures measured(auto change)
{
    Measures measures{.wire_routes = 1000, .sending = 1s, .unpaced = true, .cores = 2};
    change(measures);
    return measures;
}

void paced(Measures& measures, double came)
{
    measures.unpaced = false;
    measures.rates.push_back({"announce", 1000, came});
}

}   // namespace

TEST_CASE("what limited a run follows from what was measured, in one word")
{
    const Row rows[] = {
        {"nothing stands out", measured([](Measures&) {}), "mixed", ""},
        {"nothing was sent", measured([](Measures& m) { m.wire_routes = 0; }), "nothing", ""},
        {"over in no time", measured([](Measures& m) { m.sending = 0ns; }), "nothing", ""},
        {"the device takes no more", measured([](Measures& m) { m.blocked_share = 0.97; }), "device", "device "},
        {"half of the time", measured([](Measures& m) { m.blocked_share = 0.5; }), "device", "device "},
        {"less than half of the time", measured([](Measures& m) { m.blocked_share = 0.49; }), "mixed", ""},
        {"our own sink takes no more", measured([](Measures& m) {
             m.blocked_share = 0.97;
             m.into_own_sink = true;
         }),
         "receiver", "receiver "},
        {"receivers behind", measured([](Measures& m) { m.full_read_share = 0.5; }), "receiver", "receiver "},
        {"all cores", measured([](Measures& m) { m.own_cores = 1.9; }), "generator", "generator "},
        {"half of the cores", measured([](Measures& m) { m.own_cores = 1; }), "mixed", ""},
        {"woken late", measured([](Measures& m) { m.timer_lateness = 50ms; }), "starved", "starved "},
        {"woken late often", measured([](Measures& m) { m.timer_late_share = 0.1; }), "starved", "starved "},
        {"others on the machine", measured([](Measures& m) { m.other_cpu_share = 0.5; }), "foreign_cpu", "foreign_cpu "},
        {"the rate was kept", measured([](Measures& m) { paced(m, 999); }), "rate", ""},
        {"… and a socket that blocks held nothing back", measured([](Measures& m) {
             paced(m, 999);
             m.blocked_share = 0.9;
         }),
         "rate", ""},
        {"the rate was not kept, nobody knows why", measured([](Measures& m) { paced(m, 700); }), "rate", "rate "},
        {"… for the device", measured([](Measures& m) {
             paced(m, 700);
             m.blocked_share = 0.97;
         }),
         "device", "device rate "},
        {"… for the tester", measured([](Measures& m) {
             paced(m, 700);
             m.own_cores = 1.9;
         }),
         "generator", "generator rate "},
        {"one of two rates", measured([](Measures& m) {
             paced(m, 1000);
             paced(m, 10);
         }),
         "rate", "rate "},
        {"a replay that waits for the times of its file", measured([](Measures& m) {
             m.unpaced = false;
             m.replayed = true;
             m.own_cores = 0.5;
         }),
         "schedule", ""},
        {"… beside a rate that was kept", measured([](Measures& m) {
             paced(m, 999);
             m.replayed = true;
         }),
         "rate", ""},
        {"… beside routes that went as they were taken", measured([](Measures& m) { m.replayed = true; }), "mixed", ""},
        {"… into a device that takes no more", measured([](Measures& m) {
             m.unpaced = false;
             m.replayed = true;
             m.blocked_share = 0.97;
         }),
         "device", "device "},
        {"sessions lost limit nothing", measured([](Measures& m) { m.sessions_lost = 1; }), "mixed", "session_lost "},
        {"swapped out", measured([](Measures& m) { m.swapped_octets = 4096; }), "swap", "swap "},
        {"the clock was set", measured([](Measures& m) { m.clock_step = -1s; }), "mixed", "clock_step "},
        {"everything at once", measured([](Measures& m) {
             paced(m, 700);
             m.sessions_lost = 2;
             m.clock_step = 1s;
             m.other_cpu_share = m.full_read_share = m.blocked_share = m.timer_late_share = 1;
             m.own_cores = 2;
         }),
         "device", "device receiver generator starved foreign_cpu rate clock_step session_lost "},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        const auto judgement = judge_limits(row.measures);
        std::string findings;
        for (const auto& finding : judgement.findings) findings += std::string{word(finding.kind)} + " ";
        CHECK(judgement.limited_by == row.limited_by);
        CHECK(findings == row.findings);
        CHECK(!judgement.explanation.empty());
        const auto limit = std::ranges::find_if(judgement.findings, [](const auto& one) { return row_of(one.kind).is_limit; });
        if (limit != judgement.findings.end()) CHECK(limit->text == judgement.explanation);
    }
}

TEST_CASE("no share of the time is more than all of it")
{
    for (const double share : {1.5, 880.96, 1e300, std::numeric_limits<double>::infinity()})
        for (const auto member :
             {&Measures::blocked_share, &Measures::full_read_share, &Measures::timer_late_share, &Measures::other_cpu_share}) {
            auto measures = measured([](Measures&) {});
            measures.*member = share;
            const auto judgement = judge_limits(measures);
            REQUIRE(judgement.findings.size() == 1);
            CHECK(judgement.findings[0].text.find(" 100 %") != std::string::npos);
        }
    for (const double share : {-1.0, std::numeric_limits<double>::quiet_NaN()}) {
        const auto judgement = judge_limits(measured([&](Measures& m) { m.blocked_share = m.other_cpu_share = share; }));
        CHECK(judgement.explanation ==
              "no one thing: 0.0 cores used, sockets blocked 0 % of the time, other processes 0 % of the machine");
    }
}

TEST_CASE("every finding has a word of its own, a sentence, an advice and its place in the documentation")
{
    const auto docs = text_of("docs/findings.md");
    for (const auto& row : finding_table()) {
        CAPTURE(row.word);
        CHECK(&row_of(row.kind) == &row);
        CHECK(row.sentence.ends_with('.'));
        CHECK(row.advice.ends_with('.'));
        CHECK(std::ranges::count(finding_table(), row.word, &FindingRow::word) == 1);
        const auto entry = "## " + std::string{row.word} + "\n\n" + std::string{row.sentence} + " " + std::string{row.advice} +
                           (row.is_limit ? " A limit.\n" : "\n");
        CHECK_MESSAGE(docs.contains(entry), entry);
    }
    // … in the order of the list, and none that is not of it.
    std::size_t at = 0, headings = 0;
    for (const auto& row : finding_table()) {
        const auto found = docs.find("## " + std::string{row.word} + "\n", at);
        REQUIRE(found != std::string::npos);
        at = found;
    }
    for (std::size_t i = docs.find("\n## "); i != std::string::npos; i = docs.find("\n## ", i + 1)) ++headings;
    CHECK(headings == finding_table().size());
}

TEST_CASE("the JSON Schema of reports has exactly these words")
{
    const auto schema = boost::json::parse(text_of("loadgen/report/report.schema.json"));
    const auto& findings = schema.at("$defs").at("findings").at("items").at("properties").at("what").at("enum").as_array();
    const auto& limits = schema.at("properties").at("limits").at("properties").at("limited_by").at("enum").as_array();
    REQUIRE(findings.size() == finding_table().size());
    for (const auto& row : finding_table()) {
        CAPTURE(row.word);
        CHECK(std::ranges::find(findings, boost::json::value(row.word)) != findings.end());
        CHECK((std::ranges::find(limits, boost::json::value(row.word)) != limits.end()) == row.is_limit);
    }
}
