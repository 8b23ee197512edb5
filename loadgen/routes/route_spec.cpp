#include "loadgen/routes/route_spec.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <set>

#include "codec/prefix.hpp"
#include "loadgen/routes/next_hop_words.hpp"
#include "loadgen/words/units.hpp"

namespace barrage {

namespace {

using Wrong = std::unexpected<std::string>;
using Done = std::expected<void, std::string>;

/// A part of the text that knows where it stands.
struct Word {
    std::string_view text;
    std::size_t column;   // from 1

    [[nodiscard]] Word from(std::size_t at) const { return {text.substr(at), column + at}; }
    /// The part before `separator`, which leaves this word and the separator becomes its first octet; all of it where
    /// there is none.
    Word take_before(char separator)
    {
        const auto at = std::min(text.find(separator), text.size());
        const Word first{text.substr(0, at), column};
        *this = from(at);
        return first;
    }
    /// The same, and the separator is gone.
    Word cut(char separator)
    {
        const auto first = take_before(separator);
        if (!text.empty()) *this = from(1);
        return first;
    }
};

Wrong wrong(const Word& word, std::string_view expected)
{
    return Wrong{"column " + std::to_string(word.column) + ": '" + std::string{word.text} + "': expected " +
                 std::string{expected}};
}
Wrong refused(const Word& word, std::string_view why)
{
    return Wrong{"column " + std::to_string(word.column) + ": " + std::string{why}};
}

/// The whole word as a decimal number of T; nothing else.
template <class T>
std::optional<T> plain_number(std::string_view text) noexcept
{
    T value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

Done number(const Word& value, std::uint64_t& into)
{
    const auto parsed = parse_number(value.text);
    if (!parsed) return refused(value, parsed.error());
    into = *parsed;
    return {};
}

Done number32(const Word& value, std::optional<std::uint32_t>& into)
{
    const auto parsed = parse_number(value.text);
    if (!parsed || *parsed > std::numeric_limits<std::uint32_t>::max()) return wrong(value, "a number of 0 to 4294967295");
    into = static_cast<std::uint32_t>(*parsed);
    return {};
}

/// Calls `take(Word)` for each word between blanks; there must be one.
template <class Take>
Done each(Word value, std::string_view expected, Take take)
{
    bool any = false;
    while (!value.text.empty()) {
        const auto one = value.cut(' ');
        if (one.text.empty()) continue;
        any = true;
        if (!take(one)) return wrong(one, expected);
    }
    if (!any) return wrong(value, expected);
    return {};
}

template <class Source>
Done next_hop(const Word& value, Source& into)
{
    const auto given = parse_next_hop(value.text);
    if (!given) return wrong(value, "an address such as 192.0.2.1, 2001:db8::1 or 2001:db8::1+fe80::1");
    into.next_hop = given->address;
    into.link_local = given->link_local;
    return {};
}

Done as_path(const Word& value, std::vector<Asn>& into)
{
    return each(value, "an AS number such as 64512 or 1.10", [&](Word one) {
        const auto as = Asn::from_text(one.text);
        if (as) into.push_back(*as);
        return as.has_value();
    });
}

Done communities(const Word& value, std::vector<Community>& into)
{
    return each(value, "a community such as 65001:1 or no-export", [&](Word one) {
        const auto community = Community::from_text(one.text);
        if (community) into.push_back(*community);
        return community.has_value();
    });
}

Done large_communities(const Word& value, std::vector<LargeCommunity>& into)
{
    return each(value, "a large community such as 65001:2:3", [&](Word one) {
        const auto community = LargeCommunity::from_text(one.text);
        if (community) into.push_back(*community);
        return community.has_value();
    });
}

Done origin(const Word& value, Origin::Value& into)
{
    if (value.text == "igp")
        into = Origin::Value::igp;
    else if (value.text == "egp")
        into = Origin::Value::egp;
    else if (value.text == "incomplete")
        into = Origin::Value::incomplete;
    else
        return wrong(value, "igp, egp or incomplete");
    return {};
}

/// Walks `,name=value` to the end of the text and gives each to `take(name, value)`; an option that `take` does not know
/// is answered with its list of names.
template <class Take>
Done options(Word rest, Take take)
{
    std::set<std::string_view> seen;
    while (!rest.text.empty()) {
        rest = rest.from(1);
        auto value = rest.take_before(',');
        const auto option = value.cut('=');
        const bool repeatable = option.text == "community" || option.text == "large-community";
        if (!seen.insert(option.text).second && !repeatable) return wrong(option, "this option once");
        if (auto done = take(option, value); !done) return done;
    }
    return {};
}

std::expected<RouteSpec, std::string> full_table(Word rest)
{
    FullTableDescription described;
    auto options_text = rest;
    const auto count = options_text.take_before(',');
    if (const auto done = number(count, described.routes); !done) return Wrong{done.error()};
    const auto done = options(options_text, [&](Word option, Word value) -> Done {
        if (option.text == "seed") return number(value, described.seed);
        if (option.text == "next-hop") return next_hop(value, described);
        if (option.text == "family") {
            const auto family = family_from_name(value.text);
            if (family != ipv4_unicast && family != ipv6_unicast) return wrong(value, "ipv4 or ipv6");
            described.family = *family;
            return {};
        }
        return wrong(option, "seed=, family= or next-hop=");
    });
    if (!done) return Wrong{done.error()};
    if (const auto problem = FullTable::check(described); !problem) return refused(count, problem.error());
    return described;
}

std::expected<RouteSpec, std::string> range(Word rest)
{
    PrefixRangeDescription range;
    auto options_text = rest;
    const auto place = options_text.take_before(',');
    auto count = place;
    const auto slash = count.text.find('/');
    if (slash == std::string_view::npos) return wrong(place, "ADDRESS/LENGTHxCOUNT such as 10.0.0.0/24x100k");
    const auto parsed = IpAddress::from_text(count.cut('/').text);
    if (!parsed) return wrong({place.text.substr(0, slash), place.column}, "an address such as 10.0.0.0 or 2001:db8::");
    range.address = *parsed;
    const bool has_count = count.text.contains('x');
    const auto length_text = count.cut('x');
    const auto length = plain_number<std::uint8_t>(length_text.text);
    const unsigned longest = range.address.is_v4() ? 32 : 128;
    if (!length || *length > longest) return wrong(length_text, "a prefix length of 0 to " + std::to_string(longest));
    range.prefix = *length;
    if (!has_count) return wrong(count, "xCOUNT such as x100k");
    if (const auto done = number(count, range.count); !done) return Wrong{done.error()};

    const auto done = options(options_text, [&](Word option, Word value) -> Done {
        if (option.text == "step") return number(value, range.step);
        if (option.text == "as-path") return as_path(value, range.as_path);
        if (option.text == "community") return communities(value, range.communities);
        if (option.text == "large-community") return large_communities(value, range.large_communities);
        if (option.text == "med") return number32(value, range.multi_exit_disc);
        if (option.text == "local-pref") return number32(value, range.local_pref);
        if (option.text == "origin") return origin(value, range.origin);
        if (option.text == "next-hop") return next_hop(value, range);
        if (option.text == "path-id") {
            std::optional<std::uint32_t> id;
            auto parsed_id = number32(value, id);
            if (id) range.path_id = PathId{*id};
            return parsed_id;
        }
        return wrong(option, "step=, as-path=, community=, large-community=, med=, local-pref=, origin=, next-hop= or path-id=");
    });
    if (!done) return Wrong{done.error()};
    if (const auto made = PrefixRange::make(range); !made) return refused(place, made.error());
    return range;
}

/// Names of files may have commas in them: only this option, at the end, is none of the name.
std::expected<RouteSpec, std::string> file_spec(const Word& all)
{
    constexpr std::string_view option = ",snapshot=";
    const auto at = all.text.rfind(option);
    if (at == std::string_view::npos) return RouteFile{std::string{all.text}};
    const auto number = plain_number<std::uint32_t>(all.text.substr(at + option.size()));
    if (!number || *number == 0) return wrong(all.from(at + option.size()), "a number of at least 1");
    if (at == 0) return wrong(all, "a file before it");
    return RouteFile{std::string{all.text.substr(0, at)}, *number};
}

}   // namespace

std::expected<RouteSpec, std::string> parse_route_spec(std::string_view text)
{
    constexpr std::string_view full_table_word = "full-table:";
    constexpr std::string_view range_word = "range:";
    const Word all{text, 1};
    if (text.empty()) return wrong(all, "a file, full-table:COUNT or range:ADDRESS/LENGTHxCOUNT");
    if (text.starts_with(full_table_word)) return full_table(all.from(full_table_word.size()));
    if (text.starts_with(range_word)) return range(all.from(range_word.size()));
    return file_spec(all);
}

}   // namespace barrage
