// Routes of prefixes: unicast, multicast, labeled and VPN. The bulk of a configuration: a million lines `route PREFIX words;`, so
// that the words behind a prefix are looked up as they stand before they are read.

#include <algorithm>

#include "codec/nlri/labeled_unicast.hpp"
#include "codec/nlri/unicast.hpp"
#include "codec/nlri/vpn.hpp"
#include "loadgen/exabgp/grammar/route_readers.hpp"
#include "loadgen/exabgp/grammar/values.hpp"
#include "loadgen/exabgp/vocabulary/family_names.hpp"

namespace barrage::exabgp {

namespace {

constexpr std::size_t most_known = 1 << 16;
constexpr int most_split_bits = 24;
constexpr std::uint32_t most_generated = std::uint32_t{1} << most_split_bits;

Safi safi_of(const GivenAttributes& given, const IpAddress& address) noexcept
{
    return safi_of_prefix(address, given.rd.has_value(), given.has_label);
}

NextHopForm next_hop_form(Safi safi) noexcept
{
    return safi == Safi::mpls_vpn ? NextHopForm::behind_zero_rd : NextHopForm::address;
}

LabelStack labels_of(const GivenAttributes& given)
{
    if (!given.has_label) return LabelStack::withdraw_label();
    return {given.labels, {}};
}

template <class Address>
void encode_prefix(const GivenAttributes& given, Safi safi, const Prefix<Address>& prefix, Octets& into)
{
    constexpr bool is_v4 = std::is_same_v<Address, Ipv4Address>;
    Writer out{into};
    if (safi == Safi::mpls_vpn)
        std::conditional_t<is_v4, Ipv4Vpn, Ipv6Vpn>::encode({labels_of(given), *given.rd, prefix}, out);
    else if (safi == Safi::labeled_unicast)
        std::conditional_t<is_v4, Ipv4LabeledUnicast, Ipv6LabeledUnicast>::encode({labels_of(given), prefix}, out);
    else
        prefix.encode(out);
}

/// Per route: no allocation but that of a string which is longer than fifteen octets.
std::string encoded(const GivenAttributes& given, Safi safi, const IpAddress& address, std::uint8_t length, Octets& octets)
{
    octets.clear();
    if (address.is_v4())
        encode_prefix(given, safi, Ipv4Prefix{address.v4(), length}, octets);
    else
        encode_prefix(given, safi, Ipv6Prefix{address.v6(), length}, octets);
    return {octets.begin(), octets.end()};
}

/// The address of the next of the prefixes of `length` bits.
IpAddress next_prefix(const IpAddress& address, std::uint8_t length)
{
    if (address.is_v4()) return Ipv4Address{address.v4().value + (length == 0 ? 0 : std::uint32_t{1} << (32 - length))};
    auto next = address.v6();
    if (length == 0) return next;
    unsigned carry = 1u << (7 - (length - 1) % 8);
    for (auto at = static_cast<std::size_t>((length - 1) / 8) + 1; at-- > 0 && carry != 0;) {
        carry += next.value[at];
        next.value[at] = static_cast<std::uint8_t>(carry);
        carry >>= 8;
    }
    return next;
}

/// What is wrong with words that are each right; nothing where all is.
std::optional<std::string_view> wrong_for(const GivenAttributes& given, Safi safi, const IpPrefix& prefix, bool withdraw)
{
    if (safi == Safi::mpls_vpn) {
        if (!given.rd) return "a VPN route needs an rd";
        if (!given.has_label && !withdraw) return "a VPN route needs a label";
    } else if (given.rd)
        return "an rd, which only mpls-vpn has";
    else if (safi == Safi::labeled_unicast) {
        if (!given.has_label && !withdraw) return "a labeled route needs a label";
    } else if (given.has_label)
        return "a label, which only nlri-mpls and mpls-vpn have";
    const auto bits = 24 * std::max<std::size_t>(given.labels.size(), given.has_label) + (given.rd ? 64 : 0) + prefix.length;
    if (bits > 0xff) return "more labels than the NLRI has room for";
    if (given.split) {
        const auto width = prefix.address.is_v4() ? Ipv4Prefix::max_length : Ipv6Prefix::max_length;
        if (*given.split > width) return "a split that is longer than an address";
        if (*given.split > prefix.length + most_split_bits) return "a split into more than 16777216 routes";
    }
    return std::nullopt;
}

Family family_of(Safi safi, const IpPrefix& prefix) noexcept { return {prefix.address.is_v4() ? Afi::ipv4 : Afi::ipv6, safi}; }

/// `count` prefixes of `length` bits, from this one on.
void add_routes(RouteContext& context, std::vector<ConfiguredRoute>& routes, const GivenAttributes& given,
                const AttributeSetRef& attributes, Safi safi, const IpPrefix& prefix, std::uint8_t length, std::size_t count)
{
    auto address = prefix.address;
    for (auto left = count; left > 0; --left) {
        routes.push_back({.key = {family_of(safi, prefix), given.path_id, encoded(given, safi, address, length, context.nlri)},
                          .attributes = attributes,
                          .next_hop_self = given.next_hop_self,
                          .starts_withdrawn = given.starts_withdrawn,
                          .watchdog = given.watchdog});
        if (left > 1) address = next_prefix(address, length);
    }
}

void add_routes(RouteContext& context, std::vector<ConfiguredRoute>& routes, const GivenAttributes& given,
                const AttributeSetRef& attributes, Safi safi, const IpPrefix& prefix)
{
    const auto length = std::max(given.split.value_or(prefix.length), prefix.length);
    add_routes(context, routes, given, attributes, safi, prefix, length, std::size_t{1} << (length - prefix.length));
}

/// Whether so many prefixes of this length, from this one on, are addresses still.
bool has_room_for(const IpPrefix& prefix, std::uint32_t count)
{
    auto last = prefix.address;
    const auto bits = prefix.length;
    const auto is_before = [](const IpAddress& a, const IpAddress& b) {
        return a.is_v4() ? a.v4().value < b.v4().value : a.v6().value < b.v6().value;
    };
    // By doubling: `last` moves on by 2^bit prefixes for each bit of the distance.
    for (auto distance = count - 1, bit = 0u; distance != 0; distance >>= 1, ++bit) {
        if (distance % 2 == 0) continue;
        if (bit >= bits) return false;
        const auto next = next_prefix(last, static_cast<std::uint8_t>(bits - bit));
        if (!is_before(last, next)) return false;
        last = next;
    }
    return true;
}

/// `at`: the prefix in the text.
void add_prefix(const Token& at, RouteTarget& target, const GivenAttributes& given, const AttributeSetRef& attributes, Safi safi,
                const IpPrefix& prefix)
{
    target.note(family_of(safi, prefix), at);
    add_routes(target.context, target.routes, given, attributes, safi, prefix);
}

/// `prefix words` of one line as they stand, where nothing in them needs to be looked at more closely.
struct PlainLine {
    std::string_view prefix, words;
};

std::optional<PlainLine> plain_line(std::string_view text)
{
    const auto blanks = [&text](std::size_t at) {
        while (at < text.size() && (text[at] == ' ' || text[at] == '\t')) ++at;
        return at;
    };
    const auto begin = blanks(0);
    auto end = begin;
    while (end < text.size() && text[end] > ' ' && text[end] != ';') ++end;
    const auto words_begin = blanks(end);
    for (auto at = words_begin; at < text.size(); ++at) switch (text[at]) {
        case ';': return PlainLine{text.substr(begin, end - begin), text.substr(words_begin, at - words_begin)};
        case '\n':
        case '"':
        case '\'':
        case '#':
        case '\\':
        case '{':
        case '}': return std::nullopt;
        default: break;
        }
    return PlainLine{text.substr(begin, end - begin), text.substr(words_begin)};   // a line of the API
}

/// True where the words of the line were read before, and so this route was made of them.
bool add_known(RouteContext& context, const PlainLine& line, std::vector<ConfiguredRoute>& routes)
{
    const auto known = context.known.find(line.words);
    if (known == context.known.end()) return false;
    const auto& [given, attributes] = known->second;
    IpPrefix prefix;
    if (read_prefix(line.prefix, prefix)) return false;
    const auto safi = safi_of(given, prefix.address);
    if (wrong_for(given, safi, prefix, context.withdraw)) return false;
    add_routes(context, routes, given, attributes, safi, prefix);
    return true;
}

void remember(RouteContext& context, std::string_view text, GivenAttributes&& given, const AttributeSetRef& attributes)
{
    if (context.known.size() >= most_known) context.known.clear();
    given.attributes = {};
    given.words = {};
    given.extended_communities = {};
    given.ipv6_extended_communities = {};
    context.known.emplace(text, RouteContext::Known{std::move(given), attributes});
}

void warn_of_no_effect(TokenCursor& words, const GivenAttributes& given, const IpPrefix& prefix, const Token& at)
{
    if (given.split && *given.split <= prefix.length) words.add_warning(at, "split has no effect: the prefix is as long already");
    if (given.starts_withdrawn && given.watchdog == 0) words.add_warning(at, "withdraw has no effect without a watchdog");
}

}   // namespace

void RouteTarget::note_change(Family family, const Token& at)
{
    // the last one is the family of the last route: found again without looking further
    const auto known = std::ranges::find(firsts, family, &FirstOf::family);
    if (known == firsts.end())
        firsts.push_back({family, at});
    else
        std::swap(*known, firsts.back());
}

AttributeSetRef finish_attributes(TokenCursor& words, RouteContext& context, const GivenAttributes& given, NextHopForm form,
                                  const Token& route)
{
    if (words.failed()) return {};
    if (!given.has_next_hop() && form != NextHopForm::none && !context.withdraw) {
        words.fail(route, "a route needs a next-hop");
        return {};
    }
    auto attributes = intern_given(given, form, context.pool);
    if (!attributes) words.fail(route, "attributes that are longer than any message");
    return attributes;
}

void add_route(TokenCursor& words, RouteTarget& target, const GivenAttributes& given, AttributeSetRef attributes, Family family,
               OctetView nlri)
{
    target.note(family, words.last());
    target.routes.push_back({.key = {family, given.path_id, {nlri.begin(), nlri.end()}},
                             .attributes = std::move(attributes),
                             .next_hop_self = given.next_hop_self,
                             .starts_withdrawn = given.starts_withdrawn,
                             .watchdog = given.watchdog});
}

void read_route(TokenCursor& words, RouteTarget& target)
{
    const auto line = plain_line(words.rest());
    if (line && add_known(target.context, *line, target.routes)) {
        target.note(target.routes.back().key.family, words.last());
        words.go_on_at(line->words.data() + line->words.size());
        return end_line(words);
    }

    const auto prefix = take_prefix(words);
    const auto prefix_token = words.last();
    auto given = target.context.given();
    if (read_block_or_line(words, given, attribute_statements(), attribute_statements(), "route")) {
        const auto safi = safi_of(given, prefix.address);
        if (const auto wrong = wrong_for(given, safi, prefix, target.context.withdraw))
            words.fail(prefix_token, std::string{*wrong});
        const auto attributes = finish_attributes(words, target.context, given, next_hop_form(safi), prefix_token);
        if (!words.failed()) {
            add_prefix(prefix_token, target, given, attributes, safi, prefix);
            warn_of_no_effect(words, given, prefix, prefix_token);
            const auto& next = words.peek();
            const bool is_all =
                line && next.is(";") ? next.begin == line->words.data() + line->words.size() : next.kind == Token::Kind::end;
            if (line && is_all) remember(target.context, line->words, std::move(given), attributes);
        }
    }
    end_line(words);
}

bool read_known_route(RouteContext& context, std::string_view prefix_and_words, std::vector<ConfiguredRoute>& into)
{
    const auto line = plain_line(prefix_and_words);
    return line && line->words.data() + line->words.size() == prefix_and_words.data() + prefix_and_words.size() &&
           add_known(context, *line, into);
}

void read_prefix_route(TokenCursor& words, RouteTarget& target, Safi safi)
{
    const auto prefix = take_prefix(words);
    const auto prefix_token = words.last();
    if (prefix.address.is_v4() != (target.afi == Afi::ipv4))
        words.fail(prefix_token, "expected a prefix of the address family of the section");
    auto given = target.context.given();
    read_line(words, given, attribute_statements(), "route");
    if (words.failed()) return;
    if (const auto wrong = wrong_for(given, safi, prefix, target.context.withdraw)) words.fail(prefix_token, std::string{*wrong});
    const auto attributes = finish_attributes(words, target.context, given, next_hop_form(safi), prefix_token);
    if (words.failed()) return;
    add_prefix(prefix_token, target, given, attributes, safi, prefix);
    warn_of_no_effect(words, given, prefix, prefix_token);
}

void read_generated_routes(TokenCursor& words, RouteTarget& target)
{
    const auto prefix = take_prefix(words);
    const auto prefix_token = words.last();
    words.expect("count");
    const auto count = take_number<std::uint32_t>(words, 1, most_generated);
    if (!words.failed() && !has_room_for(prefix, count)) words.fail_last("more prefixes than there are from this one on");
    auto given = target.context.given();
    read_line(words, given, attribute_statements(), "generate");
    if (words.failed()) return;
    const auto safi = safi_of(given, prefix.address);
    if (given.split) words.fail(prefix_token, "split, and the number of prefixes, both");
    if (const auto wrong = wrong_for(given, safi, prefix, target.context.withdraw)) words.fail(prefix_token, std::string{*wrong});
    const auto attributes = finish_attributes(words, target.context, given, next_hop_form(safi), prefix_token);
    if (words.failed()) return;
    target.note(family_of(safi, prefix), prefix_token);
    add_routes(target.context, target.routes, given, attributes, safi, prefix, prefix.length, count);
    warn_of_no_effect(words, given, prefix, prefix_token);
}

void read_attributes_and_nlri(TokenCursor& words, RouteTarget& target)
{
    const auto table = attribute_statements();
    auto given = target.context.given();
    while (!words.take_if("nlri")) {
        if (words.at_end()) return words.fail_here("expected nlri and prefixes");
        const auto word = words.take();
        const auto* statement = find_statement(table, word);
        if (!statement) return words.fail(word, expected_one_of(table, "attributes"));
        statement->read(words, given);
        words.explain(statement->word, statement->values);
    }
    if (words.at_end()) return words.fail_here("expected prefixes behind nlri");
    AttributeSetRef attributes;
    while (!words.at_end()) {
        const auto prefix = take_prefix(words);
        const auto safi = safi_of(given, prefix.address);
        if (const auto wrong = wrong_for(given, safi, prefix, target.context.withdraw)) words.fail_last(std::string{*wrong});
        if (!attributes) attributes = finish_attributes(words, target.context, given, next_hop_form(safi), words.last());
        if (!words.failed()) add_prefix(words.last(), target, given, attributes, safi, prefix);
    }
}

}   // namespace barrage::exabgp
