#include "loadgen/exabgp/api/api_command.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "loadgen/exabgp/grammar/selector.hpp"
#include "loadgen/exabgp/vocabulary/word_cursor.hpp"

namespace barrage::exabgp {

namespace {

using Result = std::expected<ApiCommand, std::string>;
using Plain = api::Plain;

std::unexpected<std::string> expected_words(std::string_view what, std::string_view found)
{
    std::string text{"expected "};
    text += what;
    if (found.empty())
        text += " at the end of the line";
    else
        text.append(", not '").append(found).append("'");
    return std::unexpected(std::move(text));
}

Result only(ApiCommand command, const WordCursor& words)
{
    if (!words.empty()) return expected_words("the end of the command", words.peek());
    return command;
}

template <class Number>
std::optional<Number> number_of(std::string_view text) noexcept
{
    Number value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

constexpr std::array route_words{"route", "ipv4", "ipv6",  "attribute", "attributes",
                                 "flow",  "vpls", "l2vpn", "bgp-ls",    "generate"};

/// The family of `ipv4 unicast`; without any words, IPv4 unicast.
std::expected<Family, std::string> take_family(WordCursor& words)
{
    if (words.empty()) return ipv4_unicast;
    const auto afi = words.next();
    const auto safi = words.next();
    if (const auto family = family_of_words(afi, safi)) return *family;
    return std::unexpected("expected a family such as ipv4 unicast, not '" + std::string{afi} + " " + std::string{safi} + "'");
}

Result announce(ApiCommand command, WordCursor words, bool withdraw)
{
    const auto all = words.rest();
    const auto word = words.next();
    if (std::ranges::find(route_words, word) != route_words.end()) {
        command.verb = api::Routes{withdraw, all};
        return command;
    }
    if (word == "watchdog") {
        const auto name = words.next();
        command.verb = api::Watchdog{withdraw, name};
        return only(command, words);
    }
    if (!withdraw && word == "operational") {
        command.verb = api::Operational{words.rest()};
        return command;
    }
    if (!withdraw && (word == "eor" || word == "route-refresh")) {
        if (word == "route-refresh" && words.empty()) return expected_words("a family", {});
        const auto family = take_family(words);
        if (!family) return std::unexpected(family.error());
        if (word == "eor")
            command.verb = api::EndOfRib{*family};
        else
            command.verb = api::RouteRefresh{*family};
        return only(command, words);
    }
    return expected_words(
        withdraw ? "route, attributes, generate, ipv4, ipv6, flow, vpls or watchdog"
                 : "route, attributes, generate, ipv4, ipv6, flow, vpls, eor, route-refresh, operational or watchdog",
        word);
}

Result teardown(ApiCommand command, WordCursor words)
{
    const auto word = words.next();
    const auto code = number_of<std::uint8_t>(word);
    if (!code) return expected_words("the subcode of a Cease, 0 to 255", word);
    command.verb = api::Teardown{*code};
    return only(command, words);
}

Result show_neighbor(ApiCommand command, WordCursor words)
{
    api::ShowNeighbor show;
    while (!words.empty()) {
        const auto word = words.next();
        if (word == "summary")
            show.view = api::NeighborView::summary;
        else if (word == "extensive")
            show.view = api::NeighborView::extensive;
        else if (word == "configuration")
            show.view = api::NeighborView::configuration;
        else if (word == "json")
            command.form = AnswerForm::json;
        else if (word == "text")
            command.form = AnswerForm::text;
        else if (show.address.empty() && (word == "*" || IpAddress::from_text(word)))
            show.address = word == "*" ? std::string_view{} : word;
        else
            return expected_words("summary, extensive, configuration, json or the address of a neighbor", word);
    }
    command.verb = show;
    return command;
}

Result show_adj_rib(ApiCommand command, WordCursor words)
{
    api::ShowAdjRib show;
    const auto direction = words.next();
    if (direction != "in" && direction != "out") return expected_words("in or out", direction);
    show.in = direction == "in";
    while (!words.empty()) {
        const auto word = words.next();
        if (word == "extensive")
            show.extensive = true;
        else if (word == "json")
            command.form = AnswerForm::json;
        else if (word == "text")
            command.form = AnswerForm::text;
        else if (word == "inet")
            show.kind = api::RouteKind::inet;
        else if (word == "flow")
            show.kind = api::RouteKind::flow;
        else if (word == "l2vpn")
            show.kind = api::RouteKind::l2vpn;
        else if (word == "neighbor" || word == "peer" || word == "*")
            continue;
        else if (show.address.empty() && IpAddress::from_text(word))
            show.address = word;
        else
            return expected_words("extensive, json, inet, flow, l2vpn or the address of a neighbor", word);
    }
    command.verb = show;
    return command;
}

Result flush_adj_rib(ApiCommand command, WordCursor words)
{
    if (!words.take("out")) return expected_words("out", words.peek());
    command.verb = api::FlushAdjRibOut{};
    return only(command, words);
}

Result clear_adj_rib(ApiCommand command, WordCursor words)
{
    const bool in = words.take("in");
    if (!in) words.take("out");
    command.verb = api::ClearAdjRib{in};
    return only(command, words);
}

/// Words that need no others: by themselves in API version 4, behind their section in version 6.
struct PlainWord {
    std::string_view section, word;
    Plain::What what;
};
constexpr std::array plain_words{
    PlainWord{"system", "help", Plain::What::help},     PlainWord{"system", "version", Plain::What::version},
    PlainWord{"system", "crash", Plain::What::crash},   PlainWord{"system", "queue-status", Plain::What::queue_status},
    PlainWord{"session", "reset", Plain::What::reset},  PlainWord{"session", "ping", Plain::What::ping},
    PlainWord{"session", "bye", Plain::What::bye},      PlainWord{"daemon", "shutdown", Plain::What::shutdown},
    PlainWord{"daemon", "reload", Plain::What::reload}, PlainWord{"daemon", "restart", Plain::What::restart},
    PlainWord{"daemon", "status", Plain::What::status},
};

/// In any section when none is named.
std::optional<Plain::What> plain_word(std::string_view word, std::string_view section = {}) noexcept
{
    for (const auto& each : plain_words)
        if (each.word == word && (section.empty() || each.section == section)) return each.what;
    return std::nullopt;
}

Result plain(ApiCommand command, Plain::What what, const WordCursor& words)
{
    command.verb = Plain{what, words.rest()};
    return command;
}

std::optional<api::AckMode> ack_mode(std::string_view word) noexcept
{
    if (word == "enable") return api::AckMode::enable;
    if (word == "disable") return api::AckMode::disable;
    if (word == "silence") return api::AckMode::silence;
    return std::nullopt;
}

Result acks(ApiCommand command, api::AckMode mode, const WordCursor& words)
{
    command.verb = api::Acks{mode};
    return only(command, words);
}

Result group(ApiCommand command, WordCursor words)
{
    if (words.empty()) return expected_words("start, end or commands", {});
    const auto all = words.rest();
    if (words.take("start")) {
        command.verb = api::GroupStart{};
        return only(command, words);
    }
    words = WordCursor{all};
    if (words.take("end")) {
        command.verb = api::GroupEnd{};
        return only(command, words);
    }
    command.verb = api::Group{all};
    return command;
}

Result api_version(ApiCommand command, WordCursor words)
{
    api::ApiVersion version;
    if (!words.empty()) {
        version.version = number_of<int>(words.peek());
        if (version.version != 4 && version.version != 6) return expected_words("4 or 6", words.peek());
        words.next();
    }
    command.verb = version;
    return only(command, words);
}

/// What may follow a selector.
Result for_neighbors(ApiCommand command, WordCursor words)
{
    if (words.take("announce")) return announce(command, words, false);
    if (words.take("withdraw")) return announce(command, words, true);
    if (words.take("teardown")) return teardown(command, words);
    if (words.take("group")) return group(command, words);
    if (words.take("show")) {
        if (words.take("adj-rib")) return show_adj_rib(command, words);
        words.take("neighbor");
        return show_neighbor(command, words);
    }
    if (words.take("flush")) {
        words.take("adj-rib");
        return flush_adj_rib(command, words);
    }
    if (words.take("clear")) {
        words.take("adj-rib");
        return clear_adj_rib(command, words);
    }
    return expected_words("announce, withdraw, teardown, flush adj-rib, clear adj-rib or show behind the selector", words.peek());
}

Result selected(ApiCommand command, const WordCursor& words)
{
    const auto split = split_selector(words.rest());
    if (split.selector.empty()) return expected_words("the address of a neighbor, or *", words.peek());
    command.selector = split.selector;
    return for_neighbors(command, WordCursor{split.rest});
}

Result delete_neighbor(ApiCommand command, const WordCursor& words)
{
    const auto split = split_selector(words.rest());
    if (split.selector.empty()) return expected_words("the address of a neighbor, or *", words.peek());
    command.selector = split.selector;
    command.verb = api::DeleteNeighbor{};
    return only(command, WordCursor{split.rest});
}

Result create_neighbor(ApiCommand command, WordCursor words)
{
    words.take("neighbor");
    if (words.empty()) return expected_words("the address of a neighbor", {});
    command.verb = api::CreateNeighbor{words.rest()};
    return command;
}

Result daemon(ApiCommand command, WordCursor words)
{
    const auto word = words.next();
    if (const auto what = plain_word(word, "daemon")) return plain(command, *what, words);
    return expected_words("shutdown, reload, restart or status", word);
}

Result session(ApiCommand command, WordCursor words)
{
    const auto word = words.next();
    if (const auto what = plain_word(word, "session")) return plain(command, *what, words);
    if (word == "ack") {
        const auto mode = words.next();
        if (const auto acknowledge = ack_mode(mode)) return acks(command, *acknowledge, words);
        return expected_words("enable, disable or silence", mode);
    }
    if (word == "sync") {
        const auto mode = words.next();
        if (mode != "enable" && mode != "disable") return expected_words("enable or disable", mode);
        command.verb = api::Sync{mode == "enable"};
        return only(command, words);
    }
    return expected_words("ack, sync, reset, ping or bye", word);
}

Result system(ApiCommand command, WordCursor words)
{
    const auto word = words.next();
    if (const auto what = plain_word(word, "system")) return plain(command, *what, words);
    if (word == "api" && words.take("version")) return api_version(command, words);
    return expected_words("help, version, crash, queue-status or api version", word);
}

Result rib(ApiCommand command, WordCursor words)
{
    const auto word = words.next();
    if (word == "show") return show_adj_rib(command, words);
    if (word == "flush") return flush_adj_rib(command, words);
    if (word == "clear") return clear_adj_rib(command, words);
    return expected_words("show, flush or clear", word);
}

Result peer(ApiCommand command, WordCursor words)
{
    const auto all = words;
    if (words.take("create")) return create_neighbor(command, words);
    if (words.take("delete")) return delete_neighbor(command, words);
    if (words.take("show")) return show_neighbor(command, words);
    if (words.take("list")) return plain(command, Plain::What::list_neighbors, words);
    return selected(command, all);
}

Result show(ApiCommand command, WordCursor words)
{
    const auto word = words.next();
    if (word == "neighbor" || word == "neighbors") return show_neighbor(command, words);
    if (word == "adj-rib") return show_adj_rib(command, words);
    return expected_words("neighbor or adj-rib", word);
}

Result one_word(ApiCommand command, std::string_view word, const WordCursor& words)
{
    if (const auto what = plain_word(word)) return plain(command, *what, words);
    if (constexpr std::string_view ack = "-ack"; word.ends_with(ack))
        if (const auto mode = ack_mode(word.substr(0, word.size() - ack.size()))) return acks(command, *mode, words);
    if (word == "enable-sync" || word == "disable-sync") {
        command.verb = api::Sync{word == "enable-sync"};
        return only(command, words);
    }
    return std::unexpected("unknown command '" + std::string{word} + "'; help lists them");
}

}   // namespace

Result parse_api_command(std::string_view line)
{
    ApiCommand command;
    line = without_outer_blanks(line);
    if (line.starts_with('#')) return plain(command, Plain::What::comment, WordCursor{line.substr(1)});
    if (line.starts_with("debug ")) return plain(command, Plain::What::debug, WordCursor{line.substr(6)});
    const auto answer = take_answer_words(line);
    command.form = answer.form;
    command.sync = answer.sync;
    while (line.ends_with(';')) line = without_outer_blanks(line.substr(0, line.size() - 1));

    WordCursor words{line};
    const auto word = words.next();
    if (word == "announce") return announce(command, words, false);
    if (word == "withdraw") return announce(command, words, true);
    if (word == "neighbor") return selected(command, words);
    if (word == "peer") return peer(command, words);
    if (word == "group") return group(command, words);
    if (word == "teardown") return teardown(command, words);
    if (word == "show") return show(command, words);
    if (word == "rib") return rib(command, words);
    if (word == "daemon") return daemon(command, words);
    if (word == "session") return session(command, words);
    if (word == "system") return system(command, words);
    if (word == "flush" || word == "clear") {
        if (!words.take("adj-rib")) return expected_words("adj-rib", words.peek());
        return word == "flush" ? flush_adj_rib(command, words) : clear_adj_rib(command, words);
    }
    if (word == "create" || word == "delete") {
        if (!words.take("neighbor")) return expected_words("neighbor", words.peek());
        return word == "create" ? create_neighbor(command, words) : delete_neighbor(command, words);
    }
    if (word == "api" && words.take("version")) return api_version(command, words);
    if (word.empty()) return std::unexpected("an empty line is no command");
    return one_word(command, word, words);
}

}   // namespace barrage::exabgp
