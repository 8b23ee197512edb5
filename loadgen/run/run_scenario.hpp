#pragma once
// `loadgen run` from its options to its exit status: reads the scenario, loads the routes, plays it as often as it says, judges,
// and writes summary and reports. Main thread.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "loadgen/commands/option_words.hpp"
#include "loadgen/exit_status.hpp"
#include "loadgen/run/scenario_reader.hpp"
#include "loadgen/run/threshold.hpp"

namespace barrage {

struct RunOptions {
    std::string file;
    std::optional<Endpoint> dut;       // instead of the scenario's
    std::optional<std::int64_t> pid;   // likewise
    std::optional<std::uint64_t> seed;
    std::vector<Threshold> assertions;   // beside the scenario's
    std::vector<Setting> settings;       // values of the scenario that are others
    std::string report_file;
    std::string html_file;
    std::string series_file;
    std::string hgrm_file;
    std::optional<Endpoint> metrics;   // where counters are told while it runs
    bool json = false;
    bool quiet = false;
    option_words::EngineWords engine;
};

ExitStatus run_scenario(const RunOptions& options);

}   // namespace barrage
