#include "loadgen/routes/exabgp_lines.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "loadgen/exabgp/api/api_command.hpp"
#include "loadgen/exabgp/grammar/complete_attributes.hpp"
#include "loadgen/exabgp/vocabulary/word_cursor.hpp"

namespace barrage {

namespace {

constexpr std::string_view a_route_line =
    "announce or withdraw with a route, for all peers, such as announce route 10.0.0.0/8 next-hop 192.0.2.1";

OctetView octets_in(const std::string& nlri) { return {reinterpret_cast<const std::uint8_t*>(nlri.data()), nlri.size()}; }

}   // namespace

bool ExabgpLines::begins(std::string_view line) noexcept
{
    constexpr std::array words{"announce", "withdraw", "neighbor", "peer", "group", "teardown", "flush", "clear", "rib", "sleep"};
    return std::ranges::find(words, exabgp::WordCursor{line}.peek()) != words.end() && !line.ends_with('{');
}

void ExabgpLines::look(std::string_view line) { withdraws_ = withdraws_ || exabgp::WordCursor{line}.peek() == "withdraw"; }

std::optional<LineError> ExabgpLines::read(std::string_view line, GatheredRoutes& into)
{
    exabgp::WordCursor words{line};
    const auto verb = words.next();
    const bool withdraw = verb == "withdraw";
    if (!withdraw && verb != "announce") return error_in(line, {verb, a_route_line});
    if (!withdraw && words.peek() == "eor") {
        if (const auto command = exabgp::parse_api_command(line); !command)
            return LineError{.column = column_of(line, words.peek()), .text = command.error()};
        ++ends_;   // one is sent behind all routes anyway
        return std::nullopt;
    }
    auto text = words.rest();
    (void)exabgp::take_answer_words(text);   // nobody waits for an answer
    routes_.clear();
    if (const auto wrong = reader_.read(text, withdraw, routes_)) {
        LineError error{.column = column_of(line, text) + wrong->column - 1, .text = wrong->text};
        if (!wrong->token.empty()) error.text += fmt::format(" (at '{}')", printable(wrong->token));
        return error;
    }
    for (const auto& route : routes_) {
        if (route.watchdog != 0)
            return error_in(line, {text.substr(std::min(text.find("watchdog"), text.size())),
                                   "a route without a watchdog, which nobody would ask to let it go"});
        take(route, withdraw, into);
    }
    return std::nullopt;
}

void ExabgpLines::take(const exabgp::ConfiguredRoute& route, bool withdraw, GatheredRoutes& into)
{
    nlri_.clear();
    Writer out{nlri_};
    if (route.key.path_id) out.u32(route.key.path_id->value);
    out.octets(octets_in(route.key.nlri));
    RouteBatch batch{.family = route.key.family, .nlri = nlri_, .has_path_ids = route.key.path_id.has_value(), .routes = 1};
    if (withdraw) {
        batch.kind = RouteBatch::Kind::withdraw;
    } else {
        if (route.attributes != last_set_ || !last_set_) {
            completed_ = exabgp::complete_attributes(route.attributes->octets());
            last_set_ = route.attributes;
        }
        batch.attributes = completed_;
        if (!route.next_hop_self) batch.next_hop = route.attributes->next_hop();
        names_next_hops_ = names_next_hops_ || !batch.next_hop.empty();
    }
    into.add(batch);
}

std::vector<std::string> ExabgpLines::notes() const
{
    if (ends_ == 0) return {};
    return {
        fmt::format("{} line{} announce eor passed over: an End-of-RIB is sent behind all routes", ends_, ends_ == 1 ? "" : "s")};
}

}   // namespace barrage
