#include "loadgen/interrupt.hpp"

#include <unistd.h>

#include <atomic>

#include "loadgen/exit_status.hpp"

namespace barrage {

namespace {

std::atomic<Engine*> running{nullptr};
std::atomic<bool> asked{false};
static_assert(std::atomic<Engine*>::is_always_lock_free &&
              std::atomic<bool>::is_always_lock_free);   // a signal handler uses them

extern "C" void on_interrupt_signal(int)
{
    if (asked.exchange(true)) _exit(static_cast<int>(ExitStatus::interrupted));
    if (auto* engine = running.load()) engine->interrupt();
}

}   // namespace

InterruptGuard::InterruptGuard(Engine& engine)
{
    running = &engine;
    asked = false;
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
