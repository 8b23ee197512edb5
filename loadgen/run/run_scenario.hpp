#pragma once
// `loadgen run` from its options to its exit status: reads the scenario, loads the routes, has it played, and writes summary and reports. Main
// thread.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "loadgen/run/conductor.hpp"
#include "loadgen/scenario/scenario_setting.hpp"
#include "loadgen/scenario/threshold.hpp"

namespace barrage {

struct RunOptions : PlayOptions {
    std::string file;
    std::optional<Endpoint> dut;       // instead of the scenario's
    std::optional<std::int64_t> pid;   // likewise
    std::optional<std::uint64_t> seed;
    bool allow_left_out = false;         // beside the scenario's word
    std::vector<Threshold> assertions;   // beside the scenario's
    std::vector<Setting> settings;       // values of the scenario that are others
};

ExitStatus run_scenario(const RunOptions& options);
/// The tables of a scenario's groups: those that name the same sources share one.
std::expected<RouteTables, std::string> load_tables(const Scenario& scenario);

}   // namespace barrage
