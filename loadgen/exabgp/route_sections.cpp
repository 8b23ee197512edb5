// The sections of a neighbor that hold routes, and what the API announces: which word leads to which reader.

#include "loadgen/exabgp/route_readers.hpp"

namespace barrage::exabgp {

// Of flow_routes.cpp and typed_routes.cpp.
std::vector<SectionText> describe_flow_sections();
SectionText describe_vpls();

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

/// `flow words` in the announce section.
void read_flow_line(TokenCursor& words, RouteTarget& target)
{
    if (words.peek().is("route")) words.take();
    read_flow_route(words, target);
}

constexpr Row family_rows[] = {
    {"unicast", "PREFIX words", read_prefix_of<Safi::unicast>},
    {"multicast", "PREFIX words", read_prefix_of<Safi::multicast>},
    {"nlri-mpls", "PREFIX label N words", read_prefix_of<Safi::labeled_unicast>},
    {"labeled-unicast", "as nlri-mpls", read_prefix_of<Safi::labeled_unicast>},
    {"mpls-vpn", "PREFIX rd RD label N words", read_prefix_of<Safi::mpls_vpn>},
    {"mcast-vpn",
     "shared-join rp IP group IP rd RD source-as ASN words | source-join source IP group IP rd RD source-as ASN words | "
     "source-ad source IP group IP rd RD words",
     read_mvpn_route},
    {"mup",
     "mup-isd PREFIX rd RD words | mup-dsd IP rd RD words | mup-t1st PREFIX rd RD teid N qfi N endpoint IP [source IP] words | "
     "mup-t2st IP rd RD teid N/BITS words",
     read_mup_route},
    {"sr-policy", "distinguisher N color N endpoint IP words", read_sr_policy_route},
    {"flow", "words of a flow route", read_flow_line, Ends::by_itself},
    {"flow-vpn", "words of a flow route", read_flow_line, Ends::by_itself},
};

constexpr Row l2vpn_rows[] = {
    {"vpls", "words | NAME { words; … }", read_vpls_route, Ends::by_itself},
};

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
};

/// `ipv4 SAFI words` in one line.
template <Afi Of>
void read_api_family(TokenCursor& words, RouteTarget& target)
{
    target.afi = Of;
    const auto word = words.take();
    const auto* statement = find_statement<RouteTarget>(family_rows, word);
    if (!statement) return words.fail(word, expected_one_of<RouteTarget>(family_rows, "an address family"));
    statement->read(words, target);
    words.explain(statement->word, statement->values);
}

/// `flow route …`, also without the second word.
void read_api_l2vpn(TokenCursor& words, RouteTarget& target)
{
    words.expect("vpls");
    read_vpls_route(words, target);
}

constexpr Row api_rows[] = {
    {"route", "PREFIX words", read_route, Ends::by_itself},
    {"attributes", "words nlri PREFIX PREFIX …", read_attributes_and_nlri},
    {"attribute", "as attributes", read_attributes_and_nlri},
    {"ipv4", "SAFI words", read_api_family<Afi::ipv4>},
    {"ipv6", "SAFI words", read_api_family<Afi::ipv6>},
    {"flow", "route { match { … } then { … } } | route words", read_flow_line, Ends::by_itself},
    {"vpls", "words", read_vpls_route, Ends::by_itself},
    {"l2vpn", "vpls words", read_api_l2vpn, Ends::by_itself},
};

}   // namespace

void read_static_section(TokenCursor& words, RouteTarget& target)
{
    read_block<RouteTarget>(words, target, static_rows, "static");
}
void read_l2vpn_section(TokenCursor& words, RouteTarget& target) { read_block<RouteTarget>(words, target, l2vpn_rows, "l2vpn"); }
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
    sections.push_back(describe_vpls());
    return sections;
}

}   // namespace barrage::exabgp
