#pragma once
// An async shard's waiting: one boost::asio::io_context, run only by the shard's thread inside wait(). Per watched
// descriptor and direction a coroutine awaits readiness, reports it once and parks; the next wait() that still finds
// interest resumes it. A socket that nobody reads thus costs nothing, and what wait() reports is level-triggered.

#include <memory>

#include "io/waiter.hpp"
#include "io/wake_signal.hpp"

namespace boost::asio {
class io_context;
}

namespace barrage {

class Executor final : public Waiter {
public:
    Executor();
    ~Executor() override;

    WatchId watch(int fd, std::uint64_t tag, Interest interest) override;
    void set_interest(WatchId watch, Interest interest) override;
    void unwatch(WatchId watch) override;
    void wait(Clock::time_point deadline, std::vector<Ready>& ready) override;
    void wake() noexcept override { wake_.raise(); }

    /// For other work of this thread: it runs inside wait(), which goes on waiting afterwards unless woken.
    boost::asio::io_context& context() noexcept;

private:
    struct Watched;
    struct State;

    WakeSignal wake_;
    std::unique_ptr<State> state_;
};

}   // namespace barrage
