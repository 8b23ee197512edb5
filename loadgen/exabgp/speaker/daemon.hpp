#pragma once
// What ExaBGP does around its run as a system service: goes to the background once it listens and has read its configuration, writes its process
// identifier, takes another user, and has its log go where the environment says. Main thread, before anything else has one.

#include <sys/types.h>

#include <expected>
#include <optional>
#include <string>

#include "io/file_descriptor.hpp"
#include "loadgen/exabgp/speaker/environment.hpp"

namespace barrage::exabgp {

struct DaemonOptions {
    bool daemonize = false;        // daemon.daemonize
    std::string pid_file;          // daemon.pid; empty: none
    std::string user = "nobody";   // daemon.user, taken where root starts it
    bool drop = true;              // daemon.drop: before programs are started
    mode_t umask = 0137;           // daemon.umask
    std::string log = "stdout";    // log.destination: stdout, stderr, syslog, host:ADDRESS, or a file
    bool logs = true;              // log.enable
};

std::expected<DaemonOptions, std::string> daemon_options(const Environment& environment);

/// The process that was started waits in it until the one in the background is ready.
class Daemon {
public:
    explicit Daemon(DaemonOptions options) : options_(std::move(options)) {}
    ~Daemon();
    Daemon(const Daemon&) = delete;
    Daemon& operator=(const Daemon&) = delete;

    /// Goes to the background, where that is wanted and nobody supervises this process. In the process that was started: its exit status,
    /// once the other one is ready or has ended.
    std::optional<int> go_to_background();
    /// Standard output and error lead to the log from now on, but for that of the system. With the user that the daemon will be.
    std::expected<void, std::string> open_log();
    /// The folder of the process identifier is made, for the user.
    std::expected<void, std::string> prepare_pid_folder() const;
    /// Root becomes the user, with its groups.
    std::expected<void, std::string> take_user();
    /// Not where a process that runs has it.
    std::expected<void, std::string> write_pid();
    /// The terminal is left, in the background: what nobody logs is lost from now on. Before programs are started.
    void leave_terminal();
    /// Whoever waits for the daemon to be ready goes on.
    void is_ready();

    [[nodiscard]] bool in_background() const noexcept { return in_background_; }

    [[nodiscard]] const DaemonOptions& options() const noexcept { return options_; }

private:
    DaemonOptions options_;
    FileDescriptor waits_;   // its other end is with the process that was started
    bool in_background_ = false;
    bool has_pid_file_ = false;
};

}   // namespace barrage::exabgp
