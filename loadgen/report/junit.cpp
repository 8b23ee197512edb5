#include "loadgen/report/junit.hpp"

#include <fmt/format.h>

#include "loadgen/report/answer.hpp"
#include "loadgen/report/svg_chart.hpp"
#include "loadgen/words/document_json.hpp"

namespace barrage {

namespace {

using document::list;
using document::number;
using document::object;
using document::part;
using document::text;

struct Cases {
    std::string suite;   // as XML
    std::string xml;
    int all = 0, failures = 0, errors = 0;

    /// `wrong`: what is inside the test case; empty: it passed.
    void add(const std::string& name, double time, const std::string& wrong)
    {
        ++all;
        xml += fmt::format("    <testcase classname=\"{}\" name=\"{}\" time=\"{:.3f}\"", suite, html_text(name), time);
        xml += wrong.empty() ? "/>\n" : ">\n      " + wrong + "\n    </testcase>\n";
    }
};

std::string problems_text(const object& report)
{
    std::string lines;
    for (const auto& each : list(report, "problems"))
        if (each.is_string()) lines += (lines.empty() ? "" : "\n") + html_text(each.as_string());
    return lines;
}

}   // namespace

std::string junit_report(const object& report)
{
    const auto* scenario = part(report, "scenario");
    auto name = scenario ? text(*scenario, "name") : std::string{"loadgen inject"};
    if (name.empty()) name = text(*scenario, "file");
    Cases cases{.suite = html_text(name)};
    double time = 0;
    if (scenario) {
        time = number(*scenario, "seconds").value_or(0);
    } else {
        document::for_each_object(list(report, "phases"),
                                  [&](const object& phase) { time += number(phase, "seconds").value_or(0); });
    }
    Cases thresholds{.suite = cases.suite};
    if (scenario)
        document::for_each_object(list(*scenario, "thresholds"), [&](const object& threshold) {
            const bool holds = document::flag(threshold, "holds");
            const auto measured = html_text(text(threshold, "measured_text"));
            if (!holds) ++thresholds.failures;
            thresholds.add(text(threshold, "words"), 0,
                           holds ? std::string{}
                                 : fmt::format("<failure type=\"threshold\" message=\"measured: {}\"/>", measured));
        });
    // Of several runs the document has the thresholds of the last: those of an earlier one fail the run itself.
    const auto result = text(report, "result");
    const bool is_of_thresholds = result == "threshold_failed" && thresholds.failures != 0;
    if (result == "passed" || is_of_thresholds) {
        cases.add("the run", time, {});
    } else {
        const bool is_failure = result == "threshold_failed";
        (is_failure ? cases.failures : cases.errors) += 1;
        const auto* tag = is_failure ? "failure" : "error";
        cases.add("the run", time,
                  fmt::format("<{} type=\"{}\" message=\"{}\">{}</{}>", tag, html_text(result), html_text(answer(report)),
                              problems_text(report), tag));
    }
    const auto all = cases.all + thresholds.all, failures = cases.failures + thresholds.failures;
    auto started = text(report, "started");
    if (started.ends_with('Z')) started.pop_back();   // the schema of JUnit's XML has no zone
    const auto* host = part(report, "host");
    return fmt::format("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                       "<testsuites name=\"loadgen\" tests=\"{0}\" failures=\"{1}\" errors=\"{2}\" time=\"{3:.3f}\">\n"
                       "  <testsuite name=\"{4}\" tests=\"{0}\" failures=\"{1}\" errors=\"{2}\" skipped=\"0\" time=\"{3:.3f}\" "
                       "timestamp=\"{5}\" hostname=\"{6}\">\n{7}{8}"
                       "    <system-out>{9}</system-out>\n"
                       "  </testsuite>\n</testsuites>\n",
                       all, failures, cases.errors, time, cases.suite, html_text(started),
                       host ? html_text(text(*host, "name")) : "", cases.xml, thresholds.xml, html_text(answer(report)));
}

}   // namespace barrage
