#include "loadgen/console/signals.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdint>
#include <ctime>
#include <system_error>

#include "loadgen/console/exit_status.hpp"

namespace barrage {

namespace {

// What the signal handler uses.
std::atomic<int> write_end{-1};
std::atomic<bool> ends_process{false};
std::atomic<bool> is_watched{false};
std::atomic<std::int64_t> first_at{0};   // milliseconds; 0: none came yet
static_assert(std::atomic<int>::is_always_lock_free && std::atomic<bool>::is_always_lock_free &&
              std::atomic<std::int64_t>::is_always_lock_free);

// One Ctrl-C may come twice, to the process and to its group: timeout(1) sends both. People are slower than this.
constexpr std::int64_t same_signal_milliseconds = 250;

std::int64_t milliseconds_now() noexcept
{
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return std::int64_t{now.tv_sec} * 1000 + now.tv_nsec / 1'000'000;
}

/// False where it is the same Ctrl-C once more.
bool counts_or_ends_process() noexcept
{
    const auto now = milliseconds_now();
    std::int64_t first = 0;
    if (!first_at.compare_exchange_strong(first, now)) {
        if (now - first >= same_signal_milliseconds) _exit(static_cast<int>(ExitStatus::interrupted));
        return false;
    }
    if (is_watched) return true;
    constexpr char text[] = "loadgen: interrupted before anything was sent\n";
    [[maybe_unused]] const auto written = write(STDERR_FILENO, text, sizeof text - 1);
    _exit(static_cast<int>(ExitStatus::interrupted));
}

extern "C" void on_signal(int number)
{
    const int before = errno;
    if (!ends_process || counts_or_ends_process()) {
        const auto octet = static_cast<unsigned char>(number);
        // A full pipe has more signals in it than anybody could mean.
        [[maybe_unused]] const auto written = write(write_end.load(), &octet, 1);
    }
    errno = before;
}

}   // namespace

Signals::Signals(std::initializer_list<int> signals, Unwatched unwatched)
{
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) throw std::system_error{errno, std::generic_category(), "pipe2"};
    read_ = FileDescriptor{ends[0]};
    write_ = FileDescriptor{ends[1]};
    write_end = write_.get();
    ends_process = unwatched == Unwatched::ends_process;
    is_watched = false;
    first_at = 0;
    struct sigaction ours{};
    ours.sa_handler = on_signal;
    ours.sa_flags = SA_RESTART;
    sigemptyset(&ours.sa_mask);
    for (const int signal : signals) {
        before_.push_back({signal, {}});
        sigaction(signal, &ours, &before_.back().action);
    }
    std::signal(SIGPIPE, SIG_IGN);
}

Signals::~Signals()
{
    for (const auto& before : before_) sigaction(before.signal, &before.action, nullptr);
    write_end = -1;
}

std::vector<int> Signals::take()
{
    std::vector<int> signals;
    unsigned char octets[64];
    for (;;) {
        const auto got = ::read(read_.get(), octets, sizeof octets);
        if (got <= 0) break;
        for (ssize_t i = 0; i < got; ++i)
            if (std::ranges::find(signals, int{octets[i]}) == signals.end()) signals.push_back(octets[i]);
    }
    return signals;
}

Signals::Watch::Watch(Signals& signals, Engine& engine, std::function<void(int)> on_signal)
    : engine_(engine),
      watch_(engine.watch(signals.fd(), {.read = true}, [&signals, on_signal = std::move(on_signal)](const Waiter::Ready&) {
          for (const int signal : signals.take()) on_signal(signal);
      }))
{
    is_watched = true;
}

Signals::Watch::~Watch()
{
    is_watched = false;
    engine_.unwatch(watch_);
}

}   // namespace barrage
