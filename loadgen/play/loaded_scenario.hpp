#pragma once
// A scenario with what it names loaded: what all its repetitions share.

#include <map>
#include <memory>
#include <string_view>
#include <vector>

#include "io/endpoint.hpp"
#include "loadgen/routes/route_table.hpp"
#include "loadgen/scenario/api_lines.hpp"
#include "loadgen/scenario/scenario.hpp"

namespace barrage {

struct LoadedScenario {
    const Scenario* scenario = nullptr;
    std::string_view command = "run";   // who plays it
    Endpoint dut;
    std::shared_ptr<AttributePool> pool;   // of what commands announce
    std::map<const Scenario::Command*, std::vector<ApiLine>> commands;
    std::vector<std::shared_ptr<const RouteTable>> tables;   // by group; null where it has no routes
};

}   // namespace barrage
