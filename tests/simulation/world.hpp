#pragma once
// The world that a simulated run lives in: one clock, one stream of chances, and whoever wants a step or waits for a time. While a World exists,
// Clock and WallClock are its own. All that happens follows from the seed: the same seed gives the same octets at the same times. One thread, one
// World at a time.

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "engine/time.hpp"
#include "rib/random.hpp"

namespace barrage::simulation {

/// A thread of the real program: it waits for something, then takes a step.
class Task {
public:
    virtual ~Task() = default;
    /// Whether its wait would return now.
    [[nodiscard]] virtual bool is_due(TimePoint now) const = 0;
    /// When its wait would return by itself; never: it would not.
    [[nodiscard]] virtual TimePoint deadline() const = 0;
    virtual void step() = 0;
};

/// Nothing can happen any more though somebody waits, or far too much has happened.
struct Stuck : std::runtime_error {
    using std::runtime_error::runtime_error;
};

class World {
public:
    /// What it may come to before it is Stuck.
    struct Bounds {
        std::uint64_t steps = 3'000'000;
        Duration time = std::chrono::hours{12};
    };

    World(std::uint64_t seed, Bounds bounds);
    ~World();
    World(const World&) = delete;
    World& operator=(const World&) = delete;

    [[nodiscard]] TimePoint now() const noexcept { return now_; }
    [[nodiscard]] Duration age() const noexcept { return now_ - began_; }
    [[nodiscard]] std::uint64_t steps() const noexcept { return steps_; }
    [[nodiscard]] Random& random() noexcept { return random_; }
    [[nodiscard]] bool one_in(std::uint64_t many) noexcept { return random_.below(many) == 0; }
    [[nodiscard]] Duration up_to(Duration most) noexcept
    {
        return Duration{static_cast<Duration::rep>(random_.below(static_cast<std::uint64_t>(most.count()) + 1))};
    }

    /// Calls `what` when the time has come; of one time in the order of the calls.
    void at(TimePoint when, std::function<void()> what);
    /// Tasks outlive the World, or leave it before.
    void add(Task& task) { tasks_.push_back(&task); }
    void remove(Task& task) { std::erase(tasks_, &task); }

    /// How much later than asked for somebody is woken, at most; 0: to the point.
    void be_late_by(Duration most) noexcept { most_late_ = most; }
    /// Moves the wall clock against the other one.
    void set_wall_clock(Duration ahead) noexcept { wall_ahead_ = ahead; }

    /// One step of one of those that are due, by chance, or else the time goes on to the next that is to happen.
    void step();

    /// Calls `look` behind each step of a task: what must hold all the time.
    void look_with(std::function<void()> look) { look_ = std::move(look); }

    /// What happened, for the comparison of replays.
    void note(std::uint64_t number) noexcept { trace_ = mixed(trace_ ^ number) + number; }
    void note(std::span<const std::uint8_t> octets) noexcept;
    [[nodiscard]] std::uint64_t trace() const noexcept { return trace_; }

private:
    static TimePoint clock_now() noexcept;
    static WallClock::time_point wall_clock_now() noexcept;
    void happen();

    Random random_;
    Bounds bounds_;
    TimePoint began_;
    TimePoint now_;
    Duration wall_ahead_{};
    Duration most_late_{};
    std::vector<Task*> tasks_;
    std::vector<Task*> due_;   // of one step
    std::multimap<TimePoint, std::function<void()>> events_;
    std::function<void()> look_;
    std::uint64_t steps_ = 0;
    std::uint64_t trace_ = 0;
};

}   // namespace barrage::simulation
