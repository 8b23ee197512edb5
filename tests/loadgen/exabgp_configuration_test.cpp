// What configurations say, section by section: values, defaults, templates.

#include "tests/support/doctest.hpp"

#include <filesystem>
#include <fstream>

#include "loadgen/exabgp/grammar/grammar.hpp"
#include "loadgen/exabgp/grammar/parse.hpp"
#include "tests/support/hex.hpp"

using namespace barrage;
using namespace barrage::exabgp;

namespace {

struct Parsed {
    AttributePool pool;
    Configuration configuration;
    std::string errors;

    explicit Parsed(std::string_view text)
    {
        auto parsed = parse_configuration_text(text, "x.conf", pool);
        if (parsed)
            configuration = std::move(*parsed);
        else
            for (const auto& error : parsed.error()) errors += to_text(error) + "\n";
    }
    [[nodiscard]] const exabgp::Neighbor& neighbor(std::size_t at = 0) const
    {
        CAPTURE(errors);
        REQUIRE(configuration.neighbors.size() > at);
        return configuration.neighbors[at];
    }
};

/// A neighbor with these statements beside what it must have.
std::string with(std::string_view statements)
{
    return "neighbor 127.0.0.1 { router-id 1.2.3.4; local-address 127.0.0.1; local-as 1; peer-as 1; " + std::string{statements} +
           " }";
}

Ipv4Address ip(const char* text) { return *Ipv4Address::from_text(text); }

}   // namespace

TEST_CASE("a neighbor without more than it needs has the defaults of ExaBGP")
{
    const Parsed parsed{with("")};
    const auto& neighbor = parsed.neighbor();
    CHECK(neighbor.peer_address == IpAddress{ip("127.0.0.1")});
    CHECK(neighbor.peer_mask == 32);
    CHECK(neighbor.local_address == IpAddress{ip("127.0.0.1")});
    CHECK(neighbor.router_id == ip("1.2.3.4"));
    CHECK(neighbor.local_as == Asn{1});
    CHECK(neighbor.peer_as == Asn{1});
    CHECK(neighbor.hold_time == 180);
    CHECK(neighbor.rate_limit == 0);
    CHECK_FALSE(neighbor.passive);
    CHECK(neighbor.listen == 0);
    CHECK(neighbor.connect == 0);
    CHECK_FALSE(neighbor.outgoing_ttl);
    CHECK(neighbor.group_updates);
    CHECK(neighbor.auto_flush);
    CHECK(neighbor.adj_rib_in);
    CHECK(neighbor.adj_rib_out);
    CHECK_FALSE(neighbor.manual_eor);
    CHECK_FALSE(neighbor.next_hop_capability);
    CHECK(neighbor.add_path == AddPathWish::disable);
    CHECK(neighbor.asn4);
    CHECK_FALSE(neighbor.graceful_restart);
    CHECK_FALSE(neighbor.multi_session);
    CHECK_FALSE(neighbor.operational);
    CHECK_FALSE(neighbor.route_refresh);
    CHECK_FALSE(neighbor.aigp);
    CHECK(neighbor.extended_message);
    CHECK_FALSE(neighbor.software_version);
    // all families of 2025-11, which are all but those of SR policies
    CHECK(neighbor.families.size() == 21);
    CHECK(neighbor.families.contains({Afi::ipv4, Safi::rt_constraint}));
    CHECK(neighbor.families.contains({Afi::ipv6, Safi::multicast}));
    CHECK(neighbor.add_path_families.size() == 8);
}

TEST_CASE("each value of a neighbor is read")
{
    const Parsed parsed{"neighbor 192.0.2.0/24 { description \"a quagga; peer\"; local-address 192.0.3.1; local-as 1.10; peer-as "
                        "auto; host-name r1.example;"
                        "domain-name example; hold-time 30; rate-limit 100; source-interface eth0; passive; listen 1790; connect "
                        "1791; outgoing-ttl 1;"
                        "incoming-ttl disable; md5-password my secret; md5-ip 192.0.3.9; group-updates disable; auto-flush "
                        "false; adj-rib-in; adj-rib-out false;"
                        "manual-eor true; }"};
    const auto& neighbor = parsed.neighbor();
    CHECK(neighbor.description == "a quagga; peer");
    CHECK(neighbor.peer_mask == 24);
    CHECK_FALSE(neighbor.router_id);
    CHECK(neighbor.local_as == Asn{65546});
    CHECK_FALSE(neighbor.peer_as);
    CHECK(neighbor.host_name == "r1.example");
    CHECK(neighbor.domain_name == "example");
    CHECK(neighbor.hold_time == 30);
    CHECK(neighbor.rate_limit == 100);
    CHECK(neighbor.source_interface == "eth0");
    CHECK(neighbor.passive);
    CHECK(neighbor.listen == 1790);
    CHECK(neighbor.connect == 1791);
    CHECK(neighbor.outgoing_ttl == 1);
    CHECK_FALSE(neighbor.incoming_ttl);
    CHECK(neighbor.md5_password == "my secret");
    CHECK(neighbor.md5_ip == IpAddress{ip("192.0.3.9")});
    CHECK_FALSE(neighbor.group_updates);
    CHECK_FALSE(neighbor.auto_flush);
    CHECK_FALSE(neighbor.adj_rib_in);   // nothing behind it: ExaBGP takes that for false
    CHECK_FALSE(neighbor.adj_rib_out);
    CHECK(neighbor.manual_eor);
}

TEST_CASE("a password in base64 is taken out of it")
{
    CHECK(Parsed{with("md5-password c2VjcmV0; md5-base64 true;")}.neighbor().md5_password == "secret");   // RFC 4648 section 4
    CHECK(Parsed{with("md5-password Zm9vYg==; md5-base64 auto;")}.neighbor().md5_password == "foob");     // RFC 4648 section 10
    CHECK(Parsed{with("md5-password not!base64; md5-base64 auto;")}.neighbor().md5_password == "not!base64");
    CHECK(Parsed{with("md5-password c2VjcmV0;")}.neighbor().md5_password == "c2VjcmV0");
}

TEST_CASE("capabilities, families, add-path and next hops are read")
{
    const Parsed parsed{
        with("capability { nexthop; add-path send/receive; asn4 disable; graceful-restart 1200; multi-session; operational;"
             "route-refresh; aigp enable; extended-message false; software-version; }"
             "family { ipv4 unicast; ipv4 labeled-unicast; ipv6 unicast; ipv6 mpls-vpn; l2vpn evpn; bgp-ls bgp-ls-vpn; }"
             "add-path { ipv4 unicast; ipv6 multicast; }"
             "nexthop { ipv4 unicast ipv6; ipv6 unicast ipv4; ipv4 mpls-vpn ipv6; }")};
    const auto& neighbor = parsed.neighbor();
    CHECK(neighbor.next_hop_capability == true);
    CHECK(neighbor.add_path == AddPathWish::send_receive);
    CHECK_FALSE(neighbor.asn4);
    CHECK(neighbor.graceful_restart == 1200);
    CHECK(neighbor.multi_session);
    CHECK(neighbor.operational);
    CHECK(neighbor.route_refresh);
    CHECK(neighbor.aigp);
    CHECK_FALSE(neighbor.extended_message);
    CHECK(neighbor.software_version);
    CHECK(neighbor.families == FamilySet{ipv4_unicast,
                                         {Afi::ipv4, Safi::labeled_unicast},
                                         ipv6_unicast,
                                         {Afi::ipv6, Safi::mpls_vpn},
                                         {Afi::l2vpn, Safi::evpn},
                                         {Afi::bgp_ls, Safi::bgp_ls_vpn}});
    CHECK(neighbor.add_path_families == FamilySet{ipv4_unicast});   // only what is in family
    REQUIRE(neighbor.next_hops.size() == 2);                        // only where both families are
    CHECK(neighbor.next_hops[0] == exabgp::Neighbor::ExtendedNextHop{ipv4_unicast, Afi::ipv6});
    CHECK(neighbor.next_hops[1] == exabgp::Neighbor::ExtendedNextHop{ipv6_unicast, Afi::ipv4});
}

TEST_CASE("graceful restart without a time has the hold time")
{
    CHECK(Parsed{with("hold-time 90; capability { graceful-restart; }")}.neighbor().graceful_restart == 90);
    CHECK_FALSE(Parsed{with("capability { graceful-restart disable; }")}.neighbor().graceful_restart);
}

TEST_CASE("programs and what they are told are read")
{
    const Parsed parsed{
        "process p { run /bin/cat --opt=a,b [x] \"c d\"; encoder json; respawn false; } process q { run /bin/cat; encoder text; "
        "}" +
        with("api one { processes [ p, q ]; neighbor-changes; signal; receive { parsed; update; keepalive disable; }"
             "send { packets; consolidate; } } api { processes-match [ \"^p\" ]; negotiated; fsm; }")};
    const auto& neighbor = parsed.neighbor();
    REQUIRE(parsed.configuration.processes.size() == 2);
    const auto& process = parsed.configuration.processes[0];
    CHECK(process.name == "p");
    CHECK(process.run == std::vector<std::string>{"/bin/cat", "--opt=a,b", "[x]", "c d"});
    CHECK(process.encoder == Encoder::json);
    CHECK_FALSE(process.respawn);
    REQUIRE(neighbor.apis.size() == 2);
    CHECK(neighbor.apis[0].processes == std::vector<std::string>{"p", "q"});
    CHECK(neighbor.apis[0].neighbor_changes);
    CHECK(neighbor.apis[0].signal);
    CHECK_FALSE(neighbor.apis[0].fsm);
    CHECK(neighbor.apis[0].receive == MessageSelection{.parsed = true, .update = true});
    CHECK(neighbor.apis[0].send == MessageSelection{.packets = true, .consolidate = true});
    CHECK(neighbor.apis[1].processes_match == std::vector<std::string>{"^p"});
    CHECK(neighbor.apis[1].negotiated);
    CHECK(neighbor.apis[1].fsm);
}

TEST_CASE("a program beside the configuration file is found")
{
    const auto folder =
        std::filesystem::temp_directory_path() / ("barrage-exabgp-" + std::to_string(std::hash<std::string>{}(__FILE__)));
    std::filesystem::create_directories(folder);
    const auto program = folder / "announce.sh";
    std::ofstream{program} << "#!/bin/sh\n";
    std::filesystem::permissions(program, std::filesystem::perms::owner_all);
    const auto file = folder / "x.conf";
    std::ofstream{file} << "process p { run ./announce.sh now; encoder text; }\n" << with("api { processes [ p ]; }");
    AttributePool pool;
    const auto parsed = parse_configuration({file.string()}, pool);
    REQUIRE(parsed);
    CHECK(std::filesystem::equivalent(parsed->processes[0].run[0], program));
    CHECK(parsed->processes[0].run[1] == "now");
    std::filesystem::permissions(program, std::filesystem::perms::owner_read);
    const auto without_permission = parse_configuration({file.string()}, pool);
    REQUIRE_FALSE(without_permission);
    CHECK(to_text(without_permission.error()[0]) == file.string() +
                                                        ":1:17: the program cannot be executed; the statement is: run PROGRAM "
                                                        "ARGUMENTS | … http_api.py PORT (at './announce.sh')");
    std::filesystem::remove_all(folder);
}

TEST_CASE("single values of a template win, lists are appended")
{
    const Parsed parsed{"template { neighbor t { hold-time 30; family { ipv6 unicast; } capability { route-refresh; }"
                        "static { route 2.0.0.0/8 next-hop 1.1.1.1; } }"
                        "neighbor u { inherit t; description u; static { route 3.0.0.0/8 next-hop 1.1.1.1; } } }" +
                        with("inherit [ u ]; hold-time 90; family { ipv4 unicast; } capability { asn4 disable; }"
                             "static { route 1.0.0.0/8 next-hop 1.1.1.1; }")};
    const auto& neighbor = parsed.neighbor();
    CHECK(neighbor.hold_time == 30);
    CHECK(neighbor.description == "u");
    CHECK(neighbor.families == FamilySet{ipv4_unicast, ipv6_unicast});
    CHECK(neighbor.route_refresh);
    CHECK_FALSE(neighbor.asn4);
    REQUIRE(neighbor.routes.size() == 3);
    CHECK(neighbor.routes[0].key.nlri == std::string{"\x08\x01", 2});
    CHECK(neighbor.routes[1].key.nlri == std::string{"\x08\x03", 2});
    CHECK(neighbor.routes[2].key.nlri == std::string{"\x08\x02", 2});
}

TEST_CASE("two sessions of one file have their own values")
{
    const Parsed parsed{with("") +
                        "neighbor 2001:db8::2 { router-id 1.2.3.4; local-address 2001:db8::1; local-as 1; peer-as 2; }"};
    CHECK(parsed.neighbor(1).peer_address == IpAddress{*Ipv6Address::from_text("2001:db8::2")});
    CHECK(parsed.neighbor(1).peer_mask == 128);
}

TEST_CASE("operational messages have their octets")
{
    // AFI 1, SAFI 1, then the text; or router-id (0: that of the session), sequence and counter
    const Parsed parsed{with("family { ipv4 unicast; } operational { asm afi ipv4 safi unicast advisory \"hi; you\";"
                             "rpcq afi ipv4 safi unicast sequence 1; rpcp afi ipv4 safi unicast sequence 2 counter 200;"
                             "adm afi ipv6 safi unicast advisory \"not of a family that is spoken\"; }")};
    const auto& messages = parsed.neighbor().operationals;
    REQUIRE(messages.size() == 3);
    CHECK(messages[0] == Operational{OperationalType::advisory_static, hex("0001 01 68693b20796f75")});
    CHECK(messages[1] == Operational{OperationalType::reachable_prefix_count_request, hex("0001 01 00000000 00000001")});
    CHECK(messages[2] == Operational{OperationalType::reachable_prefix_count_reply, hex("0001 01 00000000 00000002 000000c8")});
    CHECK(parse_operational("lpcq afi ipv6 safi mpls-vpn router-id 1.2.3.4 sequence 9") ==
          Operational{OperationalType::loc_rib_prefix_count_request, hex("0002 80 01020304 00000009")});
    CHECK_FALSE(parse_operational("lpcq afi ipv6"));
    CHECK_FALSE(parse_operational("what afi ipv6 safi unicast sequence 9"));
}

TEST_CASE("a bracket that is missing at the end, and one too many, are not minded")
{
    auto text = with("");
    text.pop_back();
    CHECK(Parsed{text}.configuration.neighbors.size() == 1);
    CHECK(Parsed{with("") + " } }"}.configuration.neighbors.size() == 1);
    CHECK(Parsed{with("static { route 1.0.0.0/8 { next-hop 1.1.1.1; }")}.neighbor().routes.size() == 1);
}

TEST_CASE("every section of the grammar describes all its words")
{
    const auto sections = describe_grammar();
    CHECK(sections.size() > 15);
    for (const auto& section : sections) {
        CAPTURE(section.name);
        CHECK(!section.rows.empty());
        for (const auto& row : section.rows) CHECK(!row.word.empty());
    }
}

TEST_CASE("the documentation has the grammar of the tables")
{
    std::ifstream in{BARRAGE_SOURCE_DIR "/docs/exabgp.md"};
    const std::string text{std::istreambuf_iterator<char>{in}, {}};
    CHECK(text.find("```\n" + grammar_text() + "```\n") != std::string::npos);   // `loadgen validate --grammar` writes it
}
