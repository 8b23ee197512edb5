#include "loadgen/console/progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

#include "codec/describe.hpp"
#include "loadgen/console/terminal.hpp"

namespace barrage {

namespace {

constexpr auto block_interval = std::chrono::milliseconds{200};
constexpr auto line_interval = std::chrono::seconds{1};
// A log of a run of hours is still to be read.
constexpr auto long_after = std::chrono::minutes{1};
constexpr auto long_line_interval = std::chrono::seconds{10};

/// At once: a block that is written in pieces flickers.
void write_whole(const std::string& text)
{
    std::fwrite(text.data(), 1, text.size(), stderr);
    std::fflush(stderr);
}

}   // namespace

Progress::Style Progress::style(bool quiet) noexcept
{
    if (quiet) return Style::quiet;
    return isatty(STDERR_FILENO) ? Style::block : Style::lines;
}

Progress::~Progress() { end(); }

void Progress::begin(TimePoint now)
{
    began_ = now;
    if (style_ == Style::block) due_ = now;
    if (style_ == Style::lines) due_ = now + line_interval;
}

// ECMA-48: CPL goes up so many lines, EL erases what is left of one, ED what is below.
std::string Progress::above_block() const { return shown_ == 0 ? std::string{} : fmt::format("\x1b[{}F", shown_); }

std::string Progress::block_of(const std::vector<std::string>& parts, std::size_t columns)
{
    std::string block;
    for (const auto& part : parts) block += cut_to(printable(part), columns) + "\x1b[K\n";
    return block;
}

void Progress::show(TimePoint now, const std::vector<std::string>& parts)
{
    if (style_ == Style::lines) {
        write_whole(printable(fmt::format("{}", fmt::join(parts, "; "))) + "\n");
        due_ = now + (now - began_ < long_after ? line_interval : long_line_interval);
    } else if (style_ == Style::block) {
        last_ = parts;
        write_whole(above_block() + block_of(parts, terminal_columns(STDERR_FILENO)) + "\x1b[J");
        shown_ = parts.size();
        due_ = now + block_interval;
    }
}

void Progress::print(std::string_view line)
{
    if (style_ == Style::quiet) return;
    const auto block = shown_ == 0 ? std::string{} : block_of(last_, terminal_columns(STDERR_FILENO));
    write_whole(fmt::format("{}{}{}\n{}", above_block(), printable(line), shown_ == 0 ? "" : "\x1b[K", block));
}

void Progress::end()
{
    // Line by line: what ED clears from the top of the screen some terminals keep in their history.
    std::string nothing;
    for (std::size_t i = 0; i < shown_; ++i) nothing += "\x1b[K\n";
    if (shown_ != 0) write_whole(above_block() + nothing + above_block());
    shown_ = 0;
    due_ = never;
}

}   // namespace barrage
