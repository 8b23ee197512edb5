#pragma once
// A section of the grammar is a table: its words, how their values are written, who reads them. The parser, the error messages
// and the documentation (`loadgen validate --grammar`, docs/exabgp.md) come from the same rows. One thread.

#include <span>
#include <string>
#include <string_view>

#include "loadgen/exabgp/grammar/token_cursor.hpp"

namespace barrage::exabgp {

/// What is behind a statement: a `;` that the section takes, or what the statement takes itself (a block).
enum class Ends : bool { with_semicolon, by_itself };

template <class Target>
struct Statement {
    std::string_view word;
    std::string_view values;   // as the documentation writes them
    void (*read)(TokenCursor& words, Target& target);
    Ends ends = Ends::with_semicolon;
};

template <class Target>
const Statement<Target>* find_statement(std::span<const Statement<Target>> table, const Token& word) noexcept
{
    if (word.kind != Token::Kind::word) return nullptr;
    for (const auto& statement : table)
        if (statement.word == word.text) return &statement;
    return nullptr;
}

/// Hands the words to a target that wants to know which it is given.
template <class Target>
void note_word(TokenCursor& words, Target& target, const Token& word)
{
    if constexpr (requires { target.note_word(words, word); }) target.note_word(words, word);
}

/// "unknown word in NAME, expected one of a, b, c".
template <class Target>
std::string expected_one_of(std::span<const Statement<Target>> table, std::string_view name)
{
    std::string text = "unknown word in " + std::string{name} + ", expected one of ";
    for (const auto& statement : table) {
        if (&statement != table.data()) text += ", ";
        text += statement.word;
    }
    return text;
}

/// Reads statements up to the `}` that it leaves, or the end of the text.
template <class Target>
void read_statements(TokenCursor& words, Target& target, std::span<const Statement<Target>> table, std::string_view name)
{
    while (!words.too_many_errors()) {
        const auto& next = words.peek();
        if (next.is("}") || (next.kind == Token::Kind::end && !words.failed())) return;
        if (next.is(";")) {   // ExaBGP does not mind an empty statement
            words.take();
            continue;
        }
        const auto word = words.take();
        const auto* statement = find_statement(table, word);
        if (statement) {
            note_word(words, target, word);
            statement->read(words, target);
            if (statement->ends == Ends::with_semicolon && words.peek().kind != Token::Kind::end) words.expect(";");
            words.explain(statement->word, statement->values);
        } else {
            words.fail(word, expected_one_of(table, name));
        }
        words.recover();
    }
}

/// `{ statements }`. The `}` that a file ends without is not missed, as in ExaBGP.
template <class Target>
void read_block(TokenCursor& words, Target& target, std::span<const Statement<Target>> table, std::string_view name)
{
    words.expect("{");
    if (words.failed()) return;
    read_statements(words, target, table, name);
    words.take_if("}");
}

/// Words of a table one after the other, up to the end of the statement.
template <class Target>
void read_line(TokenCursor& words, Target& target, std::span<const Statement<Target>> table, std::string_view name)
{
    while (!words.at_end()) {
        const auto word = words.take();
        const auto* statement = find_statement(table, word);
        if (!statement) return words.fail(word, expected_one_of(table, name));
        note_word(words, target, word);
        statement->read(words, target);
        words.explain(statement->word, statement->values);
    }
}

/// The rows of a table as the documentation has them.
struct SectionText {
    std::string name;
    struct Row {
        std::string word;
        std::string values;
    };
    std::vector<Row> rows;
};

template <class Target>
SectionText describe_section(std::string_view name, std::span<const Statement<Target>> table)
{
    SectionText text{std::string{name}, {}};
    for (const auto& statement : table) text.rows.push_back({std::string{statement.word}, std::string{statement.values}});
    return text;
}

}   // namespace barrage::exabgp
