#include "loadgen/exabgp/grammar/token_cursor.hpp"

namespace barrage::exabgp {

namespace {

const Token the_end;
constexpr std::size_t longest_token_shown = 60;

}   // namespace

std::string to_text(const TextError& error)
{
    std::string text;
    if (!error.file.empty()) text += error.file + ":";
    if (error.line == 0) return text + " " + error.text;   // of no place in it
    text += std::to_string(error.line) + ":" + std::to_string(error.column) + ": " + error.text;
    text += error.token.empty() ? " (at the end)" : " (at '" + error.token + "')";
    return text;
}

void TokenCursor::fill(std::size_t tokens)
{
    while (ahead_count_ < tokens) {
        auto& token = ahead_[ahead_count_++];
        token = lexer_.next();
        if (token.kind == Token::Kind::unclosed_quote) fail(token, "a quote that its line does not close");
    }
}

const Token& TokenCursor::peek()
{
    if (failed_) return the_end;
    fill(1);
    return failed_ ? the_end : ahead_[0];
}

const Token& TokenCursor::peek_second()
{
    if (failed_) return the_end;
    fill(2);
    return failed_ ? the_end : ahead_[1];
}

Token TokenCursor::take()
{
    if (failed_) return the_end;
    fill(1);
    if (failed_) return the_end;
    last_ = ahead_[0];
    if (last_.kind == Token::Kind::end) return last_;
    ahead_[0] = ahead_[1];
    --ahead_count_;
    return last_;
}

bool TokenCursor::take_if(std::string_view what)
{
    if (!peek().is(what)) return false;
    take();
    return true;
}

void TokenCursor::expect(std::string_view what)
{
    if (!take_if(what)) fail_here("expected '" + std::string{what} + "'");
}

bool TokenCursor::at_end()
{
    const auto& next = peek();
    return next.kind == Token::Kind::end || next.is(";") || next.is("{") || next.is("}");
}

TextError TokenCursor::error_at(const Token& at, std::string what) const
{
    std::string token{at.text.substr(0, longest_token_shown)};
    if (token.size() < at.text.size()) token += "…";
    return {file_, at.line, at.column, std::move(token), std::move(what)};
}

void TokenCursor::fail(const Token& at, std::string what)
{
    if (failed_) return;
    failed_ = true;
    explained_ = false;
    failed_at_ = at;
    error_ = error_at(at, std::move(what));
}

void TokenCursor::explain(std::string_view word, std::string_view values)
{
    if (!failed_ || explained_) return;
    explained_ = true;
    error_.text += "; the statement is: " + std::string{word};
    if (!values.empty()) error_.text += " " + std::string{values};
}

void TokenCursor::add_error(const Token& at, std::string what)
{
    if (!too_many_errors()) errors_.push_back(error_at(at, std::move(what)));
}

void TokenCursor::add_warning(const Token& at, std::string what)
{
    if (warnings_.size() < most_errors) warnings_.push_back(error_at(at, std::move(what)));
}

void TokenCursor::recover()
{
    if (!failed_) return;
    if (!too_many_errors()) errors_.push_back(std::move(error_));
    // From where it went wrong, which may have been looked at, taken, or be far ahead
    if (failed_at_.begin != nullptr) {
        lexer_.go_back_to(failed_at_);
        ahead_count_ = 0;
    }
    failed_ = false;
    for (int depth = 0;;) {
        fill(1);
        failed_ = false;   // a quote that is not closed is part of the same trouble
        const auto next = ahead_[0];
        if (next.kind == Token::Kind::end || (depth == 0 && next.is("}"))) return;
        ahead_[0] = ahead_[1];
        --ahead_count_;
        last_ = next;
        if (next.is("{")) ++depth;
        if (next.is("}") && --depth == 0) return;
        if (next.is(";") && depth == 0) return;
    }
}

std::string_view TokenCursor::rest()
{
    if (ahead_count_ > 0) {
        lexer_.go_back_to(ahead_[0]);
        ahead_count_ = 0;
    }
    return lexer_.rest();
}

void TokenCursor::go_on_at(const char* at) { lexer_.go_on_at(at); }

}   // namespace barrage::exabgp
