#include "tests/simulation/world.hpp"

#include <algorithm>
#include <cassert>
#include <cstring>

namespace barrage::simulation {

namespace {

/// Whose clock is read.
World* the_world = nullptr;

/// The clock moves a little whenever somebody looks at it, and with every step.
constexpr auto a_look = std::chrono::nanoseconds{40};
constexpr auto longest_step = std::chrono::microseconds{20};
/// Any time far from 0 would do: the machine has been up for a day.
constexpr auto beginning = TimePoint{std::chrono::hours{24}};
/// 2026-01-01T00:00:00Z
constexpr auto wall_beginning = WallClock::time_point{std::chrono::seconds{1'767'225'600}};

}   // namespace

World::World(std::uint64_t seed, Bounds bounds) : random_(seed), bounds_(bounds), began_(beginning), now_(beginning)
{
    assert(!the_world);
    the_world = this;
    Clock::source = clock_now;
    WallClock::source = wall_clock_now;
}

World::~World()
{
    Clock::source = nullptr;
    WallClock::source = nullptr;
    the_world = nullptr;
}

TimePoint World::clock_now() noexcept { return the_world->now_ += a_look; }

WallClock::time_point World::wall_clock_now() noexcept
{
    return wall_beginning + std::chrono::duration_cast<WallClock::duration>(the_world->age() + the_world->wall_ahead_);
}

void World::at(TimePoint when, std::function<void()> what) { events_.emplace(when, std::move(what)); }

void World::happen()
{
    while (!events_.empty() && events_.begin()->first <= now_) {
        const auto what = std::move(events_.begin()->second);
        events_.erase(events_.begin());
        what();
    }
}

void World::step()
{
    if (++steps_ > bounds_.steps) throw Stuck{"it goes on and on: " + std::to_string(bounds_.steps) + " steps"};
    if (age() > bounds_.time) throw Stuck{"it never ends"};
    happen();
    due_.clear();
    for (auto* task : tasks_)
        if (task->is_due(now_)) due_.push_back(task);
    if (!due_.empty()) {
        auto* const next = due_[random_.below(due_.size())];
        note(static_cast<std::uint64_t>(std::ranges::find(tasks_, next) - tasks_.begin()));
        next->step();
        if (look_) look_();
        now_ += up_to(longest_step);
        return;
    }
    auto wanted = never;
    for (const auto* task : tasks_) wanted = std::min(wanted, task->deadline());
    const bool is_timer = events_.empty() || wanted < events_.begin()->first;
    if (!is_timer) wanted = events_.begin()->first;
    if (wanted == never) throw Stuck{"nothing can happen any more"};
    now_ = std::max(now_, wanted);
    if (is_timer && most_late_ != Duration::zero()) now_ += up_to(most_late_);
}

void World::note(std::span<const std::uint8_t> octets) noexcept
{
    while (octets.size() >= 8) {
        std::uint64_t word;
        std::memcpy(&word, octets.data(), 8);
        note(word);
        octets = octets.subspan(8);
    }
    for (const auto octet : octets) note(octet);
}

}   // namespace barrage::simulation
