// The sections of a neighbor that hold routes, and what the API announces: which word leads to which reader.

#include "loadgen/exabgp/grammar/route_readers.hpp"

namespace barrage::exabgp {

// Of flow_routes.cpp and typed_routes.cpp.
std::vector<SectionText> describe_flow_sections();
SectionText describe_vpls();
void read_raw_flow(TokenCursor& words, RouteTarget& target, Family family);

namespace {

using Row = Statement<RouteTarget>;

constexpr Row static_rows[] = {
    {"route", "PREFIX words | PREFIX { words; … }", read_route, Ends::by_itself},
    {"attributes", "words nlri PREFIX PREFIX …", read_attributes_and_nlri},
    {"attribute", "as attributes", read_attributes_and_nlri},
};

template <Safi Of>
void read_prefix_of(TokenCursor& words, RouteTarget& target)
{
    read_prefix_route(words, target, Of);
}

/// The words of a family, or `raw 0xOCTETS`.
template <Safi Of, void (*Read)(TokenCursor&, RouteTarget&)>
void read_of(TokenCursor& words, RouteTarget& target)
{
    if (words.take_if("raw")) return read_raw_route(words, target, {target.afi, Of});
    Read(words, target);
}

/// `flow words` in the announce section; the second `flow` is of events and RIBs.
template <Safi Of>
void read_flow_line(TokenCursor& words, RouteTarget& target)
{
    if (words.take_if("raw")) return read_raw_flow(words, target, {target.afi, Of});
    if (!words.take_if("route")) words.take_if("flow");
    read_flow_route(words, target);
}

constexpr Row family_rows[] = {
    {"unicast", "PREFIX words | raw 0xOCTETS words", read_of<Safi::unicast, read_prefix_of<Safi::unicast>>},
    {"multicast", "PREFIX words | raw 0xOCTETS words", read_of<Safi::multicast, read_prefix_of<Safi::multicast>>},
    {"nlri-mpls", "PREFIX label N words | raw 0xOCTETS words",
     read_of<Safi::labeled_unicast, read_prefix_of<Safi::labeled_unicast>>},
    {"labeled-unicast", "as nlri-mpls", read_of<Safi::labeled_unicast, read_prefix_of<Safi::labeled_unicast>>},
    {"mpls-vpn", "PREFIX rd RD label N words | raw 0xOCTETS words", read_of<Safi::mpls_vpn, read_prefix_of<Safi::mpls_vpn>>},
    {"mcast-vpn",
     "shared-join rp IP group IP rd RD source-as ASN words | source-join source IP group IP rd RD source-as ASN words | "
     "source-ad source IP group IP rd RD words | TYPE fields words | raw 0xOCTETS words",
     read_of<Safi::mcast_vpn, read_mvpn_route>},
    {"mup",
     "mup-isd PREFIX rd RD words | mup-dsd IP rd RD words | mup-t1st PREFIX rd RD teid N qfi N endpoint IP [source IP] words | "
     "mup-t2st IP rd RD teid N/BITS words | TYPE fields words | raw 0xOCTETS words",
     read_of<Safi::mup, read_mup_route>},
    {"sr-policy", "distinguisher N color N endpoint IP words | raw 0xOCTETS words",
     read_of<Safi::sr_policy, read_sr_policy_route>},
    {"rtc", "length BITS [origin-as ASN] route-target 0xOCTETS words | raw 0xOCTETS words (ipv4 only)",
     read_of<Safi::rt_constraint, read_rt_constraint_route>},
    {"classful-transport", "raw 0xOCTETS words", read_of<Safi::classful_transport, read_bgp_ls_route>},
    {"flow", "words of a flow route | raw 0xOCTETS words", read_flow_line<Safi::flowspec>, Ends::by_itself},
    {"flow-vpn", "words of a flow route | raw 0xOCTETS words", read_flow_line<Safi::flowspec_vpn>, Ends::by_itself},
};

constexpr Row l2vpn_rows[] = {
    {"vpls", "words | NAME { words; … } | raw 0xOCTETS words", read_vpls_route, Ends::by_itself},
    {"evpn", "TYPE fields words | raw 0xOCTETS words", read_of<Safi::evpn, read_evpn_route>},
};

constexpr Row bgp_ls_rows[] = {
    {"bgp-ls", "raw 0xOCTETS words", read_of<Safi::bgp_ls, read_bgp_ls_route>},
    {"bgp-ls-vpn", "raw 0xOCTETS words", read_of<Safi::bgp_ls_vpn, read_bgp_ls_route>},
    {"bgp-ls-spf", "raw 0xOCTETS words", read_of<Safi::bgp_ls_spf, read_bgp_ls_route>},
};

void read_bgp_ls_section(TokenCursor& words, RouteTarget& target)
{
    target.afi = Afi::bgp_ls;
    read_block<RouteTarget>(words, target, bgp_ls_rows, "bgp-ls");
}

template <Afi Of>
void read_family_section(TokenCursor& words, RouteTarget& target)
{
    target.afi = Of;
    read_block<RouteTarget>(words, target, family_rows, Of == Afi::ipv4 ? "announce, ipv4" : "announce, ipv6");
}

constexpr Row announce_rows[] = {
    {"ipv4", "{ … }", read_family_section<Afi::ipv4>, Ends::by_itself},
    {"ipv6", "{ … }", read_family_section<Afi::ipv6>, Ends::by_itself},
    {"l2vpn", "{ … }", read_l2vpn_section, Ends::by_itself},
    {"bgp-ls", "{ … }", read_bgp_ls_section, Ends::by_itself},
};

std::span<const Row> rows_of(Afi afi) noexcept
{
    if (afi == Afi::l2vpn) return l2vpn_rows;
    if (afi == Afi::bgp_ls) return bgp_ls_rows;
    return family_rows;
}

/// `ipv4 SAFI words` in one line.
template <Afi Of>
void read_api_family(TokenCursor& words, RouteTarget& target)
{
    target.afi = Of;
    const auto word = words.take();
    const auto* statement = find_statement(rows_of(Of), word);
    if (!statement) return words.fail(word, expected_one_of(rows_of(Of), "an address family"));
    statement->read(words, target);
    words.explain(statement->word, statement->values);
}

/// `flow route …`, also without the second word.
void read_api_flow(TokenCursor& words, RouteTarget& target) { read_flow_line<Safi::flowspec>(words, target); }

/// `route` with a prefix, or with what events write in its place: the words of another family.
void read_api_route(TokenCursor& words, RouteTarget& target);

constexpr Row api_rows[] = {
    {"route", "PREFIX words", read_api_route, Ends::by_itself},
    {"attributes", "words nlri PREFIX PREFIX …", read_attributes_and_nlri},
    {"attribute", "as attributes", read_attributes_and_nlri},
    {"generate", "PREFIX count N words", read_generated_routes},
    {"ipv4", "SAFI words", read_api_family<Afi::ipv4>},
    {"ipv6", "SAFI words", read_api_family<Afi::ipv6>},
    {"flow", "route { match { … } then { … } } | route words", read_api_flow, Ends::by_itself},
    {"vpls", "words", read_vpls_route, Ends::by_itself},
    {"l2vpn", "vpls words | evpn words", read_api_family<Afi::l2vpn>},
    {"bgp-ls", "bgp-ls raw 0xOCTETS words", read_api_family<Afi::bgp_ls>},
};

void read_api_route(TokenCursor& words, RouteTarget& target)
{
    const auto* statement = find_statement<RouteTarget>(api_rows, words.peek());
    if (!statement || statement->read == read_api_route) return read_route(words, target);
    words.take();
    statement->read(words, target);
}

}   // namespace

void read_static_section(TokenCursor& words, RouteTarget& target)
{
    read_block<RouteTarget>(words, target, static_rows, "static");
}
void read_l2vpn_section(TokenCursor& words, RouteTarget& target)
{
    target.afi = Afi::l2vpn;
    read_block<RouteTarget>(words, target, l2vpn_rows, "l2vpn");
}
void read_announce_section(TokenCursor& words, RouteTarget& target)
{
    read_block<RouteTarget>(words, target, announce_rows, "announce");
}

void read_api_routes(TokenCursor& words, RouteTarget& target)
{
    const auto word = words.take();
    const auto* statement = find_statement<RouteTarget>(api_rows, word);
    if (!statement) return words.fail(word, expected_one_of<RouteTarget>(api_rows, "announce or withdraw"));
    statement->read(words, target);
    words.explain(statement->word, statement->values);
    while (words.take_if(";") || words.take_if("}")) {
    }   // what is too much is not minded, as in ExaBGP
    if (words.peek().kind != Token::Kind::end) words.fail_here("words behind the route");
}

std::vector<SectionText> describe_route_sections()
{
    std::vector<SectionText> sections{describe_section<RouteTarget>("static", static_rows),
                                      describe_section<GivenAttributes>("words of a route", attribute_statements()),
                                      describe_section<RouteTarget>("announce", announce_rows),
                                      describe_section<RouteTarget>("announce, ipv4 and ipv6", family_rows)};
    for (auto& section : describe_flow_sections()) sections.push_back(std::move(section));
    sections.push_back(describe_section<RouteTarget>("l2vpn", l2vpn_rows));
    sections.push_back(describe_section<RouteTarget>("announce, bgp-ls", bgp_ls_rows));
    sections.push_back(describe_vpls());
    return sections;
}

}   // namespace barrage::exabgp
