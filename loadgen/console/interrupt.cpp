#include "loadgen/console/interrupt.hpp"

#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <ctime>

#include "loadgen/console/exit_status.hpp"

namespace barrage {

namespace {

std::atomic<Engine*> running{nullptr};
std::atomic<std::int64_t> asked_at{0};   // milliseconds; 0: not yet
// A signal handler uses them.
static_assert(std::atomic<Engine*>::is_always_lock_free && std::atomic<std::int64_t>::is_always_lock_free);

// One Ctrl-C may come twice, to the process and to its group: timeout(1) sends both. People are slower than this.
constexpr std::int64_t same_signal_milliseconds = 250;

std::int64_t milliseconds_now() noexcept
{
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return std::int64_t{now.tv_sec} * 1000 + now.tv_nsec / 1'000'000;
}

extern "C" void on_interrupt_signal(int)
{
    const auto now = milliseconds_now();
    std::int64_t before = 0;
    if (!asked_at.compare_exchange_strong(before, now)) {
        if (now - before >= same_signal_milliseconds) _exit(static_cast<int>(ExitStatus::interrupted));
        return;
    }
    if (auto* engine = running.load()) return engine->interrupt();
    constexpr char text[] = "loadgen: interrupted before anything was sent\n";
    [[maybe_unused]] const auto written = write(STDERR_FILENO, text, sizeof text - 1);
    _exit(static_cast<int>(ExitStatus::interrupted));
}

}   // namespace

InterruptGuard::Attached InterruptGuard::attach(Engine& engine) noexcept
{
    running = &engine;
    return {};
}

InterruptGuard::Attached::~Attached() { running = nullptr; }

InterruptGuard::InterruptGuard()
{
    running = nullptr;
    asked_at = 0;
    struct sigaction ours{};
    ours.sa_handler = on_interrupt_signal;
    sigemptyset(&ours.sa_mask);
    sigaction(SIGINT, &ours, &before_int_);
    sigaction(SIGTERM, &ours, &before_term_);
    std::signal(SIGPIPE, SIG_IGN);
}

InterruptGuard::~InterruptGuard()
{
    sigaction(SIGINT, &before_int_, nullptr);
    sigaction(SIGTERM, &before_term_, nullptr);
    running = nullptr;
}

}   // namespace barrage
