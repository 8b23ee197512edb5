// Programs as users write them: quick, dead, deaf, flooding, unwilling to go. Everything waits on events.

#include "tests/support/doctest.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

extern "C" {   // glibc 2.36 forgot that in the header itself
#include <sys/pidfd.h>
}

#include <string>

#include "io/child_process.hpp"
#include "io/executor.hpp"
#include "io/poll_loop.hpp"

using namespace barrage;
using namespace std::chrono_literals;

namespace {

using Clock = Waiter::Clock;

bool wait_for(Waiter& waiter, int fd, Waiter::Interest interest)
{
    std::vector<Waiter::Ready> ready;
    const auto watch = waiter.watch(fd, 0, interest);
    waiter.wait(Clock::now() + 20s, ready);
    waiter.unwatch(watch);
    return !ready.empty();
}

ChildProcess started(const Program& program)
{
    auto child = ChildProcess::start(program);
    REQUIRE_MESSAGE(child, (child ? "" : child.error().text));
    return std::move(*child);
}

ChildProcess shell(const std::string& script) { return started({.argv = {"sh", "-c", script}}); }

/// The next line, or "<end>".
std::string next_line(Waiter& waiter, PipeReader& pipe)
{
    for (;;) {
        if (const auto line = pipe.next()) return std::string{line->text};
        REQUIRE(wait_for(waiter, pipe.fd(), {.read = true}));
        const auto status = pipe.fill().status;
        if (status == ReadResult::Status::closed && !pipe.has_line()) {
            const auto rest = pipe.next();
            return rest ? std::string{rest->text} : "<end>";
        }
    }
}

ProcessEnd end_of(Waiter& waiter, ChildProcess& child)
{
    REQUIRE(wait_for(waiter, child.end_fd(), {.read = true}));
    const auto end = child.reap();
    REQUIRE(end);
    CHECK(child.reap() == end);
    return *end;
}

bool have_no_children() { return ::waitpid(-1, nullptr, WNOHANG) == -1 && errno == ECHILD; }

}   // namespace

#define BOTH_WAITERS PollLoop, Executor

TEST_CASE_TEMPLATE("a program answers line by line, and ends with its input", W, BOTH_WAITERS)
{
    W waiter;
    auto child = started({.argv = {"cat"}});
    CHECK_FALSE(child.reap());
    for (const std::string text : {"one", "", "three"}) {
        CHECK(child.input().offer(text + "\n") == PipeWriter::Offer::taken);
        CHECK(child.input().flush().octets == text.size() + 1);
        CHECK(next_line(waiter, child.output()) == text);
    }
    child.input().close();
    CHECK(next_line(waiter, child.output()) == "<end>");
    CHECK(end_of(waiter, child) == ProcessEnd{.exit_status = 0});
    CHECK(have_no_children());
}

TEST_CASE_TEMPLATE("the end of a program is told as it was", W, BOTH_WAITERS)
{
    W waiter;
    const struct {
        const char* script;
        ProcessEnd end;
    } rows[] = {{"exit 0", {0, 0}}, {"exit 7", {7, 0}}, {"kill -9 $$", {0, SIGKILL}}, {"kill -SEGV $$", {0, SIGSEGV}}};
    for (const auto& row : rows) {
        auto child = shell(row.script);
        CHECK(end_of(waiter, child) == row.end);
    }
    CHECK(have_no_children());
}

TEST_CASE_TEMPLATE("what a program said before it died is read to the last octet", W, BOTH_WAITERS)
{
    W waiter;
    auto child = shell("echo first; printf last; exit 3");
    CHECK(end_of(waiter, child) == ProcessEnd{.exit_status = 3});
    CHECK(next_line(waiter, child.output()) == "first");
    CHECK(next_line(waiter, child.output()) == "last");
    CHECK(child.input().offer("too late\n") == PipeWriter::Offer::taken);
    const auto result = child.input().flush();
    CHECK(result.status == WriteResult::Status::error);
    CHECK(result.error.value() == EPIPE);
    CHECK(child.input().offer("later still\n") == PipeWriter::Offer::broken);
    CHECK(child.input().waiting() == 0);
}

TEST_CASE_TEMPLATE("of a flood nothing is lost, torn or reordered", W, BOTH_WAITERS)
{
    W waiter;
    constexpr int last = 200'000;
    auto child = started({.argv = {"seq", "1", std::to_string(last)}});
    int expected = 1;
    bool in_order = true;
    for (auto line = next_line(waiter, child.output()); line != "<end>"; line = next_line(waiter, child.output()))
        in_order = in_order && line == std::to_string(expected++);
    CHECK(in_order);
    CHECK(expected == last + 1);
    CHECK(end_of(waiter, child) == ProcessEnd{});
}

TEST_CASE_TEMPLATE("a flood that nobody reads waits in its pipe, and a line without an end is cut", W, BOTH_WAITERS)
{
    W waiter;
    auto flood = started({.argv = {"yes"}, .longest_line = 1000});
    std::size_t read = 0;
    for (;;) {
        REQUIRE(wait_for(waiter, flood.output().fd(), {.read = true}));
        const auto result = flood.output().fill();
        REQUIRE(result.status == ReadResult::Status::octets);
        if (result.octets == 0) break;   // full
        read += result.octets;
        REQUIRE(read <= 1000 + 65536);
    }
    CHECK(next_line(waiter, flood.output()) == "y");

    auto endless =
        started({.argv = {"sh", "-c", "tr '\\0' x </dev/zero | head -c 3000000; echo; echo next"}, .longest_line = 1000});
    CHECK(next_line(waiter, endless.output()) == std::string(1000, 'x'));
    CHECK(next_line(waiter, endless.output()) == "next");
}

TEST_CASE_TEMPLATE("a program that never reads fills its pipe and a bounded queue, and answers stay whole", W, BOTH_WAITERS)
{
    W waiter;
    auto child = started({.argv = {"sleep", "1000"}, .input_high_watermark = 10'000});
    const std::string answer(999, 'd');
    std::size_t taken = 0;
    for (;;) {
        const auto offer = child.input().offer(answer + "\n");
        if (offer == PipeWriter::Offer::full) break;
        REQUIRE(offer == PipeWriter::Offer::taken);
        ++taken;
        child.input().flush();
        REQUIRE(taken < 10'000);
    }
    CHECK(child.input().waiting() <= 10'000);
    CHECK(child.input().waiting() > 8'000);
    CHECK(child.input().flush().status == WriteResult::Status::would_block);
    child.terminate(Clock::now(), 20s);
    CHECK(end_of(waiter, child) == ProcessEnd{.signal = SIGTERM});
    CHECK_FALSE(child.kill_at());
}

TEST_CASE_TEMPLATE("what waits for a slow reader arrives whole once it reads", W, BOTH_WAITERS)
{
    W waiter;
    auto child = shell("read go; wc -c");
    const std::string text(1'000'000, 'x');
    CHECK(child.input().offer("go\n" + text) == PipeWriter::Offer::taken);   // an empty queue takes any text
    CHECK(child.input().offer("y") == PipeWriter::Offer::full);
    while (child.input().waiting() > 0) {
        REQUIRE(wait_for(waiter, child.input().fd(), {.write = true}));
        CHECK(child.input().flush().status == WriteResult::Status::octets);
    }
    child.input().close();
    CHECK(next_line(waiter, child.output()) == "1000000");
}

TEST_CASE_TEMPLATE("one that ignores SIGTERM is killed after the grace, its group with it", W, BOTH_WAITERS)
{
    W waiter;
    auto child = shell("trap '' TERM; echo ready; sleep 1000; echo not reached");
    CHECK(next_line(waiter, child.output()) == "ready");
    const auto now = Clock::now();
    child.terminate(now, 5s);
    child.terminate(now + 1s, 5s);   // the first counts
    REQUIRE(child.kill_at());
    CHECK(*child.kill_at() == now + 5s);
    child.advance(now + 4999ms);
    CHECK_FALSE(child.reap());
    child.advance(now + 5s);
    CHECK(end_of(waiter, child) == ProcessEnd{.signal = SIGKILL});
    CHECK(next_line(waiter, child.output()) == "<end>");   // sleep, which held the pipe, is gone as well
    CHECK(have_no_children());
}

TEST_CASE("a program that is forgotten is killed and reaped, its children too")
{
    PollLoop waiter;
    FileDescriptor grandchild;
    {
        auto child = shell("trap '' TERM; sleep 1000 & echo $!; wait");
        grandchild.reset(::pidfd_open(std::stoi(next_line(waiter, child.output())), 0));
        REQUIRE(grandchild);
        CHECK(::getpgid(child.pid()) == child.pid());
        auto moved = std::move(child);
        CHECK_FALSE(moved.reap());
        moved = shell("sleep 1000");   // the first one ends here
        CHECK(wait_for(waiter, grandchild.get(), {.read = true}));
    }
    CHECK(have_no_children());
}

TEST_CASE("when we are killed our programs end")
{
    PollLoop waiter;
    int fds[2];
    REQUIRE(::pipe2(fds, O_CLOEXEC) == 0);
    const FileDescriptor read_end{fds[0]};
    FileDescriptor write_end{fds[1]};
    const pid_t speaker = ::fork();
    REQUIRE(speaker >= 0);
    if (speaker == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);   // should the test end before it
        const auto child = ChildProcess::start({.argv = {"sh", "-c", "trap '' TERM HUP PIPE; exec sleep 1000"}});
        const pid_t pid = child ? child->pid() : 0;
        [[maybe_unused]] const auto reported = ::write(write_end.get(), &pid, sizeof pid);
        for (;;) ::pause();
    }
    pid_t pid = 0;
    REQUIRE(::read(read_end.get(), &pid, sizeof pid) == sizeof pid);
    REQUIRE(pid > 0);
    const FileDescriptor child{::pidfd_open(pid, 0)};
    REQUIRE(child);
    ::kill(speaker, SIGKILL);
    CHECK(::waitpid(speaker, nullptr, 0) == speaker);
    CHECK(wait_for(waiter, child.get(), {.read = true}));
    CHECK(have_no_children());
}

TEST_CASE("a program inherits what it is given and nothing else")
{
    PollLoop waiter;
    const FileDescriptor leak{::open("/dev/null", O_RDONLY)};   // opened by somebody who forgot O_CLOEXEC
    ::setenv("BARRAGE_TEST_KEPT", "kept", 1);
    ::setenv("BARRAGE_TEST_CHANGED", "before", 1);
    auto child = started({.argv = {"sh", "-c",
                                   "echo $BARRAGE_TEST_KEPT $BARRAGE_TEST_CHANGED $BARRAGE_TEST_NEW; pwd;"
                                   "ls /proc/self/fd | tr '\\n' ' '; echo; grep -E 'SigBlk' /proc/self/status; "
                                   "grep SigIgn /proc/self/status; echo trouble >&2"},
                          .environment = {"BARRAGE_TEST_CHANGED=after", "BARRAGE_TEST_NEW=new"},
                          .directory = "/usr",
                          .captures_errors = true});
    ::unsetenv("BARRAGE_TEST_KEPT");
    ::unsetenv("BARRAGE_TEST_CHANGED");
    CHECK(next_line(waiter, child.output()) == "kept after new");
    CHECK(next_line(waiter, child.output()) == "/usr");
    CHECK(next_line(waiter, child.output()) == "0 1 2 3 ");   // 3 is the folder that ls reads
    CHECK(next_line(waiter, child.output()) == "SigBlk:\t0000000000000000");
    const auto ignored = std::stoull(next_line(waiter, child.output()).substr(8), nullptr, 16);
    CHECK((ignored >> (SIGPIPE - 1) & 1) == 0);
    CHECK(next_line(waiter, child.errors()) == "trouble");
    CHECK(next_line(waiter, child.errors()) == "<end>");
}

TEST_CASE("a program that cannot be started is an error that names it, and no zombie")
{
    const struct {
        Program program;
        int number;
    } rows[] = {
        {{.argv = {"no-such-program-of-barrage"}}, ENOENT},
        {{.argv = {"/no/such/program"}}, ENOENT},
        {{.argv = {"/etc/passwd"}}, EACCES},
        {{.argv = {"true"}, .directory = "/no/such/folder"}, ENOENT},
        {{.argv = {}}, EINVAL},
    };
    for (const auto& row : rows) {
        const auto child = ChildProcess::start(row.program);
        REQUIRE_FALSE(child);
        CHECK(child.error().code.value() == row.number);
        if (!row.program.argv.empty()) CHECK(child.error().text.find(row.program.argv.front()) != std::string::npos);
    }
    CHECK(have_no_children());
}
