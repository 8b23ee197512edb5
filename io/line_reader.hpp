#pragma once
// Octets in any chunks → lines, as an API program writes them. Memory is bounded: of a line that is too long the first
// octets are handed out once, marked, and the rest is dropped up to its end. No descriptor in it.

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace barrage {

class LineReader {
public:
    struct Line {
        std::string_view text;     // without the '\n'; valid until room()
        bool too_long = false;     // only the first `longest` octets
        bool unfinished = false;   // the input ended before the '\n'

        friend bool operator==(const Line&, const Line&) = default;
    };

    explicit LineReader(std::size_t longest) : longest_(longest) {}

    /// Where the next octets go; empty when as much waits to be taken as we hold (`longest` and one chunk).
    std::span<char> room();
    void filled(std::size_t octets) noexcept { end_ += octets; }

    [[nodiscard]] bool has_line() noexcept { return scan() || end_ - begin_ > longest_; }
    std::optional<Line> next() noexcept;
    /// What is left at the end of the input, when next() has nothing more.
    std::optional<Line> rest() noexcept;

private:
    bool scan() noexcept;

    std::vector<char> buffer_;
    std::size_t begin_ = 0;     // of the line at hand
    std::size_t scanned_ = 0;   // no '\n' before it
    std::size_t end_ = 0;
    std::size_t longest_;
    bool dropping_ = false;   // inside a line that was reported as too long
};

}   // namespace barrage
