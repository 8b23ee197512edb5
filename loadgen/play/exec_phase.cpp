// The phase exec: a command of the shell, for the device under test.

#include <fmt/format.h>

#include "io/child_process.hpp"
#include "loadgen/play/phase_run.hpp"
#include "loadgen/words/numbers.hpp"

namespace barrage {

namespace {

class ExecRun final : public PhaseRun {
public:
    ExecRun(const Scenario::Exec& phase, Player& player) : PhaseRun(player), asked_(phase) {}

    void begin(TimePoint now) override
    {
        // Standard output is for results: what it says goes to stderr.
        auto started = ChildProcess::start({.argv = {"/bin/sh", "-c", "exec 1>&2; " + asked_.command}});
        if (!started)
            return player_.give_up(fmt::format("cannot run '{}': {}", asked_.command, started.error().text),
                                   ExitStatus::incomplete);
        program_ = std::move(*started);
        give_up_at_ = now + asked_.timeout;
        look_at_ = now;
    }

    void go_on(TimePoint now) override
    {
        if (now < look_at_ || is_done()) return;
        look_at_ = now + std::chrono::milliseconds{5};
        if (const auto end = program_.reap()) {
            if (end->signal != 0)
                player_.problem(fmt::format("'{}' was ended by signal {}", asked_.command, end->signal));
            else if (end->exit_status != 0)
                player_.problem(fmt::format("'{}' ended with {}", asked_.command, end->exit_status));
            return done();
        }
        if (now < give_up_at_) return;
        player_.problem(fmt::format("'{}' did not end within {}", asked_.command, duration_text(asked_.timeout)));
        program_ = {};   // kills it
        done();
    }

    TimePoint deadline() override { return is_done() ? never : look_at_; }

private:
    const Scenario::Exec& asked_;
    ChildProcess program_;
    TimePoint give_up_at_ = never;
    TimePoint look_at_ = never;
};

}   // namespace

std::unique_ptr<PhaseRun> make_run(const Scenario::Exec& phase, Player& player)
{
    return std::make_unique<ExecRun>(phase, player);
}

}   // namespace barrage
