#include "tests/support/doctest.hpp"

#include <algorithm>
#include <string>

#include "io/line_reader.hpp"

using namespace barrage;

namespace {

constexpr std::size_t longest = 8;

struct LineRow {
    const char* name;
    std::string_view input;
    std::vector<std::string> lines;   // '!' before one that was too long, '~' before one that is unfinished
};

const LineRow rows[] = {
    {"nothing", "", {}},
    {"one", "abc\n", {"abc"}},
    {"several, some empty", "a\n\n\nb\n", {"a", "", "", "b"}},
    {"unfinished", "a\nbc", {"a", "~bc"}},
    {"the longest", "12345678\nx\n", {"12345678", "x"}},
    {"one octet too long", "123456789\nx\n", {"!12345678", "x"}},
    {"far too long", "1234567890123456789012345678901234567890\nx\n", {"!12345678", "x"}},
    {"two too long", "123456789\n987654321\n\n", {"!12345678", "!98765432", ""}},
    {"too long and unfinished", "a\n1234567890", {"a", "!12345678"}},
    {"the longest, unfinished", "12345678", {"~12345678"}},
    {"octets that are no text", std::string_view{"\0\r\xff\n", 4}, {std::string{"\0\r\xff", 3}}},
};

std::string marked(const LineReader::Line& line)
{
    return std::string{line.too_long ? "!" : ""} + (line.unfinished ? "~" : "") + std::string{line.text};
}

std::vector<std::string> read_in_chunks(std::string_view input, std::size_t chunk, bool takes_late)
{
    LineReader reader{longest};
    std::vector<std::string> lines;
    const auto take = [&] {
        while (reader.has_line()) {
            const auto line = reader.next();
            REQUIRE(line);
            lines.push_back(marked(*line));
        }
        CHECK_FALSE(reader.next());
    };
    while (!input.empty()) {
        const auto room = reader.room();
        REQUIRE_FALSE(room.empty());
        const auto octets = std::min({chunk, input.size(), room.size()});
        std::ranges::copy(input.substr(0, octets), room.begin());
        reader.filled(octets);
        input.remove_prefix(octets);
        if (!takes_late) take();
    }
    take();
    if (const auto line = reader.rest()) lines.push_back(marked(*line));
    CHECK_FALSE(reader.rest());
    return lines;
}

}   // namespace

TEST_CASE("lines are the same in whatever chunks they come")
{
    for (const auto& row : rows)
        for (std::size_t chunk = 1; chunk <= row.input.size() + 1; ++chunk)
            for (const bool takes_late : {false, true}) {
                CAPTURE(row.name);
                CAPTURE(chunk);
                CHECK(read_in_chunks(row.input, chunk, takes_late) == row.lines);
            }
}

TEST_CASE("lines that nobody takes stop the reader, and none is lost")
{
    LineReader reader{100};
    std::size_t filled = 0;
    for (auto room = reader.room(); !room.empty(); room = reader.room()) {
        std::ranges::fill(room, '\n');
        reader.filled(room.size());
        filled += room.size();
        REQUIRE(filled <= 100 + 65536);
    }
    std::size_t taken = 0;
    while (reader.next()) ++taken;
    CHECK(taken == filled);
    CHECK_FALSE(reader.room().empty());
}
