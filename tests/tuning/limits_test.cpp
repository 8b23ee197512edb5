#include "tests/support/doctest.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include "tests/support/temporary_folder.hpp"
#include "tuning/limits.hpp"

using namespace barrage;

namespace {

using Machine = TemporaryFolder;   // stands for /

}   // namespace

TEST_CASE("open files are raised up to the hard limit, and above it one line says what to type")
{
    rlimit before{};
    REQUIRE(getrlimit(RLIMIT_NOFILE, &before) == 0);
    const rlimit low{64, before.rlim_max};
    REQUIRE(setrlimit(RLIMIT_NOFILE, &low) == 0);
    CHECK(raise_open_files(32) == 64);
    CHECK(raise_open_files(128) == 128);
    rlimit now{};
    getrlimit(RLIMIT_NOFILE, &now);
    CHECK(now.rlim_cur == 128);
    setrlimit(RLIMIT_NOFILE, &before);

    // More than the kernel lets even root have (fs.nr_open is far below).
    const auto raised = raise_open_files(4'000'000'000);
    if (before.rlim_max < 4'000'000'000) {
        REQUIRE_FALSE(raised);
        CHECK(raised.error() == "needs 4000000000 open files but may have " + std::to_string(before.rlim_max) +
                                    "; type: sudo prlimit --pid $$ --nofile=4000000000:4000000000");
    }
}

TEST_CASE("the tightest bound of the control groups above us counts (v2)")
{
    const Machine machine;
    machine.file("proc/self/cgroup", "0::/a/b\n");
    machine.file("sys/fs/cgroup/a/b/memory.max", "max\n");
    machine.file("sys/fs/cgroup/a/memory.max", "1073741824\n");
    machine.file("sys/fs/cgroup/a/b/cpu.max", "150000 100000\n");
    machine.file("sys/fs/cgroup/a/cpu.max", "max 100000\n");
    const auto limits = control_group_limits(machine.path());
    CHECK(limits.memory_octets == 1073741824);
    REQUIRE(limits.cores);
    CHECK(*limits.cores == doctest::Approx(1.5));
}

TEST_CASE("in a container the limits stand where the hierarchy is mounted (v1 and v2)")
{
    const Machine v2;
    v2.file("proc/self/cgroup", "0::/\n");
    v2.file("sys/fs/cgroup/memory.max", "2048\n");
    CHECK(control_group_limits(v2.path()).memory_octets == 2048);

    const Machine v1;
    v1.file("proc/self/cgroup", "5:memory:/docker/x\n4:cpu,cpuacct:/docker/x\n1:name=systemd:/docker/x\n");
    v1.file("sys/fs/cgroup/memory/memory.limit_in_bytes", "4096\n");
    v1.file("sys/fs/cgroup/memory/docker/memory.limit_in_bytes", "9223372036854771712\n");
    v1.file("sys/fs/cgroup/cpu/docker/x/cpu.cfs_quota_us", "50000\n");
    v1.file("sys/fs/cgroup/cpu/docker/x/cpu.cfs_period_us", "100000\n");
    v1.file("sys/fs/cgroup/cpu/cpu.cfs_quota_us", "-1\n");
    v1.file("sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n");
    const auto limits = control_group_limits(v1.path());
    CHECK(limits.memory_octets == 4096);
    CHECK(limits.cores == 0.5);
}

TEST_CASE("memory is what the machine has free or the control group allows")
{
    const Machine machine;
    machine.file("proc/meminfo", "MemTotal:  1000 kB\nMemFree: 10 kB\nMemAvailable:   500 kB\n");
    CHECK(memory_limits(machine.path()).total_octets == 1000 * 1024);
    CHECK(memory_limits(machine.path()).usable_octets() == 500 * 1024);
    machine.file("proc/self/cgroup", "0::/\n");
    machine.file("sys/fs/cgroup/memory.max", "2048\n");
    CHECK(memory_limits(machine.path()).usable_octets() == 2048);
}

TEST_CASE("a machine that tells nothing has no limits, and this one has memory")
{
    const Machine nothing;
    CHECK_FALSE(control_group_limits(nothing.path()).memory_octets);
    CHECK(memory_limits(nothing.path()).total_octets == 0);
    CHECK(memory_limits().usable_octets() > 0);
}
