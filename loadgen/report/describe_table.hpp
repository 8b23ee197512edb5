#pragma once
// Adds to a report what a run was given to advertise: its sources, and what their tables take. Pure; main thread.

#include "loadgen/report/run_report.hpp"
#include "loadgen/routes/route_table.hpp"

namespace barrage {

/// Once for each table: they add up.
void describe_table(RunReport& report, const RouteTable& table);

}   // namespace barrage
