#include "loadgen/interrupt.hpp"

#include <time.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>

#include "loadgen/exit_status.hpp"

namespace barrage {

namespace {

std::atomic<Engine*> running{nullptr};
std::atomic<bool> asked{false};
static_assert(std::atomic<Engine*>::is_always_lock_free &&
              std::atomic<bool>::is_always_lock_free);   // a signal handler uses them

extern "C" void on_interrupt_signal(int)
{
    const auto now = milliseconds_now();
    std::int64_t before = 0;
    if (!asked_at.compare_exchange_strong(before, now)) {
        if (now - before >= same_signal_milliseconds) _exit(static_cast<int>(ExitStatus::interrupted));
        return;
    }
    if (auto* engine = running.load()) engine->interrupt();
}

}   // namespace

InterruptGuard::InterruptGuard(Engine& engine)
{
    running = &engine;
    asked_at = 0;
    struct sigaction ours {};
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
