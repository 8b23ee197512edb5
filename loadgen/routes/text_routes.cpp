#include "loadgen/routes/text_routes.hpp"

#include <fmt/format.h>

#include "loadgen/exabgp/vocabulary/word_cursor.hpp"
#include "loadgen/routes/bgpdump_lines.hpp"
#include "loadgen/routes/csv_routes.hpp"
#include "loadgen/routes/exabgp_lines.hpp"
#include "loadgen/routes/prefix_list.hpp"
#include "loadgen/routes/update_lines.hpp"
#include "rib/kept_octets.hpp"

namespace barrage {

namespace {

bool is_blank(std::string_view line) noexcept
{
    line = exabgp::without_outer_blanks(line);
    return line.empty() || line.starts_with('#');
}

std::unique_ptr<RouteLines> format_of(TextKind kind, const TextRoutesOptions& options)
{
    switch (kind) {
    case TextKind::prefixes: return std::make_unique<PrefixList>(options.placeholders);
    case TextKind::bgpdump:
        return std::make_unique<BgpdumpLines>(
            BgpdumpLines::Options{.peer = options.peer, .with_local = options.with_local, .placeholders = options.placeholders});
    case TextKind::csv: return std::make_unique<CsvRoutes>(options.placeholders);
    case TextKind::exabgp: return std::make_unique<ExabgpLines>();
    case TextKind::updates: return std::make_unique<UpdateLines>();
    }
    return {};
}

}   // namespace

TextRoutes::TextRoutes(std::string name, TextKind kind, std::unique_ptr<RouteLines> format, TextLines lines)
    : name_(std::move(name)), kind_(kind), format_(std::move(format)), lines_(std::move(lines))
{
}

std::expected<TextRoutes, std::string> TextRoutes::open(const std::string& name, OpenOctets open,
                                                        const TextRoutesOptions& options)
{
    const auto named = [&name](const std::string& problem) { return std::unexpected(name + ": " + problem); };
    auto source = open();
    if (!source) return named(source.error());
    auto kept = std::make_shared<KeptOctets>(options.keep_octets);
    TextLines lines{KeptOctets::keep(std::move(*source), kept)};
    auto line = lines.next();
    while (line && is_blank(*line)) line = lines.next();
    if (!line) {
        if (const auto problem = lines.problem(); !problem.empty()) return named(problem);
        return named("has no routes in it; files that are read: " + std::string{what_files_are_read});
    }
    const auto kind = text_kind_of(*line);
    if (!kind) return std::unexpected(fmt::format("{}:{}:1: {}", name, lines.number(), no_routes_text(*line)));

    auto format = format_of(*kind, options);
    if (!format->looks_first()) {
        kept->stop();
        TextRoutes routes{name, *kind, std::move(format), std::move(lines)};
        routes.first_line_ = *line;
        return routes;
    }
    for (; line; line = lines.next())
        if (!is_blank(*line)) format->look(*line);
    format->looked();
    if (kept->complete())
        return TextRoutes{name, *kind, std::move(format), TextLines{KeptOctets::replay(std::move(kept), lines.problem())}};
    auto again = open();
    if (!again) return named(again.error());
    return TextRoutes{name, *kind, std::move(format), TextLines{std::move(*again)}};
}

bool TextRoutes::next(RouteBatch& batch)
{
    while (!gathered_.next(batch)) {
        gathered_.clear();
        if (ended_) return false;
        while (!ended_ && !gathered_.enough()) read_line();
        if (!error_.empty()) gathered_.clear();
    }
    return true;
}

// Hot: of a list of prefixes a million times.
void TextRoutes::read_line()
{
    auto line = first_line_ ? std::optional<std::string_view>{*first_line_} : lines_.next();
    if (!line) {
        ended_ = true;
        if (const auto problem = lines_.problem(); !problem.empty())
            error_ = fmt::format("{}: {}, behind line {}", name_, problem, lines_.number());
        else if (const auto wrong = format_->finish())
            fail(*wrong);
        return;
    }
    if (lines_.was_too_long()) return fail({.column = TextLines::longest_line + 1, .text = "expected a line of at most 1 MiB"});
    if (format_->is_open() || !is_blank(*line))
        if (const auto wrong = format_->read(*line, gathered_)) fail(*wrong);
    first_line_.reset();
}

void TextRoutes::fail(const LineError& error)
{
    ended_ = true;
    error_ = fmt::format("{}:{}:{}: {}", name_, lines_.number() - error.lines_before, error.column, error.text);
}

}   // namespace barrage
