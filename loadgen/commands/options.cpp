#include "loadgen/commands/options.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <exception>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/run_failure.hpp"
#include "loadgen/commands/bench.hpp"
#include "loadgen/commands/calibrate.hpp"
#include "loadgen/commands/cli.hpp"
#include "loadgen/commands/decode.hpp"
#include "loadgen/commands/device.hpp"
#include "loadgen/commands/doctor.hpp"
#include "loadgen/commands/encode.hpp"
#include "loadgen/commands/exabgp.hpp"
#include "loadgen/commands/help.hpp"
#include "loadgen/commands/help_format.hpp"
#include "loadgen/commands/init.hpp"
#include "loadgen/commands/inject.hpp"
#include "loadgen/commands/mrt.hpp"
#include "loadgen/commands/run.hpp"
#include "loadgen/commands/sink.hpp"
#include "loadgen/commands/speak.hpp"
#include "loadgen/commands/tune.hpp"
#include "loadgen/commands/validate.hpp"
#include "loadgen/console/print_error.hpp"
#include "loadgen/console/secret.hpp"
#include "loadgen/console/standard_streams.hpp"

namespace barrage {

namespace {

constexpr const char* what_it_is = "barrage: a multi-threaded, high-scale BGP route injector";
constexpr const char* examples = "Examples:\n"
                                 "  loadgen inject --peers 8 --routes full-table:1M\n"
                                 "  loadgen inject 192.0.2.1 --peers 4 --routes rib.20240101.0000.bz2 --report run.json\n"
                                 "  loadgen run full-table --dut 192.0.2.1 --html run.html\n"
                                 "  loadgen sink --listen 127.0.0.1:1790 --sessions 4 --expect 1M --json\n"
                                 "  loadgen mrt info rib.20240101.0000.bz2\n"
                                 "  loadgen decode --json < messages.hex\n"
                                 "  loadgen validate -nr peers.conf";

/// Which help would have said what was wrong: that of the sub-command, where one was named.
std::string with_help_hint(const CLI::App& app, const char* what)
{
    std::string command = "loadgen";
    const auto* at = &app;
    for (auto named = at->get_subcommands(); !named.empty(); named = at->get_subcommands()) {
        at = named.front();
        command += ' ' + at->get_name();
    }
    std::string text = what;
    // CLI11 may answer in several lines; people and logs want one.
    for (auto& octet : text)
        if (octet == '\n') octet = ' ';
    return fmt::format("{}: {}{}; try `{} --help`", command, text, did_you_mean(app), command);
}

/// Whether the command speaks BGP as long as it runs.
bool has_sessions(const CLI::App& app)
{
    constexpr std::array<std::string_view, 7> names{"run", "inject", "sink", "speak", "device", "bench", "calibrate"};
    const auto given = app.get_subcommands();
    return std::ranges::any_of(
        given, [&](const CLI::App* command) { return std::ranges::find(names, command->get_name()) != names.end(); });
}

/// Options that have another name now. The old one is read, with a warning.
struct OldName {
    std::string_view command, old, now;
};
constexpr OldName old_names[] = {{"inject", "--source", "--address"},
                                 {"inject", "--verify-source", "--verify-address"},
                                 {"inject", "--slice", "--divided"},
                                 {"bench", "--slice", "--divided"}};

/// The words of the command line, the last first, as CLI11 takes them.
std::vector<std::string> words_from_last(std::vector<std::string> words)
{
    const auto command = std::ranges::find_if(words, [](const auto& word) { return !word.starts_with('-'); });
    for (auto word = command; word != words.end() && *word != "--"; ++word) {
        const auto name = std::string_view{*word}.substr(0, word->find('='));
        for (const auto& [of_command, old, now] : old_names) {
            if (*command != of_command || name != old) continue;
            print_error_line(fmt::format("loadgen {}: warning: {} is {} now", of_command, old, now));
            word->replace(0, old.size(), now);
            break;
        }
    }
    std::ranges::reverse(words);
    return words;
}

int understand_and_run(int argc, char** argv)
{
    CLI::App app{what_it_is, "loadgen"};
    app.require_subcommand(1);
    app.footer(examples);
    app.formatter(std::make_shared<HelpFormat>());   // before commands are added: they take it over
    CommandAction action;
    add_run_command(app, action);
    add_init_command(app, action);
    add_inject_command(app, action);
    add_doctor_command(app, action);
    add_sink_command(app, action);
    add_device_command(app, action);
    add_bench_command(app, action);
    add_speak_command(app, action);
    add_cli_command(app, action);
    add_exabgp_command(app, action);
    add_mrt_command(app, action);
    add_decode_command(app, action);
    add_encode_command(app, action);
    add_validate_command(app, action);
    add_tune_command(app, action);
    add_calibrate_command(app, action);
    add_report_command(app, action);
    add_compare_command(app, action);
    add_help_commands(app, action);
    auto words = words_from_last(words_of_command_line(argc, argv));
    // Scripts around ExaBGP know 1 for all that is wrong.
    const bool is_exabgp = !words.empty() && words.back() == "exabgp";
    const auto usage = is_exabgp ? ExitStatus{1} : ExitStatus::usage;
    try {
        app.parse(std::move(words));
    } catch (const CLI::Success& asked_for_help) {
        return app.exit(asked_for_help);
    } catch (const CLI::ParseError& error) {
        print_error_line(with_help_hint(app, error.what()));
        return static_cast<int>(usage);
    }
    for (const auto* secret : {"--md5", "--control-token"}) hide_argument(argc, argv, secret);
    if (has_sessions(app)) never_wait_for_stderr();
    const auto status = action ? action() : ExitStatus::usage;
    return static_cast<int>(status == ExitStatus::usage ? usage : status);
}

}   // namespace

int run_command_line(int argc, char** argv) noexcept
{
    try {
        return understand_and_run(argc, argv);
    } catch (...) {
        try {
            print_error_line("loadgen: " + failure_text(std::current_exception()));
        } catch (...) {
            std::fputs("loadgen: out of memory\n", stderr);
        }
    }
    return static_cast<int>(ExitStatus::incomplete);
}

}   // namespace barrage
