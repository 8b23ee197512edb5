#pragma once
// What happened against what was expected: sessions that were lost, changes that did not come back, what the device sent that is wrong. What the
// scenario expects in words (expect.hpp), or by a threshold that holds, is no fault; all else becomes a problem, and a finding. Pure; main thread.

#include "loadgen/play/run_result.hpp"
#include "loadgen/scenario/scenario.hpp"

namespace barrage {

/// Whether sessions may be lost at all, by the words of the scenario: then a lost one is not waited for.
bool expects_losses(const Scenario& scenario) noexcept;
/// After judge(): goes by its verdicts.
void judge_expected(RunResult& result, const Scenario& scenario);

}   // namespace barrage
