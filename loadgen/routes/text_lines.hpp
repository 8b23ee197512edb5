#pragma once
// The lines of a text out of a stream of octets: numbered, bounded, without what ends them (LF, or CR LF) and without a byte order mark
// before the first. One thread.

#include <optional>
#include <string>
#include <string_view>

#include "io/line_reader.hpp"
#include "rib/octet_source.hpp"

namespace barrage {

class TextLines {
public:
    /// Octets.
    static constexpr std::size_t longest_line = std::size_t{1} << 20;

    explicit TextLines(OctetSource source) : source_(std::move(source)), reader_(longest_line) {}

    /// Good until the next call; nothing at the end.
    std::optional<std::string_view> next();
    /// Of the line given last, from 1.
    [[nodiscard]] std::uint64_t number() const noexcept { return number_; }
    /// Of that one only the beginning was given.
    [[nodiscard]] bool was_too_long() const noexcept { return too_long_; }
    /// After the end: empty, or why it came early.
    [[nodiscard]] std::string problem() { return source_.problem ? source_.problem() : std::string{}; }

private:
    OctetSource source_;
    LineReader reader_;
    std::uint64_t number_ = 0;
    bool too_long_ = false;
    bool ended_ = false;
};

}   // namespace barrage
