// Flow specifications: `match` is their NLRI, `then` and `scope` are extended communities, and some actions are a next hop. In
// one line the words of all three stand side by side. RFC 8955, RFC 8956, draft-simpson-idr-flowspec-redirect,
// draft-ietf-idr-flowspec-interfaceset.

#include <algorithm>

#include "loadgen/exabgp/grammar/flow_terms.hpp"
#include "loadgen/exabgp/grammar/route_readers.hpp"
#include "loadgen/exabgp/grammar/values.hpp"

namespace barrage::exabgp {

// Of typed_routes.cpp.
Octets take_raw_nlri(TokenCursor& words, Family family);

namespace {

struct GivenFlow {
    GivenAttributes attributes;
    std::vector<FlowPrefix> prefixes4;
    std::vector<FlowPrefix6> prefixes6;
    std::vector<FlowNumbers> numbers;
    std::vector<FlowBits> bits;
    bool is_v6 = false;   // by a word that only IPv6 has
};
using Row = Statement<GivenFlow>;

// ---- match

/// `A.B.C.D/LENGTH`, `IPV6/LENGTH` or `IPV6/LENGTH/OFFSET`.
template <FlowComponentType Type>
void read_flow_prefix(TokenCursor& words, GivenFlow& given)
{
    const auto token = take_word(words, "a prefix, as 192.0.2.0/24 or 2001:db8::/32/0");
    auto text = token.text;
    std::uint8_t offset = 0;
    if (const auto last = text.rfind('/'); last != std::string_view::npos && text.find('/') != last) {
        const auto value = number_from<std::uint8_t>(text.substr(last + 1), Ipv6Prefix::max_length);
        if (!value || text.find(':') == std::string_view::npos) return words.fail(token, "expected IPV6/LENGTH/OFFSET");
        offset = *value;
        text = text.substr(0, last);
    }
    if (text.find('/') == std::string_view::npos) return words.fail(token, "expected a prefix with its length");
    const auto v4 = Ipv4Prefix::from_text(text);
    const auto v6 = Ipv6Prefix::from_text(text);
    const auto is_repeated = [](const auto& prefixes) {
        return std::ranges::any_of(prefixes, [](const auto& other) { return other.type == Type; });
    };
    if (is_repeated(given.prefixes4) || is_repeated(given.prefixes6))
        return words.fail(token, "a second prefix of the same kind");
    if (v4) {
        given.prefixes4.push_back({Type, v4->masked()});
    } else if (v6 && (offset < v6->length || v6->length + offset == 0)) {
        given.is_v6 = true;
        FlowPrefix6 component{.type = Type, .prefix = v6->masked(), .offset = offset};
        // RFC 8956 section 3.1 sends the bits behind the offset only; ExaBGP sends the whole prefix, and so does who takes its
        // place.
        const auto& octets = component.prefix.address.value;
        if (offset != 0) component.pattern = Octets(octets.begin(), octets.begin() + prefix_octets(v6->length));
        given.prefixes6.push_back(std::move(component));
    } else
        words.fail(token, "expected a prefix, as 192.0.2.0/24 or 2001:db8::/32/0");
}

/// Terms of a type that is there already are added to it.
template <FlowComponentType Type, std::uint64_t Most, bool OnlyV6 = false>
void read_numbers(TokenCursor& words, GivenFlow& given)
{
    auto terms = take_numeric_terms(words, Type, Most);
    if (OnlyV6) given.is_v6 = true;
    const auto known = std::ranges::find(given.numbers, Type, &FlowNumbers::type);
    if (known == given.numbers.end())
        given.numbers.push_back({Type, std::move(terms)});
    else
        known->terms.insert(known->terms.end(), terms.begin(), terms.end());
}

template <FlowComponentType Type, std::uint64_t Most>
void read_bits(TokenCursor& words, GivenFlow& given)
{
    auto terms = take_bitmask_terms(words, Type, Most);
    const auto known = std::ranges::find(given.bits, Type, &FlowBits::type);
    if (known == given.bits.end())
        given.bits.push_back({Type, std::move(terms)});
    else
        known->terms.insert(known->terms.end(), terms.begin(), terms.end());
}

using enum FlowComponentType;
constexpr std::string_view prefix_values = "A.B.C.D/LENGTH | IPV6/LENGTH | IPV6/LENGTH/OFFSET";
constexpr std::string_view number_values = "[=|>|<|>=|<=|!=|true|false]N, joined with & (and); or [ … … ] (or)";
constexpr std::string_view named_values = "[=|>|<|>=|<=|!=]N or a name, joined with & (and); or [ … … ] (or)";
constexpr std::string_view bit_values = "[=|!|!=]NAME or N, joined with & (and); or [ … … ] (or)";

constexpr Row match_rows[] = {
    {"source", prefix_values, read_flow_prefix<source>},
    {"source-ipv4", prefix_values, read_flow_prefix<source>},
    {"source-ipv6", prefix_values, read_flow_prefix<source>},
    {"destination", prefix_values, read_flow_prefix<destination>},
    {"destination-ipv4", prefix_values, read_flow_prefix<destination>},
    {"destination-ipv6", prefix_values, read_flow_prefix<destination>},
    {"protocol", named_values, read_numbers<protocol, 0xff>},
    {"next-header", named_values, read_numbers<protocol, 0xff, true>},
    {"port", named_values, read_numbers<port, 0xffff>},
    {"destination-port", named_values, read_numbers<destination_port, 0xffff>},
    {"source-port", named_values, read_numbers<source_port, 0xffff>},
    {"icmp-type", named_values, read_numbers<icmp_type, 0xff>},
    {"icmp-code", named_values, read_numbers<icmp_code, 0xff>},
    {"tcp-flags", bit_values, read_bits<tcp_flags, 0xfff>},
    {"packet-length", number_values, read_numbers<packet_length, 0xffff>},
    {"dscp", number_values, read_numbers<dscp, 0x3f>},
    {"traffic-class", number_values, read_numbers<dscp, 0xff, true>},
    {"fragment", bit_values, read_bits<fragment, 0x0f>},
    {"flow-label", number_values, read_numbers<flow_label, 0xfffff, true>},
};

// ---- then

/// An extended community in the words of codec.
void add_community(TokenCursor& words, GivenFlow& given, const std::string& text)
{
    const auto community = ExtendedCommunity::from_text(text);
    if (community)
        given.attributes.extended_communities.push_back(*community);
    else
        words.fail_last("a value that does not fit its extended community");
}

void set_next_hop(GivenFlow& given, const IpAddress& address)
{
    if (!given.attributes.has_next_hop()) given.attributes.next_hop = address;
}

void read_discard(TokenCursor& words, GivenFlow& given) { add_community(words, given, "rate-octets:0:0"); }

/// `N` octets a second, at most ExaBGP's 10^12; `N packets` is the later version's.
void read_rate_limit(TokenCursor& words, GivenFlow& given)
{
    constexpr std::uint64_t most = 1'000'000'000'000;
    const auto rate = std::min(take_number<std::uint64_t>(words), most);
    const bool packets = words.take_if("packets");
    if (!words.failed()) add_community(words, given, (packets ? "rate-packets:0:" : "rate-octets:0:") + std::to_string(rate));
}

void redirect_to_address(TokenCursor& words, GivenFlow& given, std::string_view text, const Token& at, bool copies)
{
    const auto address = IpAddress::from_text(text);
    if (!address) return words.fail(at, "expected an IP address");
    set_next_hop(given, *address);
    add_community(words, given, copies ? "redirect-to-next-hop:1" : "redirect-to-next-hop:0");
}

/// RFC 8956 section 6.1.
void redirect_to_ipv6_target(TokenCursor& words, GivenFlow& given, std::string_view address, std::string_view number)
{
    const auto community = Ipv6ExtendedCommunity::from_text("redirect:[" + std::string{address} + "]:" + std::string{number});
    if (!community) return words.fail_last("expected [IPV6]:N");
    given.attributes.ipv6_extended_communities.push_back(*community);
}

void read_redirect(TokenCursor& words, GivenFlow& given)
{
    if (words.take_if("[")) {   // [IPV6] or [IPV6]:N
        const auto address = take_word(words, "an IPv6 address");
        words.expect("]");
        if (words.peek().kind == Token::Kind::word && words.peek().text.starts_with(':') && words.peek().text.size() > 1)
            return redirect_to_ipv6_target(words, given, address.text, words.take().text.substr(1));
        return redirect_to_address(words, given, address.text, address, false);
    }
    const auto token = take_word(words, "ASN:N, an IP address or [IPV6]:N");
    auto text = token.text;
    if (text.starts_with('[')) {   // in quotes
        const auto close = text.find(']');
        if (close == std::string_view::npos) return words.fail(token, "expected [IPV6]:N");
        const auto address = text.substr(1, close - 1);
        if (close + 1 == text.size()) return redirect_to_address(words, given, address, token, false);
        return redirect_to_ipv6_target(words, given, address, text.substr(std::min(close + 2, text.size())));
    }
    if (std::ranges::count(text, ':') != 1) return redirect_to_address(words, given, text, token, false);
    const auto colon = text.find(':');
    if (Ipv4Address::from_text(text.substr(0, colon))) return add_community(words, given, "redirect:" + std::string{text});
    const auto asn = number_from<std::uint32_t>(text.substr(0, colon), ~std::uint32_t{});
    const auto number = number_from<std::uint32_t>(text.substr(colon + 1), ~std::uint32_t{});
    if (!asn || !number || (*asn > 0xffff && *number > 0xffff))
        return words.fail(token, "expected ASN:N, where only one of both is larger than 65535");
    add_community(words, given, "redirect:" + std::to_string(*asn) + (*asn > 0xffff ? "L:" : ":") + std::to_string(*number));
}

void read_redirect_to_nexthop(TokenCursor& words, GivenFlow& given) { add_community(words, given, "redirect-to-next-hop:0"); }

void read_redirect_to_nexthop_ietf(TokenCursor& words, GivenFlow& given)
{
    const auto address = take_address(words);
    if (words.failed()) return;
    if (address.is_v4()) return add_community(words, given, "redirect-ip:" + to_text(address) + ":0");
    const auto community = Ipv6ExtendedCommunity::from_text("redirect-ip:[" + to_text(address) + "]:0");
    if (community) given.attributes.ipv6_extended_communities.push_back(*community);
}

void read_copy(TokenCursor& words, GivenFlow& given)
{
    const auto token = take_word(words, "an IP address");
    if (!words.failed()) redirect_to_address(words, given, token.text, token, true);
}

void read_mark(TokenCursor& words, GivenFlow& given)
{
    constexpr std::uint8_t most_dscp = 63;
    const auto dscp_value = take_number<std::uint8_t>(words, 0, most_dscp);
    if (!words.failed()) add_community(words, given, "mark:" + std::to_string(dscp_value));
}

void read_action(TokenCursor& words, GivenFlow& given)
{
    const auto token = take_word(words, "sample, terminal or sample-terminal");
    // RFC 8955 section 7.3: bit 47 terminal, bit 46 sample
    if (token.is("sample"))
        add_community(words, given, "action:2");
    else if (token.is("terminal"))
        add_community(words, given, "action:1");
    else if (token.is("sample-terminal"))
        add_community(words, given, "action:3");
    else
        words.fail(token, "expected sample, terminal or sample-terminal");
}

template <std::size_t Index>
void read_communities(TokenCursor& words, GivenFlow& given)
{
    community_statements()[Index].read(words, given.attributes);
}

constexpr std::string_view community_values = "as of any route";
constexpr Row then_rows[] = {
    {"accept", "", [](TokenCursor&, GivenFlow&) {}},
    {"discard", "", read_discard},
    {"rate-limit", "N (octets a second) | N packets", read_rate_limit},
    {"redirect", "ASN:N | A.B.C.D:N | ADDRESS | [IPV6]:N", read_redirect},
    {"redirect-to-nexthop", "", read_redirect_to_nexthop},
    {"redirect-to-nexthop-ietf", "ADDRESS", read_redirect_to_nexthop_ietf},
    {"copy", "ADDRESS", read_copy},
    {"mark", "DSCP", read_mark},
    {"action", "sample | terminal | sample-terminal", read_action},
    {"community", community_values, read_communities<0>},
    {"large-community", community_values, read_communities<1>},
    {"extended-community", community_values, read_communities<2>},
};

// ---- scope

/// `transitive|non-transitive:input|output|input-output:ASN:GROUP`.
std::string interface_set_text(std::string_view text)
{
    const auto next = [&text] {
        const auto colon = std::min(text.find(':'), text.size());
        const auto part = text.substr(0, colon);
        text.remove_prefix(std::min(colon + 1, text.size()));
        return part;
    };
    constexpr std::uint32_t most_group = 0x3fff;
    const auto transitive = next();
    const auto direction = next();
    const auto asn = number_from<std::uint32_t>(next(), ~std::uint32_t{});
    const auto group = number_from<std::uint32_t>(next(), most_group);
    const std::uint32_t bits = direction == "input" ? 1 : direction == "output" ? 2 : direction == "input-output" ? 3 : 0;
    if ((transitive != "transitive" && transitive != "non-transitive") || bits == 0 || !asn || !group || !text.empty()) return {};
    return (transitive == "transitive" ? "interface-set:" : "interface-set-non-transitive:") + std::to_string(*asn) +
           "L:" + std::to_string(bits << 14 | *group);
}

void read_interface_set(TokenCursor& words, GivenFlow& given)
{
    for_each_value(words, [&] {
        const auto token = take_word(words, "an interface set");
        const auto text = interface_set_text(token.text);
        if (text.empty()) return words.fail(token, "expected transitive|non-transitive:input|output|input-output:ASN:GROUP");
        add_community(words, given, text);
    });
}

constexpr Row scope_rows[] = {
    {"interface-set", "transitive|non-transitive:input|output|input-output:ASN:GROUP, or [ … ]", read_interface_set},
};

// ---- the route

void read_rd(TokenCursor& words, GivenFlow& given) { given.attributes.rd = take_route_distinguisher(words); }

constexpr Row route_rows[] = {
    {"rd", "ASN:N | A.B.C.D:N", read_rd},
    {"route-distinguisher", "as rd", read_rd},
    {"path-information", "N | A.B.C.D",
     [](TokenCursor& words, GivenFlow& given) { given.attributes.path_id = take_path_id(words); }},
    {"next-hop", "ADDRESS | self", [](TokenCursor& words, GivenFlow& given) { read_next_hop(words, given.attributes); }},
};
constexpr Row block_rows[] = {
    {"match", "{ … }", [](TokenCursor& words, GivenFlow& given) { read_block<GivenFlow>(words, given, match_rows, "match"); },
     Ends::by_itself},
    {"then", "{ … }", [](TokenCursor& words, GivenFlow& given) { read_block<GivenFlow>(words, given, then_rows, "then"); },
     Ends::by_itself},
    {"scope", "{ … }", [](TokenCursor& words, GivenFlow& given) { read_block<GivenFlow>(words, given, scope_rows, "scope"); },
     Ends::by_itself},
};

std::vector<Row> joined(std::initializer_list<std::span<const Row>> tables)
{
    std::vector<Row> all;
    for (const auto table : tables) all.insert(all.end(), table.begin(), table.end());
    return all;
}

/// The words of all routes that a flow does not have for itself: as a received one is written.
std::vector<Row> other_attribute_rows()
{
    std::vector<Row> all;
    const auto has = [](std::span<const Row> table, std::string_view word) {
        return std::ranges::find(table, word, &Row::word) != table.end();
    };
    for (const auto& row : attribute_statements())
        if (row.word != "label" && row.word != "split" && !has(then_rows, row.word) && !has(route_rows, row.word))
            all.push_back({row.word, row.values, [](TokenCursor& words, GivenFlow& given) {
                               // the word was taken just now
                               find_statement(attribute_statements(), words.last())->read(words, given.attributes);
                           }});
    return all;
}

template <class NlriType, class PrefixComponent>
NlriType nlri_of(GivenFlow& given, std::vector<PrefixComponent>& prefixes)
{
    NlriType nlri;
    nlri.rd = given.attributes.rd;
    const auto take = [&nlri](auto& components) {
        for (auto& component : components) nlri.components.emplace_back(std::move(component));
    };
    take(prefixes);
    take(given.numbers);
    take(given.bits);
    std::ranges::stable_sort(nlri.components, {}, [](const auto& component) {
        return std::visit([](const auto& of_kind) { return of_kind.type; }, component);
    });
    return nlri;
}

void finish_flow(TokenCursor& words, RouteTarget& target, GivenFlow& given, const Token& start)
{
    constexpr std::size_t longest = 0xfff;   // RFC 8955 section 4.1
    if (given.numbers.empty() && given.bits.empty() && given.prefixes4.empty() && given.prefixes6.empty())
        return words.fail(start, "a flow without a match, which would be all traffic");
    if (target.afi == Afi::ipv6 && given.prefixes4.empty()) given.is_v6 = true;   // `announce ipv6 flow …`
    if (given.is_v6 && !given.prefixes4.empty()) return words.fail(start, "a flow that matches IPv4 and IPv6 at once");
    const auto& rd = given.attributes.rd;
    const Family family{given.is_v6 ? Afi::ipv6 : Afi::ipv4, rd ? Safi::flowspec_vpn : Safi::flowspec};
    const auto nlri = given.is_v6 ? encode_one<Ipv6FlowSpec>(nlri_of<FlowSpecNlri6>(given, given.prefixes6))
                                  : encode_one<Ipv4FlowSpec>(nlri_of<FlowSpecNlri4>(given, given.prefixes4));
    if (nlri.size() > longest) return words.fail(start, "a flow that is longer than 4095 octets");
    const bool has_next_hop = given.attributes.has_next_hop();
    auto attributes = finish_attributes(words, target.context, given.attributes,
                                        has_next_hop ? NextHopForm::address : NextHopForm::none, start);
    if (!words.failed()) add_route(words, target, given.attributes, std::move(attributes), family, nlri);
}

constexpr Statement<RouteTarget> section_rows[] = {
    {"route", "NAME { rd …; next-hop …; match { … } then { … } scope { … } } | words of them in one line", read_flow_route,
     Ends::by_itself},
};

}   // namespace

void read_flow_route(TokenCursor& words, RouteTarget& target)
{
    static const auto others = other_attribute_rows();
    static const auto block = joined({route_rows, block_rows, others});
    static const auto line = joined({match_rows, then_rows, scope_rows, route_rows, others});
    const auto start = words.last();
    if (!words.peek().is("{") && words.peek_second().is("{")) words.take();   // its name
    GivenFlow given;
    given.attributes = target.context.given();
    if (read_block_or_line<GivenFlow>(words, given, block, line, "flow route")) finish_flow(words, target, given, start);
    end_line(words);
}

/// `raw 0xOCTETS` in place of the words of a match.
void read_raw_flow(TokenCursor& words, RouteTarget& target, Family family)
{
    static const auto others = other_attribute_rows();
    static const auto line = joined({then_rows, scope_rows, route_rows, others});
    const auto nlri = take_raw_nlri(words, family);
    const auto start = words.last();
    GivenFlow given;
    given.attributes = target.context.given();
    read_line<GivenFlow>(words, given, line, "flow route");
    if (given.attributes.rd) words.fail(start, "an rd, which is in the octets of a raw NLRI already");
    const auto form = given.attributes.has_next_hop() ? NextHopForm::address : NextHopForm::none;
    auto attributes = finish_attributes(words, target.context, given.attributes, form, start);
    if (!words.failed()) add_route(words, target, given.attributes, std::move(attributes), family, nlri);
    end_line(words);
}

void read_flow_section(TokenCursor& words, RouteTarget& target) { read_block<RouteTarget>(words, target, section_rows, "flow"); }

std::vector<SectionText> describe_flow_sections()
{
    return {describe_section<RouteTarget>("flow", section_rows),
            describe_section<GivenFlow>("flow, route", joined({route_rows, block_rows, other_attribute_rows()})),
            describe_section<GivenFlow>("flow, route, match", match_rows),
            describe_section<GivenFlow>("flow, route, then", then_rows),
            describe_section<GivenFlow>("flow, route, scope", scope_rows)};
}

}   // namespace barrage::exabgp
