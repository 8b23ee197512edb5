// Lines to descriptors that are full, closed or read by nobody: whoever writes goes on, and the lines that are missing are counted.

#include "tests/support/doctest.hpp"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <string>

#include "io/log_writer.hpp"

using namespace barrage;

namespace {

struct Pipe {
    FileDescriptor reader, writer;
    Pipe()
    {
        int ends[2];
        REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
        reader = FileDescriptor{ends[0]};
        writer = FileDescriptor{ends[1]};
    }
    /// What there is, until nothing comes for a moment or `until` is in it.
    std::string read(const std::string& until = "\n")
    {
        std::string text;
        char octets[65536];
        for (pollfd look{.fd = reader.get(), .events = POLLIN, .revents = 0}; text.find(until) == std::string::npos;) {
            if (::poll(&look, 1, 10000) <= 0) break;
            const auto got = ::read(reader.get(), octets, sizeof octets);
            if (got <= 0) break;
            text.append(octets, static_cast<std::size_t>(got));
        }
        return text;
    }
};

}   // namespace

TEST_CASE("what there is room for is written at once")
{
    Pipe pipe;
    LogWriter log{pipe.writer.get()};
    log.write("one\n");
    CHECK(pipe.read() == "one\n");
    // The descriptor that we were given still blocks: it is not ours alone.
    CHECK((::fcntl(pipe.writer.get(), F_GETFL) & O_NONBLOCK) == 0);
}

TEST_CASE("a pipe that nobody reads holds up nobody, and what is missing is said when it is read again")
{
    Pipe pipe;
    LogWriter log{pipe.writer.get()};
    const std::string line(99, 'x');
    constexpr std::size_t lines = 10000;
    for (std::size_t i = 0; i < lines; ++i) log.write(line + "\n");
    const auto text = pipe.read(" left out here");
    const auto remark = text.find("… ");
    REQUIRE(remark != std::string::npos);
    const auto whole =
        static_cast<std::size_t>(std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(remark), '\n'));
    CHECK(text.substr(remark).starts_with("… " + std::to_string(lines - whole) + " lines were left out here"));
    // Lines are whole.
    for (std::size_t i = 0; i < whole; ++i) CHECK(text[i * 100 + 99] == '\n');
    log.write("again\n");
    CHECK(pipe.read("again\n").ends_with("again\n"));
}

TEST_CASE("what can never be written is left out")
{
    std::signal(SIGPIPE, SIG_IGN);
    {
        Pipe pipe;
        pipe.reader.reset();
        LogWriter broken{pipe.writer.get()};
        for (int i = 0; i < 1000; ++i) broken.write("nobody\n");
    }
    const FileDescriptor full{::open("/dev/full", O_WRONLY | O_CLOEXEC)};
    LogWriter nowhere{full.get()};
    for (int i = 0; i < 1000; ++i) nowhere.write("no room\n");
    LogWriter closed{-1};
    closed.write("closed\n");
}

TEST_CASE("the end does not wait for ever")
{
    Pipe pipe;
    LogWriter log{pipe.writer.get()};
    for (int i = 0; i < 3000; ++i) log.write(std::string(99, 'x') + "\n");
    log.end();
    log.end();
    log.write("late\n");
}
