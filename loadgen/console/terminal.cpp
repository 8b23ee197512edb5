#include "loadgen/console/terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>

namespace barrage {

namespace {

constexpr bool begins_character(char octet) noexcept { return (static_cast<unsigned char>(octet) & 0xc0) != 0x80; }

/// Where the second column of a line begins: behind the first gap of two spaces.
std::size_t second_column(std::string_view line)
{
    const auto first = line.find_first_not_of(' ');
    const auto gap = first == std::string_view::npos ? first : line.find("  ", first);
    const auto column = gap == std::string_view::npos ? gap : line.find_first_not_of(' ', gap);
    return column == std::string_view::npos ? 0 : column;
}

}   // namespace

std::size_t terminal_columns(int fd) noexcept
{
    constexpr std::size_t usual = 80;
    winsize size{};
    if (!isatty(fd)) return 0;
    return ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 1 ? size.ws_col : usual;
}

std::size_t columns_of(std::string_view text) noexcept
{
    return static_cast<std::size_t>(std::ranges::count_if(text, begins_character));
}

std::string cut_to(std::string_view line, std::size_t columns)
{
    std::size_t taken = 0;
    for (std::size_t i = 0; i < line.size(); ++i)
        if (begins_character(line[i]) && ++taken >= columns)
            return std::string{line.substr(0, i)};   // the last column stays free
    return std::string{line};
}

std::string wrapped(std::string_view text, std::size_t columns)
{
    constexpr std::size_t least = 40;   // narrower ones wrap as they like
    if (columns < least) return std::string{text};
    std::string result;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        auto line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        auto indent = second_column(line);
        if (indent > columns / 2) indent = 0;
        for (std::size_t room = columns;; room = columns - indent) {
            const auto fits = cut_to(line, room);
            const auto space = fits.size() == line.size() ? std::string::npos
                               : line[fits.size()] == ' ' ? fits.size()
                                                          : fits.rfind(' ');
            const bool breaks = space != std::string::npos && space > (room == columns ? indent : 0);
            if (!breaks) {
                result += line;
                break;
            }
            result += line.substr(0, space);
            result += "\n" + std::string(indent, ' ');
            line.remove_prefix(space + 1);
        }
        result += '\n';
    }
    return result;
}

}   // namespace barrage
