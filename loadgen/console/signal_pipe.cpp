#include "loadgen/console/signal_pipe.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <system_error>

namespace barrage::exabgp {

namespace {

std::atomic<int> write_end{-1};
static_assert(std::atomic<int>::is_always_lock_free);   // a signal handler uses it

extern "C" void on_signal(int number)
{
    const int before = errno;
    const auto octet = static_cast<unsigned char>(number);
    // A full pipe has more signals in it than anybody could mean.
    [[maybe_unused]] const auto written = write(write_end.load(), &octet, 1);
    errno = before;
}

}   // namespace

SignalPipe::SignalPipe(std::initializer_list<int> signals)
{
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) throw std::system_error{errno, std::generic_category(), "pipe2"};
    read_ = FileDescriptor{ends[0]};
    write_ = FileDescriptor{ends[1]};
    write_end = write_.get();
    struct sigaction ours{};
    ours.sa_handler = on_signal;
    ours.sa_flags = SA_RESTART;
    sigemptyset(&ours.sa_mask);
    for (const int signal : signals) {
        before_.push_back({signal, {}});
        sigaction(signal, &ours, &before_.back().action);
    }
}

SignalPipe::~SignalPipe()
{
    for (const auto& before : before_) sigaction(before.signal, &before.action, nullptr);
    write_end = -1;
}

std::vector<int> SignalPipe::take()
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

}   // namespace barrage::exabgp
