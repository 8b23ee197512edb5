// Numbers that a peer leaves for whoever looks.

#include <doctest.h>

#include "engine/counters.hpp"

using namespace barrage;
using namespace std::chrono_literals;

TEST_CASE("time in which a socket takes nothing counts while it lasts")
{
    PeerCounters counters;
    counters.store({.blocked_nanoseconds = 5'000'000});
    CHECK(counters.snapshot().blocked_nanoseconds == 5'000'000);
    // For ten seconds now, beside five milliseconds before that; nobody stores anything meanwhile.
    counters.store({.blocked_nanoseconds = 5'000'000}, Clock::now() - 10s);
    const auto first = counters.snapshot().blocked_nanoseconds;
    CHECK(first >= 10'005'000'000);
    CHECK(first < 3'600'000'000'000);
    CHECK(counters.snapshot().blocked_nanoseconds >= first);
}
