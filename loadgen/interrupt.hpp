#pragma once
// Ctrl-C and SIGTERM while an engine runs: the first asks it to end well (sessions with a Cease, results, report), the second
// ends the process at once. One at a time, as the signals belong to the process. SIGPIPE is ignored, whoever reads our output.

#include <csignal>

#include "engine/engine.hpp"

namespace barrage {

class InterruptGuard {
public:
    /// Engine::interrupt() is called from the signal handler.
    explicit InterruptGuard(Engine& engine);
    ~InterruptGuard();
    InterruptGuard(const InterruptGuard&) = delete;
    InterruptGuard& operator=(const InterruptGuard&) = delete;

private:
    struct sigaction before_int_ {};
    struct sigaction before_term_ {};
};

}   // namespace barrage
