// Routes whose NLRI have types or fields of their own: multicast VPN, mobile user plane, VPLS, SR policy, EVPN, route target
// membership; and those of any family as octets. What ExaBGP has no words for has those of the codec's fields.

#include "codec/nlri/evpn.hpp"
#include "codec/nlri/mup.hpp"
#include "codec/nlri/mvpn.hpp"
#include "codec/nlri/nlri_families.hpp"
#include "codec/nlri/rt_constraint.hpp"
#include "codec/nlri/sr_policy.hpp"
#include "codec/nlri/vpls.hpp"
#include "loadgen/exabgp/grammar/described_words.hpp"
#include "loadgen/exabgp/grammar/given_nlri.hpp"
#include "loadgen/exabgp/grammar/route_readers.hpp"
#include "loadgen/exabgp/grammar/values.hpp"
#include "loadgen/exabgp/vocabulary/family_names.hpp"

namespace barrage::exabgp {

namespace {

IpAddress take_address_of(TokenCursor& words, Afi afi)
{
    if (afi == Afi::ipv4) return take_ipv4(words);
    return take_ipv6(words);
}

RouteDistinguisher take_named_rd(TokenCursor& words)
{
    words.expect("rd");
    return take_route_distinguisher(words);
}

/// `FIELD IP group IP rd RD`, of which the word of the first field differs.
template <class Route>
Route take_tree(TokenCursor& words, Afi afi, std::string_view source_word)
{
    Route route;
    words.expect(source_word);
    route.source = take_address_of(words, afi);
    words.expect("group");
    route.group = take_address_of(words, afi);
    route.rd = take_named_rd(words);
    return route;
}

template <class Route>
Route take_join(TokenCursor& words, Afi afi, std::string_view source_word)
{
    auto route = take_tree<Route>(words, afi, source_word);
    words.expect("source-as");
    route.source_as = take_asn(words);
    return route;
}

template <class Address>
Prefix<Address> take_prefix_of(TokenCursor& words)
{
    const auto prefix = take_prefix(words);
    Prefix<Address> of_family;
    of_family.length = prefix.length;
    if constexpr (std::is_same_v<Address, Ipv4Address>) {
        if (prefix.address.is_v4()) of_family.address = prefix.address.v4();
    } else if (prefix.address.is_v6())
        of_family.address = prefix.address.v6();
    if (prefix.address.is_v4() != std::is_same_v<Address, Ipv4Address>)
        words.fail_last("expected a prefix of the address family of the section");
    return of_family;
}

template <class Address>
MupType1SessionTransformed<Address> take_type_1(TokenCursor& words, Afi afi)
{
    MupType1SessionTransformed<Address> route;
    route.prefix = take_prefix_of<Address>(words);
    route.rd = take_named_rd(words);
    words.expect("teid");
    route.teid = take_number<std::uint32_t>(words);
    words.expect("qfi");
    route.qfi = take_number<std::uint8_t>(words);
    words.expect("endpoint");
    route.endpoint = take_address_of(words, afi);
    if (words.take_if("source")) route.source = take_address_of(words, afi);
    return route;
}

/// `teid N/BITS`: the first bits of a TEID, as a number of so many bits.
template <class Address>
MupType2SessionTransformed<Address> take_type_2(TokenCursor& words, const Address& endpoint)
{
    constexpr std::uint8_t teid_bits = 32;
    MupType2SessionTransformed<Address> route;
    route.endpoint = endpoint;
    route.rd = take_named_rd(words);
    words.expect("teid");
    const auto token = take_word(words, "TEID/BITS");
    const auto slash = std::min(token.text.find('/'), token.text.size());
    const auto teid = number_from<std::uint32_t>(token.text.substr(0, slash), ~std::uint32_t{});
    const auto bits = number_from<std::uint8_t>(token.text.substr(std::min(slash + 1, token.text.size())), teid_bits);
    if (!teid || !bits || (*bits < teid_bits && *teid >> *bits != 0)) {
        words.fail(token, "expected TEID/BITS, the TEID in so many bits, as 12345/32");
        return route;
    }
    route.teid_bits = *bits;
    // ExaBGP puts the number at the end of the octets that hold so many bits, and so does this
    const auto octets = (*bits + 7u) / 8u;
    route.teid = octets == 0 ? 0 : *teid << (teid_bits - 8 * octets);
    return route;
}

/// The type by its name, then the words of its fields; false where no type has this name.
template <class Variant, std::size_t Index = 0>
bool take_route_type(TokenCursor& words, const Token& type, Variant& route)
{
    if constexpr (Index < std::variant_size_v<Variant>) {
        using Route = std::variant_alternative_t<Index, Variant>;
        if (plain_name(Route::name) != plain_name(type.text)) return take_route_type<Variant, Index + 1>(words, type, route);
        take_words(words, route.template emplace<Route>());
        return true;
    } else
        return false;
}

template <class Variant, std::size_t... Index>
std::string route_type_names(std::index_sequence<Index...>)
{
    std::string names;
    ((names += (Index == 0 ? "" : ", ") + plain_name(std::variant_alternative_t<Index, Variant>::name)), ...);
    return names;
}

/// As above, and says what is expected in place of an unknown name.
template <class Variant>
void take_named_route(TokenCursor& words, const Token& type, Variant& route, const std::string& also = {})
{
    if (take_route_type(words, type, route)) return;
    words.fail(type, "expected " + also + route_type_names<Variant>(std::make_index_sequence<std::variant_size_v<Variant>>{}) +
                         " or raw 0xOCTETS");
}

/// What words give may still be no NLRI: lengths and values that contradict each other.
void check_nlri(TokenCursor& words, const Token& start, Family family, const Octets& octets)
{
    if (words.failed()) return;
    const auto routes = read_given_nlri(family, octets);
    const auto is_one = routes && std::visit(
                                      []<class Routes>(const Routes& of_family) {
                                          if constexpr (requires { of_family.routes; }) return of_family.routes.size() == 1;
                                          return false;
                                      },
                                      *routes);
    if (!is_one)
        words.fail(start, "no NLRI of " + family_words(family) + (routes ? "" : ": " + std::string{routes.error().text}));
}

template <class F, class Address>
Octets take_mup(TokenCursor& words, Afi afi, Address (*take)(TokenCursor&))
{
    MupNlri<Address> nlri;
    const auto type = take_word(words, "mup-isd, mup-dsd, mup-t1st or mup-t2st");
    if (is_word(type, "mup-isd")) {
        MupInterworkSegment<Address> route;
        route.prefix = take_prefix_of<Address>(words);
        route.rd = take_named_rd(words);
        nlri.route = route;
    } else if (is_word(type, "mup-dsd")) {
        MupDirectSegment<Address> route;
        route.address = take(words);
        route.rd = take_named_rd(words);
        nlri.route = route;
    } else if (is_word(type, "mup-t1st")) {
        nlri.route = take_type_1<Address>(words, afi);
    } else if (is_word(type, "mup-t2st")) {
        nlri.route = take_type_2(words, take(words));
    } else {
        take_named_route(words, type, nlri.route, "mup-isd, mup-dsd, mup-t1st, mup-t2st, ");
    }
    return words.failed() ? Octets{} : encode_one<F>(nlri);
}

/// The attributes behind an NLRI, and the route.
void end_route(TokenCursor& words, RouteTarget& target, Family family, const Octets& nlri, NextHopForm form)
{
    const auto start = words.last();
    auto given = target.context.given();
    read_line(words, given, attribute_statements(), "route");
    if (given.rd || given.has_label || given.split) words.fail_last("rd, label and split belong to prefixes");
    auto attributes = finish_attributes(words, target.context, given, form, start);
    if (!words.failed()) add_route(words, target, given, std::move(attributes), family, nlri);
}

struct GivenVpls {
    GivenAttributes attributes;
    std::optional<std::uint16_t> endpoint, offset, size;
    std::optional<std::uint32_t> base;
    std::optional<Ipv4Address> pe_address;   // RFC 6074
};

using VplsRow = Statement<GivenVpls>;

constexpr VplsRow vpls_rows[] = {
    {"endpoint", "N", [](TokenCursor& words, GivenVpls& given) { given.endpoint = take_number<std::uint16_t>(words); }},
    {"base", "N",
     [](TokenCursor& words, GivenVpls& given) {
         constexpr std::uint32_t most_label = 0xfffff;
         given.base = take_number<std::uint32_t>(words, 0, most_label);
     }},
    {"offset", "N", [](TokenCursor& words, GivenVpls& given) { given.offset = take_number<std::uint16_t>(words); }},
    {"size", "N", [](TokenCursor& words, GivenVpls& given) { given.size = take_number<std::uint16_t>(words); }},
    {"pe-address", "A.B.C.D (in place of these four: RFC 6074)",
     [](TokenCursor& words, GivenVpls& given) { given.pe_address = take_ipv4(words); }},
};

/// Those of the table above, then those of all routes.
const std::vector<VplsRow>& vpls_table()
{
    static const auto table = [] {
        std::vector<VplsRow> all(std::begin(vpls_rows), std::end(vpls_rows));
        for (const auto& row : attribute_statements())
            all.push_back({row.word, row.values, [](TokenCursor& words, GivenVpls& given) {
                               // the word was taken just now
                               find_statement(attribute_statements(), words.last())->read(words, given.attributes);
                           }});
        return all;
    }();
    return table;
}

}   // namespace

void read_mvpn_route(TokenCursor& words, RouteTarget& target)
{
    using SharedJoin = CMulticastJoin<MvpnRouteType::shared_tree_join>;
    using SourceJoin = CMulticastJoin<MvpnRouteType::source_tree_join>;
    const auto type = take_word(words, "shared-join, source-join or source-ad");
    MvpnNlri nlri;
    if (is_word(type, "shared-join"))
        nlri.route = take_join<SharedJoin>(words, target.afi, "rp");
    else if (is_word(type, "source-join"))
        nlri.route = take_join<SourceJoin>(words, target.afi, "source");
    else if (is_word(type, "source-ad"))
        nlri.route = take_tree<SourceActive>(words, target.afi, "source");
    else
        take_named_route(words, type, nlri.route, "shared-join, source-join, source-ad, ");
    if (words.failed()) return;
    end_route(words, target, {target.afi, Safi::mcast_vpn}, encode_one<Ipv4Mvpn>(nlri), NextHopForm::address);
}

void read_mup_route(TokenCursor& words, RouteTarget& target)
{
    const auto nlri = target.afi == Afi::ipv4 ? take_mup<Ipv4Mup, Ipv4Address>(words, target.afi, take_ipv4)
                                              : take_mup<Ipv6Mup, Ipv6Address>(words, target.afi, take_ipv6);
    if (words.failed()) return;
    end_route(words, target, {target.afi, Safi::mup}, nlri,
              target.afi == Afi::ipv4 ? NextHopForm::address : NextHopForm::address_mapped);
}

void read_sr_policy_route(TokenCursor& words, RouteTarget& target)
{
    words.expect("distinguisher");
    const auto distinguisher = take_number<std::uint32_t>(words);
    words.expect("color");
    const auto color = take_number<std::uint32_t>(words);
    words.expect("endpoint");
    const auto endpoint = take_address_of(words, target.afi);
    if (words.failed()) return;
    const auto nlri = endpoint.is_v4() ? encode_one<Ipv4SrPolicy>({distinguisher, color, endpoint.v4()})
                                       : encode_one<Ipv6SrPolicy>({distinguisher, color, endpoint.v6()});
    end_route(words, target, {target.afi, Safi::sr_policy}, nlri, NextHopForm::address);
}

void read_evpn_route(TokenCursor& words, RouteTarget& target)
{
    constexpr Family family{Afi::l2vpn, Safi::evpn};
    const auto type = take_word(words, "the type of an EVPN route");
    EvpnNlri nlri;
    take_named_route(words, type, nlri.route);
    const auto octets = words.failed() ? Octets{} : encode_one<Evpn>(nlri);
    check_nlri(words, type, family, octets);
    if (!words.failed()) end_route(words, target, family, octets, NextHopForm::address);
}

void read_rt_constraint_route(TokenCursor& words, RouteTarget& target)
{
    constexpr Family family{Afi::ipv4, Safi::rt_constraint};
    const auto start = words.peek();
    RouteTargetMembership nlri;
    take_words(words, nlri);
    const auto octets = words.failed() ? Octets{} : encode_one<RtConstraint>(nlri);
    check_nlri(words, start, family, octets);
    if (!words.failed()) end_route(words, target, family, octets, NextHopForm::address);
}

void read_bgp_ls_route(TokenCursor& words, RouteTarget&)
{
    words.fail_here("expected raw 0xOCTETS: the NLRI of this family have no words");
}

Octets take_raw_nlri(TokenCursor& words, Family family)
{
    auto octets = take_octets(words);
    check_nlri(words, words.last(), family, octets);
    return octets;
}

void read_raw_route(TokenCursor& words, RouteTarget& target, Family family)
{
    const auto octets = take_raw_nlri(words, family);
    const auto at = words.last();
    if (words.failed()) return;
    auto given = target.context.given();
    read_line(words, given, attribute_statements(), "route");
    if (given.rd || given.has_label || given.split)
        words.fail_last("rd, label and split are in the octets of a raw NLRI already");
    const auto form = family.safi == Safi::mpls_vpn            ? NextHopForm::behind_zero_rd
                      : family == Family{Afi::ipv6, Safi::mup} ? NextHopForm::address_mapped
                                                               : NextHopForm::address;
    auto attributes = finish_attributes(words, target.context, given, form, at);
    if (!words.failed()) add_route(words, target, given, std::move(attributes), family, octets);
}

void read_vpls_route(TokenCursor& words, RouteTarget& target)
{
    const auto start = words.last();
    if (words.take_if("raw")) {
        read_raw_route(words, target, {Afi::l2vpn, Safi::vpls});
        return end_line(words);
    }
    words.take_if("vpls");                           // as events and RIBs write it
    if (words.peek_second().is("{")) words.take();   // its name
    GivenVpls given;
    given.attributes = target.context.given();
    const std::span<const VplsRow> table{vpls_table()};
    if (read_block_or_line(words, given, table, table, "vpls")) {
        const auto& attributes = given.attributes;
        const bool is_block = given.endpoint && given.base && given.offset && given.size;
        const bool is_mixed = given.pe_address && (given.endpoint || given.base || given.offset || given.size);
        if (!attributes.rd || is_mixed || is_block == given.pe_address.has_value())
            words.fail(start, "a VPLS route needs rd, endpoint, base, offset and size; or rd and pe-address");
        if (attributes.has_label || attributes.split) words.fail(start, "label and split belong to prefixes");
        auto set = finish_attributes(words, target.context, attributes, NextHopForm::address, start);
        if (!words.failed()) {
            VplsNlri route;
            if (is_block)
                route.route = VplsLabelBlock{.rd = *attributes.rd,
                                             .ve_id = *given.endpoint,
                                             .offset = *given.offset,
                                             .size = *given.size,
                                             .label_base = {*given.base}};
            else
                route.route = VplsDiscovery{*attributes.rd, *given.pe_address};
            const auto nlri = encode_one<Vpls>(route);
            add_route(words, target, attributes, std::move(set), {Afi::l2vpn, Safi::vpls}, nlri);
        }
    }
    end_line(words);
}

SectionText describe_vpls() { return describe_section("vpls", std::span<const VplsRow>{vpls_rows}); }

}   // namespace barrage::exabgp
