#pragma once
// What came of an injection, as its report has it. Pure; any thread.

#include "loadgen/inject/inject_options.hpp"

namespace barrage {

/// Of the one run of injecting_scenario(), without the sink's part and the judge's.
RunReport report_of(const ScenarioReport& played, const InjectOptions& options);
/// Adds what the embedded sink counted, and holds it against what had to come. Sessions are told apart by their source address, which each has
/// for itself.
void add_sink(RunReport& report, SinkResult sink, const RunResult& result, const InjectOptions& options);

}   // namespace barrage
