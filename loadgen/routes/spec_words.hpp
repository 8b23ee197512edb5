#pragma once
// The words that a source of routes is made of, NAME:VALUE,name=value,…, each with the place where it stands: what is wrong with one is said with
// its column. Pure; any thread.

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <expected>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace barrage::spec {

using Wrong = std::unexpected<std::string>;
using Done = std::expected<void, std::string>;

/// A part of the text that knows where it stands.
struct Word {
    std::string_view text;
    std::size_t column;   // from 1

    [[nodiscard]] Word from(std::size_t at) const { return {text.substr(at), column + at}; }
    [[nodiscard]] Word first(std::size_t octets) const { return {text.substr(0, octets), column}; }
    /// The part before `separator`, which leaves this word and the separator becomes its first octet; all of it where
    /// there is none.
    Word take_before(char separator)
    {
        const auto at = std::min(text.find(separator), text.size());
        const auto before = first(at);
        *this = from(at);
        return before;
    }
    /// The same, and the separator is gone.
    Word cut(char separator)
    {
        const auto before = take_before(separator);
        if (!text.empty()) *this = from(1);
        return before;
    }
};

/// "column 12: 'x': expected …"
Wrong wrong(const Word& word, std::string_view expected);
/// "column 12: …"
Wrong refused(const Word& word, std::string_view why);

/// The whole word as a decimal number of T; nothing else.
template <class T>
std::optional<T> plain_number(std::string_view text) noexcept
{
    T value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

/// With k, M and G.
Done number(const Word& value, std::uint64_t& into);
Done number32(const Word& value, std::optional<std::uint32_t>& into);

/// Calls `take(Word)` for each word between blanks; there must be one.
template <class Take>
Done each(Word value, std::string_view expected, Take take)
{
    bool any = false;
    while (!value.text.empty()) {
        const auto one = value.cut(' ');
        if (one.text.empty()) continue;
        any = true;
        if (!take(one)) return wrong(one, expected);
    }
    if (!any) return wrong(value, expected);
    return {};
}

/// Walks `,name=value` to the end of the text and gives each to `take(name, value)`. A name stands once, unless `is_repeatable(name)`.
template <class Take, class IsRepeatable>
Done options(Word rest, IsRepeatable is_repeatable, Take take)
{
    std::set<std::string_view> seen;
    while (!rest.text.empty()) {
        rest = rest.from(1);
        auto value = rest.take_before(',');
        const auto option = value.cut('=');
        if (!seen.insert(option.text).second && !is_repeatable(option.text)) return wrong(option, "this option once");
        if (auto done = take(option, value); !done) return done;
    }
    return {};
}

}   // namespace barrage::spec
