#pragma once
// The one judge of what limited a run and what disturbed it, for `run`, `inject` and `bench`. Pure: numbers in, findings out.

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "loadgen/play/finding.hpp"

namespace barrage {

/// What a run came to, as far as its limits can be read off it. What was not measured stays as it is here.
struct Measures {
    /// Of a paced phase, in routes or changes a second.
    struct Rate {
        std::string phase;
        double asked = 0;
        double came = 0;
    };
    std::uint64_t wire_routes = 0;
    std::chrono::nanoseconds sending{};   // in which they went out
    std::vector<Rate> rates{};
    bool unpaced = false;          // something went out as fast as it was taken
    bool replayed = false;         // something went out by the times of a file
    bool into_own_sink = false;    // the embedded one: its process is the tester's receiving side
    bool device_watched = false;   // the device's CPU time is not in other_cpu_share
    double own_cores = 0;
    double cores = 1;                            // that this process may use
    double other_cpu_share = 0;                  // of the machine, 0 to 1
    double blocked_share = 0;                    // of senders' time, 0 to 1: the socket took nothing while octets waited
    double full_read_share = 0;                  // of receivers' turns, 0 to 1: more had come than a turn reads
    std::chrono::nanoseconds timer_lateness{};   // p99: how much later than asked this process was woken
    double timer_late_share = 0;                 // of the time
    std::uint64_t swapped_octets = 0;
    std::chrono::nanoseconds clock_step{};   // the wall clock against the steady one
    std::uint32_t sessions_lost = 0;
};

struct Judgement {
    /// The word of the first finding that is a limit; without one "rate" (what was asked for was kept), "schedule" (the times of a file
    /// were), "nothing" (too little was sent to say) or "mixed" (no one thing).
    std::string limited_by;
    std::string explanation;
    std::vector<Finding> findings;   // sorted
};

Judgement judge_limits(const Measures& measures);

}   // namespace barrage
