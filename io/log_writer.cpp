#include "io/log_writer.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <climits>
#include <utility>

namespace barrage {

namespace {

constexpr int look_milliseconds = 100;
constexpr int looks_at_the_end = 5;

bool has_room(int fd, int milliseconds) noexcept
{
    pollfd look{.fd = fd, .events = POLLOUT, .revents = 0};
    return ::poll(&look, 1, milliseconds) > 0;
}

std::uint64_t lines_of(std::string_view text) { return static_cast<std::uint64_t>(std::ranges::count(text, '\n')); }

}   // namespace

LogWriter::LogWriter(int fd)
{
    struct stat what{};
    const bool is_open = ::fstat(fd, &what) == 0;
    if (is_open && (S_ISFIFO(what.st_mode) || S_ISCHR(what.st_mode))) {
        // A description of our own: O_NONBLOCK on the one we were given would be one for all who share it.
        fd_ =
            FileDescriptor{::open(("/proc/self/fd/" + std::to_string(fd)).c_str(), O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)};
        if (fd_) kind_ = Kind::never_blocks;
    }
    if (!fd_) {
        fd_ = FileDescriptor{::fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1)};
        if (is_open && S_ISREG(what.st_mode)) kind_ = Kind::never_blocks;
        if (is_open && S_ISSOCK(what.st_mode)) kind_ = Kind::socket;
    }
}

LogWriter::~LogWriter() { end(); }

/// Takes from the front of `octets` what the descriptor takes; false where that was not all of it and more may come later. What can never be
/// written is taken and counted as left out.
bool LogWriter::offer(std::string_view& octets)
{
    while (!octets.empty()) {
        auto size = octets.size();
        if (kind_ == Kind::asked_first) {
            // Where there is room at all, there is room for this much: pipe(7).
            if (fd_ && !has_room(fd_.get(), 0)) return false;
            size = std::min<std::size_t>(size, PIPE_BUF);
        }
        const auto written = kind_ == Kind::socket ? ::send(fd_.get(), octets.data(), size, MSG_DONTWAIT | MSG_NOSIGNAL)
                                                   : ::write(fd_.get(), octets.data(), size);
        if (written > 0) {
            octets.remove_prefix(static_cast<std::size_t>(written));
        } else if (written < 0 && errno == EAGAIN) {
            return false;
        } else if (written == 0 || errno != EINTR) {
            left_out_ += lines_of(octets);
            octets = {};
        }
    }
    return true;
}

/// What waits, and behind it what is to be said of what was left out. Under the mutex.
void LogWriter::go_on()
{
    std::string_view rest = waiting_;
    const bool all = offer(rest);
    waiting_.erase(0, waiting_.size() - rest.size());
    if (!all || left_out_ == 0) return;
    const auto lost = left_out_;
    auto remark =
        "… " + std::to_string(lost) + (lost == 1 ? " line was" : " lines were") + " left out here: there was no room for them\n";
    std::string_view line_text = remark;
    const bool is_written = offer(line_text);
    if (is_written && left_out_ > lost) {   // it could not be written either, and is no line of ours
        left_out_ = lost;
        return;
    }
    left_out_ = 0;
    waiting_ = line_text;
}

void LogWriter::write(std::string_view lines)
{
    const std::lock_guard lock{mutex_};
    go_on();
    if (!waiting_.empty()) {
        if (waiting_.size() + lines.size() <= most_waiting && left_out_ == 0)
            waiting_ += lines;
        else
            left_out_ += lines_of(lines);
        return;
    }
    if (offer(lines) || ending_) return;
    waiting_ = lines.substr(0, most_waiting);
    if (std::exchange(waits_, true)) return;
    if (for_room_.joinable()) for_room_.join();   // it has ended, or is about to
    // Signals are for the threads that expect them.
    sigset_t all;
    sigset_t before;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before);
    for_room_ = std::thread{[this] { wait_for_room(); }};
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

void LogWriter::wait_for_room()
{
    for (;;) {
        has_room(fd_.get(), look_milliseconds);
        const std::lock_guard lock{mutex_};
        go_on();
        if (!waiting_.empty() && !ending_) continue;
        waits_ = false;
        return;
    }
}

void LogWriter::end()
{
    {
        const std::lock_guard lock{mutex_};
        ending_ = true;
    }
    if (for_room_.joinable()) for_room_.join();
    const std::lock_guard lock{mutex_};
    for (int looks = 0; looks < looks_at_the_end && !waiting_.empty(); ++looks) {
        if (has_room(fd_.get(), look_milliseconds)) go_on();
    }
    waiting_.clear();
}

}   // namespace barrage
