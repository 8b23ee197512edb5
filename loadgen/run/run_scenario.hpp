#pragma once
// `loadgen run` from its options to its exit status: reads the scenario, loads the routes, plays it as often as it says, judges,
// and writes summary and reports. Main thread.

#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "loadgen/play/engine_choice.hpp"
#include "loadgen/console/exit_status.hpp"
#include "loadgen/routes/route_table.hpp"
#include "loadgen/scenario/scenario.hpp"
#include "loadgen/scenario/scenario_reader.hpp"
#include "loadgen/scenario/threshold.hpp"

namespace barrage {

struct RunOptions {
    std::string_view command = "run";   // who says it: `inject --verify` plays a scenario too
    std::string file;
    bool add_addresses = false;        // of groups to the interface, for the time of the run
    std::optional<Endpoint> dut;       // instead of the scenario's
    std::optional<std::int64_t> pid;   // likewise
    std::optional<std::uint64_t> seed;
    bool allow_left_out = false;         // beside the scenario's word
    std::vector<Threshold> assertions;   // beside the scenario's
    std::vector<Setting> settings;       // values of the scenario that are others
    std::string report_file;
    std::string html_file;
    std::string series_file;
    std::string hgrm_file;
    std::optional<Endpoint> metrics;   // where counters are told while it runs
    bool json = false;
    bool quiet = false;
    EngineChoice engine;
};

ExitStatus run_scenario(const RunOptions& options);
/// A table for each group; null where it has no routes. The error is one line for a person.
using RouteTables = std::vector<std::shared_ptr<const RouteTable>>;
using LoadTables = std::function<std::expected<RouteTables, std::string>(const Scenario&)>;
/// Plays what was read, with the tables that `load` gives.
ExitStatus play_scenario(const Scenario& scenario, const LoadTables& load, const RunOptions& options);

}   // namespace barrage
