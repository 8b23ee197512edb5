#include "loadgen/commands/sink.hpp"

#include <fmt/format.h>

#include <memory>

#include "io/privileges.hpp"
#include "loadgen/commands/option_words.hpp"
#include "loadgen/console/print_error.hpp"
#include "loadgen/frame/command_frame.hpp"
#include "loadgen/sink/sink_run.hpp"
#include "loadgen/words/json_text.hpp"
#include "loadgen/words/units.hpp"

namespace barrage {

namespace {

struct SinkWords : FrameOptions {
    SinkOptions sink;
    std::optional<Asn> local_as;
    std::optional<Ipv4Address> router_id;
    std::optional<FamilySet> families;
    bool listens = false;   // --listen was given
    std::string user;       // empty: stays who it is
};

ExitStatus run_sink(const SinkWords& words)
{
    CommandFrame frame{words};
    if (const auto prepared = frame.prepare({.sockets = words.sink.sessions, .more_may_come = true}); !prepared)
        return prepared.error();
    auto engine = frame.make_engine();
    if (!engine) return engine.error();
    auto options = words.sink;
    options.local_as = words.local_as.value_or(options.local_as);
    options.router_id = words.router_id.value_or(options.router_id);
    options.families = words.families.value_or(options.families);
    SinkRun sink{options, **engine, frame.progress(), frame.metrics()};

    frame.catch_interrupts();
    const auto watch = frame.interrupts_end(**engine);
    const auto local = sink.listen();
    if (!local) return frame.wrong(local.error().text);
    print_error_line("listening on " + to_text(*local));
    if (!words.user.empty())
        if (const auto became = become_user(words.user); !became) return frame.wrong("--user: " + became.error().text);
    // Behind the line that programs wait for.
    if (const auto served = frame.serve_metrics(); !served) return served.error();

    const auto status = sink.run();
    if (const auto failure = (*engine)->failure(); !failure.empty()) frame.wrong("ended early: " + failure);
    const auto result = sink.result();
    for (const auto& session : result.sessions)
        if (session.malformed != 0)
            frame.wrong(fmt::format("{} malformed messages from {}; the first: {}", session.malformed, session.remote,
                                    session.first_problem));
    for (const auto& session : result.sessions)
        if (session.not_negotiated != 0)
            frame.wrong(fmt::format("{} messages from {} that the session did not negotiate: their routes are not counted",
                                    session.not_negotiated, session.remote));
    return frame.output().print_text(words.json ? json_text(to_json(result)) + "\n" : to_text(result), status);
}

}   // namespace

void add_sink_command(CLI::App& app, CommandAction& action)
{
    auto& command = *app.add_subcommand("sink", "The receiving side: accepts sessions, counts, checks, digests");
    const auto words = std::make_shared<SinkWords>();
    words->command = "sink";
    auto& sink = words->sink;
    option_words::add(command, "--listen", "ADDR:PORT",
                      "Where to listen; port 0 is any free one. Said on the first line of stderr: listening on ADDR:PORT",
                      [words = words.get(), &sink](const std::string& text) -> std::expected<void, std::string> {
                          const auto endpoint = parse_endpoint(text);
                          if (!endpoint) return std::unexpected(endpoint.error());
                          sink.listen = *endpoint;
                          words->listens = true;
                          return {};
                      });
    option_words::add_number(command, "--sessions", sink.sessions, "End when so many sessions are complete [1 with --expect]", 1,
                             1'000'000);
    option_words::add_number(
        command, "--expect", sink.expect,
        "A session is complete with so many distinct prefixes [when it ends]; one lost before is exit status 4", 1);
    command.add_flag("--count-only", sink.count_only,
                     "Only count and judge: no distinct prefixes, no digest, so not with --expect or --max-routes");
    option_words::add_number(
        command, "--announced", sink.expect,
        "With --count-only: a session is complete with so many announced routes, distinct or not [when it ends]", 1);
    option_words::add_number(command, "--max-routes", sink.max_routes,
                             "A session that announces more distinct prefixes is ended with a Cease [33554432]; 0: any number");
    option_words::add_metrics(command, words->metrics);
    command.add_option("--user", words->user, "The user to be once it listens")->type_name("NAME");
    command.add_flag("--json", words->json, "The result as one JSON object");
    command.add_flag("--quiet", words->quiet, "No progress on stderr");

    option_words::add_as(command, "--local-as", words->local_as,
                         "Our AS [65000]; any AS of the peer is accepted, iBGP where equal")
        ->group("BGP");
    option_words::add_router_id(command, words->router_id, "Our BGP identifier [192.0.2.254]")->group("BGP");
    option_words::add_hold_time(command, sink.hold_time)->group("BGP");
    option_words::add_families(command, "--families", words->families, "Families to take [ipv4,ipv6]")->group("BGP");
    command.add_flag("--add-path", sink.add_path, "Ask for path identifiers (RFC 7911)")->group("BGP");
    command
        .add_flag("--extended-message,!--no-extended-message", sink.extended_message,
                  "Take messages of up to 65535 octets (RFC 8654) [yes]")
        ->group("BGP");
    command
        .add_flag(
            "--reject-as-set", sink.reject_as_set,
            "Treat routes with an AS_SET or AS_CONFED_SET in their path as withdrawn, and count them as malformed (RFC 9774)")
        ->group("BGP");
    option_words::add_engine(command, words->engine);

    command.footer("Without --sessions and --expect it runs until Ctrl-C, and then prints its result.\n"
                   "Examples:\n"
                   "  loadgen sink --listen 127.0.0.1:1790\n"
                   "  loadgen sink --listen [::1]:1790 --sessions 4 --expect 1M --json > sink.json");
    command.callback([words, &command, &action] {
        if (!words->listens)
            throw CLI::ValidationError("--listen is missing: say where to listen, such as --listen 127.0.0.1:1790");
        for (const auto* option : {"--expect", "--max-routes"})
            if (words->sink.count_only && command.get_option(option)->count() != 0)
                throw CLI::ValidationError(
                    std::string{option} +
                    " is a number of distinct prefixes, which --count-only does not tell apart: leave one out");
        if (!words->sink.count_only && command.get_option("--announced")->count() != 0)
            throw CLI::ValidationError("--announced is for --count-only; --expect is the number of distinct prefixes");
        action = [words] { return run_sink(*words); };
    });
}

}   // namespace barrage
