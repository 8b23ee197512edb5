#pragma once
// The one way in which a scenario is played, for every command that does: loads, adds addresses, makes an engine for each run, plays as often as
// the scenario says, and judges. What stands around it is frame/command_frame; what a command does with the result is its own. Main thread.

#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "loadgen/frame/command_frame.hpp"
#include "loadgen/play/loaded_scenario.hpp"
#include "loadgen/report/scenario_report.hpp"
#include "loadgen/routes/route_table.hpp"
#include "loadgen/scenario/scenario.hpp"

namespace barrage {

/// What a command line says of playing, whatever is played.
struct PlayOptions : FrameOptions {
    bool add_addresses = false;   // of groups to the interface, for the time of the run
    bool doubts_routes = true;    // warns of next hops and paths that the device cannot take
    std::string report_file;
    std::string html_file;
    std::string markdown_file;
    std::string junit_file;
    std::string series_file;
    std::string hgrm_file;
    std::string trace_turns_file;
};

/// A table for each group; null where it has no routes. The error is one line for a person.
using RouteTables = std::vector<std::shared_ptr<const RouteTable>>;
using LoadTables = std::function<std::expected<RouteTables, std::string>(const Scenario&)>;

/// What so many sessions need, and the files that are to be written.
FrameNeeds needs_of(std::uint64_t sessions, const PlayOptions& options);
/// Plays what was read, with the tables that `load` gives. The scenario must live as long as the report.
OrStatus<ScenarioReport> play(CommandFrame& frame, const Scenario& scenario, const LoadTables& load, const PlayOptions& options);

/// The lines of all phases `command`, read once; their attributes are in the pool.
decltype(LoadedScenario::commands) read_commands(const Scenario& scenario, AttributePool& pool);

/// Whose AS is not the device's, as far as that is known.
bool is_external(const Scenario& scenario, const Scenario::Group& group);
/// Writes report and page, then prints document or summary. What cannot be written spoils a run that otherwise passed.
ExitStatus write_and_print(const CommandFrame& frame, RunReport& report, const std::function<boost::json::object()>& to_json,
                           const std::function<std::string()>& summary, const PlayOptions& options);
/// … of a scenario; series and latencies too.
ExitStatus write_and_print(const CommandFrame& frame, ScenarioReport& document, const PlayOptions& options);

}   // namespace barrage
