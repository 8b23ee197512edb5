#pragma once
// A program of ours, such as an API program: started without a shell in a process group of its own, spoken to by lines
// over pipes, ended with grace, and always reaped. It is killed when the thread that started it ends (PR_SET_PDEATHSIG),
// and so when we are killed: start it from a thread that lives as long as the process. One thread.

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "io/io_error.hpp"
#include "io/pipe.hpp"
#include "tuning/process_usage.hpp"

namespace barrage {

struct Program {
    std::vector<std::string> argv;               // the first is looked up in PATH, unless it has a '/'
    std::vector<std::string> environment = {};   // "NAME=value", over our own
    std::string directory = {};                  // empty: ours
    bool captures_errors = false;                // its stderr is a pipe too, and not ours
    std::size_t longest_line = std::size_t{1} << 20;
    std::size_t input_high_watermark = 65536;   // of answers that it has not read, beyond what the pipe holds
};

struct ProcessEnd {
    int exit_status = 0;
    int signal = 0;   // that killed it, or 0

    friend bool operator==(const ProcessEnd&, const ProcessEnd&) = default;
};

class ChildProcess {
public:
    using Clock = std::chrono::steady_clock;

    /// Returns when the program runs, or why it cannot. SIGPIPE is ignored from now on in this process (not in the
    /// program): a pipe that nobody reads is an error of flush().
    static IoResult<ChildProcess> start(const Program& program);

    ChildProcess() = default;   // nothing runs
    ChildProcess(ChildProcess&&) = default;
    ChildProcess& operator=(ChildProcess&& other) noexcept;
    /// Kills what still runs, and waits for that.
    ~ChildProcess();

    [[nodiscard]] pid_t pid() const noexcept { return pid_; }
    PipeWriter& input() noexcept { return input_; }     // its stdin
    PipeReader& output() noexcept { return output_; }   // its stdout; may stay open after its end, held by its own children
    PipeReader& errors() noexcept { return errors_; }   // its stderr, if captured

    /// To be watched for reading: ready when, and ever after, reap() reports the end.
    [[nodiscard]] int end_fd() const noexcept { return pidfd_.get(); }
    /// Never waits. How it ended, from then on every time; nothing while it runs.
    std::optional<ProcessEnd> reap() noexcept;
    /// What it cost from its start to its end, with the children that it reaped itself; nothing before reap() reported the end. `resident_octets` is
    /// not known then.
    [[nodiscard]] const ProcessUsage& usage() const noexcept { return usage_; }

    /// SIGTERM to the whole group. Should the program still run at kill_at(), advance() sends SIGKILL.
    void terminate(Clock::time_point now, Clock::duration grace) noexcept;
    [[nodiscard]] std::optional<Clock::time_point> kill_at() const noexcept { return kill_at_; }
    void advance(Clock::time_point now) noexcept;

private:
    void signal_group(int signal) const noexcept;

    pid_t pid_ = 0;
    FileDescriptor pidfd_;
    PipeWriter input_;
    PipeReader output_;
    PipeReader errors_;
    std::optional<ProcessEnd> end_;
    ProcessUsage usage_;
    std::optional<Clock::time_point> kill_at_;
    bool terminating_ = false;
};

}   // namespace barrage
