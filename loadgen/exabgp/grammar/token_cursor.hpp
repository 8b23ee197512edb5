#pragma once
// A cursor over tokens that fails once for each statement: after that it gives the end, so that who reads values is straight
// lines with no check in between. Who reads a section asks failed() behind each statement and recovers: the error is kept, the
// rest of the statement skipped. One thread.

#include <string>
#include <string_view>
#include <vector>

#include "loadgen/exabgp/grammar/lexer.hpp"
#include "loadgen/exabgp/grammar/parse.hpp"

namespace barrage::exabgp {

class TokenCursor {
public:
    /// `text` outlives the cursor.
    explicit TokenCursor(std::string_view text, std::string file = {}) : lexer_(text), file_(std::move(file)) {}

    /// The next token, and the one behind it, without taking them; the end after a failure.
    const Token& peek();
    const Token& peek_second();
    Token take();
    /// Takes the next token where it is this.
    bool take_if(std::string_view what);
    /// Takes it, or fails.
    void expect(std::string_view what);
    /// The end of a statement comes next: `;`, `{`, `}`, the end of the text; also after a failure.
    bool at_end();
    [[nodiscard]] const Token& last() const noexcept { return last_; }

    /// The first failure of a statement is its error; `what` says what was expected.
    void fail(const Token& at, std::string what);
    /// At the next token.
    void fail_here(std::string what) { fail(peek(), std::move(what)); }
    /// At the token that was taken last.
    void fail_last(std::string what) { fail(last_, std::move(what)); }
    /// Adds how the statement is written, unless that was done by one inside it.
    void explain(std::string_view word, std::string_view values);
    [[nodiscard]] bool failed() const noexcept { return failed_; }
    /// Keeps the error and skips the rest of the statement, with its block.
    void recover();
    /// An error beside what is being read: it goes on.
    void add_error(const Token& at, std::string what);
    /// What is read and does nothing, or not what its word says.
    void add_warning(const Token& at, std::string what);
    [[nodiscard]] bool too_many_errors() const noexcept { return errors_.size() >= most_errors; }

    [[nodiscard]] std::vector<TextError>& errors() noexcept { return errors_; }
    [[nodiscard]] std::vector<TextError>& warnings() noexcept { return warnings_; }
    [[nodiscard]] const std::string& file() const noexcept { return file_; }
    [[nodiscard]] TextError error_at(const Token& at, std::string what) const;

    // For what is read without tokens, because there is so much of it.

    /// What stands behind the token taken last.
    std::string_view rest();
    /// Goes on at `at`, in the line where the last token stands.
    void go_on_at(const char* at);

    static constexpr std::size_t most_errors = 100;

private:
    void fill(std::size_t tokens);

    Lexer lexer_;
    std::string file_;
    Token ahead_[2];
    std::size_t ahead_count_ = 0;
    Token last_;
    bool failed_ = false;
    bool explained_ = false;
    Token failed_at_;
    TextError error_;
    std::vector<TextError> errors_;
    std::vector<TextError> warnings_;
};

}   // namespace barrage::exabgp
