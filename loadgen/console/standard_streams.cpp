#include "loadgen/console/standard_streams.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>

#include "io/log_writer.hpp"

namespace barrage {

namespace {

ssize_t write_to_log(void* log, const char* octets, std::size_t size)
{
    static_cast<LogWriter*>(log)->write({octets, size});
    return static_cast<ssize_t>(size);
}

}   // namespace

void take_standard_descriptors() noexcept
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; ++fd)
        // The lowest that is free is taken: this very one.
        if (::fcntl(fd, F_GETFD) < 0 && errno == EBADF) (void)::open("/dev/null", O_RDONLY);
}

void never_wait_for_stderr()
{
    struct sigaction action{};
    if (::sigaction(SIGPIPE, nullptr, &action) == 0 && action.sa_handler == SIG_DFL) std::signal(SIGPIPE, SIG_IGN);
    static LogWriter* log = nullptr;   // as long as the process: others may still write while it ends
    if (log != nullptr) return;
    log = new LogWriter{STDERR_FILENO};
    auto* const stream = ::fopencookie(log, "w", {.read = nullptr, .write = write_to_log, .seek = nullptr, .close = nullptr});
    if (stream == nullptr) return;
    std::setvbuf(stream, nullptr, _IONBF, 0);
    stderr = stream;   // a variable, with glibc
    std::atexit([] { log->end(); });
}

}   // namespace barrage
