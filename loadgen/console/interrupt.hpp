#pragma once
// Ctrl-C and SIGTERM: before there is an engine they end the process; the first one while it runs asks it to end well (sessions
// with a Cease, results, report), the second ends the process at once. One at a time, as the signals belong to the process.
// SIGPIPE is ignored, whoever reads our output.

#include <csignal>

#include "engine/engine.hpp"

namespace barrage {

class InterruptGuard {
public:
    InterruptGuard();
    struct [[nodiscard]] Attached {
        Attached() = default;
        ~Attached();
        Attached(const Attached&) = delete;
        Attached& operator=(const Attached&) = delete;
    };
    /// As long as the answer lives, Engine::interrupt() is called from the signal handler.
    Attached attach(Engine& engine) noexcept;
    ~InterruptGuard();
    InterruptGuard(const InterruptGuard&) = delete;
    InterruptGuard& operator=(const InterruptGuard&) = delete;

private:
    struct sigaction before_int_{};
    struct sigaction before_term_{};
};

}   // namespace barrage
