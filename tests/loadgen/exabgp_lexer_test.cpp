// Tokens of ExaBGP's texts, and where they stand.

#include "tests/support/doctest.hpp"

#include <string>
#include <vector>

#include "loadgen/exabgp/grammar/lexer.hpp"

using namespace barrage::exabgp;

namespace {

std::vector<std::string> tokens(std::string_view text)
{
    std::vector<std::string> all;
    Lexer lexer{text};
    for (auto token = lexer.next(); token.kind != Token::Kind::end; token = lexer.next()) all.emplace_back(token.text);
    return all;
}

using Words = std::vector<std::string>;

}   // namespace

TEST_CASE("words are separated by blanks, signs stand alone")
{
    CHECK(tokens("route 10.0.0.0/8 community [1:2 3:4];") ==
          Words{"route", "10.0.0.0/8", "community", "[", "1:2", "3:4", "]", ";"});
    CHECK(tokens("bgp-prefix-sid [ 300, [ (800000,4096) ] ];") ==
          Words{"bgp-prefix-sid", "[", "300", ",", "[", "(", "800000", ",", "4096", ")", "]", "]", ";"});
    CHECK(tokens("a\tb\r\nc") == Words{"a", "b", "c"});
    CHECK(tokens("") == Words{});
    CHECK(tokens("  \n # only a comment") == Words{});
}

TEST_CASE("comments end with their line, and stand anywhere but in quotes")
{
    CHECK(tokens("a # b;\nc#d\ne") == Words{"a", "c", "e"});
    CHECK(tokens("\"a # b\" c") == Words{"a # b", "c"});
}

TEST_CASE("quotes hold words together, also within a word, and end it")
{
    CHECK(tokens("description \"a; { 'b'\";") == Words{"description", "a; { 'b'", ";"});
    CHECK(tokens("'a \"b\"'") == Words{"a \"b\""});
    CHECK(tokens("--cmd=\"x y\" z") == Words{"--cmd=x y", "z"});
    CHECK(tokens("\"\"") == Words{""});
    Lexer open{"a \"b c\nd"};
    open.next();
    CHECK(open.next().kind == Token::Kind::unclosed_quote);
    CHECK(open.next().text == "d");
}

TEST_CASE("a backslash joins lines, or escapes")
{
    CHECK(tokens("vpls \\\n rd 1:1 \\\r\n size 8;") == Words{"vpls", "rd", "1:1", "size", "8", ";"});
    CHECK(tokens("a\\\nb") == Words{"a", "b"});
    CHECK(tokens("\"a\\tb\\n\\u00e9\\\"\"") == Words{"a\tb\n\xc3\xa9\""});
    CHECK(tokens("a\\;b") == Words{"a;b"});
    CHECK(tokens("a\\u12") == Words{"a\x75"});
    CHECK(tokens("a \\") == Words{"a"});
    CHECK(tokens("a\\\r") == Words{"a"});
    CHECK(tokens("a \\\r-b c") ==
          Words{"a", "\r-b", "c"});   // no end of a line: an escape; had been a word of nothing without end
}

TEST_CASE("tokens know their line and column")
{
    Lexer lexer{"ab {\n\tcd \\\n ef; # x\n\n'g h' i"};
    struct Place {
        std::string_view text;
        std::uint32_t line, column;
    };
    for (const auto& [text, line, column] :
         {Place{"ab", 1, 1}, {"{", 1, 4}, {"cd", 2, 2}, {"ef", 3, 2}, {";", 3, 4}, {"g h", 5, 1}, {"i", 5, 7}, {"", 5, 8}}) {
        const auto token = lexer.next();
        CAPTURE(std::string{text});
        CHECK(token.text == text);
        CHECK(token.line == line);
        CHECK(token.column == column);
    }
}

TEST_CASE("what was taken can be taken again")
{
    Lexer lexer{"a\n b\nc"};
    lexer.next();
    const auto b = lexer.next();
    lexer.next();
    lexer.go_back_to(b);
    const auto again = lexer.next();
    CHECK(again.text == "b");
    CHECK(again.line == 2);
    CHECK(again.column == 2);
    CHECK(lexer.next().line == 3);
}
