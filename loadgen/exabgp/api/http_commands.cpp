#include "loadgen/exabgp/api/http_commands.hpp"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "codec/describe.hpp"
#include "loadgen/exabgp/api/api_command.hpp"
#include "loadgen/exabgp/vocabulary/numbers.hpp"
#include "loadgen/exabgp/vocabulary/word_cursor.hpp"

namespace barrage::exabgp {

namespace {

int digit_of(char c) noexcept
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

/// application/x-www-form-urlencoded: '+' is a blank, "%41" an octet.
std::string form_decoded(std::string_view text)
{
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto high = text[i] == '%' && i + 2 < text.size() ? digit_of(text[i + 1]) : -1;
        const auto low = high >= 0 ? digit_of(text[i + 2]) : -1;
        if (low >= 0) {
            out += static_cast<char>(high << 4 | low);
            i += 2;
        } else {
            out += text[i] == '+' ? ' ' : text[i];
        }
    }
    return out;
}

void add_lines(std::vector<std::string>& lines, std::string_view text)
{
    while (!text.empty()) {
        const auto end = text.find('\n');
        const auto line = without_outer_blanks(text.substr(0, end));
        if (!line.empty()) lines.emplace_back(line);
        if (end == std::string_view::npos) return;
        text.remove_prefix(end + 1);
    }
}

void add_group(std::vector<std::string>& lines, std::string_view text)
{
    while (!text.empty()) add_lines(lines, next_of_group(text));
}

bool is_form(const HttpRequest& request)
{
    const std::string_view body = request.body;
    return request.content_type == "application/x-www-form-urlencoded" ||
           ((request.content_type.empty() || request.content_type == "text/plain") &&
            (body.starts_with("command=") || body.starts_with("commands=")));
}

/// Calls `visit(name, value)` for each field.
void for_each_field(std::string_view body, auto&& visit)
{
    while (!body.empty()) {
        const auto field = body.substr(0, body.find('&'));
        body.remove_prefix(std::min(body.size(), field.size() + 1));
        const auto equals = field.find('=');
        const auto name = form_decoded(field.substr(0, equals));
        visit(name, equals == std::string_view::npos ? std::string{} : form_decoded(field.substr(equals + 1)));
    }
}

}   // namespace

std::expected<std::vector<std::string>, std::string> commands_of(const HttpRequest& request)
{
    std::vector<std::string> lines;
    if (!is_form(request)) {
        add_lines(lines, request.body);
    } else {
        for_each_field(request.body, [&](const std::string& name, const std::string& value) {
            if (name == "command") add_lines(lines, value);
            if (name == "commands") add_group(lines, value);
        });
    }
    if (lines.empty()) return std::unexpected("expected command=…, commands=… ; …, or a line for each command");
    return lines;
}

std::vector<std::string> program_commands_of(const HttpRequest& request)
{
    std::vector<std::string> lines;
    bool has_field = false;
    if (is_form(request))
        for_each_field(request.body, [&](const std::string& name, const std::string& value) {
            if (name != "command" && name != "commands") return;
            has_field = true;
            add_group(lines, value);
        });
    // `curl -d` calls everything a form.
    if (!has_field) add_group(lines, request.body);
    return lines;
}

bool asks_for_routes(const HttpRequest& request) noexcept
{
    return request.path == "/routes/out" || request.path == "/routes/in";
}

std::expected<RoutesPage, std::string> routes_page_of(const HttpRequest& request)
{
    RoutesPage page{.received = request.path == "/routes/in", .neighbor = {}};
    std::string error;
    for_each_field(request.query, [&](const std::string& name, const std::string& value) {
        const auto take = [&](std::size_t& into, std::size_t least, std::size_t most) {
            const auto number = number_from<std::size_t>(value, most);
            if (!number || *number < least)
                error = fmt::format("expected {}={} to {}", name, least, most);
            else
                into = *number;
        };
        if (name == "neighbor")
            page.neighbor = value;
        else if (name == "offset")
            take(page.offset, 0, std::numeric_limits<std::uint32_t>::max());
        else if (name == "limit")
            take(page.limit, 1, RoutesPage::most);
        else if (error.empty())
            error = "expected neighbor=ADDRESS, offset=N or limit=N";
    });
    if (!error.empty()) return std::unexpected(error);
    return page;
}

void CommandFailures::add(std::size_t number, std::string_view command, std::string_view reason)
{
    ++count_;
    constexpr std::size_t most_shown = 500;
    if (lines_.size() < most_octets)
        lines_ += fmt::format("{}: {}: {}\n", number, printable(command.substr(0, most_shown)), printable(reason));
    else
        ++left_out_;
}

std::string CommandFailures::text() const
{
    auto text = "error\n" + lines_;
    if (left_out_ != 0) text += fmt::format("and {} more\n", left_out_);
    return text;
}

}   // namespace barrage::exabgp
