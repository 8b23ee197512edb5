// Routes whose NLRI have types or fields of their own: multicast VPN, mobile user plane, VPLS, SR policy.

#include "codec/nlri/mup.hpp"
#include "codec/nlri/mvpn.hpp"
#include "codec/nlri/sr_policy.hpp"
#include "codec/nlri/vpls.hpp"
#include "loadgen/exabgp/route_readers.hpp"
#include "loadgen/exabgp/values.hpp"

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

template <class F, class Address>
Octets take_mup(TokenCursor& words, Afi afi, Address (*take)(TokenCursor&))
{
    MupNlri<Address> nlri;
    const auto type = take_word(words, "mup-isd, mup-dsd, mup-t1st or mup-t2st");
    if (type.is("mup-isd")) {
        MupInterworkSegment<Address> route;
        route.prefix = take_prefix_of<Address>(words);
        route.rd = take_named_rd(words);
        nlri.route = route;
    } else if (type.is("mup-dsd")) {
        MupDirectSegment<Address> route;
        route.address = take(words);
        route.rd = take_named_rd(words);
        nlri.route = route;
    } else if (type.is("mup-t1st")) {
        nlri.route = take_type_1<Address>(words, afi);
    } else if (type.is("mup-t2st")) {
        nlri.route = take_type_2(words, take(words));
    } else {
        words.fail(type, "expected mup-isd, mup-dsd, mup-t1st or mup-t2st");
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
};

/// Those of the table above, then those of all routes.
const std::vector<VplsRow>& vpls_table()
{
    static const auto table = [] {
        std::vector<VplsRow> rows(std::begin(vpls_rows), std::end(vpls_rows));
        for (const auto& row : attribute_statements())
            rows.push_back({row.word, row.values, [](TokenCursor& words, GivenVpls& given) {
                                // the word was taken just now
                                find_statement(attribute_statements(), words.last())->read(words, given.attributes);
                            }});
        return rows;
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
    if (type.is("shared-join"))
        nlri.route = take_join<SharedJoin>(words, target.afi, "rp");
    else if (type.is("source-join"))
        nlri.route = take_join<SourceJoin>(words, target.afi, "source");
    else if (type.is("source-ad"))
        nlri.route = take_tree<SourceActive>(words, target.afi, "source");
    else
        words.fail(type, "expected shared-join, source-join or source-ad");
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

void read_vpls_route(TokenCursor& words, RouteTarget& target)
{
    const auto start = words.last();
    if (words.peek_second().is("{")) words.take();   // its name
    GivenVpls given;
    given.attributes = target.context.given();
    const std::span<const VplsRow> table{vpls_table()};
    if (read_block_or_line(words, given, table, table, "vpls")) {
        const auto& attributes = given.attributes;
        if (!attributes.rd || !given.endpoint || !given.base || !given.offset || !given.size)
            words.fail(start, "a VPLS route needs rd, endpoint, base, offset and size");
        if (attributes.has_label || attributes.split) words.fail(start, "label and split belong to prefixes");
        auto set = finish_attributes(words, target.context, attributes, NextHopForm::address, start);
        if (!words.failed()) {
            const auto nlri = encode_one<Vpls>({VplsLabelBlock{.rd = *attributes.rd,
                                                               .ve_id = *given.endpoint,
                                                               .offset = *given.offset,
                                                               .size = *given.size,
                                                               .label_base = {*given.base}}});
            add_route(words, target, attributes, std::move(set), {Afi::l2vpn, Safi::vpls}, nlri);
        }
    }
    end_line(words);
}

SectionText describe_vpls() { return describe_section("vpls", std::span<const VplsRow>{vpls_rows}); }

}   // namespace barrage::exabgp
