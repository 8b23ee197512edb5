#include "loadgen/commands/completion.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace barrage {

namespace {

using Completion = OptionPage::Completion;

/// In the scripts a sub-command is a path: "/mrt/info", and loadgen itself the empty one.
std::string place_of(const CommandPage& page)
{
    std::string place;
    for (const auto& word : page.path) place += "/" + word;
    return place;
}

/// All sub-commands, as patterns of `case`.
std::string all_places(const CommandPage& root, std::string_view separator)
{
    std::vector<std::string> places;
    for_each_page(root, [&](const CommandPage& page) {
        if (!page.path.empty()) places.push_back(place_of(page));
    });
    return fmt::format("{}", fmt::join(places, separator));
}

bool takes_scenarios(const CommandPage& page)
{
    return page.path.size() == 1 && (page.path[0] == "run" || page.path[0] == "validate");
}

bool takes_files(const CommandPage& page)
{
    return std::ranges::any_of(page.options, [](const OptionPage& option) {
        return !option.positional.empty() && option.completion() == Completion::files;
    });
}

/// For POSIX shells.
std::string shell_quoted(std::string_view text)
{
    std::string result = "'";
    for (const char c : text) c == '\'' ? result.append("'\\''") : result.append(1, c);
    return result + "'";
}

/// For fish, which knows escapes between quotes.
std::string fish_quoted(std::string_view text)
{
    std::string result = "'";
    for (const char c : text) {
        if (c == '\'' || c == '\\') result += '\\';
        result += c;
    }
    return result + "'";
}

/// `case` patterns for an option where it takes a value: '/inject --mode'.
std::string value_pattern(const CommandPage& page, const OptionPage& option)
{
    std::vector<std::string> patterns;
    for (const auto& name : option.names) patterns.push_back(shell_quoted(place_of(page) + " " + name));
    return fmt::format("{}", fmt::join(patterns, "|"));
}

/// What `bash` and `zsh` do after an option that takes a value.
std::string value_cases(const CommandPage& root, std::string_view with_words, std::string_view with_files)
{
    std::string text;
    for_each_page(root, [&](const CommandPage& page) {
        for (const auto& option : page.options) {
            if (option.names.empty() || option.value.empty()) continue;
            text += fmt::format("    {}) ", value_pattern(page, option));
            switch (option.completion()) {
            case Completion::words: text += fmt::format(fmt::runtime(with_words), fmt::join(option.fixed_words(), " ")); break;
            case Completion::files: text += with_files; break;
            case Completion::nothing: break;   // nobody but the person knows it
            }
            text += text.ends_with(' ') ? "return ;;\n" : "; return ;;\n";
        }
    });
    return text;
}

std::string names_of_options(const CommandPage& page)
{
    std::vector<std::string> names;
    for (const auto& option : page.options) names.insert(names.end(), option.names.begin(), option.names.end());
    return fmt::format("{}", fmt::join(names, " "));
}

/// Words that a positional may be: "bash", "zsh", "fish".
std::vector<std::string> positional_words(const CommandPage& page)
{
    std::vector<std::string> words;
    for (const auto& option : page.options)
        if (!option.positional.empty())
            for (const auto& word : option.fixed_words()) words.push_back(word);
    return words;
}

std::string names_of_commands(const CommandPage& page)
{
    std::vector<std::string> names;
    for (const auto& command : page.commands) names.push_back(command.path.back());
    for (const auto& word : positional_words(page)) names.push_back(word);
    return fmt::format("{}", fmt::join(names, " "));
}

/// What a positional may be: "scenarios", "files" or nothing.
std::string_view positional_kind(const CommandPage& page)
{
    if (takes_scenarios(page)) return "scenarios";
    return takes_files(page) ? "files" : "";
}

constexpr const char* made_by = "# Made by `loadgen completion`.\n";

}   // namespace

std::string bash_completion(const CommandPage& root)
{
    auto text = fmt::format("{}_loadgen()\n{{\n"
                            "    local cur=${{COMP_WORDS[COMP_CWORD]}} prev=${{COMP_WORDS[COMP_CWORD-1]}}\n"
                            "    local where= word commands= options= positional=\n"
                            "    COMPREPLY=()\n"
                            "    for word in \"${{COMP_WORDS[@]:1:COMP_CWORD-1}}\"; do\n"
                            "        case $where/$word in\n"
                            "        {}) where=$where/$word ;;\n"
                            "        esac\n"
                            "    done\n"
                            "    case \"$where $prev\" in\n{}    esac\n"
                            "    case $where in\n",
                            made_by, all_places(root, "|"),
                            value_cases(root, "mapfile -t COMPREPLY < <(compgen -W '{}' -- \"$cur\")",
                                        "compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- \"$cur\")"));
    for_each_page(root, [&](const CommandPage& page) {
        text += fmt::format("    '{}') commands='{}' options='{}' positional={} ;;\n", place_of(page), names_of_commands(page),
                            names_of_options(page), positional_kind(page));
    });
    return text +
           "    esac\n"
           "    if [[ $cur == -* ]]; then\n"
           "        mapfile -t COMPREPLY < <(compgen -W \"$options\" -- \"$cur\")\n"
           "        return\n"
           "    fi\n"
           "    [[ $positional == scenarios ]] && commands=$(\"${COMP_WORDS[0]}\" run --list 2>/dev/null | cut -d ' ' -f 1)\n"
           "    mapfile -t COMPREPLY < <(compgen -W \"$commands\" -- \"$cur\")\n"
           "    if [[ -n $positional ]]; then\n"
           "        compopt -o filenames 2>/dev/null\n"
           "        mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen -f -- \"$cur\")\n"
           "    fi\n"
           "}\n"
           "complete -F _loadgen loadgen\n";
}

std::string zsh_completion(const CommandPage& root)
{
    const auto described = [](std::string_view name, std::string_view description) {
        std::string word;
        for (const char c : name) c == ':' ? word.append("\\:") : word.append(1, c);
        return shell_quoted(fmt::format("{}:{}", word, description));
    };
    auto text = fmt::format("#compdef loadgen\n{}_loadgen() {{\n"
                            "    local where= word positional=\n"
                            "    local -a commands options scenarios\n"
                            "    for word in ${{words[2,CURRENT-1]}}; do\n"
                            "        case $where/$word in\n"
                            "        {}) where=$where/$word ;;\n"
                            "        esac\n"
                            "    done\n"
                            "    case \"$where $words[CURRENT-1]\" in\n{}    esac\n"
                            "    case $where in\n",
                            made_by, all_places(root, "|"), value_cases(root, "compadd -- {}", "_files"));
    for_each_page(root, [&](const CommandPage& page) {
        std::string commands, options;
        for (const auto& command : page.commands) commands += " " + described(command.path.back(), command.description);
        for (const auto& word : positional_words(page)) commands += " " + shell_quoted(word);
        for (const auto& option : page.options)
            for (const auto& name : option.names) options += " " + described(name, option.description);
        text += fmt::format("    '{}')\n        commands=({} )\n        options=({} )\n        positional={} ;;\n",
                            place_of(page), commands, options, positional_kind(page));
    });
    return text + "    esac\n"
                  "    if [[ $words[CURRENT] == -* ]]; then\n"
                  "        _describe -o option options\n"
                  "        return\n"
                  "    fi\n"
                  "    (( $#commands )) && _describe command commands\n"
                  "    if [[ $positional == scenarios ]]; then\n"
                  "        scenarios=(${${(f)\"$($words[1] run --list 2>/dev/null)\"}%% *})\n"
                  "        compadd -a scenarios\n"
                  "    fi\n"
                  "    [[ -n $positional ]] && _files\n"
                  "}\n"
                  "if [[ $funcstack[1] == _loadgen ]]; then _loadgen \"$@\"; else compdef _loadgen loadgen; fi\n";
}

std::string fish_completion(const CommandPage& root)
{
    auto text = fmt::format("{}function __loadgen_where\n"
                            "    set -l where ''\n"
                            "    set -l words (commandline -opc)\n"
                            "    for word in $words[2..-1]\n"
                            "        switch \"$where/$word\"\n"
                            "            case {}\n"
                            "                set where \"$where/$word\"\n"
                            "        end\n"
                            "    end\n"
                            "    echo \"$where\"\n"
                            "end\n"
                            "function __loadgen_at\n"
                            "    test (__loadgen_where) = \"$argv[1]\"\n"
                            "end\n"
                            "complete -c loadgen -f\n",
                            made_by, all_places(root, " "));
    for_each_page(root, [&](const CommandPage& page) {
        const auto at = fmt::format("complete -c loadgen -n '__loadgen_at \"{}\"'", place_of(page));
        for (const auto& command : page.commands)
            text += fmt::format("{} -a {} -d {}\n", at, command.path.back(), fish_quoted(command.description));
        for (const auto& word : positional_words(page)) text += fmt::format("{} -a {}\n", at, word);
        if (takes_scenarios(page)) text += at + " -a \"(loadgen run --list 2>/dev/null | string replace -r ' .*' '')\"\n";
        if (!positional_kind(page).empty()) text += at + " -F\n";
        for (const auto& option : page.options) {
            if (option.names.empty()) continue;
            text += at;
            for (const auto& name : option.names)
                text += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
            if (!option.value.empty()) {
                const auto completion = option.completion();
                if (completion == Completion::words)
                    text += fmt::format(" -x -a '{}'", fmt::join(option.fixed_words(), " "));
                else
                    text += completion == Completion::files ? " -r -F" : " -x";
            }
            text += fmt::format(" -d {}\n", fish_quoted(option.description));
        }
    });
    return text;
}

}   // namespace barrage
