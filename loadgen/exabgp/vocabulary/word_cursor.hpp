#pragma once
// A line taken apart at its blanks, word by word, without a copy: how API lines and neighbour selectors are read. Per word: no allocation.

#include <string_view>

namespace barrage::exabgp {

constexpr bool is_blank(char c) noexcept { return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\v' || c == '\f'; }

constexpr std::string_view without_outer_blanks(std::string_view text) noexcept
{
    while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
    return text;
}

class WordCursor {
public:
    constexpr explicit WordCursor(std::string_view text) noexcept : left_(without_outer_blanks(text)) {}

    [[nodiscard]] constexpr bool empty() const noexcept { return left_.empty(); }
    /// What was not taken yet, from the next word on.
    [[nodiscard]] constexpr std::string_view rest() const noexcept { return left_; }
    [[nodiscard]] constexpr std::string_view peek() const noexcept { return left_.substr(0, end_of_word()); }
    /// Empty at the end.
    constexpr std::string_view next() noexcept
    {
        const auto end = end_of_word();
        const auto word = left_.substr(0, end);
        left_.remove_prefix(end);
        while (!left_.empty() && is_blank(left_.front())) left_.remove_prefix(1);
        return word;
    }
    /// Takes the next word when it is this one.
    constexpr bool take(std::string_view word) noexcept
    {
        if (peek() != word) return false;
        next();
        return true;
    }

private:
    [[nodiscard]] constexpr std::size_t end_of_word() const noexcept
    {
        std::size_t end = 0;
        while (end < left_.size() && !is_blank(left_[end])) ++end;
        return end;
    }

    std::string_view left_;
};

}   // namespace barrage::exabgp
