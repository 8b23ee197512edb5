#include "loadgen/routes/text_kind.hpp"

#include <algorithm>
#include <array>

#include "codec/describe.hpp"
#include "loadgen/exabgp/vocabulary/word_cursor.hpp"
#include "loadgen/routes/bgpdump_fields.hpp"
#include "loadgen/routes/csv_routes.hpp"
#include "loadgen/routes/exabgp_lines.hpp"
#include "loadgen/routes/update_lines.hpp"

namespace barrage {

const std::string_view what_files_are_read = "MRT dumps, lists of prefixes, lines of bgpdump -m, CSV with named columns, "
                                             "announce and withdraw lines of ExaBGP's API, UPDATEs in "
                                             "hexadecimal digits";

namespace {

/// Letters and signs of an address with a length, right or wrong: who wrote it meant a prefix.
bool may_be_prefix(std::string_view word) noexcept
{
    return word.find_first_not_of("0123456789abcdefABCDEF.:/") == std::string_view::npos &&
           word.find_first_of(".:") != std::string_view::npos;
}

struct Looks {
    std::string_view what;
    bool (*like)(std::string_view line);   // without outer blanks
};

/// The first that fits counts.
constexpr std::array looks{
    Looks{"the output of BIRD's \"show route\"",
          [](std::string_view line) {
              return (line.starts_with("Table ") && line.ends_with(':')) || line.starts_with("BIRD ") ||
                     (line.contains("unicast [") && line.contains('/'));
          }},
    Looks{"the JSON of GoBGP's \"rib -j\"",
          [](std::string_view line) { return line.starts_with('{') && line.contains("\"nlri\"") && line.contains("\"attrs\""); }},
    Looks{"the JSON of FRR's \"show bgp\"",
          [](std::string_view line) {
              return line.starts_with('{') && (line.contains("\"vrfId\"") || line.contains("\"tableVersion\""));
          }},
    Looks{"JSON events of ExaBGP", [](std::string_view line) { return line.starts_with('{') && line.contains("\"exabgp\""); }},
    Looks{"JSON", [](std::string_view line) { return line.starts_with('{') || line.starts_with('['); }},
    Looks{"the table of \"show ip bgp\" (FRR, Cisco IOS, GoBGP)",
          [](std::string_view line) {
              return (line.contains("Network") && line.contains("Next Hop")) || line.starts_with("BGP table version") ||
                     line.starts_with("*>") || line.starts_with("* ");
          }},
    Looks{"the output of Junos' \"show route\"",
          [](std::string_view line) {
              return line.contains(" destinations, ") || line.starts_with("inet.0:") || line.starts_with("inet6.0:");
          }},
    Looks{"what bgpdump prints for people; -m makes it one line a route",
          [](std::string_view line) { return line.starts_with("TIME: "); }},
    Looks{"a configuration of ExaBGP, which loadgen speak reads", [](std::string_view line) { return line.ends_with('{'); }},
    Looks{"a page of the web", [](std::string_view line) { return line.starts_with('<'); }},
    Looks{"CSV with semicolons in place of commas",
          [](std::string_view line) { return line.contains(';') && line.contains("prefix"); }},
    Looks{"CSV whose header names no column that is known", [](std::string_view line) { return line.contains(','); }},
    Looks{"YAML; scenarios are for loadgen run",
          [](std::string_view line) { return line == "---" || line.ends_with(':') || line.contains(": "); }},
};

bool is_text(std::string_view line) noexcept
{
    return std::ranges::none_of(
        line, [](char c) { return static_cast<unsigned char>(c) < ' ' && c != '\t' && c != '\r' && c != '\f'; });
}

}   // namespace

std::optional<TextKind> text_kind_of(std::string_view first_line)
{
    const auto line = exabgp::without_outer_blanks(first_line);
    if (line.contains('|') && BgpdumpFields::of(line).is_known_type()) return TextKind::bgpdump;
    if (ExabgpLines::begins(line)) return TextKind::exabgp;
    if (CsvRoutes::is_header(line)) return TextKind::csv;
    if (UpdateLines::begins(line)) return TextKind::updates;
    exabgp::WordCursor words{line.substr(0, line.find('#'))};
    if (may_be_prefix(words.next()) && !looks.front().like(line)) return TextKind::prefixes;
    return std::nullopt;
}

std::string no_routes_text(std::string_view first_line)
{
    const auto line = exabgp::without_outer_blanks(first_line);
    std::string text{"expected one of what is read here: "};
    text += what_files_are_read;
    if (!is_text(line)) return text + "; this is no text";
    const auto found = std::ranges::find_if(looks, [line](const Looks& each) { return each.like(line); });
    if (found != looks.end()) return text.append("; this looks like ").append(found->what);
    constexpr std::size_t most_shown = 40;   // octets
    return text + "; this begins with '" + printable(line.substr(0, most_shown)) + (line.size() > most_shown ? "…'" : "'");
}

}   // namespace barrage
