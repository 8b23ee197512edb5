#pragma once
// The command line as a value: every sub-command with its options, as --help prints them. Man pages and completions are made of it, so that
// an option is described once, where it is read. Main thread.

#include <CLI/CLI.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace barrage {

struct OptionPage {
    std::vector<std::string> names;   // "-o", "--output"; none: a positional
    std::string positional;           // "ROUTER"
    std::string value;                // "FILE.json"; empty: a flag
    std::string group;                // heading in --help
    std::string description;
    bool is_required = false;
    bool is_repeatable = false;   // of positionals

    /// What completes it.
    enum class Completion : std::uint8_t { nothing, words, files };
    [[nodiscard]] Completion completion() const;
    /// Of "self|keep|ADDR" self and keep: what stands there as it is.
    [[nodiscard]] std::vector<std::string> fixed_words() const;
};

struct CommandPage {
    std::vector<std::string> path;   // "mrt", "info"; none: loadgen itself
    std::string description;
    std::string footer;
    std::vector<OptionPage> options;
    std::vector<CommandPage> commands;

    /// "loadgen mrt info", with another separator "loadgen-mrt-info".
    [[nodiscard]] std::string name(std::string_view separator = " ") const;
};

/// Hidden sub-commands and options are left out.
CommandPage page_of(const CLI::App& app);

/// `visit` of the page and of all below it.
void for_each_page(const CommandPage& page, auto&& visit)
{
    visit(page);
    for (const auto& each : page.commands) for_each_page(each, visit);
}

}   // namespace barrage
