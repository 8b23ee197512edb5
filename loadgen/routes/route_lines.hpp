#pragma once
// What each format of text is to TextRoutes: who reads its lines one by one and makes routes of them. And how an error in a line is said,
// the same way by all of them. One thread.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "loadgen/routes/gathered_routes.hpp"

namespace barrage {

/// What is wrong, and where.
struct LineError {
    std::size_t column = 1;   // from 1, in octets
    std::string text;
    std::uint64_t lines_before = 0;   // the line is so many before the one that was read last
};

/// A word that is not what it should be.
struct WrongWord {
    std::string_view word;   // empty: it is missing
    std::string_view expected;
};

inline constexpr WrongWord attributes_too_long{{}, "attributes that a message has room for, at most 65535 octets"};

/// "expected a prefix, not '10.0.0.0/33'", at the word, where it is a part of the line, else at `otherwise`.
LineError error_in(std::string_view line, const WrongWord& wrong, std::size_t otherwise = 1);
/// The column of a part of the line.
std::size_t column_of(std::string_view line, std::string_view part, std::size_t otherwise = 1) noexcept;

class RouteLines {
public:
    virtual ~RouteLines() = default;

    /// Whether all lines are to be looked at before the first is read.
    [[nodiscard]] virtual bool looks_first() const { return false; }
    /// Of every line, whatever is in it; says nothing of what is wrong.
    virtual void look(std::string_view /*line*/) {}
    /// That was the last one.
    virtual void looked() {}

    /// One line more, neither blank nor a comment (but see is_open()). Where something is wrong, what `into` has is of no use any more.
    virtual std::optional<LineError> read(std::string_view line, GatheredRoutes& into) = 0;
    /// The line before goes on in the next one, whatever that is.
    [[nodiscard]] virtual bool is_open() const { return false; }
    /// At the end.
    virtual std::optional<LineError> finish() { return std::nullopt; }

    /// Whether the order of its routes matters.
    [[nodiscard]] virtual bool is_ordered() const { return false; }
    /// Whether they have times to be replayed by.
    [[nodiscard]] virtual bool has_times() const { return false; }
    /// Whether somebody wrote next hops for his routes: these stand, as those of a range do.
    [[nodiscard]] virtual bool names_next_hops() const { return false; }
    /// After the end, what a person should know: lines that carry no route, and what stood in for what is not in the text.
    [[nodiscard]] virtual std::vector<std::string> notes() const { return {}; }
    /// After the end: why there may be no route; empty where nothing is to be said.
    [[nodiscard]] virtual std::string problem() const { return {}; }
};

}   // namespace barrage
