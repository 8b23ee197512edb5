#pragma once
// The times of the operation that is being measured: from sending to coming back, as the receivers saw them, taken from all of them when a phase is
// over, and in between for thresholds that end the run. An operation lasts until another begins; what comes until then is its own. The observer's
// thread.

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "engine/engine.hpp"
#include "loadgen/metrics/metrics_feed.hpp"
#include "loadgen/play/expectation.hpp"
#include "loadgen/play/not_returned.hpp"
#include "loadgen/play/played_peers.hpp"
#include "loadgen/play/run_result.hpp"

namespace barrage {

class OperationTimes {
public:
    /// All of them outlive it. Figures go to `result`: those of the operation to its phase, those of the run to the whole.
    OperationTimes(Engine& engine, PlayedPeers& peers, MeasuredRoutes& measured, RunResult& result, MetricsFeed& metrics) noexcept
        : engine_(engine), peers_(peers), measured_(measured), result_(result), metrics_(metrics)
    {
    }

    /// From now on this phase is measured. `run_began`: what its `began` counts from.
    void begin(std::size_t phase, TimePoint run_began, TimePoint now);
    /// Index of the phase that is being measured; none before the first operation.
    [[nodiscard]] std::optional<std::size_t> phase() const noexcept { return phase_; }
    /// There was time for what comes of it.
    void was_waited_for() noexcept { waited_ = true; }
    /// Nobody measures, or there is nothing to.
    [[nodiscard]] bool has_nothing() const { return !phase_ || peers_.measuring().empty(); }

    /// Asks the receivers, books what they saw, and calls `then`. `last`: another operation begins, so that times are taken away, and what did not
    /// come back counts; `expectation` has to stand still until `then`.
    void collect(bool last, const Expectation& expectation, std::function<void()> then);
    /// Asks them for the times so far, without taking any, and calls `then` if the operation is still the same.
    void peek(std::function<void()> then);
    /// What the end of the run has cut short. The engine stands.
    void book_what_is_left();

private:
    struct Collected;
    void book(Collected& collected, bool last);

    Engine& engine_;
    PlayedPeers& peers_;
    MeasuredRoutes& measured_;
    RunResult& result_;
    MetricsFeed& metrics_;
    TimePoint run_began_ = never;
    std::optional<std::size_t> phase_;
    bool is_booked_ = false;   // it has ended
    bool waited_ = false;
    // Of the operations before.
    ReflectionTimes past_;
    std::vector<SenderTimes> past_by_group_;
};

}   // namespace barrage
