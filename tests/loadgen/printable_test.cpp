// What peers, files and people write, as it is shown and as it stands in JSON.

#include "tests/support/doctest.hpp"

#include <boost/json.hpp>

#include <random>
#include <string>

#include "codec/describe.hpp"
#include "codec/printable.hpp"

using namespace barrage;

namespace {

struct Row {
    const char* name;
    std::string text;
    std::string shown;
    std::string read;   // from JSON that had it in it
};

/// Octets that a terminal takes for more than a character: RFC 3629 aside, what ECMA-48 and Unicode's bidirectional controls are.
bool moves_a_terminal(std::string_view text)
{
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto octet = static_cast<unsigned char>(text[i]);
        if (octet < 0x20 || octet == 0x7f) return true;
        const auto next = i + 1 < text.size() ? static_cast<unsigned char>(text[i + 1]) : 0u;
        const auto third = i + 2 < text.size() ? static_cast<unsigned char>(text[i + 2]) : 0u;
        if (octet == 0xc2 && next < 0xa0) return true;
        if (octet == 0xe2 && next == 0x80 && (third >= 0xa8 && third <= 0xae)) return true;
        if (octet == 0xe2 && next == 0x81 && (third >= 0xa6 && third <= 0xa9)) return true;
    }
    return false;
}

}   // namespace

TEST_CASE("a text is shown with nothing in it that moves a terminal, and its JSON is valid")
{
    const Row rows[] = {
        {"plain", "maintenance until 18:00", "maintenance until 18:00", "maintenance until 18:00"},
        {"empty", "", "", ""},
        {"UTF-8", "Wartung für 5 € 🙂", "Wartung für 5 € 🙂", "Wartung für 5 € 🙂"},
        {"a quotation mark and a backslash", R"(a"b\c)", R"(a"b\c)", R"(a"b\c)"},
        {"escape", "\x1b[2Jgone", R"(\x1b[2Jgone)", "\x1b[2Jgone"},
        {"NUL, BEL, line feed", std::string{"a\0\a\nb", 5}, R"(a\x00\x07\x0ab)", std::string{"a\0\a\nb", 5}},
        {"delete", "a\x7f", R"(a\x7f)", "a\x7f"},
        {"C1: CSI as one character",
         "\xc2\x9b"
         "2J",
         R"(\xc2\x9b2J)",
         "\xc2\x9b"
         "2J"},
        {"C1 as an octet",
         "\x9b"
         "2J",
         R"(\x9b2J)", R"(\x9b2J)"},
        {"right-to-left override", "a\xe2\x80\xaetxt", R"(a\xe2\x80\xaetxt)", "a\xe2\x80\xaetxt"},
        {"isolates", "\xe2\x81\xa6x\xe2\x81\xa9", R"(\xe2\x81\xa6x\xe2\x81\xa9)", "\xe2\x81\xa6x\xe2\x81\xa9"},
        {"line separator",
         "a\xe2\x80\xa8"
         "b",
         R"(a\xe2\x80\xa8b)",
         "a\xe2\x80\xa8"
         "b"},
        {"Latin-1",
         "Stra\xdf"
         "e",
         R"(Stra\xdfe)", R"(Stra\xdfe)"},
        {"cut off", "x\xe2\x82", R"(x\xe2\x82)", R"(x\xe2\x82)"},
        {"longer than needed", "\xc0\xaf", R"(\xc0\xaf)", R"(\xc0\xaf)"},
        {"surrogate", "\xed\xa0\x80", R"(\xed\xa0\x80)", R"(\xed\xa0\x80)"},
        {"past U+10FFFF", "\xf4\x90\x80\x80", R"(\xf4\x90\x80\x80)", R"(\xf4\x90\x80\x80)"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        CHECK(printable(row.text) == row.shown);
        CHECK(printable(row.shown) == row.shown);
        const auto json = valid_json(boost::json::serialize(boost::json::array{row.text}));
        CAPTURE(json);
        CHECK(is_utf8(json));
        CHECK(!moves_a_terminal(json));
        const auto back = boost::json::parse(json);
        CHECK(std::string{back.as_array()[0].as_string()} == row.read);
    }
    CHECK(printable_lines("a\x1b\n\nb\x9b\n") == "a\\x1b\n\nb\\x9b\n");
    CHECK(printable_lines("") == "");
    CHECK(valid_json("{\n  \"a\": 1\n}\n") == "{\n  \"a\": 1\n}\n");
}

TEST_CASE("any octets at all are shown and are valid JSON")
{
    std::mt19937 random{15};
    for (int i = 0; i < 20'000; ++i) {
        std::string text(random() % 24, '\0');
        for (auto& octet : text) {
            // Mostly beginnings and middles of longer characters, so that many of them are whole.
            static constexpr unsigned char often[] = {0xc2, 0xe2, 0x80, 0x81, 0xa8, 0xae, 0xa6,
                                                      0x9b, 0xf0, 0x9f, 0x1b, '"',  '\\', 'a'};
            octet = static_cast<char>(random() % 3 == 0 ? random() % 256 : often[random() % std::size(often)]);
        }
        const auto shown = printable(text);
        const auto json = valid_json(boost::json::serialize(boost::json::value(text)));
        CAPTURE(shown);
        REQUIRE(is_utf8(shown));
        REQUIRE(!moves_a_terminal(shown));
        REQUIRE(printable(shown) == shown);
        REQUIRE(is_utf8(json));
        REQUIRE(!moves_a_terminal(json));
        boost::system::error_code error;
        const auto back = boost::json::parse(json, error);
        REQUIRE(!error);
        if (is_utf8(text)) REQUIRE(std::string{back.as_string()} == text);
    }
}
