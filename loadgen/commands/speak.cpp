#include "loadgen/commands/speak.hpp"

#include <unistd.h>

#include <memory>

#include "loadgen/commands/option_words.hpp"
#include "loadgen/commands/speaker_run.hpp"
#include "loadgen/console/print_error.hpp"
#include "loadgen/console/secret.hpp"

namespace barrage {

namespace {

struct SpeakWords {
    SpeakerRun run;
    std::string environment_file;
    SecretWords control_token{.option = "--control-token", .variable = "BARRAGE_CONTROL_TOKEN"};
    bool debug = false;
    bool debugger = false;
};

ExitStatus speak(const SpeakWords& words)
{
    auto run = words.run;
    run.environment = exabgp::Environment::of_process(environ);
    if (!words.environment_file.empty())
        if (const auto read = run.environment.read_file(words.environment_file); !read) {
            print_error("speak", read.error());
            return ExitStatus::usage;
        }
    auto token = read_secret(words.control_token, "speak");
    if (!token) {
        print_error("speak", token.error());
        return ExitStatus::usage;
    }
    run.control_token = std::move(*token);
    return run_speaker(std::move(run));
}

}   // namespace

void add_speak_command(CLI::App& app, CommandAction& action)
{
    auto& command = *app.add_subcommand("speak", "An ExaBGP-compatible speaker: its configurations, API programs and signals");
    const auto words = std::make_shared<SpeakWords>();
    words->run.command = "speak";
    command
        .add_option("CONF", words->run.files, "Configuration files of ExaBGP, patterns ('/etc/exabgp/*.conf') or folders of them")
        ->required();
    option_words::add_number(command, "--port", words->run.port,
                             "TCP port of peers, and to listen on [exabgp.tcp.port, else 179]", 1, 0xffff);
    command.add_option("-e,--env", words->environment_file, "An INI file for what ExaBGP's environment variables do not say");
    command.add_option("--socket", words->run.socket_path, "A Unix socket for commands, as `loadgen cli` gives them")
        ->type_name("PATH");
    command
        .add_option("--control", words->run.control,
                    "An HTTP service that takes commands; on loopback unless an address is given")
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
            "--user", words->run.user,
            "The user to be, with all programs, once ports are listened on; files that are read again have to be readable for it")
        ->type_name("NAME");
    option_words::add_number(command, "--max-routes", words->run.max_routes,
                             "A neighbor that announces more routes is sent a Cease [8388608 are kept, others only passed on]", 1,
                             std::uint64_t{1} << 40);
    option_words::add_number(command, "--max-attribute-octets", words->run.max_attribute_octets,
                             "… or more octets of distinct attributes and NLRI [256 MiB are kept]", 1, std::uint64_t{1} << 50);
    command.add_flag("--rfc", words->run.rfc, "What RFCs say where ExaBGP's octets are others: docs/exabgp.md [exabgp.bgp.rfc]");
    command.add_flag("-d,--debug", words->debug, "Taken as ExaBGP takes it");
    command.add_flag("-p,--pdb", words->debugger, "Taken as ExaBGP takes it");
    option_words::add_engine(command, words->run.engine);
    command.footer(
        "ExaBGP's environment counts: exabgp_tcp_port, exabgp_tcp_attempts, exabgp_reactor_asyncio and so on.\n"
        "SIGUSR1 reads the configuration again, and so does SIGHUP where it is a pattern or a folder: files that were added\n"
        "or removed are taken; SIGTERM ends every session with a Cease.\n"
        "Examples:\n"
        "  loadgen speak /etc/exabgp/exabgp.conf\n"
        "  exabgp_tcp_port=1790 loadgen speak --mode sync peer.conf\n"
        "  loadgen speak --control 5000 peer.conf; curl -d 'command=show neighbor summary' http://127.0.0.1:5000/");
    command.callback([words, &action] { action = [words] { return speak(*words); }; });
}

}   // namespace barrage
