#pragma once
// A run's report for a person: a dozen lines that say what happened, how fast, at what cost, and what was the limit. Pure; any
// thread.

#include <string>

#include "loadgen/report/run_report.hpp"

namespace barrage {

std::string summary(const RunReport& report);

}   // namespace barrage
