#include "loadgen/commands/healthcheck.hpp"

#include <fmt/format.h>
#include <grp.h>
#include <poll.h>
#include <pwd.h>
#include <syslog.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>

#include "codec/describe.hpp"
#include "codec/format.hpp"
#include "codec/prefix.hpp"
#include "engine/time.hpp"
#include "io/child_process.hpp"
#include "loadgen/commands/loopback.hpp"
#include "loadgen/console/print_error.hpp"
#include "loadgen/console/signals.hpp"
#include "loadgen/exabgp/api/health_check.hpp"
#include "loadgen/exabgp/vocabulary/word_cursor.hpp"

namespace barrage {

namespace {

using exabgp::HealthState;
struct HealthWords {
    bool silent = false, no_syslog = false, no_ack = false, sudo = false, debug = false;
    std::string facility = "daemon", name, file, pid_file, user, group;
    double interval = 5, fast_interval = 1;
    unsigned timeout = 5, rise = 3, fall = 3;
    std::string disable, command;
    std::vector<std::string> networks;
    std::string label;
    std::size_t start_ip = 0;
    bool deaggregate = false, no_ip_setup = false, dynamic_ip_setup = false;
    std::uint32_t path_id = 0;
    exabgp::HealthRoutes routes;
    std::vector<std::string> execute, up_execute, down_execute, disabled_execute;
};

constexpr std::pair<std::string_view, int> facilities[] = {
    {"kern", LOG_KERN},     {"user", LOG_USER},     {"mail", LOG_MAIL},     {"daemon", LOG_DAEMON}, {"auth", LOG_AUTH},
    {"syslog", LOG_SYSLOG}, {"cron", LOG_CRON},     {"local0", LOG_LOCAL0}, {"local1", LOG_LOCAL1}, {"local2", LOG_LOCAL2},
    {"local3", LOG_LOCAL3}, {"local4", LOG_LOCAL4}, {"local5", LOG_LOCAL5}, {"local6", LOG_LOCAL6}, {"local7", LOG_LOCAL7},
};

class HealthRun {
public:
    explicit HealthRun(const HealthWords& words) : words_(words), check_(words.rise, words.fall), routes_(words.routes)
    {
        if (words_.no_syslog || words_.debug) return;
        const auto found = std::ranges::find(facilities, words_.facility, &std::pair<std::string_view, int>::first);
        ident_ = words_.name.empty() ? "healthcheck" : "healthcheck-" + words_.name;
        ::openlog(ident_.c_str(), LOG_PID, found == std::end(facilities) ? LOG_DAEMON : found->second);
        uses_syslog_ = true;
    }

    ExitStatus run()
    {
        if (!set_up()) return ExitStatus{1};
        while (!ended_ && ::getppid() != 1) {
            std::error_code ignored;
            const bool is_disabled = !words_.disable.empty() && std::filesystem::exists(words_.disable, ignored);
            const bool went_well = is_disabled || succeeds();
            if (ended_) break;
            if (const auto state = check_.take(is_disabled, went_well)) execute(*state);
            announce(check_.state());
            const auto state = check_.state();
            if (state == HealthState::rising || state == HealthState::falling) {
                pause(words_.fast_interval);
            } else if (words_.interval == 0) {
                log("interval set to zero, exiting after the announcement");
                return ExitStatus::passed;
            } else {
                pause(words_.interval);
            }
        }
        if (ended_) announce(HealthState::exit);
        return ExitStatus::passed;
    }

private:
    void log(const std::string& text, int level = LOG_INFO)
    {
        if (level == LOG_DEBUG && !words_.debug) return;
        if (uses_syslog_) ::syslog(level, "%s", printable(text).c_str());
        if (!words_.silent && ::isatty(STDERR_FILENO)) print_error_line("[healthcheck] " + text);
    }

    [[nodiscard]] LoopbackChoice loopback() const { return {.label = words_.label, .sudo = words_.sudo}; }

    bool fail(const std::string& text)
    {
        log(text, LOG_ERR);
        print_error("healthcheck", text);
        return false;
    }

    bool set_up()
    {
        if (!words_.pid_file.empty() && !(std::ofstream{words_.pid_file} << ::getpid() << '\n'))
            return fail(words_.pid_file + ": cannot be written");
        auto& prefixes = routes_.prefixes;
        prefixes = words_.networks.empty() ? loopback_addresses(loopback(), false) : words_.networks;
        if (prefixes.empty()) return fail("no IP found");
        addresses_ = addresses_of(prefixes);
        if (!words_.no_ip_setup && !add_loopback_addresses(loopback(), addresses_))
            return fail("addresses cannot be set up on the loopback interface");
        if (!drop_rights()) return false;
        if (words_.deaggregate) prefixes = addresses_;
        std::ranges::rotate(prefixes, prefixes.begin() + static_cast<std::ptrdiff_t>(words_.start_ip % prefixes.size()));
        if (words_.path_id != 0) routes_.path_id = words_.path_id;
        return true;
    }

    bool drop_rights()
    {
        const auto* group = words_.group.empty() ? nullptr : ::getgrnam(words_.group.c_str());
        const auto* user = words_.user.empty() ? nullptr : ::getpwnam(words_.user.c_str());
        if ((!words_.group.empty() && !group) || (!words_.user.empty() && !user)) return fail("there is no such user or group");
        if (group && ::setresgid(group->gr_gid, group->gr_gid, group->gr_gid) != 0) return fail("cannot become that group");
        if (user && ::setresuid(user->pw_uid, user->pw_uid, user->pw_uid) != 0) return fail("cannot become that user");
        return true;
    }

    /// Until one of them can be read, or the time is over. A signal that ends the run is taken.
    void wait_for(int fd, std::optional<Clock::time_point> deadline)
    {
        std::array<pollfd, 2> looks{
            {{.fd = signals_.fd(), .events = POLLIN, .revents = 0}, {.fd = fd, .events = POLLIN, .revents = 0}}};
        int milliseconds = -1;
        if (deadline) {
            const auto left = std::chrono::ceil<std::chrono::milliseconds>(*deadline - Clock::now()).count();
            milliseconds = static_cast<int>(std::clamp<std::int64_t>(left, 0, 1000 * 1000));
        }
        (void)::poll(looks.data(), looks.size(), milliseconds);
        ended_ |= !signals_.take().empty();
    }

    void pause(double seconds)
    {
        const auto deadline = Clock::now() + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
        while (!ended_ && Clock::now() < deadline) wait_for(-1, deadline);
    }

    std::optional<ProcessEnd> run_shell(const std::string& command, const std::string& state, unsigned timeout)
    {
        std::vector<std::string> environment;
        if (!state.empty()) environment.push_back("STATE=" + state);
        auto child = ChildProcess::start(
            {.argv = {"/bin/sh", "-c", "exec </dev/null >/dev/null 2>&1\n" + command}, .environment = std::move(environment)});
        if (!child) return std::nullopt;
        const auto deadline = timeout == 0 ? std::nullopt : std::optional{Clock::now() + std::chrono::seconds{timeout}};
        for (;;) {
            if (const auto end = child->reap()) return end;
            if (ended_ || (deadline && Clock::now() >= *deadline)) return std::nullopt;   // it is killed
            wait_for(child->end_fd(), deadline);
        }
    }

    bool succeeds()
    {
        if (words_.command.empty()) return true;
        const auto end = run_shell(words_.command, {}, words_.timeout);
        if (!end && !ended_)
            log(fmt::format("timeout ({}) while running check command {}", words_.timeout, words_.command), LOG_WARNING);
        if (end && *end != ProcessEnd{}) log(fmt::format("check command was unsuccessful: {}", end->exit_status), LOG_WARNING);
        return end == ProcessEnd{};
    }

    void execute(HealthState state)
    {
        const std::string word{exabgp::health_word(state)};
        log("transition to " + word, LOG_DEBUG);
        static const std::vector<std::string> none;
        const auto& own = state == HealthState::up         ? words_.up_execute
                          : state == HealthState::down     ? words_.down_execute
                          : state == HealthState::disabled ? words_.disabled_execute
                                                           : none;
        for (const auto* commands : {&own, &words_.execute})
            for (const auto& command : *commands) (void)run_shell(command, word, 0);
    }

    void announce(HealthState state)
    {
        if (state == HealthState::up && words_.dynamic_ip_setup) add_loopback_addresses(loopback(), addresses_);
        for (const auto& command : exabgp::health_commands(routes_, state)) {
            log("exabgp: " + command, LOG_DEBUG);
            fmt::print("{}\n", command);
            std::fflush(stdout);
            if (!words_.no_ack && !::isatty(STDOUT_FILENO)) read_answer();
        }
        const bool removes = state == HealthState::exit
                                 ? words_.dynamic_ip_setup || !words_.no_ip_setup
                                 : words_.dynamic_ip_setup && (state == HealthState::down || state == HealthState::disabled);
        if (removes) remove_loopback_addresses(loopback(), addresses_);
    }

    /// One line, or the end of the input.
    void read_answer()
    {
        for (char octet = 0; octet != '\n';)
            if (const auto got = ::read(STDIN_FILENO, &octet, 1); got == 0 || (got < 0 && errno != EINTR)) return;
    }

    const HealthWords& words_;
    Signals signals_{{SIGTERM, SIGINT}, Signals::Unwatched::waits};
    exabgp::HealthCheck check_;
    exabgp::HealthRoutes routes_;
    std::vector<std::string> addresses_;
    std::string ident_;
    bool uses_syslog_ = false;
    bool ended_ = false;
};

/// "10.0.0.1" is "10.0.0.1/32"; one with host bits is a mistake.
std::string network_from(const std::string& text)
{
    if (const auto v4 = Ipv4Prefix::from_text(text); v4 && *v4 == v4->masked()) return to_text(*v4);
    if (const auto v6 = Ipv6Prefix::from_text(text); v6 && *v6 == v6->masked()) return to_text(*v6);
    throw CLI::ValidationError("expected an address or a network without host bits, not '" + text + "'");
}

void add_what_is_announced(CLI::App& command, HealthWords& words)
{
    auto& routes = words.routes;
    command.add_option("-N,--next-hop", routes.next_hop, "Address to announce as next hop [self]");
    command
        .add_option("--ip", words.networks,
                    "Announces this address or network; several times for several [those of the loopback interface]")
        ->transform(network_from)
        ->allow_extra_args(false);
    command.add_option("--local-preference", routes.local_preference, "Announces with this local preference");
    command.add_flag("--deaggregate-networks", words.deaggregate, "Announces each address of the networks of --ip");
    command.add_flag("--no-ip-setup", words.no_ip_setup, "Sets up no missing addresses");
    command.add_flag("--dynamic-ip-setup", words.dynamic_ip_setup,
                     "Takes the addresses away when the service is down or disabled");
    command.add_option("--label", words.label, "Of the loopback addresses that are meant");
    command.add_option("--start-ip", words.start_ip, "Index of the first address in the list");
    command.add_option("--up-metric", routes.up.med, "Metric of the first address when the service is up [100]");
    command.add_option("--down-metric", routes.down.med, "… when it is down [1000]");
    command.add_option("--disabled-metric", routes.disabled.med, "… when it is disabled [500]");
    command.add_option("--increase", routes.increase, "For each address more [1]");
    command.add_option("--community", routes.community, "Announces with this community");
    command.add_option("--extended-community", routes.extended_community, "… extended community");
    command.add_option("--large-community", routes.large_community, "… large community");
    command.add_option("--disabled-community", routes.disabled_community, "Announces with this community when down or disabled");
    command.add_option("--as-path", routes.as_path, "Announces with this AS path");
    command.add_option("--up-as-path", routes.up.as_path, "… when the service is up");
    command.add_option("--down-as-path", routes.down.as_path, "… when it is down");
    command.add_option("--disabled-as-path", routes.disabled.as_path, "… when it is disabled");
    command.add_flag("--withdraw-on-down", routes.withdraw_on_down, "Withdraws instead of another metric");
    command.add_option("--path-id", words.path_id, "Path identifier of the route");
    command.add_option("--neighbor", routes.neighbors, "Announces to this neighbor alone; several times for several")
        ->allow_extra_args(false);
}

}   // namespace

void add_healthcheck_command(CLI::App& app, CommandAction& action)
{
    auto& command = *app.add_subcommand("healthcheck", "An API program that announces addresses as long as a service is up");
    const auto words = std::make_shared<HealthWords>();
    command.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);   // after those of the file
    command.add_flag("-s,--silent", words->silent, "No log on the console");
    command.add_option("--syslog-facility", words->facility, "Facility of the system's log [daemon]");
    command.add_flag("--no-syslog", words->no_syslog, "No log in the system's log");
    command.add_flag("-a,--no-ack", words->no_ack, "Where exabgp.api.ack is false");
    command.add_flag("--sudo", words->sudo, "Sets up addresses with sudo");
    command.add_flag("-d,--debug", words->debug, "More lines of log, on the console alone");
    command.add_option("-n,--name", words->name, "Name of this health check, for the log");
    command.add_option("-F,--config", words->file, "A file of lines OPTION = VALUE")->check(CLI::ExistingFile);
    command.add_option("-p,--pid", words->pid_file, "Writes its process identifier there");
    command.add_option("--user", words->user, "Becomes this user once addresses are set up");
    command.add_option("--group", words->group, "Becomes this group once addresses are set up");
    command.add_option("-i,--interval", words->interval, "Seconds between checks; 0: ends after the first announcement [5]")
        ->check(CLI::NonNegativeNumber);
    command.add_option("-f,--fast-interval", words->fast_interval, "… while another state is about to come [1]")
        ->check(CLI::NonNegativeNumber);
    command.add_option("-t,--timeout", words->timeout, "Seconds that a check may take; 0: any [5]");
    command.add_option("--rise", words->rise, "Checks that go well before the service is up [3]");
    command.add_option("--fall", words->fall, "Checks that fail before the service is down [3]");
    command.add_option("--disable", words->disable, "The service is disabled while this file exists");
    command.add_option("-c,--command,--cmd", words->command, "Check: a command of the shell");
    add_what_is_announced(command, *words);
    command.add_option("--execute", words->execute, "Runs this on each change of state, with STATE in its environment")
        ->allow_extra_args(false);
    command.add_option("--up-execute", words->up_execute, "… when the service comes up")->allow_extra_args(false);
    command.add_option("--down-execute", words->down_execute, "… when it goes down")->allow_extra_args(false);
    command.add_option("--disabled-execute", words->disabled_execute, "… when it is disabled")->allow_extra_args(false);
    command.callback([words, &action] { action = [words] { return HealthRun{*words}.run(); }; });
}

std::vector<std::string> with_healthcheck_file(std::vector<std::string> words)
{
    std::string path;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if ((words[i] == "--config" || words[i] == "-F") && i + 1 < words.size()) path = words[i + 1];
        if (words[i].starts_with("--config=")) path = words[i].substr(words[i].find('=') + 1);
    }
    std::vector<std::string> lines;
    std::ifstream file{path};
    for (std::string text; !path.empty() && std::getline(file, text);) {
        const auto line = exabgp::without_outer_blanks(text);
        if (line.empty() || line.starts_with('#')) continue;
        const auto equals = line.find('=');
        lines.push_back("--" + std::string{exabgp::without_outer_blanks(line.substr(0, equals))});
        if (equals != std::string_view::npos) lines.emplace_back(exabgp::without_outer_blanks(line.substr(equals + 1)));
    }
    const auto at = std::ranges::find(words, "healthcheck");
    if (at != words.end()) words.insert(at + 1, lines.begin(), lines.end());
    return words;
}

}   // namespace barrage
