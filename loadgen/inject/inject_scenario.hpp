#pragma once
// What `loadgen inject` is asked for, as the scenario that it has played. Pure; any thread.
//
//     connecting → sending → [waiting → withdrawing] → [holding]
//     --verify: connect → announce or replay → wait → [hold], with a receiving session beside the senders

#include "loadgen/inject/inject_options.hpp"
#include "loadgen/scenario/scenario.hpp"

namespace barrage {

/// To the router, or to the embedded sink.
Scenario injecting_scenario(const InjectOptions& options, const Endpoint& router);
/// … whose verdict is what the router passes on.
Scenario verifying_scenario(const InjectOptions& options);

}   // namespace barrage
