// One text over both waiters: what the engines rely on must be the same in sync and async.

#include "tests/support/doctest.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <thread>

#include "io/executor.hpp"
#include "io/file_descriptor.hpp"
#include "io/poll_loop.hpp"

using namespace barrage;
using namespace std::chrono_literals;

namespace {

using Clock = Waiter::Clock;
constexpr Waiter::Interest read_only{.read = true};
constexpr Waiter::Interest write_only{.write = true};
constexpr Waiter::Interest nothing{};

// Long enough that only a lost event reaches it.
Clock::time_point far_away() { return Clock::now() + 20s; }

struct SocketPair {
    SocketPair()
    {
        int fds[2];
        REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds) == 0);
        near.reset(fds[0]);
        far.reset(fds[1]);
    }
    void arrive(std::string_view text) const { REQUIRE(::send(far.get(), text.data(), text.size(), MSG_NOSIGNAL) > 0); }
    void drain() const
    {
        std::array<char, 4096> buffer;
        while (::recv(near.get(), buffer.data(), buffer.size(), 0) > 0) {
        }
    }
    void fill() const
    {
        const std::array<char, 4096> buffer{};
        while (::send(near.get(), buffer.data(), buffer.size(), MSG_NOSIGNAL) > 0) {
        }
    }

    FileDescriptor near;
    FileDescriptor far;
};

std::vector<Waiter::Ready> wait_until(Waiter& waiter, Clock::time_point deadline)
{
    std::vector<Waiter::Ready> ready;
    waiter.wait(deadline, ready);
    return ready;
}

std::vector<Waiter::Ready> look(Waiter& waiter) { return wait_until(waiter, Clock::time_point::min()); }

long voluntary_switches()
{
    rusage usage{};
    ::getrusage(RUSAGE_THREAD, &usage);
    return usage.ru_nvcsw;
}

Waiter* woken_by_signal = nullptr;

}   // namespace

#define BOTH_WAITERS PollLoop, Executor

TEST_CASE_TEMPLATE("a wait ends at its deadline, and one in the past only looks", W, BOTH_WAITERS)
{
    W waiter;
    CHECK(look(waiter).empty());
    const auto deadline = Clock::now() + 20ms;
    CHECK(wait_until(waiter, deadline).empty());
    CHECK(Clock::now() >= deadline);
}

TEST_CASE_TEMPLATE("an earlier deadline than the one before is kept, and a later one too", W, BOTH_WAITERS)
{
    W waiter;
    waiter.wake();
    CHECK(wait_until(waiter, far_away()).empty());
    for (const auto duration : {5ms, 30ms, 10ms}) {
        const auto begin = Clock::now();
        CHECK(wait_until(waiter, begin + duration).empty());
        CHECK(Clock::now() >= begin + duration);
        CHECK(Clock::now() < begin + 10s);
    }
}

TEST_CASE_TEMPLATE("readiness is reported as long as it lasts", W, BOTH_WAITERS)
{
    W waiter;
    SocketPair pair;
    waiter.watch(pair.near.get(), 7, read_only);
    CHECK(look(waiter).empty());
    pair.arrive("x");
    for (int turn = 0; turn < 3; ++turn) {
        const auto ready = wait_until(waiter, far_away());
        REQUIRE(ready.size() == 1);
        CHECK(ready[0].tag == 7);
        CHECK(ready[0].readable);
        CHECK_FALSE(ready[0].writable);
        CHECK_FALSE(ready[0].hung_up);
    }
    pair.drain();
    CHECK(look(waiter).empty());
    pair.arrive("y");
    CHECK(wait_until(waiter, far_away()).size() == 1);
}

TEST_CASE_TEMPLATE("what was read without being asked for is not reported", W, BOTH_WAITERS)
{
    W waiter;
    SocketPair pair;
    waiter.watch(pair.near.get(), 1, read_only);
    CHECK(look(waiter).empty());
    pair.arrive("x");
    pair.drain();
    CHECK(look(waiter).empty());
    pair.arrive("y");
    CHECK(look(waiter).size() == 1);
}

TEST_CASE_TEMPLATE("both directions of one descriptor are one report", W, BOTH_WAITERS)
{
    W waiter;
    SocketPair pair;
    waiter.watch(pair.near.get(), 3, {.read = true, .write = true});
    pair.arrive("x");
    const auto ready = wait_until(waiter, far_away());
    REQUIRE(ready.size() == 1);
    CHECK(ready[0].readable);
    CHECK(ready[0].writable);
}

TEST_CASE_TEMPLATE("room to write is reported only while there is some", W, BOTH_WAITERS)
{
    W waiter;
    SocketPair pair;
    pair.fill();
    const auto watch = waiter.watch(pair.near.get(), 3, write_only);
    CHECK(look(waiter).empty());
    std::array<char, 1 << 20> buffer;
    while (::recv(pair.far.get(), buffer.data(), buffer.size(), 0) > 0) {
    }
    CHECK(wait_until(waiter, far_away()).size() == 1);
    waiter.set_interest(watch, nothing);
    CHECK(look(waiter).empty());
    waiter.set_interest(watch, write_only);
    CHECK(look(waiter).size() == 1);
}

TEST_CASE_TEMPLATE("interest taken away before or after the event reports nothing, and given back reports it", W, BOTH_WAITERS)
{
    W waiter;
    SocketPair pair;
    const auto watch = waiter.watch(pair.near.get(), 1, read_only);
    CHECK(look(waiter).empty());   // armed by now
    pair.arrive("x");
    waiter.set_interest(watch, nothing);
    CHECK(look(waiter).empty());
    waiter.set_interest(watch, read_only);
    CHECK(look(waiter).size() == 1);
    waiter.set_interest(watch, nothing);
    waiter.set_interest(watch, read_only);
    waiter.set_interest(watch, read_only);
    CHECK(look(waiter).size() == 1);
    waiter.set_interest(watch, write_only);
    const auto ready = look(waiter);
    REQUIRE(ready.size() == 1);
    CHECK_FALSE(ready[0].readable);
    CHECK(ready[0].writable);
}

TEST_CASE_TEMPLATE("the end of the other side is readable and hung up; without interest it is silent", W, BOTH_WAITERS)
{
    W waiter;
    SocketPair pair;
    const auto watch = waiter.watch(pair.near.get(), 1, read_only);
    pair.far.reset();
    const auto ready = wait_until(waiter, far_away());
    REQUIRE(ready.size() == 1);
    CHECK(ready[0].readable);
    CHECK(ready[0].hung_up);
    waiter.set_interest(watch, nothing);
    CHECK(look(waiter).empty());
    CHECK(wait_until(waiter, Clock::now() + 5ms).empty());
}

TEST_CASE_TEMPLATE("nothing is reported after unwatch, nor to the next owner of the number", W, BOTH_WAITERS)
{
    W waiter;
    SocketPair first;
    const auto watch = waiter.watch(first.near.get(), 1, {.read = true, .write = true});
    CHECK(look(waiter).size() == 1);
    first.arrive("x");
    waiter.unwatch(watch);
    const int number = first.near.get();
    first.near.reset();
    SocketPair second;
    if (second.near.get() != number) {   // the lowest free number it is, unless the other end took it
        REQUIRE(::dup3(second.near.get(), number, O_CLOEXEC) == number);
        second.near.reset(number);
    }
    waiter.watch(number, 2, read_only);
    CHECK(look(waiter).empty());
    second.arrive("y");
    const auto ready = wait_until(waiter, far_away());
    REQUIRE(ready.size() == 1);
    CHECK(ready[0].tag == 2);
}

TEST_CASE_TEMPLATE("watches come and go while others stay", W, BOTH_WAITERS)
{
    W waiter;
    std::vector<SocketPair> pairs(200);
    std::vector<Waiter::WatchId> watches;
    for (std::size_t i = 0; i < pairs.size(); ++i) watches.push_back(waiter.watch(pairs[i].near.get(), i, read_only));
    CHECK(look(waiter).empty());
    for (std::size_t i = 0; i < pairs.size(); i += 3) waiter.unwatch(watches[i]);
    for (std::size_t i = 0; i < pairs.size(); i += 2) pairs[i].arrive("x");
    for (std::size_t i = 0; i < pairs.size(); i += 6) watches[i] = waiter.watch(pairs[i].near.get(), 1000 + i, read_only);
    std::vector<std::uint64_t> expected;
    for (std::size_t i = 0; i < pairs.size(); i += 2) {
        if (i % 3 != 0) expected.push_back(i);
        if (i % 6 == 0) expected.push_back(1000 + i);
    }
    std::vector<std::uint64_t> tags;
    for (const auto& ready : look(waiter)) tags.push_back(ready.tag);
    std::ranges::sort(expected);
    std::ranges::sort(tags);
    CHECK(tags == expected);
}

TEST_CASE_TEMPLATE("wake ends the wait in progress or the next, once", W, BOTH_WAITERS)
{
    W waiter;
    for (int i = 0; i < 3; ++i) {
        waiter.wake();
        waiter.wake();
        CHECK(wait_until(waiter, far_away()).empty());
        const auto deadline = Clock::now() + 5ms;
        CHECK(wait_until(waiter, deadline).empty());
        CHECK(Clock::now() >= deadline);
    }
    std::thread other{[&] { waiter.wake(); }};
    const auto deadline = far_away();
    CHECK(wait_until(waiter, deadline).empty());
    CHECK(Clock::now() < deadline);
    other.join();
}

TEST_CASE_TEMPLATE("no wake of another thread is lost", W, BOTH_WAITERS)
{
    W waiter;
    constexpr int rounds = 20'000;
    std::atomic<int> posted = 0;
    std::thread other{[&] {
        for (int i = 0; i < rounds; ++i) {
            posted.fetch_add(1);
            waiter.wake();
        }
    }};
    const auto deadline = far_away();
    while (posted.load() < rounds && Clock::now() < deadline) wait_until(waiter, deadline);
    CHECK(Clock::now() < deadline);
    other.join();
}

TEST_CASE_TEMPLATE("wake works from a signal handler", W, BOTH_WAITERS)
{
    W waiter;
    woken_by_signal = &waiter;
    struct sigaction action{};
    struct sigaction before{};
    action.sa_handler = [](int) { woken_by_signal->wake(); };
    REQUIRE(::sigaction(SIGUSR1, &action, &before) == 0);
    std::thread other{[thread = ::pthread_self()] { ::pthread_kill(thread, SIGUSR1); }};
    const auto deadline = far_away();
    CHECK(wait_until(waiter, deadline).empty());
    CHECK(Clock::now() < deadline);
    other.join();
    ::sigaction(SIGUSR1, &before, nullptr);
}

TEST_CASE_TEMPLATE("an idle wait with an unread socket and a hung-up one sleeps, once", W, BOTH_WAITERS)
{
    W waiter;
    SocketPair unread;
    SocketPair ended;
    const auto watch = waiter.watch(unread.near.get(), 1, read_only);
    const auto other = waiter.watch(ended.near.get(), 2, read_only);
    unread.arrive("x");
    ended.far.reset();
    CHECK(look(waiter).size() == 2);
    waiter.set_interest(watch, nothing);
    waiter.set_interest(other, nothing);
    CHECK(look(waiter).empty());
    const auto before = voluntary_switches();
    CHECK(wait_until(waiter, Clock::now() + 100ms).empty());
    const auto switches = voluntary_switches() - before;
    CHECK(switches >= 1);
    CHECK(switches <= 3);
}

TEST_CASE_TEMPLATE("a file, which epoll does not take, is always ready", W, BOTH_WAITERS)
{
    W waiter;
    const FileDescriptor file{::open("/proc/self/exe", O_RDONLY | O_CLOEXEC)};
    REQUIRE(file);
    const auto watch = waiter.watch(file.get(), 5, read_only);
    for (int turn = 0; turn < 2; ++turn) {
        const auto ready = wait_until(waiter, far_away());
        REQUIRE(ready.size() == 1);
        CHECK(ready[0].readable);
    }
    waiter.unwatch(watch);
    CHECK(look(waiter).empty());
}

TEST_CASE_TEMPLATE("a waiter ends with watches that are armed, parked and ready", W, BOTH_WAITERS)
{
    SocketPair armed;
    SocketPair ready;
    {
        W waiter;
        waiter.watch(armed.near.get(), 1, read_only);
        waiter.watch(ready.near.get(), 2, {.read = true, .write = true});
        waiter.unwatch(waiter.watch(STDERR_FILENO, 3, nothing));
        CHECK(look(waiter).size() == 1);
        ready.arrive("x");
    }
    CHECK(::fcntl(armed.near.get(), F_GETFD) >= 0);   // still the caller's
    CHECK(::fcntl(ready.near.get(), F_GETFD) >= 0);
}
