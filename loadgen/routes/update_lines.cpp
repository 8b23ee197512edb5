#include "loadgen/routes/update_lines.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <iterator>

#include "codec/describe.hpp"
#include "codec/message/header.hpp"

namespace barrage {

namespace {

constexpr bool is_between(char c) noexcept { return c == ' ' || c == '\t' || c == '\r' || c == ':'; }

std::string digits_of(std::string_view line)
{
    std::string digits;
    std::ranges::copy_if(line, std::back_inserter(digits), [](char c) { return !is_between(c); });
    return digits;
}

}   // namespace

bool UpdateLines::begins(std::string_view line)
{
    constexpr std::size_t marker_digits = 32;
    const auto digits = digits_of(line);
    return digits.size() >= marker_digits &&
           std::ranges::all_of(digits.substr(0, marker_digits), [](char c) { return c == 'f' || c == 'F'; });
}

std::optional<LineError> UpdateLines::read(std::string_view line, GatheredRoutes& into)
{
    const auto octets = octets_from_hex(digits_of(line));
    if (!octets) {
        const auto wrong = std::ranges::find_if(
            line, [](char c) { return !is_between(c) && std::isxdigit(static_cast<unsigned char>(c)) == 0; });
        if (wrong == line.end()) return LineError{.column = line.size() + 1, .text = "expected another digit: two make an octet"};
        return LineError{.column = static_cast<std::size_t>(wrong - line.begin()) + 1, .text = "expected hexadecimal digits"};
    }
    octets_ = *octets;
    const auto wrong = [](std::string_view what) {
        return LineError{.text = "expected whole BGP messages: " + std::string{what}};
    };
    for (OctetView left{octets_}; !left.empty();) {
        if (left.size() < header_octets) return wrong("the last one is cut");
        const auto header = decode_header(left, max_extended_message_octets);
        if (!header) return wrong(header.error().text);
        if (header->length > left.size()) return wrong("the last one is cut");
        if (header->type != MessageType::update) {
            ++others_;
        } else {
            updates_.read(left.first(header->length), {}, PathIds::absent);
            if (!updates_.problems().empty())
                return LineError{.text =
                                     "expected UPDATEs that can be read, not " + std::string{updates_.problems().front().text}};
            for (const auto& batch : updates_.batches()) into.add(batch);
        }
        left = left.subspan(header->length);
    }
    return std::nullopt;
}

std::vector<std::string> UpdateLines::notes() const
{
    if (others_ == 0) return {};
    return {others_ == 1 ? "1 message that is no UPDATE passed over"
                         : fmt::format("{} messages that are no UPDATEs passed over", others_)};
}

}   // namespace barrage
