#pragma once
// The exit statuses of `loadgen`. Programs rely on these numbers.

namespace barrage {

enum class ExitStatus : int {
    passed = 0,
    too_many_respawns = 1,   // `speak` only, as ExaBGP's
    usage = 2,               // command line or configuration
    session_failed = 3,      // a session could not be set up
    incomplete = 4,          // not all that was asked for was done
    threshold_failed = 99,
    interrupted = 130,   // with the report of what was done so far
};

}   // namespace barrage
