#pragma once
// ExaBGP's texts → tokens, as views into the text: nothing is copied but words with escapes or quotes inside. Words are separated
// by blanks;
// `, [ ] ( ) ; { }` stand alone; "…" and '…' hold words together within a line; `#` starts a comment; a backslash joins lines and
// escapes
// (\n \t \u00e9). ExaBGP does not let parentheses stand alone; that they do here only accepts more. One thread.

#include <cstdint>
#include <list>
#include <string>
#include <string_view>

namespace barrage::exabgp {

struct Token {
    enum class Kind : std::uint8_t { end, word, quoted, punctuation, unclosed_quote };

    Kind kind = Kind::end;
    std::string_view text;         // without quotes and escapes
    const char* begin = nullptr;   // as it stands in the text …
    const char* end = nullptr;     // … and what is behind it
    std::uint32_t line = 0;        // from 1
    std::uint32_t column = 0;      // from 1, in octets

    /// This word or sign, and not in quotes.
    [[nodiscard]] bool is(std::string_view what) const noexcept
    {
        return (kind == Kind::word || kind == Kind::punctuation) && text == what;
    }
};

class Lexer {
public:
    /// `text` outlives the lexer and its tokens.
    explicit Lexer(std::string_view text) noexcept : at_(text.data()), line_begin_(text.data()), end_(text.data() + text.size())
    {
    }

    Token next();

    /// What is not read yet.
    [[nodiscard]] std::string_view rest() const noexcept { return {at_, static_cast<std::size_t>(end_ - at_)}; }
    /// Goes on at `at`, which is not behind the end of the line it stands in.
    void go_on_at(const char* at) noexcept { at_ = at; }
    /// Goes back to a token of the text.
    void go_back_to(const Token& token) noexcept
    {
        at_ = token.begin;
        line_ = token.line;
        line_begin_ = token.begin - (token.column - 1);
    }

private:
    void skip_blanks();
    [[nodiscard]] const char* end_of_joined_line() const noexcept;
    void word(Token& token);
    void quoted_or_escaped(Token& token);
    void escape(std::string& into);

    const char* at_;
    const char* line_begin_;
    const char* end_;
    std::uint32_t line_ = 1;
    std::list<std::string> kept_;   // texts that are not as they stand; where there are none, no memory
};

}   // namespace barrage::exabgp
