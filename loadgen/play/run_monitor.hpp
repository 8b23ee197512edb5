#pragma once
// A run seen from outside: the series of samples, what progress shows, what this process, the machine and the device used, and how late timers
// fired. The player hands in the totals of its peers; what comes of it is in the result. The observer's thread.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "engine/counters.hpp"
#include "engine/histogram.hpp"
#include "loadgen/console/progress.hpp"
#include "loadgen/play/device_watch.hpp"
#include "loadgen/play/run_result.hpp"
#include "tuning/process_usage.hpp"

namespace barrage {

class RunMonitor {
public:
    explicit RunMonitor(std::int64_t device_pid) noexcept : device_(device_pid) {}

    void begin(TimePoint now);
    /// When the next sample is due.
    [[nodiscard]] TimePoint sample_at() const noexcept { return sample_at_; }
    /// How many sessions are up, and what all peers have counted.
    void sample(TimePoint now, std::uint32_t up, const PeerNumbers& totals, RunResult& result);

    /// What progress shows beside the totals.
    struct Shown {
        std::string phase;   // which, of how many, since when
        std::size_t up = 0, peers = 0;
        bool measures = false;   // some peer holds what comes back
    };
    void show(TimePoint now, const Shown& what, const PeerNumbers& totals, const RunResult& result, Progress& progress);

    /// The device's CPU time so far, from a look at it now.
    [[nodiscard]] std::chrono::nanoseconds look_at_device(TimePoint now)
    {
        device_.look(now);
        return device_.cpu();
    }
    [[nodiscard]] DeviceWatch& device() noexcept { return device_; }

    /// Late is who slept for longer than he asked to; what was due before he slept was work to be gone on with.
    void woken(TimePoint due, TimePoint now)
    {
        if (due > ran_at_ && due <= now) timer_lateness_.record(now - due);
    }
    void ran() noexcept { ran_at_ = Clock::now(); }

    /// Sending begins: with the first operation, or with the first session where sessions advertise at once.
    void sending_begins(TimePoint now, const PeerNumbers& totals);
    [[nodiscard]] bool has_begun_sending() const noexcept { return before_.has_value(); }
    /// … and is over; without this, at the end of the run. Later calls do nothing.
    void sending_ends(TimePoint now, const PeerNumbers& totals);
    /// The run is over: what was used while so many senders sent.
    void run_ends(TimePoint now, const PeerNumbers& totals, std::size_t senders, RunResult& result);
    /// The rest, at the end of the run.
    void fill(RunResult& result) const;

private:
    struct Usage {
        ProcessUsage process;
        std::optional<MachineUsage> machine;
        PeerNumbers numbers;
        TimePoint at{};
        std::chrono::nanoseconds device{};
    };
    void note_usage(std::optional<Usage>& usage, TimePoint now, const PeerNumbers& totals);

    DeviceWatch device_;
    Histogram timer_lateness_;
    TimePoint started_ = never;
    TimePoint ran_at_ = never;   // last
    WallClock::time_point wall_started_{};
    std::optional<Usage> before_;   // of the sending
    std::optional<Usage> after_;

    TimePoint sample_at_ = never;
    Duration sample_every_ = std::chrono::milliseconds{50};
    ProcessUsage last_usage_;
    TimePoint last_sample_ = never;

    PeerNumbers shown_;
    TimePoint shown_at_ = never;
    std::chrono::nanoseconds shown_cpu_{};
};

}   // namespace barrage
