#include "loadgen/exabgp/grammar/lexer.hpp"

#include <array>

namespace barrage::exabgp {

namespace {

enum class Octet : std::uint8_t { of_word, blank, line_end, sign, quote, comment, backslash };

constexpr auto octet_classes = [] {
    std::array<Octet, 256> classes{};
    for (const auto blank : {' ', '\t', '\r', '\v', '\f'}) classes[static_cast<std::uint8_t>(blank)] = Octet::blank;
    for (const auto sign : {',', '[', ']', '(', ')', ';', '{', '}'}) classes[static_cast<std::uint8_t>(sign)] = Octet::sign;
    classes['\n'] = Octet::line_end;
    classes['"'] = classes['\''] = Octet::quote;
    classes['#'] = Octet::comment;
    classes['\\'] = Octet::backslash;
    return classes;
}();

Octet class_of(char octet) noexcept { return octet_classes[static_cast<std::uint8_t>(octet)]; }

/// The digit's value; 16 and more for what is none.
unsigned hexadecimal(char digit) noexcept
{
    if (digit >= '0' && digit <= '9') return static_cast<unsigned>(digit - '0');
    const auto lower = static_cast<char>(digit | 0x20);
    return lower >= 'a' && lower <= 'f' ? static_cast<unsigned>(lower - 'a') + 10 : 16;
}

void append_utf8(unsigned code, std::string& into)
{
    if (code < 0x80) {
        into += static_cast<char>(code);
    } else if (code < 0x800) {
        into += static_cast<char>(0xc0 | code >> 6);
        into += static_cast<char>(0x80 | (code & 0x3f));
    } else {
        into += static_cast<char>(0xe0 | code >> 12);
        into += static_cast<char>(0x80 | (code >> 6 & 0x3f));
        into += static_cast<char>(0x80 | (code & 0x3f));
    }
}

}   // namespace

void Lexer::skip_blanks()
{
    for (; at_ != end_; ++at_) {
        const auto octet = class_of(*at_);
        if (octet == Octet::comment) {
            while (at_ != end_ && *at_ != '\n') ++at_;
            if (at_ == end_) return;
        } else if (octet == Octet::backslash) {
            const auto* line_end = end_of_joined_line();
            if (!line_end) return;   // an escape
            at_ = line_end;
            if (at_ == end_) return;
        } else if (octet != Octet::blank && octet != Octet::line_end)
            return;
        if (*at_ == '\n') {
            ++line_;
            line_begin_ = at_ + 1;
        }
    }
}

/// Where the line ends that the backslash here joins to the next one; null where it escapes an octet.
const char* Lexer::end_of_joined_line() const noexcept
{
    const auto* after = at_ + 1;
    if (after != end_ && *after == '\r') ++after;
    return after == end_ || *after == '\n' ? after : nullptr;
}

Token Lexer::next()
{
    skip_blanks();
    Token token{.begin = at_, .end = at_, .line = line_, .column = static_cast<std::uint32_t>(at_ - line_begin_) + 1};
    if (at_ == end_) return token;
    if (class_of(*at_) == Octet::sign) {
        token.kind = Token::Kind::punctuation;
        token.text = {at_, 1};
        token.end = ++at_;
        return token;
    }
    word(token);
    return token;
}

void Lexer::word(Token& token)
{
    token.kind = Token::Kind::word;
    while (at_ != end_ && class_of(*at_) == Octet::of_word) ++at_;
    if (at_ != end_ && (class_of(*at_) == Octet::quote || class_of(*at_) == Octet::backslash)) return quoted_or_escaped(token);
    token.end = at_;
    token.text = {token.begin, static_cast<std::size_t>(at_ - token.begin)};
}

/// A word that has quotes, anywhere in it, or escapes. The end of a quote ends the word, as in ExaBGP.
void Lexer::quoted_or_escaped(Token& token)
{
    auto& text = kept_.emplace_back(token.begin, at_);
    char quote = 0;
    while (at_ != end_ && *at_ != '\n') {
        const auto octet = class_of(*at_);
        if (octet == Octet::backslash) {
            if (end_of_joined_line()) break;   // which ends words
            escape(text);
            continue;
        }
        if (quote == 0 && octet != Octet::of_word && octet != Octet::quote) break;
        if (quote != 0 ? *at_ == quote : octet == Octet::quote) {
            const bool ends = quote != 0;
            quote = *at_++;
            token.kind = Token::Kind::quoted;
            if (!ends) continue;
            quote = 0;
            break;
        }
        text += *at_++;
    }
    if (quote != 0) token.kind = Token::Kind::unclosed_quote;
    token.end = at_;
    token.text = text;
}

void Lexer::escape(std::string& into)
{
    const char what = at_[1];
    at_ += 2;
    switch (what) {
    case 'b': into += '\b'; return;
    case 'f': into += '\f'; return;
    case 'n': into += '\n'; return;
    case 'r': into += '\r'; return;
    case 't': into += '\t'; return;
    case 'u': break;
    default: into += what; return;
    }
    unsigned code = 0;
    int digits = 0;
    for (; digits < 4 && at_ != end_ && hexadecimal(*at_) < 16; ++digits, ++at_) code = code << 4 | hexadecimal(*at_);
    if (digits == 4)
        append_utf8(code, into);
    else
        into += 'u';
}

}   // namespace barrage::exabgp
