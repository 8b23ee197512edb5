#pragma once
// What the device did: what it sent that is wrong, on the wire or for a time, and whether anything of it was compared. Pure; main thread.

#include "loadgen/play/run_result.hpp"
#include "loadgen/scenario/scenario.hpp"

namespace barrage {

/// After judge(): goes by its verdicts.
void judge_device(RunResult& result, const Scenario& scenario);

}   // namespace barrage
