#include "loadgen/commands/help_format.hpp"

#include <unistd.h>

#include <string_view>

#include "loadgen/console/terminal.hpp"

namespace barrage {

std::string HelpFormat::make_option_name(const CLI::Option* option, bool is_positional) const
{
    auto name = CLI::Formatter::make_option_name(option, is_positional);
    // CLI11 shows here what a flag that negates stands for.
    constexpr std::string_view negated = "{false}";
    for (auto at = name.find(negated); at != std::string::npos; at = name.find(negated, at)) name.erase(at, negated.size());
    return name;
}

std::string HelpFormat::make_option_desc(const CLI::Option* option) const
{
    constexpr std::size_t least = 20;   // columns: below that, lines of a word each read worse than long ones
    const auto text = CLI::Formatter::make_option_desc(option);
    const auto columns = terminal_columns(STDOUT_FILENO);
    if (columns < get_column_width() + least) return text;
    std::string wrapped;
    std::size_t used = 0;
    std::string_view left = text;
    while (!left.empty()) {
        const auto end = left.find_first_of(" \n");
        const auto word = left.substr(0, end);
        const auto width = columns_of(word);
        if (used != 0 && used + 1 + width > columns - get_column_width()) {
            wrapped += '\n';   // CLI11 begins the next line below this column
            used = 0;
        } else if (used != 0) {
            wrapped += ' ';
            ++used;
        }
        wrapped += word;
        used += width;
        if (end == std::string_view::npos) break;
        if (left[end] == '\n') {
            wrapped += '\n';
            used = 0;
        }
        left.remove_prefix(end + 1);
    }
    return wrapped;
}

}   // namespace barrage
