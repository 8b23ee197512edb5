#pragma once
// The YAML of a scenario → values, and everything that is wrong with it: file, line, column, what was expected, the nearest word.
// One thread.

#include <boost/json.hpp>
#include <expected>
#include <string>
#include <vector>

#include "loadgen/scenario/scenario.hpp"
#include "loadgen/scenario/scenario_setting.hpp"

namespace barrage {

/// The problems are in the order of their places, and so are words without effect.
std::expected<Scenario, std::vector<yaml::Problem>> read_scenario(const std::string& text,
                                                                  const std::vector<Setting>& settings = {},
                                                                  std::vector<yaml::Problem>* without_effect = nullptr);
/// … of a file; one that cannot be read is one problem without a place.
std::expected<Scenario, std::vector<yaml::Problem>> read_scenario_file(const std::string& path,
                                                                       const std::vector<Setting>& settings = {},
                                                                       std::vector<yaml::Problem>* without_effect = nullptr);
/// "FILE:LINE:COLUMN: TEXT".
std::string to_text(const std::string& path, const yaml::Problem& problem);
/// JSON Schema of scenarios, for editors; made from the tables that the reader goes by.
boost::json::object scenario_schema();

}   // namespace barrage
