#pragma once
// What `loadgen run` reports: a document of barrage.report/1 with the part `scenario` in it, a summary for a person, and the
// series as NDJSON. Pure; any thread.

#include <boost/json.hpp>

#include <string>
#include <vector>

#include "loadgen/play/run_result.hpp"
#include "loadgen/report/run_report.hpp"
#include "loadgen/scenario/scenario.hpp"

namespace barrage {

/// A finished `loadgen run`: one or more counted runs of a scenario.
struct ScenarioReport {
    std::string file;
    const Scenario* scenario = nullptr;
    RunReport report;              // the part that all reports have; its status is of all runs together
    std::vector<RunResult> runs;   // those counted, never empty
};

boost::json::object to_json(const ScenarioReport& report);
std::string summary(const ScenarioReport& report);
/// Latencies as .hgrm: what was announced in the file of this name, other kinds beside it ("run.hgrm", "run.withdrawal.hgrm").
struct NamedText {
    std::string path, text;
};
std::vector<NamedText> hgrm_files(const std::string& path, const RunResult& result);
/// One JSON object a line: the samples of the last run.
std::string series_ndjson(const RunResult& result);

}   // namespace barrage
