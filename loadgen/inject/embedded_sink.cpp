#include "loadgen/inject/embedded_sink.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <utility>

#include "loadgen/units.hpp"

namespace barrage {

namespace {

constexpr auto start_patience = std::chrono::seconds{10};

std::unexpected<std::string> cannot(const char* what, int error)
{
    return std::unexpected(std::string{"cannot start the embedded sink: "} + what + ": " + std::strerror(error));
}

std::string read_all(int fd)
{
    std::string text;
    std::array<char, 65536> part;
    for (;;) {
        const auto got = read(fd, part.data(), part.size());
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return text;
        text.append(part.data(), static_cast<std::size_t>(got));
    }
}

}   // namespace

std::expected<EmbeddedSink, std::string> EmbeddedSink::start(const std::vector<std::string>& arguments)
{
    std::array<int, 2> out{};
    std::array<int, 2> err{};
    if (pipe2(out.data(), O_CLOEXEC) != 0) return cannot("pipe", errno);
    if (pipe2(err.data(), O_CLOEXEC) != 0) {
        const int error = errno;
        ::close(out[0]);
        ::close(out[1]);
        return cannot("pipe", error);
    }

    std::vector<std::string> words{"loadgen", "sink",    "--listen", "127.0.0.1:0",
                                   "--json",  "--quiet", "--parent", std::to_string(getpid())};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<char*> argv;
    for (auto& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);

    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&files, out[1], STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&files, err[1], STDERR_FILENO);
    // A group of its own: Ctrl-C is for us, who then end it in order.
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
    posix_spawnattr_setpgroup(&attributes, 0);
    pid_t pid = -1;
    const int error = posix_spawn(&pid, "/proc/self/exe", &files, &attributes, argv.data(), environ);
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&attributes);
    ::close(out[1]);
    ::close(err[1]);
    if (error != 0) {
        ::close(out[0]);
        ::close(err[0]);
        return cannot("/proc/self/exe", error);
    }
    EmbeddedSink sink{pid, out[0], err[0]};
    if (const auto read = sink.read_address(); !read) return std::unexpected(read.error());
    return sink;
}

EmbeddedSink::EmbeddedSink(EmbeddedSink&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)), out_(std::exchange(other.out_, -1)), err_(std::exchange(other.err_, -1)),
      address_(other.address_)
{
}

EmbeddedSink::~EmbeddedSink()
{
    if (pid_ > 0) {
        kill(pid_, SIGKILL);
        reap();
    }
    if (out_ >= 0) ::close(out_);
    if (err_ >= 0) ::close(err_);
}

std::expected<void, std::string> EmbeddedSink::read_address()
{
    constexpr std::string_view lead = "listening on ";
    const auto give_up = std::chrono::steady_clock::now() + start_patience;
    std::string line;
    while (!line.ends_with('\n')) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(give_up - std::chrono::steady_clock::now());
        pollfd waits{.fd = err_, .events = POLLIN, .revents = 0};
        if (left.count() <= 0 || poll(&waits, 1, static_cast<int>(left.count())) == 0)
            return std::unexpected("cannot start the embedded sink: it does not say where it listens");
        char octet = 0;
        if (const auto got = read(err_, &octet, 1); got < 0 && errno == EINTR)
            continue;
        else if (got <= 0)
            break;
        line.push_back(octet);
    }
    while (line.ends_with('\n')) line.pop_back();
    if (line.starts_with(lead))
        if (const auto endpoint = parse_endpoint(std::string_view{line}.substr(lead.size()))) {
            address_ = *endpoint;
            return {};
        }
    return std::unexpected("cannot start the embedded sink: it says \"" + line + '"');
}

int EmbeddedSink::reap()
{
    int status = 0;
    while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    pid_ = -1;
    return status;
}

std::expected<SinkResult, std::string> EmbeddedSink::finish()
{
    kill(pid_, SIGTERM);
    const auto text = read_all(out_);
    if (const auto said = read_all(err_); !said.empty()) std::fputs(said.c_str(), stderr);
    const int status = reap();
    if (WIFSIGNALED(status)) return std::unexpected("the embedded sink was ended by signal " + std::to_string(WTERMSIG(status)));
    return sink_result_from_json(text);
}

}   // namespace barrage
