#pragma once
// What a run shows while it runs, on stderr: on a terminal one block that is refreshed, otherwise one line an interval, and with
// --quiet nothing. The observer's thread.

#include <string>
#include <string_view>
#include <vector>

#include "engine/time.hpp"

namespace barrage {

class Progress {
public:
    enum class Style : std::uint8_t { quiet, lines, block };
    /// The style that suits stderr.
    static Style style(bool quiet) noexcept;

    explicit Progress(Style style) : style_(style) {}
    ~Progress();
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    /// When show() wants to be called next; `never` where nothing is shown.
    [[nodiscard]] TimePoint due() const noexcept { return due_; }
    void begin(TimePoint now);
    /// Each of `parts` is a line of the block; they share one line otherwise.
    void show(TimePoint now, const std::vector<std::string>& parts);
    /// A line that stays, above the block.
    void print(std::string_view line);
    /// Takes the block away: results follow.
    void end();

private:
    [[nodiscard]] std::string above_block() const;
    static std::string block_of(const std::vector<std::string>& parts, std::size_t columns);

    Style style_;
    TimePoint due_ = never;
    TimePoint began_ = never;
    std::size_t shown_ = 0;   // lines of the block
    std::vector<std::string> last_;
};

}   // namespace barrage
