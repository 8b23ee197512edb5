#pragma once
// `inject --verify`: the same injection as a scenario with a receiving session beside the senders, so that the verdict is what the router
// passes on. Main thread.

#include "loadgen/console/exit_status.hpp"
#include "loadgen/inject/inject_options.hpp"
#include "loadgen/scenario/scenario.hpp"

namespace barrage {

/// connect, announce (or replay), wait until it has converged, hold.
Scenario verifying_scenario(const InjectOptions& options);
ExitStatus inject_and_verify(const InjectOptions& options);

}   // namespace barrage
