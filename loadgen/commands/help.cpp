#include "loadgen/commands/help.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>

#include "loadgen/commands/completion.hpp"
#include "loadgen/commands/man_page.hpp"
#include "loadgen/console/output_file.hpp"
#include "loadgen/console/print_error.hpp"
#include "loadgen/scenario/threshold.hpp"

namespace barrage {

namespace {

constexpr const char* version_text = "loadgen " BARRAGE_VERSION;

ExitStatus print_to_stdout(const std::string& text)
{
    fmt::print("{}", text);
    if (std::fflush(stdout) == 0) return ExitStatus::passed;
    print_error("help", "cannot write to standard output");
    return ExitStatus::incomplete;
}

std::vector<const CLI::App*> visible_commands(const CLI::App& app)
{
    return app.get_subcommands([](const CLI::App* each) { return !each->get_group().empty(); });
}

std::string meant(std::string_view word, const std::vector<std::string>& known)
{
    const auto near = nearest_word(word, {known.begin(), known.end()});
    return near.empty() ? std::string{} : fmt::format("; did you mean {}?", near);
}

std::string meant_command(std::string_view word, const CLI::App& app)
{
    std::vector<std::string> names;
    for (const auto* each : visible_commands(app)) names.push_back(each->get_name());
    return meant(word, names);
}

ExitStatus print_help(const CLI::App& app, const std::vector<std::string>& words)
{
    const auto* at = &app;
    std::string before;   // what stands in front of the command in its usage
    for (const auto& word : words) {
        const auto commands = visible_commands(*at);
        const auto found = std::ranges::find(commands, word, [](const CLI::App* each) { return each->get_name(); });
        if (found == commands.end()) {
            print_error("help", fmt::format("no command '{}'{}", word, meant_command(word, *at)));
            return ExitStatus::usage;
        }
        before += (before.empty() ? "" : " ") + at->get_name();
        at = *found;
    }
    // Not App::help(): of loadgen itself that is the help of the sub-command that was given, of `help`.
    const auto name = at == &app ? at->get_name() : before + " " + at->get_name();
    return print_to_stdout(at->get_formatter()->make_help(at, name, CLI::AppFormatMode::Normal));
}

ExitStatus write_or_say(std::string_view command, const std::string& path, const std::string& text)
{
    const auto written = write_file(path, text);
    if (written) return ExitStatus::passed;
    print_error(command, written.error());
    return ExitStatus::incomplete;
}

ExitStatus write_man_pages(const CLI::App& app, const std::string& directory)
{
    auto status = ExitStatus::passed;
    const auto write = [&](const std::string& file, const std::string& text) {
        const auto written = write_or_say("man", (std::filesystem::path{directory} / file).string(), text);
        if (written != ExitStatus::passed) status = written;
    };
    for_each_page(page_of(app), [&](const CommandPage& page) { write(page.name("-") + ".1", man_page(page)); });
    write("scenario.5", scenario_man_page());
    return status;
}

void add_completion(CLI::App& app, CommandAction& action)
{
    auto& command = *app.add_subcommand("completion", "Prints a script by which a shell completes the command line");
    struct Words {
        std::string shell, output;
    };
    const auto words = std::make_shared<Words>();
    command.add_option("SHELL", words->shell, "The shell")->required()->type_name("bash|zsh|fish");
    command.add_option("-o,--output", words->output, "Where to [standard output]")->type_name("FILE");
    command.footer("Packages install these scripts where the shells look for them.\n"
                   "Examples:\n"
                   "  source <(loadgen completion bash)\n"
                   "  loadgen completion fish --output ~/.config/fish/completions/loadgen.fish");
    command.callback([words, &app, &action] {
        using Make = std::string (*)(const CommandPage&);
        const auto& shell = words->shell;
        const Make make = shell == "bash"   ? &bash_completion
                          : shell == "zsh"  ? &zsh_completion
                          : shell == "fish" ? &fish_completion
                                            : nullptr;
        if (!make) throw CLI::ValidationError("SHELL", "'" + shell + "': expected bash, zsh or fish");
        action = [make, words, &app] {
            const auto script = make(page_of(app));
            if (words->output.empty()) return print_to_stdout(script);
            return write_or_say("completion", words->output, script);
        };
    });
}

void add_version_flag(CLI::App& app)
{
    // A command with a --version of its own, such as `exabgp`, keeps it.
    const auto* own = app.get_option_no_throw("--version");
    if (!app.get_option_no_throw("-V"))
        app.set_version_flag(own ? "-V" : "-V,--version", version_text, "Print the version and exit");
    for (auto* each : app.get_subcommands([](CLI::App*) { return true; })) add_version_flag(*each);
}

}   // namespace

void add_help_commands(CLI::App& app, CommandAction& action)
{
    auto& help = *app.add_subcommand("help", "Prints the help of a command");
    const auto words = std::make_shared<std::vector<std::string>>();
    help.add_option("COMMAND", *words, "The command [loadgen itself]")->type_name("COMMAND");
    help.footer("Examples:\n  loadgen help inject\n  loadgen help mrt convert");
    help.callback([words, &app, &action] { action = [words, &app] { return print_help(app, *words); }; });

    auto& version = *app.add_subcommand("version", "Prints the version");
    version.callback([&action] { action = [] { return print_to_stdout(std::string{version_text} + "\n"); }; });

    add_completion(app, action);

    auto& man = *app.add_subcommand("man", "Writes the manual pages into a directory");
    man.group("");   // for who makes packages
    const auto directory = std::make_shared<std::string>();
    man.add_option("DIRECTORY", *directory, "Where to")->required();
    man.callback([directory, &app, &action] { action = [directory, &app] { return write_man_pages(app, *directory); }; });

    add_version_flag(app);
}

std::string did_you_mean(const CLI::App& app)
{
    const auto* at = &app;
    for (auto named = at->get_subcommands(); !named.empty(); named = at->get_subcommands()) at = named.front();
    const auto unknown = app.remaining(true);
    const auto option = std::ranges::find_if(unknown, [](const auto& word) { return word.starts_with("--"); });
    if (option != unknown.end()) {
        std::vector<std::string> names;
        for (const auto& each : page_of(*at).options) names.insert(names.end(), each.names.begin(), each.names.end());
        return meant(option->substr(0, option->find('=')), names);
    }
    return unknown.empty() ? std::string{} : meant_command(unknown.front(), *at);
}

}   // namespace barrage
