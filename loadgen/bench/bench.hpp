#pragma once
// `loadgen bench` from its options to its exit status: each contender proves first that it delivers what the first one does, then
// all are timed in turns, round by round, so that a change of the machine meets all of them. Main thread.

#include "loadgen/bench/bench_options.hpp"
#include "loadgen/console/exit_status.hpp"

namespace barrage {

ExitStatus bench(const BenchOptions& options);

}   // namespace barrage
