#include "io/executor.hpp"

#include <fcntl.h>

#include <cassert>
#include <coroutine>
#include <exception>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "io/readiness.hpp"

namespace barrage {

namespace asio = boost::asio;

namespace {

enum class Direction : std::uint8_t { read, write };

constexpr std::size_t index(Direction direction) noexcept { return std::to_underlying(direction); }

/// A coroutine that belongs to whoever resumes it next: the parking place or the handler inside Asio.
struct Detached {
    struct promise_type {
        Detached get_return_object() noexcept { return {}; }
        std::suspend_never initial_suspend() noexcept { return {}; }
        std::suspend_never final_suspend() noexcept { return {}; }
        void return_void() noexcept {}
        void unhandled_exception() { throw; }   // to who resumed it, wait() for one; the run ends with it
    };
};

/// Resumes a coroutine, or destroys it when nobody ever will (an io_context that ends with handlers in it).
class Continuation {
public:
    Continuation() = default;
    explicit Continuation(std::coroutine_handle<> coroutine) noexcept : coroutine_(coroutine) {}
    Continuation(Continuation&& other) noexcept : coroutine_(std::exchange(other.coroutine_, nullptr)) {}
    Continuation& operator=(Continuation&& other) noexcept
    {
        std::swap(coroutine_, other.coroutine_);
        return *this;
    }
    ~Continuation()
    {
        if (coroutine_) coroutine_.destroy();
    }

    explicit operator bool() const noexcept { return coroutine_ != nullptr; }
    void resume() { std::exchange(coroutine_, nullptr).resume(); }

private:
    std::coroutine_handle<> coroutine_;
};

/// Awaits that a descriptor is ready in one direction.
struct Readiness {
    asio::posix::stream_descriptor& descriptor;
    Direction direction;

    [[nodiscard]] bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> coroutine)
    {
        const auto what =
            direction == Direction::read ? asio::posix::descriptor_base::wait_read : asio::posix::descriptor_base::wait_write;
        descriptor.async_wait(what, [waiting = Continuation{coroutine}](boost::system::error_code) mutable { waiting.resume(); });
    }
    void await_resume() const noexcept {}
};

/// Parks the coroutine in `place` until its owner resumes it.
struct Parked {
    Continuation& place;

    [[nodiscard]] bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> coroutine) { place = Continuation{coroutine}; }
    void await_resume() const noexcept {}
};

}   // namespace

/// Shared by the table of watches and its own coroutines, which may outlive the watch until Asio gives them back.
struct Executor::Watched {
    Watched(asio::io_context& context, int fd_, std::uint64_t tag_) : descriptor(context), tag(tag_), fd(fd_)
    {
        boost::system::error_code error;
        descriptor.assign(fd, error);   // what epoll does not know (a file, /dev/null) is taken too: always ready
        if (error) throw std::system_error(error.value(), std::system_category(), "cannot watch a descriptor");
    }
    // The fd is the caller's.
    ~Watched()
    {
        if (descriptor.is_open()) descriptor.release();
    }

    [[nodiscard]] bool wants(Direction direction) const noexcept
    {
        return direction == Direction::read ? interest.read : interest.write;
    }

    asio::posix::stream_descriptor descriptor;
    std::uint64_t tag;
    int fd;
    Interest interest;
    bool gone = false;       // unwatched: the coroutines end as soon as they run
    bool queued = false;     // stands in State::to_arm
    bool reported = false;   // stands in State::fired
    Continuation parked[2];
    bool started[2] = {};   // a coroutine is made when its direction is first asked for
};

struct Executor::State {
    State() : context(1), timer(context) {}
    ~State()
    {
        for (auto& watched : watches)
            if (watched) forget(*watched);
    }

    Detached report_when_ready(std::shared_ptr<Watched> watched, Direction direction);
    Detached end_wait_when_raised(WakeSignal& wake, int copy);

    void ask(const std::shared_ptr<Watched>& watched);
    void arm_what_is_asked();
    void arm_timer(Clock::time_point deadline);
    void collect(std::vector<Ready>& ready);
    static void forget(Watched& watched);

    asio::io_context context;
    asio::steady_timer timer;
    bool timer_runs = false;
    bool woken = false;

    std::vector<std::shared_ptr<Watched>> watches;   // by id
    std::vector<WatchId> free_ids;
    std::vector<std::shared_ptr<Watched>> to_arm;   // asked for since their coroutine parked
    std::vector<std::shared_ptr<Watched>> fired;    // in this wait()
    std::vector<pollfd> looked_at;                  // same places as fired
};

Detached Executor::State::report_when_ready(std::shared_ptr<Watched> watched, Direction direction)
{
    while (!watched->gone) {
        co_await Readiness{watched->descriptor, direction};
        if (watched->gone) break;
        if (watched->wants(direction) && !std::exchange(watched->reported, true)) fired.push_back(watched);
        co_await Parked{watched->parked[index(direction)]};
    }
}

Detached Executor::State::end_wait_when_raised(WakeSignal& wake, int copy)
{
    asio::posix::stream_descriptor descriptor{context, copy};   // goes with this coroutine, and that with the io_context
    for (;;) {
        co_await Readiness{descriptor, Direction::read};
        wake.take();
        woken = true;
    }
}

void Executor::State::ask(const std::shared_ptr<Watched>& watched)
{
    if (!std::exchange(watched->queued, true)) to_arm.push_back(watched);
}

void Executor::State::arm_what_is_asked()
{
    for (const auto& watched : to_arm) {
        watched->queued = false;
        if (watched->gone) continue;
        for (const auto direction : {Direction::read, Direction::write}) {
            if (!watched->wants(direction)) continue;
            if (!std::exchange(watched->started[index(direction)], true))
                report_when_ready(watched, direction);
            else if (watched->parked[index(direction)])
                watched->parked[index(direction)].resume();
        }
    }
    to_arm.clear();
}

// A timer that ends too early only costs one look more, so it is set anew only when it would end too late.
void Executor::State::arm_timer(Clock::time_point deadline)
{
    if (deadline == Clock::time_point::max() || (timer_runs && timer.expiry() <= deadline)) return;
    timer.expires_at(deadline);   // cancels the wait before, whose handler then finds an error
    timer_runs = true;
    timer.async_wait([this](boost::system::error_code error) {
        if (!error) timer_runs = false;
    });
}

// What Asio saw may be over (read in the meantime) or be an edge that means nothing; one poll(2) over the few that fired
// tells how things stand, and hang-ups with it.
void Executor::State::collect(std::vector<Ready>& ready)
{
    if (fired.empty()) return;
    looked_at.clear();
    for (const auto& watched : fired) looked_at.push_back({watched->fd, poll_events(watched->interest), 0});
    ::poll(looked_at.data(), looked_at.size(), 0);
    for (std::size_t i = 0; i < fired.size(); ++i) {
        assert((looked_at[i].revents & POLLNVAL) == 0 && "closed before unwatch()");
        if (looked_at[i].revents != 0) ready.push_back(to_ready(fired[i]->tag, looked_at[i].events, looked_at[i].revents));
        fired[i]->reported = false;
        ask(fired[i]);
    }
    fired.clear();
}

void Executor::State::forget(Watched& watched)
{
    watched.gone = true;
    watched.descriptor.release();   // hands waiting coroutines back to the io_context, to end there
    for (auto& parked : watched.parked)
        if (parked) parked.resume();
}

Executor::Executor() : state_(std::make_unique<State>())
{
    const int copy = ::fcntl(wake_.fd(), F_DUPFD_CLOEXEC, 0);   // Asio closes what it is given
    if (copy < 0) throw std::system_error(errno, std::system_category(), "cannot duplicate an eventfd");
    state_->end_wait_when_raised(wake_, copy);
}

Executor::~Executor() = default;

Waiter::WatchId Executor::watch(int fd, std::uint64_t tag, Interest interest)
{
    assert(fd >= 0);
    auto& watches = state_->watches;
    if (state_->free_ids.empty()) {
        state_->free_ids.push_back(static_cast<WatchId>(watches.size()));
        watches.emplace_back();
    }
    const auto id = state_->free_ids.back();
    watches[id] = std::make_shared<Watched>(state_->context, fd, tag);
    state_->free_ids.pop_back();
    set_interest(id, interest);
    return id;
}

void Executor::set_interest(WatchId watch, Interest interest)
{
    assert(watch < state_->watches.size() && state_->watches[watch]);
    const auto& watched = state_->watches[watch];
    if (watched->interest == interest) return;
    // A direction that is no longer asked for stays armed: should it fire, it parks without a report.
    watched->interest = interest;
    state_->ask(watched);
}

void Executor::unwatch(WatchId watch)
{
    assert(watch < state_->watches.size() && state_->watches[watch]);
    State::forget(*state_->watches[watch]);
    state_->watches[watch].reset();
    state_->free_ids.push_back(watch);
}

void Executor::wait(Clock::time_point deadline, std::vector<Ready>& ready)
{
    const auto before = ready.size();
    for (bool done = false; !done;) {
        state_->arm_what_is_asked();
        const bool only_look = deadline <= Clock::now();
        if (!only_look) {
            state_->arm_timer(deadline);
            state_->context.run_one();
        }
        state_->context.poll();
        state_->collect(ready);
        done = only_look || ready.size() != before || std::exchange(state_->woken, false);
    }
    state_->woken = false;
}

asio::io_context& Executor::context() noexcept { return state_->context; }

}   // namespace barrage
