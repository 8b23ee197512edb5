#include "tests/support/doctest.hpp"

#include <sched.h>
#include <sys/resource.h>
#include <unistd.h>

#include <pthread.h>

#include <algorithm>
#include <string>
#include <thread>

#include "tuning/cpu_affinity.hpp"

using namespace barrage;

TEST_CASE("there is a usable core, and a thread pinned to one runs there")
{
    const auto cores = usable_cores();
    REQUIRE_FALSE(cores.empty());
    CHECK(std::ranges::is_sorted(cores));
    for (const int core : {cores.front(), cores.back()}) {
        int ran_on = -1;
        bool pinned = false;
        std::thread{[&] {
            pinned = pin_this_thread(core).has_value();
            ran_on = current_core();
        }}.join();
        CHECK(pinned);
        CHECK(ran_on == core);
    }
    CHECK(usable_cores() == cores);   // of the process, not of the thread that asks
}

TEST_CASE("a thread lets others go first, and no other thread does")
{
    const auto nice_of = [](pid_t thread) { return getpriority(PRIO_PROCESS, static_cast<id_t>(thread)); };
    const int before = nice_of(gettid());
    int in_thread = 0;
    int policy = -1;
    std::thread{[&] {
        lower_priority_of_this_thread();
        in_thread = nice_of(gettid());
        policy = sched_getscheduler(0);
    }}.join();
    CHECK(in_thread == std::min(before + 10, 19));
    CHECK(policy == SCHED_BATCH);
    CHECK(sched_getscheduler(0) == SCHED_OTHER);
    CHECK(nice_of(gettid()) == before);
}

TEST_CASE("a thread made by a pinned one can leave its core again")
{
    int before = 0, after = 0;
    std::thread{[&] {
        const auto cores_of_thread = [] {
            cpu_set_t set;
            sched_getaffinity(0, sizeof set, &set);
            return CPU_COUNT(&set);
        };
        (void)pin_this_thread(usable_cores().front());
        std::thread{[&] {
            before = cores_of_thread();
            unpin_this_thread();
            after = cores_of_thread();
        }}.join();
    }}.join();
    CHECK(before == 1);
    CHECK(after == static_cast<int>(usable_cores().size()));
}

TEST_CASE("a core that is not ours is refused in one line")
{
    for (const int core : {-1, 1'000'000}) {
        const auto pinned = pin_this_thread(core);
        REQUIRE_FALSE(pinned);
        CHECK(pinned.error().starts_with("core " + std::to_string(core) + " is not among the "));
    }
}

TEST_CASE("a thread is named, by its first 15 octets")
{
    std::string name;
    std::thread{[&] {
        name_this_thread("a-name-that-is-too-long");
        char text[16];
        pthread_getname_np(pthread_self(), text, sizeof text);
        name = text;
    }}.join();
    CHECK(name == "a-name-that-is-");
}
