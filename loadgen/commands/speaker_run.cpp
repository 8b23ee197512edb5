#include "loadgen/commands/speaker_run.hpp"

#include <fmt/format.h>
#include <syslog.h>
#include <unistd.h>

#include <csignal>
#include <ctime>
#include <memory>
#include <utility>

#include "codec/describe.hpp"
#include "io/interface_addresses.hpp"
#include "io/privileges.hpp"
#include "loadgen/console/print_error.hpp"
#include "loadgen/console/signals.hpp"
#include "loadgen/exabgp/api/api.hpp"
#include "loadgen/exabgp/api/api_control.hpp"
#include "loadgen/exabgp/api/api_environment.hpp"
#include "loadgen/exabgp/grammar/parse_files.hpp"
#include "loadgen/exabgp/speaker/environment_keys.hpp"
#include "loadgen/exabgp/speaker/speaker.hpp"

namespace barrage {

namespace {

constexpr std::uint64_t files_of_programs = 256;   // pipes of API programs, control sockets

/// Until the wall clock is at a multiple of `period`; a signal ends the wait.
bool wait_for_multiple(std::chrono::seconds period)
{
    const auto left = period.count() - std::time(nullptr) % period.count();
    return ::sleep(static_cast<unsigned>(left)) == 0;
}

/// SIGHUP ends the speaker, as it does in ExaBGP, where files were named; files of a pattern or a folder are read again.
void take_signal(exabgp::Speaker& speaker, exabgp::SpeakerListener& listener, int signal)
{
    listener.on_signal(signal);
    switch (signal) {
    case SIGHUP: return speaker.options().files.is_fleet() ? speaker.reload({}) : speaker.shutdown();
    case SIGUSR1: return speaker.reload({});
    case SIGUSR2: return speaker.reload({.restart_programs = true});
    case SIGALRM: return speaker.reload({.re_establish = true, .restart_programs = true});
    default: return speaker.shutdown();
    }
}

/// Lines as users of ExaBGP know them: "12:34:56 | 4711   | exabgp        | TEXT".
std::string log_line(std::string_view text)
{
    const auto now = std::time(nullptr);
    std::tm local{};
    ::localtime_r(&now, &local);
    return fmt::format("{:02}:{:02}:{:02} | {:<6} | {:<13} | {}", local.tm_hour, local.tm_min, local.tm_sec, ::getpid(),
                       "reactor", text);
}

exabgp::Api::Log log_for(const exabgp::Environment& environment, const exabgp::Daemon* daemon, bool enabled)
{
    if (!enabled) return [](const std::string&) {};
    if (!daemon) return [](const std::string& text) { print_error_line(text); };
    const auto& where = daemon->options().log;
    if (where.empty() || where == "syslog" || where.starts_with("host:")) {
        ::openlog("exabgp", LOG_PID, LOG_DAEMON);
        return [](const std::string& text) { ::syslog(LOG_INFO, "%s", printable(text).c_str()); };
    }
    if (environment.flag("log", "short", false).value_or(false)) return [](const std::string& text) { print_error_line(text); };
    return [](const std::string& text) { print_error_line(log_line(text)); };
}

/// Root gives up what it is once all that needs it is open, and before programs are started unless they shall be root's.
std::expected<void, std::string> start_programs(exabgp::Api& api, exabgp::Daemon* daemon)
{
    const bool before = daemon && !daemon->options().drop;
    if (before) {
        daemon->leave_terminal();
        api.start();
    }
    if (daemon) {
        if (auto folder = daemon->prepare_pid_folder(); !folder) return folder;
        if (auto user = daemon->take_user(); !user) return user;
        if (auto pid = daemon->write_pid(); !pid) return pid;
        daemon->leave_terminal();
    }
    if (!before) api.start();
    return {};
}

}   // namespace

ExitStatus run_speaker(SpeakerRun run)
{
    CommandFrame frame{run};
    const auto wrong = [&](const std::string& text) { return frame.wrong(text); };
    const auto& environment = run.environment;
    auto options = exabgp::speaker_options(environment);
    if (!options) return wrong(options.error());
    auto files = exabgp::ConfigurationFiles::of(run.files, options->rotate);
    if (!files) return wrong(files.error());
    options->files = std::move(*files);
    if (run.port != 0) options->port = run.port;
    options->rfc |= run.rfc;
    options->cease_above_limits = run.max_routes || run.max_attribute_octets;
    if (run.max_routes) options->keep_at_most.routes = *run.max_routes;
    if (run.max_attribute_octets) options->keep_at_most.octets = *run.max_attribute_octets;
    const auto log_enabled = environment.flag("log", "enable", true);
    if (!log_enabled) return wrong(log_enabled.error());
    const auto api_options = exabgp::api_options(environment);
    if (!api_options) return wrong(api_options.error());
    exabgp::ControlOptions control_options{.pipes = {}, .socket_path = run.socket_path, .http = {}};
    if (const auto pipes = exabgp::command_pipes(environment); pipes)
        control_options.pipes = *pipes;
    else
        return wrong(pipes.error());
    if (!run.control.empty()) {
        control_options.http = exabgp::control_endpoint(run.control);
        if (!control_options.http) return wrong("--control: expected ADDR:PORT or PORT, not '" + run.control + "'");
    }
    if (control_options.http && run.control_token.empty() && !is_loopback(control_options.http->address))
        return wrong("--control beyond loopback needs a token: --control-token-file, or BARRAGE_CONTROL_TOKEN");
    control_options.http_token = run.control_token;
    if (!frame.engine().mode) {
        const auto mode = exabgp::engine_mode(environment);
        if (!mode) return wrong(mode.error());
        frame.engine().mode = *mode;
    }

    const auto pool = std::make_shared<AttributePool>();
    // Files that rotate are one after the other what is configured.
    auto file_names = options->files.now();
    if (options->rotate) file_names.resize(1);
    auto configuration =
        options->files.is_fleet() ? exabgp::parse_fleet(file_names, *pool) : exabgp::parse_configuration(file_names, *pool);
    if (!configuration) {
        for (const auto& error : configuration.error()) frame.wrong(to_text(error));
        return ExitStatus::usage;
    }
    // Two connections of a neighbor while a collision is settled; behind one that is a whole prefix any number may come.
    const auto prepared = frame.prepare({.sockets = 2 * configuration->neighbors.size(),
                                         .more_may_come = true,
                                         .files = files_of_programs + configuration->processes.size()});
    if (!prepared) return prepared.error();
    Signals signals{{SIGTERM, SIGHUP, SIGINT, SIGUSR1, SIGUSR2, SIGALRM}, Signals::Unwatched::waits};
    if (options->delay && !wait_for_multiple(*options->delay)) return ExitStatus::passed;

    auto engine = frame.make_engine();
    if (!engine) return engine.error();
    exabgp::Speaker speaker{std::move(*options), std::move(*configuration), pool, **engine};
    const auto log = log_for(environment, run.daemon, *log_enabled);
    exabgp::Api api{speaker, *api_options, log};
    exabgp::ApiControl control{speaker, api, log};
    api.on_end = [&control] { control.end(); };
    if (const auto problem = speaker.start()) return wrong(*problem);
    if (!run.user.empty())
        if (const auto became = become_user(run.user); !became) return wrong("--user: " + became.error().text);
    if (const auto started = control.start(control_options); !started) return wrong(started.error().text);
    if (const auto served = control.follow(speaker.configuration().processes); !served) return wrong(served.error().text);
    api.on_processes = [&](const std::vector<exabgp::ProcessConfig>& processes) {
        if (const auto served = control.follow(processes); !served) log(served.error().text);
    };
    if (const auto http = control.http_endpoint()) print_error_line("control on http://" + to_text(*http) + "/");
    for (const auto& remark : exabgp::environment_remarks(environment)) log(remark);
    if (const auto started = start_programs(api, run.daemon); !started) return wrong(started.error());
    const auto watch = signals.watch(**engine, [&](int signal) { take_signal(speaker, api, signal); });
    if (run.daemon) run.daemon->is_ready();
    const auto status = speaker.run();
    if (const auto failure = (*engine)->failure(); !failure.empty()) return frame.wrong("ended early: " + failure, status);
    return status;
}

}   // namespace barrage
