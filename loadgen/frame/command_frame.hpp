#pragma once
// What stands around the work of every command that has sessions, once for all of them: open files, files to write, signals, metrics, progress, the
// engine, the way in which results and errors are printed. What a command does inside is its own. Main thread.

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "io/endpoint.hpp"
#include "loadgen/console/exit_status.hpp"
#include "loadgen/console/progress.hpp"
#include "loadgen/console/result_output.hpp"
#include "loadgen/console/signals.hpp"
#include "loadgen/frame/engine_choice.hpp"
#include "loadgen/metrics/metrics_feed.hpp"

namespace barrage {

/// What the command line says of it.
struct FrameOptions {
    std::string_view command = "run";   // whose errors these are
    std::optional<Endpoint> metrics;    // where counters are served while it runs
    bool json = false;
    bool quiet = false;
    EngineChoice engine;
};

/// What a command has to have before it begins.
struct FrameNeeds {
    std::uint64_t sockets = 0;                      // as far as it is known how many there will be
    bool more_may_come = false;                     // as many beside as may be had: who connects is not known
    std::uint64_t files = 64;                       // beside sockets
    std::vector<std::string> files_to_write = {};   // empty ones are not asked for
};

/// A value, or the exit status of what could not be begun; the reason is on stderr then.
template <class T>
using OrStatus = std::expected<T, ExitStatus>;

class CommandFrame {
public:
    explicit CommandFrame(const FrameOptions& options);

    /// Opens the way for what is needed: before anything begins.
    [[nodiscard]] OrStatus<void> prepare(const FrameNeeds& needs) const;
    /// From now on Ctrl-C and SIGTERM end the process with its status for that, until interrupts_end() makes them end a run well.
    void catch_interrupts();
    /// As long as the answer lives: the first one has Engine::interrupt() called, the second ends the process. After catch_interrupts().
    [[nodiscard]] Signals::Watch interrupts_end(Engine& engine);
    /// The run is over: they do what they do by themselves.
    void release_interrupts() noexcept { signals_.reset(); }
    /// The engine that was asked for.
    [[nodiscard]] OrStatus<std::unique_ptr<Engine>> make_engine() const;
    /// Counters, where the command line asks for them.
    [[nodiscard]] OrStatus<void> serve_metrics();

    [[nodiscard]] EngineChoice& engine() noexcept { return engine_; }
    [[nodiscard]] Progress& progress() noexcept { return progress_; }
    [[nodiscard]] MetricsFeed& metrics() noexcept { return metrics_; }

    /// Prints an error of the command.
    ExitStatus wrong(std::string_view text, ExitStatus status = ExitStatus::usage) const { return output_.wrong(text, status); }
    /// Writes a file whose name is not empty; the error is printed too.
    [[nodiscard]] std::expected<void, std::string> write(const std::string& path, const std::string& text) const;
    [[nodiscard]] const ResultOutput& output() const noexcept { return output_; }

private:
    ResultOutput output_;
    std::optional<Endpoint> metrics_at_;
    EngineChoice engine_;
    MetricsFeed metrics_;
    Progress progress_;
    std::optional<Signals> signals_;
};

/// Of two statuses of a run the one that says more is wrong.
[[nodiscard]] ExitStatus worse(ExitStatus a, ExitStatus b) noexcept;

}   // namespace barrage
