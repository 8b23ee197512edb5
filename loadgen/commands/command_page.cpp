#include "loadgen/commands/command_page.hpp"

#include <algorithm>

namespace barrage {

namespace {

OptionPage page_of_option(const CLI::Option& option)
{
    OptionPage page{.group = option.get_group(), .description = option.get_description(), .is_required = option.get_required()};
    for (const auto& name : option.get_snames()) page.names.push_back("-" + name);
    for (const auto& name : option.get_lnames()) page.names.push_back("--" + name);
    if (page.names.empty()) page.positional = option.get_name(true);
    if (option.get_items_expected_max() != 0) page.value = option.get_type_name();
    page.is_repeatable = option.get_items_expected_max() > 2;   // "BEFORE AFTER" are two
    return page;
}

CommandPage page_below(const CLI::App& app, std::vector<std::string> path)
{
    CommandPage page{.path = std::move(path), .description = app.get_description(), .footer = app.get_footer()};
    for (const auto* option : app.get_options())
        if (!option->get_group().empty()) page.options.push_back(page_of_option(*option));
    for (const auto* command : app.get_subcommands([](const CLI::App* each) { return !each->get_group().empty(); })) {
        auto below = page.path;
        below.push_back(command->get_name());
        page.commands.push_back(page_below(*command, std::move(below)));
    }
    return page;
}

bool contains_any(std::string_view text, std::initializer_list<std::string_view> words)
{
    return std::ranges::any_of(words, [&](std::string_view word) { return text.find(word) != std::string_view::npos; });
}

}   // namespace

OptionPage::Completion OptionPage::completion() const
{
    if (!fixed_words().empty()) return Completion::words;
    // SOURCE is a file more often than a table that is made up.
    const bool files = contains_any(value, {"FILE", "PATH", "DIR", "SOURCE", "CONF", ".json", ".yaml"}) ||
                       contains_any(positional, {"FILE", "CONF", "IN", "OUT"});
    return files ? Completion::files : Completion::nothing;
}

std::vector<std::string> OptionPage::fixed_words() const
{
    std::vector<std::string> words;
    if (value.find('|') == std::string::npos) return words;
    for (std::size_t at = 0; at <= value.size();) {
        const auto end = std::min(value.find('|', at), value.size());
        const auto word = value.substr(at, end - at);
        const bool is_fixed = !word.empty() && std::ranges::all_of(word, [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
        });
        if (is_fixed) words.push_back(word);
        at = end + 1;
    }
    return words;
}

std::string CommandPage::name(std::string_view separator) const
{
    std::string text = "loadgen";
    for (const auto& word : path) text.append(separator).append(word);
    return text;
}

CommandPage page_of(const CLI::App& app) { return page_below(app, {}); }

}   // namespace barrage
