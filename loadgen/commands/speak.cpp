#include "loadgen/commands/speak.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <ctime>
#include <memory>

#include "loadgen/commands/option_words.hpp"
#include "loadgen/exabgp/environment.hpp"
#include "loadgen/exabgp/parse.hpp"
#include "loadgen/exabgp/signal_pipe.hpp"
#include "loadgen/exabgp/speaker.hpp"
#include "tuning/limits.hpp"

namespace barrage {

namespace {

struct SpeakWords {
    std::vector<std::string> files;
    std::string environment_file;
    std::uint16_t port = 0;   // 0: the environment's
    bool debug = false;
    bool debugger = false;
    option_words::EngineWords engine;
};

ExitStatus wrong(const std::string& text, ExitStatus status = ExitStatus::usage)
{
    fmt::print(stderr, "loadgen speak: {}\n", text);
    return status;
}

/// Sessions that come and go, for whoever looks; silent unless it was asked for.
class SessionLog final : public exabgp::SpeakerListener {
public:
    SessionLog(exabgp::Speaker& speaker, bool enabled) : speaker_(speaker), enabled_(enabled) {}
    void on_up(exabgp::NeighborIndex neighbor, const Negotiated&) override { say(neighbor, "is up"); }
    void on_down(exabgp::NeighborIndex neighbor, const std::string& reason) override { say(neighbor, "is down: " + reason); }
    void on_shutdown() override { speaker_.programs_ended(); }

private:
    void say(exabgp::NeighborIndex neighbor, const std::string& what) const
    {
        if (enabled_) fmt::print(stderr, "{} {}\n", to_text(speaker_.status(neighbor).config.peer_address), what);
    }
    exabgp::Speaker& speaker_;
    bool enabled_;
};

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
    case SIGUSR2: return speaker.reload_with_programs({});
    case SIGALRM: return speaker.restart({});
    default: return speaker.shutdown();
    }
}

ExitStatus speak(const SpeakWords& words)
{
    auto environment = exabgp::Environment::of_process(environ);
    if (!words.environment_file.empty())
        if (const auto read = environment.read_file(words.environment_file); !read) return wrong(read.error());
    auto options = exabgp::speaker_options(environment);
    if (!options) return wrong(options.error());
    options->files = words.files;
    if (words.port != 0) options->port = words.port;
    const auto log = environment.flag("log", "enable", true);
    if (!log) return wrong(log.error());
    auto engine_words = words.engine;
    if (!engine_words.mode) {
        const auto mode = exabgp::engine_mode(environment);
        if (!mode) return wrong(mode.error());
        engine_words.mode = *mode;
    }

    const auto pool = std::make_shared<AttributePool>();
    // Files that rotate are one after the other what is configured.
    auto files = words.files;
    if (options->rotate) files.resize(1);
    auto configuration = exabgp::parse_configuration(files, *pool);
    if (!configuration) {
        for (const auto& error : configuration.error()) fmt::print(stderr, "loadgen speak: {}\n", to_text(error));
        return ExitStatus::usage;
    }
    constexpr std::uint64_t files_beside = 256;
    if (const auto raised = raise_open_files(2 * configuration->neighbors.size() + files_beside); !raised) return wrong(raised.error());
    exabgp::SignalPipe signals{SIGTERM, SIGHUP, SIGINT, SIGUSR1, SIGUSR2, SIGALRM};
    std::signal(SIGPIPE, SIG_IGN);
    if (options->delay && !wait_for_multiple(*options->delay)) return ExitStatus::passed;

    auto engine = option_words::make_engine(engine_words);
    if (!engine) return wrong(engine.error());
    exabgp::Speaker speaker{std::move(*options), std::move(*configuration), pool, **engine};
    SessionLog listener{speaker, *log};
    speaker.set_listener(listener);
    if (const auto problem = speaker.start()) return wrong(*problem);
    const auto watch = (*engine)->watch(signals.fd(), {.read = true}, [&](const Waiter::Ready&) {
        for (const int signal : signals.take()) take_signal(speaker, listener, signal);
    });
    const auto status = speaker.run();
    (*engine)->unwatch(watch);
    return status;
}

}   // namespace

void add_speak_command(CLI::App& app, CommandAction& action)
{
    auto& command = *app.add_subcommand("speak", "An ExaBGP-compatible speaker: its configurations, API programs and signals");
    const auto words = std::make_shared<SpeakWords>();
    command.add_option("CONF", words->files, "Configuration files of ExaBGP")->required()->check(CLI::ExistingFile);
    option_words::add_number(command, "--port", words->port, "TCP port of peers, and to listen on [exabgp.tcp.port, else 179]", 1, 0xffff);
    command.add_option("-e,--env", words->environment_file, "An INI file for what ExaBGP's environment variables do not say");
    command.add_flag("-d,--debug", words->debug, "Taken as ExaBGP takes it");
    command.add_flag("-p,--pdb", words->debugger, "Taken as ExaBGP takes it");
    option_words::add_engine(command, words->engine);
    command.footer("ExaBGP's environment counts: exabgp_tcp_port, exabgp_tcp_attempts, exabgp_reactor_asyncio and so on.\n"
                   "SIGUSR1 reads the configuration again; SIGTERM ends every session with a Cease.\n"
                   "Examples:\n"
                   "  loadgen speak /etc/exabgp/exabgp.conf\n"
                   "  exabgp_tcp_port=1790 loadgen speak --mode sync peer.conf");
    command.callback([words, &action] {
        action = [words] { return speak(*words); };
    });
}

}   // namespace barrage
