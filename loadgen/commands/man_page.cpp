#include "loadgen/commands/man_page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace barrage {

namespace {

/// The footer of --help in its parts: prose, what follows "Exit status", what follows "Examples".
struct Footer {
    std::string prose, exit_status, examples;
};

Footer parts_of(std::string_view footer)
{
    Footer parts;
    auto* into = &parts.prose;
    bool is_literal = false;   // indented lines stand as they are
    const auto literal = [&](bool wanted) {
        if (is_literal != wanted && !into->empty()) *into += wanted ? ".PP\n.nf\n" : ".fi\n";
        if (is_literal != wanted && into->empty() && wanted) *into += ".nf\n";
        is_literal = wanted;
    };
    while (!footer.empty()) {
        const auto end = std::min(footer.find('\n'), footer.size());
        const auto line = footer.substr(0, end);
        footer.remove_prefix(std::min(end + 1, footer.size()));
        if (line.starts_with("Exit status")) {
            literal(false);
            into = &parts.exit_status;
        } else if (line.starts_with("Example")) {
            literal(false);
            into = &parts.examples;
            continue;
        }
        literal(line.starts_with("  "));
        *into += roff(is_literal ? line.substr(2) : line) + "\n";
    }
    literal(false);
    return parts;
}

std::string option_entry(const OptionPage& option)
{
    std::string head;
    for (const auto& name : option.names) head += fmt::format("{}\\fB{}\\fR", head.empty() ? "" : ", ", roff(name));
    if (head.empty()) head = fmt::format("\\fI{}\\fR", roff(option.positional));
    if (!option.value.empty() && option.value != option.positional) head += fmt::format(" \\fI{}\\fR", roff(option.value));
    return fmt::format(".TP\n{}\n{}\n", head, roff(option.description));
}

std::string synopsis(const CommandPage& page)
{
    auto text = fmt::format(".B {}\n", roff(page.name()));
    const bool has_options = std::ranges::any_of(page.options, [](const auto& each) { return !each.names.empty(); });
    if (has_options) text += "[\\fIOPTIONS\\fR]\n";
    if (!page.commands.empty()) text += "\\fICOMMAND\\fR \\&...\n";
    for (const auto& option : page.options) {
        if (option.positional.empty()) continue;
        const auto word = fmt::format("\\fI{}\\fR{}", roff(option.positional), option.is_repeatable ? " \\&..." : "");
        text += option.is_required ? word + "\n" : "[" + word + "]\n";
    }
    return text;
}

/// One heading for each group, in the order in which they first appear; positionals first.
std::string options_text(const CommandPage& page)
{
    std::string text;
    for (const auto& option : page.options)
        if (!option.positional.empty()) text += option_entry(option);
    std::vector<std::string> groups;
    for (const auto& option : page.options)
        if (option.positional.empty() && std::ranges::find(groups, option.group) == groups.end()) groups.push_back(option.group);
    for (const auto& group : groups) {
        if (groups.size() > 1) text += fmt::format(".SS {}\n", roff(group));
        for (const auto& option : page.options)
            if (option.positional.empty() && option.group == group) text += option_entry(option);
    }
    return text;
}

std::string lower_first(std::string text)
{
    const bool is_word = text.size() > 1 && !std::isupper(static_cast<unsigned char>(text[1]));   // not an abbreviation
    if (is_word) text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
    return text;
}

}   // namespace

std::string roff(std::string_view text)
{
    std::string result;
    for (const char c : text) {
        const bool begins_line = result.empty() || result.back() == '\n';
        if (begins_line && (c == '.' || c == '\'')) result += "\\&";
        if (c == '\\')
            result += "\\e";
        else if (c == '-')
            result += "\\-";
        else if (c == '\'')
            result += "\\(aq";
        else if (c == '`')
            result += "\\(ga";
        else if (c == '^')
            result += "\\(ha";
        else if (c == '~')
            result += "\\(ti";
        else
            result += c;
    }
    return result;
}

std::string roff_title(std::string_view name, int section)
{
    std::string upper{name};
    std::ranges::transform(upper, upper.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return fmt::format(".TH {} {} \"\" \"barrage {}\" \"barrage\"\n.ad l\n.nh\n", roff(upper), section, BARRAGE_VERSION);
}

std::string man_page(const CommandPage& page)
{
    const auto footer = parts_of(page.footer);
    auto text = roff_title(page.name("-"), 1);
    text += fmt::format(".SH NAME\n{} \\- {}\n", roff(page.name("-")), roff(lower_first(page.description)));
    text += ".SH SYNOPSIS\n" + synopsis(page);
    text += fmt::format(".SH DESCRIPTION\n{}.\n", roff(page.description));
    if (!footer.prose.empty()) text += ".PP\n" + footer.prose;
    if (!page.commands.empty()) {
        text += ".SH COMMANDS\n";
        for (const auto& each : page.commands)
            text += fmt::format(".TP\n\\fB{}\\fR\n{}. See \\fB{}\\fR(1).\n", roff(each.path.back()), roff(each.description),
                                roff(each.name("-")));
    }
    if (!page.options.empty()) text += ".SH OPTIONS\n" + options_text(page);
    if (!footer.exit_status.empty()) text += ".SH EXIT STATUS\n" + footer.exit_status;
    if (!footer.examples.empty()) text += ".SH EXAMPLES\n" + footer.examples;
    text += ".SH SEE ALSO\n";
    if (!page.path.empty()) {
        CommandPage above{.path = page.path};
        above.path.pop_back();
        text += fmt::format(".BR {} (1),\n", roff(above.name("-")));
    }
    return text + ".BR scenario (5)\n";
}

}   // namespace barrage
