#include "tests/support/doctest.hpp"

#include "engine/pacer.hpp"

using namespace barrage;
using namespace std::chrono_literals;

namespace {
const Pacer::Clock::time_point start{1h};
}

TEST_CASE("routes are due at even distances from the start, the first one at once")
{
    const Pacer pacer{start, 1000};
    CHECK(pacer.due(start - 1ns) == 0);
    CHECK(pacer.due(start) == 1);
    CHECK(pacer.due(start + 999'999ns) == 1);
    CHECK(pacer.due(start + 1ms) == 2);
    CHECK(pacer.due(start + 1s) == 1001);
    CHECK(pacer.next_due(0) == start);
    CHECK(pacer.next_due(1) == start + 1ms);
    CHECK(pacer.next_due(1000) == start + 1s);
}

TEST_CASE("waiting until the next route is due makes it due, and a moment earlier it was not")
{
    for (const std::uint64_t rate : {1ull, 3ull, 7ull, 999ull, 1'000'000ull, 333'333'333ull, 3'000'000'000ull})
        for (const std::uint64_t count : {0ull, 1ull, 2ull, 3ull, 1000ull, 999'999ull, 123'456'789ull}) {
            const Pacer pacer{start, rate};
            const auto when = pacer.next_due(count);
            CHECK(pacer.due(when) > count);
            CHECK(pacer.due(when - 1ns) <= count);
        }
}

TEST_CASE("a schedule does not drift over days")
{
    const Pacer pacer{start, 3};
    CHECK(pacer.due(start + 240h) == 240ull * 3600 * 3 + 1);
}

TEST_CASE("lateness is the time since the next route was due")
{
    const Pacer pacer{start, 1000};
    CHECK(pacer.lateness(start + 5ms, 5) == 0ns);
    CHECK(pacer.lateness(start + 5ms, 9) == 0ns);
    CHECK(pacer.lateness(start + 5ms, 3) == 2ms);
    CHECK(pacer.lateness(start + 5ms, 0) == 5ms);
}

TEST_CASE("without a rate everything is due at the start")
{
    const Pacer pacer{start, 0};
    CHECK(pacer.due(start - 1ns) == 0);
    CHECK(pacer.due(start) == Pacer::all);
    CHECK(pacer.next_due(123) == start);
}

TEST_CASE("what is due after the end of time is due at its end")
{
    const Pacer pacer{start, 1};
    CHECK(pacer.next_due(Pacer::all) == Pacer::Clock::time_point::max());
    CHECK(Pacer(start, Pacer::all).due(start + 10s) == Pacer::all);
}

TEST_CASE("a burst is due when its first route is")
{
    const Pacer pacer{start, 1000, 100};   // 100 each tenth of a second
    CHECK(pacer.due(start) == 100);
    CHECK(pacer.due(start + 99ms) == 100);
    CHECK(pacer.due(start + 100ms) == 200);
    CHECK(pacer.next_due(99) == start);
    CHECK(pacer.next_due(100) == start + 100ms);
    CHECK(pacer.due(start + 10s) == 10'100);   // the mean is the rate
    CHECK(pacer.together() == 0);
}
