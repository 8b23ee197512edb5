#pragma once
// The exception that ends a run: the first one, whichever thread met it. Both engines then end alike: every session gets a Cease, run() returns, and
// what was measured stays to be read. Any thread.

#include <atomic>
#include <exception>
#include <memory>
#include <mutex>
#include <string>

#include "codec/iana.hpp"

namespace barrage {

/// One line for a person, without a stop at its end.
std::string failure_text(const std::exception_ptr& exception);

class RunFailure {
public:
    RunFailure();

    /// To be called where an exception was caught. Later ones are consequences of the first, and not kept.
    void note() noexcept;
    [[nodiscard]] bool has_happened() const noexcept { return happened_.load(std::memory_order_acquire); }
    /// Empty while there is none.
    [[nodiscard]] std::string text() const;
    /// Of the Cease to every peer (RFC 4486).
    [[nodiscard]] CeaseSubcode subcode() const noexcept { return subcode_.load(std::memory_order_relaxed); }

private:
    mutable std::mutex mutex_;
    std::string text_;                  // under mutex_
    std::unique_ptr<char[]> reserve_;   // under mutex_: given back when memory has run out, so that the end has some
    std::atomic<CeaseSubcode> subcode_{CeaseSubcode::administrative_shutdown};
    std::atomic<bool> happened_{false};
};

}   // namespace barrage
