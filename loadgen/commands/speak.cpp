#include "loadgen/commands/speak.hpp"

#include <unistd.h>

#include <ctime>
#include <memory>

#include "io/interface_addresses.hpp"
#include "io/privileges.hpp"
#include "loadgen/commands/option_words.hpp"
#include "loadgen/console/print_error.hpp"
#include "loadgen/console/secret.hpp"
#include "loadgen/exabgp/api/api.hpp"
#include "loadgen/exabgp/api/api_control.hpp"
#include "loadgen/exabgp/api/api_environment.hpp"
#include "loadgen/exabgp/grammar/parse.hpp"
#include "loadgen/exabgp/speaker/environment.hpp"
#include "loadgen/exabgp/speaker/speaker.hpp"
#include "loadgen/frame/command_frame.hpp"

namespace barrage {

namespace {

struct SpeakWords : FrameOptions {
    std::vector<std::string> files;
    std::string environment_file;
    std::string socket_path;
    std::string control;
    SecretWords control_token{.option = "--control-token", .variable = "BARRAGE_CONTROL_TOKEN"};
    std::string user;   // empty: stays who it is
    std::optional<std::uint64_t> max_routes, max_attribute_octets;
    std::uint16_t port = 0;   // 0: the environment's
    bool rfc = false;
    bool debug = false;
    bool debugger = false;
};

constexpr std::uint64_t files_of_programs = 256;   // pipes of API programs, control sockets

/// Until the wall clock is at a multiple of `period`; a signal ends the wait.
bool wait_for_multiple(std::chrono::seconds period)
{
    const auto left = period.count() - std::time(nullptr) % period.count();
    return ::sleep(static_cast<unsigned>(left)) == 0;
}

void take_signal(exabgp::Speaker& speaker, exabgp::SpeakerListener& listener, int signal)
{
    listener.on_signal(signal);
    switch (signal) {
    case SIGUSR1: return speaker.reload({});
    case SIGUSR2: return speaker.reload({.restart_programs = true});
    case SIGALRM: return speaker.reload({.re_establish = true, .restart_programs = true});
    default: return speaker.shutdown();
    }
}

ExitStatus speak(const SpeakWords& words)
{
    CommandFrame frame{words};
    auto environment = exabgp::Environment::of_process(environ);
    if (!words.environment_file.empty())
        if (const auto read = environment.read_file(words.environment_file); !read) return frame.wrong(read.error());
    auto options = exabgp::speaker_options(environment);
    if (!options) return frame.wrong(options.error());
    options->files = words.files;
    if (words.port != 0) options->port = words.port;
    options->rfc |= words.rfc;
    options->cease_above_limits = words.max_routes || words.max_attribute_octets;
    if (words.max_routes) options->keep_at_most.routes = *words.max_routes;
    if (words.max_attribute_octets) options->keep_at_most.octets = *words.max_attribute_octets;
    const auto log = environment.flag("log", "enable", true);
    if (!log) return frame.wrong(log.error());
    const auto api_options = exabgp::api_options(environment);
    if (!api_options) return frame.wrong(api_options.error());
    exabgp::ControlOptions control_options{.pipes = {}, .socket_path = words.socket_path, .http = {}};
    if (const auto pipes = exabgp::command_pipes(environment); pipes)
        control_options.pipes = *pipes;
    else
        return frame.wrong(pipes.error());
    if (!words.control.empty()) {
        control_options.http = exabgp::control_endpoint(words.control);
        if (!control_options.http) return frame.wrong("--control: expected ADDR:PORT or PORT, not '" + words.control + "'");
    }
    auto token = read_secret(words.control_token, "speak");
    if (!token) return frame.wrong(token.error());
    if (control_options.http && token->empty() && !is_loopback(control_options.http->address))
        return frame.wrong("--control beyond loopback needs a token: --control-token-file, or BARRAGE_CONTROL_TOKEN");
    control_options.http_token = std::move(*token);
    if (!frame.engine().mode) {
        const auto mode = exabgp::engine_mode(environment);
        if (!mode) return frame.wrong(mode.error());
        frame.engine().mode = *mode;
    }

    const auto pool = std::make_shared<AttributePool>();
    // Files that rotate are one after the other what is configured.
    auto files = words.files;
    if (options->rotate) files.resize(1);
    auto configuration = exabgp::parse_configuration(files, *pool);
    if (!configuration) {
        for (const auto& error : configuration.error()) frame.wrong(to_text(error));
        return ExitStatus::usage;
    }
    // Two connections of a neighbor while a collision is settled; behind one that is a whole prefix any number may come.
    const auto prepared =
        frame.prepare({.sockets = 2 * configuration->neighbors.size(), .more_may_come = true, .files = files_of_programs});
    if (!prepared) return prepared.error();
    Signals signals{{SIGTERM, SIGHUP, SIGINT, SIGUSR1, SIGUSR2, SIGALRM}, Signals::Unwatched::waits};
    if (options->delay && !wait_for_multiple(*options->delay)) return ExitStatus::passed;

    auto engine = frame.make_engine();
    if (!engine) return engine.error();
    exabgp::Speaker speaker{std::move(*options), std::move(*configuration), pool, **engine};
    const auto print_error = [enabled = *log](const std::string& text) {
        if (enabled) print_error_line(text);
    };
    exabgp::Api api{speaker, *api_options, print_error};
    exabgp::ApiControl control{speaker, api, print_error};
    api.on_end = [&control] { control.end(); };
    if (const auto problem = speaker.start()) return frame.wrong(*problem);
    if (!words.user.empty())
        if (const auto became = become_user(words.user); !became) return frame.wrong("--user: " + became.error().text);
    if (const auto started = control.start(control_options); !started) return frame.wrong(started.error().text);
    if (const auto http = control.http_endpoint()) print_error_line("control on http://" + to_text(*http) + "/");
    api.start();
    const auto watch = signals.watch(**engine, [&](int signal) { take_signal(speaker, api, signal); });
    const auto status = speaker.run();
    if (const auto failure = (*engine)->failure(); !failure.empty()) return frame.wrong("ended early: " + failure, status);
    return status;
}

}   // namespace

void add_speak_command(CLI::App& app, CommandAction& action)
{
    auto& command = *app.add_subcommand("speak", "An ExaBGP-compatible speaker: its configurations, API programs and signals");
    const auto words = std::make_shared<SpeakWords>();
    words->command = "speak";
    command.add_option("CONF", words->files, "Configuration files of ExaBGP")->required()->check(CLI::ExistingFile);
    option_words::add_number(command, "--port", words->port, "TCP port of peers, and to listen on [exabgp.tcp.port, else 179]", 1,
                             0xffff);
    command.add_option("-e,--env", words->environment_file, "An INI file for what ExaBGP's environment variables do not say");
    command.add_option("--socket", words->socket_path, "A Unix socket for commands, as `loadgen cli` gives them")
        ->type_name("PATH");
    command
        .add_option("--control", words->control, "An HTTP service that takes commands; on loopback unless an address is given")
        ->type_name("[ADDR:]PORT");
    command
        .add_option("--control-token-file", words->control_token.file,
                    "What clients of --control have to say: Authorization: Bearer and the first line of this file; needed beyond "
                    "loopback [that of "
                    "BARRAGE_CONTROL_TOKEN]")
        ->type_name("FILE");
    command.add_option("--control-token", words->control_token.given, "… as a word, which other users of this machine may see")
        ->type_name("TOKEN");
    command
        .add_option(
            "--user", words->user,
            "The user to be, with all programs, once ports are listened on; files that are read again have to be readable for it")
        ->type_name("NAME");
    option_words::add_number(command, "--max-routes", words->max_routes,
                             "A neighbor that announces more routes is sent a Cease [8388608 are kept, others only passed on]", 1,
                             std::uint64_t{1} << 40);
    option_words::add_number(command, "--max-attribute-octets", words->max_attribute_octets,
                             "… or more octets of distinct attributes and NLRI [256 MiB are kept]", 1, std::uint64_t{1} << 50);
    command.add_flag("--rfc", words->rfc, "What RFCs say where ExaBGP's octets are others: docs/exabgp.md [exabgp.bgp.rfc]");
    command.add_flag("-d,--debug", words->debug, "Taken as ExaBGP takes it");
    command.add_flag("-p,--pdb", words->debugger, "Taken as ExaBGP takes it");
    option_words::add_engine(command, words->engine);
    command.footer("ExaBGP's environment counts: exabgp_tcp_port, exabgp_tcp_attempts, exabgp_reactor_asyncio and so on.\n"
                   "SIGUSR1 reads the configuration again; SIGTERM ends every session with a Cease.\n"
                   "Examples:\n"
                   "  loadgen speak /etc/exabgp/exabgp.conf\n"
                   "  exabgp_tcp_port=1790 loadgen speak --mode sync peer.conf\n"
                   "  loadgen speak --control 5000 peer.conf; curl -d 'command=show neighbor summary' http://127.0.0.1:5000/");
    command.callback([words, &action] { action = [words] { return speak(*words); }; });
}

}   // namespace barrage
