#pragma once
// Plays a Plan: the player of `loadgen run` over one engine against `loadgen device` over another, both in one World, and holds what happened against
// what must hold. Main thread.

#include <cstdint>
#include <string>
#include <vector>

#include "loadgen/play/run_result.hpp"
#include "tests/simulation/plan.hpp"

namespace barrage::simulation {

struct Outcome {
    std::vector<std::string> broken;   // a line for each thing that must hold and did not
    RunResult result;                  // judged
    std::uint64_t trace = 0;           // the same for the same plan
    std::uint64_t steps = 0;
    Duration time{};   // of the World
};

Outcome play(const Plan& plan);

/// The smallest plan that still breaks something, found by taking one thing after the other away; at most so many plays.
Plan shrunk(Plan plan, int most_plays);

}   // namespace barrage::simulation
