#pragma once
// The one way in which a scenario is played, for every command that does: raises limits, loads, adds addresses, starts metrics, progress and
// engine, plays as often as the scenario says, and judges. What a command does with the result is its own. Main thread.

#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "io/endpoint.hpp"
#include "loadgen/console/exit_status.hpp"
#include "loadgen/play/engine_choice.hpp"
#include "loadgen/report/scenario_report.hpp"
#include "loadgen/routes/route_table.hpp"
#include "loadgen/scenario/scenario.hpp"

namespace barrage {

/// What a command line says of playing, whatever is played.
struct PlayOptions {
    std::string_view command = "run";   // whose errors these are
    bool add_addresses = false;         // of groups to the interface, for the time of the run
    bool doubts_routes = true;          // warns of next hops and paths that the device cannot take
    std::string report_file;
    std::string html_file;
    std::string series_file;
    std::string hgrm_file;
    std::string trace_turns_file;
    std::optional<Endpoint> metrics;   // where counters are served while it runs
    bool json = false;
    bool quiet = false;
    EngineChoice engine;
};

/// A table for each group; null where it has no routes. The error is one line for a person.
using RouteTables = std::vector<std::shared_ptr<const RouteTable>>;
using LoadTables = std::function<std::expected<RouteTables, std::string>(const Scenario&)>;

/// Files for so many sessions may be open, and those that are asked for can be written: before anything begins. The reason is on stderr.
std::expected<void, ExitStatus> prepare(std::uint64_t sessions, const PlayOptions& options);
/// Plays what was read, with the tables that `load` gives. Where nothing could be begun: the exit status, and the reason is on stderr. The
/// scenario must live as long as the report.
std::expected<ScenarioReport, ExitStatus> play(const Scenario& scenario, const LoadTables& load, const PlayOptions& options);

/// Whose AS is not the device's, as far as that is known.
bool is_external(const Scenario& scenario, const Scenario::Group& group);
/// Writes report and page, then prints document or summary. What cannot be written spoils a run that otherwise passed.
ExitStatus write_and_print(RunReport& report, const boost::json::object& json, const std::function<std::string()>& summary,
                           const PlayOptions& options);
/// … of a scenario; series and latencies too.
ExitStatus write_and_print(ScenarioReport& document, const PlayOptions& options);

}   // namespace barrage
