#include "tests/support/doctest.hpp"

#include <vector>

#include "tuning/process_usage.hpp"

using namespace barrage;
using namespace std::chrono_literals;

TEST_CASE("our own use grows with what we do")
{
    const auto before = process_usage();
    CHECK(before.resident_octets > 0);
    CHECK(before.peak_resident_octets >= before.resident_octets);
    std::vector<char> block(32 << 20, 1);
    volatile std::uint64_t sum = 0;
    while (process_usage().cpu() < before.cpu() + 5ms)
        for (int i = 0; i < 1000; ++i) sum = sum + static_cast<std::uint64_t>(block[static_cast<std::size_t>(i)]);
    const auto after = process_usage();
    CHECK(after.cpu() > before.cpu());
    CHECK(after.peak_resident_octets >= before.resident_octets + (24 << 20));
}

TEST_CASE("the first line of /proc/stat is split as proc(5) says")
{
    const auto usage = parse_machine_usage("cpu  100 20 30 400 50 6 7 8 90 0\ncpu0 1 2 3 4\n", 100);
    REQUIRE(usage);
    CHECK(usage->busy == 1630ms);
    CHECK(usage->idle == 4500ms);
    CHECK(usage->stolen == 80ms);
    CHECK(parse_machine_usage("cpu 1 2 3 4", 100)->idle == 40ms);   // before Linux 2.5.41
    CHECK_FALSE(parse_machine_usage("", 100));
    CHECK_FALSE(parse_machine_usage("cpu0 1 2 3 4", 100));
    CHECK_FALSE(parse_machine_usage("cpu 1 2 3 4", 0));
    CHECK(machine_usage().has_value());
}

TEST_CASE("the load of others is what we did not use ourselves")
{
    ProcessUsage ours;
    ours.user = 1s;
    const MachineUsage before{10s, 10s, 0s};
    CHECK(other_cpu_load(before, {13s, 11s, 0s}, {}, ours) == doctest::Approx(0.5));
    CHECK(other_cpu_load(before, {11s, 13s, 0s}, {}, ours) == doctest::Approx(0.0));
    CHECK(other_cpu_load(before, {10s, 14s, 0s}, {}, ours) == doctest::Approx(0.0));   // never below
    CHECK(other_cpu_load(before, {11s, 12s, 1s}, {}, ours) == doctest::Approx(0.25));
    CHECK(other_cpu_load(before, before, {}, ours) == 0.0);
}

TEST_CASE("swap in use is at most what there is")
{
    const auto swap = swap_usage();
    CHECK(swap.used_octets <= swap.total_octets);
}
