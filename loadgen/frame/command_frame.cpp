#include "loadgen/frame/command_frame.hpp"

#include "loadgen/console/output_file.hpp"
#include "tuning/limits.hpp"

namespace barrage {

CommandFrame::CommandFrame(const FrameOptions& options)
    : output_{options.command, options.json, options.quiet}, metrics_at_(options.metrics), engine_(options.engine),
      metrics_(std::string{options.command}), progress_(Progress::style(options.quiet))
{
}

OrStatus<void> CommandFrame::prepare(const FrameNeeds& needs) const
{
    if (needs.more_may_come) raise_open_files_as_far_as_may_be();
    if (const auto files = raise_open_files(needs.sockets + needs.files); !files) return std::unexpected(wrong(files.error()));
    if (const auto writable = check_writable(needs.files_to_write); !writable) return std::unexpected(wrong(writable.error()));
    return {};
}

void CommandFrame::catch_interrupts()
{
    if (!signals_) signals_.emplace(std::initializer_list<int>{SIGINT, SIGTERM}, Signals::Unwatched::ends_process);
}

Signals::Watch CommandFrame::interrupts_end(Engine& engine)
{
    return signals_->watch(engine, [&engine](int) { engine.interrupt(); });
}

OrStatus<std::unique_ptr<Engine>> CommandFrame::make_engine() const
{
    auto engine = barrage::make_engine(engine_);
    if (!engine) return std::unexpected(wrong(engine.error()));
    return std::move(*engine);
}

OrStatus<void> CommandFrame::serve_metrics()
{
    if (metrics_at_)
        if (const auto served = metrics_.serve(*metrics_at_); !served) return std::unexpected(wrong(served.error().text));
    return {};
}

std::expected<void, std::string> CommandFrame::write(const std::string& path, const std::string& text) const
{
    if (path.empty()) return {};
    auto written = write_file(path, text);
    if (!written) wrong(written.error());
    return written;
}

ExitStatus worse(ExitStatus a, ExitStatus b) noexcept
{
    const auto rank = [](ExitStatus status) {
        switch (status) {
        case ExitStatus::passed: return 0;
        case ExitStatus::threshold_failed: return 1;
        case ExitStatus::incomplete: return 2;
        case ExitStatus::session_failed: return 3;
        default: return 4;
        }
    };
    return rank(a) >= rank(b) ? a : b;
}

}   // namespace barrage
