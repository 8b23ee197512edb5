#include "loadgen/commands/exabgp.hpp"

#include <fmt/format.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <memory>

#include "loadgen/commands/decode.hpp"
#include "loadgen/commands/encode.hpp"
#include "loadgen/commands/exabgp_cli.hpp"
#include "loadgen/commands/healthcheck.hpp"
#include "loadgen/commands/speaker_run.hpp"
#include "loadgen/commands/validate.hpp"
#include "loadgen/console/print_error.hpp"
#include "loadgen/console/standard_streams.hpp"
#include "loadgen/exabgp/api/api_environment.hpp"
#include "loadgen/exabgp/api/api_text.hpp"
#include "loadgen/exabgp/speaker/environment_keys.hpp"
#include "loadgen/words/message_line.hpp"

namespace barrage {

namespace {

namespace fs = std::filesystem;

/// Of ExaBGP 4.2, which FRR's topology tests ask for.
constexpr std::string_view usual_version = "4.2.25";
constexpr std::string_view usual_environment = "/etc/exabgp/exabgp.env";

struct ExabgpWords {
    std::vector<std::string> files;
    std::string environment_file, root, as_version, profile, socket_path;
    std::vector<std::string> messages;   // of --decode
    bool debug = false, debugger = false, version = false, once = false, validate = false, memory = false;
    bool full_ini = false, full_env = false, diff_ini = false, diff_env = false;
    unsigned signal_after = 0;
    EngineChoice engine;
};

/// A file that is not there is no error: ExaBGP goes on without.
exabgp::Environment environment_of(const ExabgpWords& words)
{
    auto environment = exabgp::Environment::of_process(environ);
    auto path = words.environment_file.empty() ? std::string{usual_environment} : words.environment_file;
    std::error_code ignored;
    if (!fs::exists(path, ignored) && !path.starts_with('/')) path = "/etc/exabgp/" + path;
    if (fs::exists(path, ignored)) {
        if (const auto read = environment.read_file(path); !read) print_error("exabgp", read.error());
    } else if (!words.environment_file.empty()) {
        print_error("exabgp", path + ": there is no such environment file; `exabgp env` writes one");
    }
    if (words.once) environment.set("tcp", "once", "true");
    if (!words.as_version.empty()) environment.set("", "as_version", words.as_version);
    return environment;
}

std::string version_of(const exabgp::Environment& environment)
{
    const auto given = environment.find("", "version");
    return given && !given->empty() ? *given : std::string{usual_version};
}

ExitStatus print_version(const exabgp::Environment& environment)
{
    utsname machine{};
    ::uname(&machine);
    fmt::print("ExaBGP : {}\nbarrage: {}\nUname  : {} {} {} {} {}\n", version_of(environment), BARRAGE_VERSION, machine.sysname,
               machine.nodename, machine.release, machine.version, machine.machine);
    return ExitStatus::passed;
}

/// ExaBGP says 1 where we say what it was.
ExitStatus as_exabgp(ExitStatus status) { return status == ExitStatus::passed ? status : ExitStatus{1}; }

ExitStatus print_environment(const ExabgpWords& words, exabgp::EnvironmentForm form, bool only_changed)
{
    fmt::print("{}", exabgp::environment_text(environment_of(words), form, only_changed));
    return ExitStatus::passed;
}

ExitStatus print_events(const std::vector<std::string>& messages, const exabgp::Environment& environment)
{
    bool all = true;
    for (const auto& message : messages) {
        std::string digits;
        for (const char c : message)
            if (c != ' ' && c != ':' && c != '\n' && c != '\t') digits += c;
        const auto octets = octets_from_hex(digits);
        if (!octets) {
            print_error("exabgp", "a message is digits of base 16; blanks and colons are passed over");
            return ExitStatus{1};
        }
        const auto text = exabgp::api_event(*octets, SessionOptions{}, exabgp::event_version(environment));
        all &= text.starts_with('{');
        std::fwrite(text.data(), 1, text.size(), stdout);
    }
    return all ? ExitStatus::passed : ExitStatus{1};
}

/// `--signal SECONDS`: a child is the speaker; it gets SIGUSR1 after that time.
std::optional<ExitStatus> signal_later(unsigned seconds)
{
    if (seconds == 0) return std::nullopt;
    const auto child = ::fork();
    if (child <= 0) return std::nullopt;
    ::sleep(seconds);
    ::kill(child, SIGUSR1);
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return ExitStatus{WIFEXITED(status) ? WEXITSTATUS(status) : 1};
}

ExitStatus serve(const ExabgpWords& words)
{
    if (words.files.empty()) {
        print_error("exabgp", "no configuration file provided; try `exabgp --help`");
        return ExitStatus{1};
    }
    SpeakerRun run;
    run.command = "exabgp";
    run.engine = words.engine;
    run.environment = environment_of(words);
    run.socket_path = words.socket_path;
    // After the fork the working folder is as it was: files may be named from there.
    for (const auto& file : words.files) {
        std::error_code ignored;
        const bool is_there = fs::exists(file, ignored);
        run.files.push_back(!is_there && file.starts_with("etc/exabgp") ? "/" + file : file);
    }
    auto options = exabgp::daemon_options(run.environment);
    if (!options) {
        print_error("exabgp", options.error());
        return ExitStatus{1};
    }
    if (const auto ended = signal_later(words.signal_after)) return *ended;
    exabgp::Daemon daemon{std::move(*options)};
    if (const auto status = daemon.go_to_background()) return ExitStatus{*status};
    if (const auto log = daemon.open_log(); !log) {
        print_error("exabgp", log.error());
        return ExitStatus{1};
    }
    if (!daemon.in_background()) never_wait_for_stderr();
    run.daemon = &daemon;
    return as_exabgp(run_speaker(std::move(run)));
}

ExitStatus run_exabgp(const ExabgpWords& words)
{
    using enum exabgp::EnvironmentForm;
    if (words.version) return print_version(environment_of(words));
    if (words.full_ini) return print_environment(words, ini, false);
    if (words.diff_ini) return print_environment(words, ini, true);
    if (words.full_env) return print_environment(words, shell, false);
    if (words.diff_env) return print_environment(words, shell, true);
    if (!words.messages.empty()) return print_events(words.messages, environment_of(words));
    if (words.validate) return as_exabgp(validate_files(words.files));
    return serve(words);
}

void add_server_words(CLI::App& command, ExabgpWords& words)
{
    command.add_option("configuration", words.files, "Peer and route configuration files, patterns or folders of them");
    command.add_option("-e,--env", words.environment_file, "Environment file [/etc/exabgp/exabgp.env]");
    command.add_option("-f,-r,--root", words.root, "Taken as ExaBGP takes it; folders below / are used");
    command.add_flag("-d,--debug", words.debug, "Taken as ExaBGP takes it");
    command.add_flag("-p,--pdb", words.debugger, "Taken as ExaBGP takes it");
    command.add_flag("-1,--once", words.once, "One attempt to connect to each peer");
    command.add_flag("-s,--memory", words.memory, "Taken as ExaBGP takes it");
    command.add_option("--profile", words.profile, "Taken as ExaBGP takes it");
    command.add_option("--signal", words.signal_after, "Reads the configuration again after so many seconds");
    command.add_option("--socket", words.socket_path, "A Unix socket for commands, as `loadgen cli` gives them")
        ->type_name("PATH");
    command
        .add_option("--as-version", words.as_version,
                    "Events and commands as of this version: 4, 5 or 6 [5, or that of exabgp_version]")
        ->check(CLI::IsMember({"4", "5", "6"}));
}

}   // namespace

std::vector<std::string> words_of_command_line(int argc, const char* const* argv)
{
    std::vector<std::string> words(argv + std::min(argc, 1), argv + argc);
    const auto name = argc > 0 ? fs::path{argv[0]}.filename().string() : std::string{};
    if (name == "exabgpcli" || name == "exabgp-cli") words.insert(words.begin(), {"exabgp", "cli"});
    if (name == "exabgp-healthcheck") words.insert(words.begin(), {"exabgp", "healthcheck"});
    if (name == "exabgp") words.insert(words.begin(), "exabgp");
    if (words.empty() || words.front() != "exabgp") return words;
    if (const auto run = std::ranges::find(words, "--run"); run != words.end()) words.erase(words.begin() + 1, run + 1);
    if (words.size() > 1 && words[1] == "healthcheck") return with_healthcheck_file(std::move(words));
    return words;
}

void add_exabgp_command(CLI::App& app, CommandAction& action)
{
    auto& command =
        *app.add_subcommand("exabgp", "ExaBGP's own command line, also of a link to this program that is called exabgp");
    const auto words = std::make_shared<ExabgpWords>();
    add_server_words(command, *words);
    command.add_flag("-v,--version", words->version, "Shows the version");
    command.add_flag("-t,--test,--validate", words->validate, "Checks the configuration, and ends");
    command.add_option("-x,--decode", words->messages, "Decodes a message in hexadecimal digits");
    command.add_flag("--full-ini,--fi", words->full_ini, "Shows the environment as an INI file");
    command.add_flag("--diff-ini,--di", words->diff_ini, "… what of it is not as by default");
    command.add_flag("--full-env,--fe", words->full_env, "Shows the environment as variables");
    command.add_flag("--diff-env,--de", words->diff_env, "… what of it is not as by default");
    command.callback([words, &command, &action] {
        if (command.get_subcommands().empty()) action = [words] { return run_exabgp(*words); };
    });
    command.footer(
        "Signals: SIGTERM and SIGHUP end it, SIGUSR1 reads the configuration again, SIGUSR2 starts programs anew too, SIGALRM\n"
        "sets up all sessions anew. Of a pattern or a folder SIGHUP reads the files again, those that came and went among them.\n"
        "docs/exabgp.md says what is the same, better, and absent.");

    auto& server = *command.add_subcommand("server", "Runs the configuration");
    add_server_words(server, *words);
    server.callback([words, &action] { action = [words] { return serve(*words); }; });
    auto& version = *command.add_subcommand("version", "Shows the version");
    version.callback([words, &action] { action = [words] { return print_version(environment_of(*words)); }; });
    auto& environment = *command.add_subcommand("env", "Shows the environment");
    environment.add_flag("-d,--diff", words->diff_ini, "Only what is not as by default");
    environment.add_flag("-e,--env", words->full_env, "As variables");
    environment.callback([words, &action] {
        action = [words] {
            return print_environment(*words, words->full_env ? exabgp::EnvironmentForm::shell : exabgp::EnvironmentForm::ini,
                                     words->diff_ini);
        };
    });
    auto& decode = *command.add_subcommand("decode", "Messages as the events that programs are sent");
    decode.add_option("HEX", words->messages, "A message, one without its marker, or the body of an UPDATE")->required();
    decode.callback([words, &action] { action = [words] { return print_events(words->messages, environment_of(*words)); }; });
    add_encode_command(command, action);
    add_validate_command(command, action);
    add_exabgp_cli_command(command, action);
    add_healthcheck_command(command, action);
}

}   // namespace barrage
