#include "loadgen/report/progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

namespace barrage {

namespace {

constexpr auto block_interval = std::chrono::milliseconds{200};
constexpr auto line_interval = std::chrono::seconds{1};

}   // namespace

Progress::Style Progress::style(bool quiet) noexcept
{
    if (quiet) return Style::quiet;
    return isatty(STDERR_FILENO) ? Style::block : Style::lines;
}

Progress::~Progress() { end(); }

void Progress::begin(TimePoint now)
{
    if (style_ == Style::block) due_ = now;
    if (style_ == Style::lines) due_ = now + line_interval;
}

void Progress::erase_block()
{
    // ECMA-48: CPL goes up so many lines, ED erases from there on.
    if (!shown_.empty()) fmt::print(stderr, "\x1b[{}F\x1b[J", shown_.size());
}

void Progress::show(TimePoint now, const std::vector<std::string>& parts)
{
    if (style_ == Style::lines) {
        fmt::print(stderr, "{}\n", fmt::join(parts, "; "));
        due_ = now + line_interval;
    } else if (style_ == Style::block) {
        erase_block();
        shown_ = parts;
        fmt::print(stderr, "{}\n", fmt::join(parts, "\n"));
        due_ = now + block_interval;
    }
}

void Progress::say(std::string_view line)
{
    if (style_ == Style::quiet) return;
    erase_block();
    fmt::print(stderr, "{}\n", line);
    if (!shown_.empty()) fmt::print(stderr, "{}\n", fmt::join(shown_, "\n"));
}

void Progress::end()
{
    erase_block();
    shown_.clear();
    due_ = never;
}

}   // namespace barrage
