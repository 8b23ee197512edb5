// Words of routes against the octets that the RFCs give them.

#include "tests/support/doctest.hpp"

#include "loadgen/exabgp/grammar/parse.hpp"
#include "rib/attribute_set.hpp"
#include "tests/support/hex.hpp"

using namespace barrage;
using namespace barrage::exabgp;

namespace {

struct Routes {
    AttributePool pool;
    std::vector<std::string> watchdogs;
    std::vector<ConfiguredRoute> routes;
    std::string error;

    explicit Routes(std::string_view words, bool withdraw = false)
    {
        auto parsed = parse_routes(words, withdraw, pool, watchdogs);
        if (parsed)
            routes = std::move(*parsed);
        else
            error = to_text(parsed.error());
    }
    [[nodiscard]] const ConfiguredRoute& only() const
    {
        CAPTURE(error);
        REQUIRE(routes.size() == 1);
        return routes[0];
    }
};

Octets nlri(const ConfiguredRoute& route) { return {route.key.nlri.begin(), route.key.nlri.end()}; }
Octets octets(OctetView view) { return {view.begin(), view.end()}; }

}   // namespace

TEST_CASE("attributes have the octets that their RFCs say, in the order of their types")
{
    struct Vector {
        const char* words;
        const char* octets;
    };
    const Vector vectors[] = {
        {"", ""},
        {"origin igp", "40 01 01 00"},   // RFC 4271 section 5.1.1
        {"origin EGP", "40 01 01 01"},
        {"origin incomplete", "40 01 01 02"},
        {"as-path [ 1 2 70000 ]", "40 02 0e 02 03 00000001 00000002 00011170"},   // section 4.3, RFC 6793
        {"as-path [ ]", "40 02 00"},
        {"as-path 65000", "40 02 06 02 01 0000fde8"},
        {"as-path [ 1, 2 ] ( 3 4 )", "40 02 14 02 02 00000001 00000002 01 02 00000003 00000004"},
        {"as-path [{ 5 6 }] [ 1.10 ]", "40 02 10 03 02 00000005 00000006 02 01 0001000a"},   // RFC 5065
        {"as-path ({ 7 })", "40 02 06 04 01 00000007"},
        {"med 4000", "80 04 04 00000fa0"},
        {"local-preference 200", "40 05 04 000000c8"},
        {"atomic-aggregate", "40 06 00"},
        {"aggregator ( 65000:192.0.2.1 )", "c0 07 08 0000fde8 c0000201"},
        {"aggregator (65000:192.0.2.1)", "c0 07 08 0000fde8 c0000201"},
        {"aggregator 70000:192.0.2.1", "c0 07 08 00011170 c0000201"},
        {"community 65000:1", "c0 08 04 fde80001"},   // RFC 1997
        {"community [ no-export 1:2 0x00000001 9 ]", "c0 08 10 00000001 00000009 00010002 ffffff01"},
        {"community [ nopeer no-peer NO_ADVERTISE no-export-subconfed blackhole ]",
         "c0 08 14 ffff029a ffffff02 ffffff03 ffffff04 ffffff04"},
        {"community [ ]", ""},
        {"originator-id 1.2.3.4", "80 09 04 01020304"},   // RFC 4456
        {"cluster-list [ 3.3.3.3 2.2.2.2 ]", "80 0a 08 03030303 02020202"},
        {"cluster-list 3.3.3.3", "80 0a 04 03030303"},
        {"aigp 100", "80 1a 0b 01 000b 0000000000000064"},   // RFC 7311
        {"aigp 0xff", "80 1a 0b 01 000b 00000000000000ff"},
        {"large-community [ 1:2:3 1:2:3 0:0:1 ]", "c0 20 18 000000000000000000000001 000000010000000200000003"},   // RFC 8092
        {"extended-community target:65000:1", "c0 10 08 0002fde800000001"},                                        // RFC 4360
        {"extended-community 65000:1", "c0 10 08 0002fde800000001"},
        {"extended-community [ origin:1.2.3.4:5 target4:6:7 ]", "c0 10 10 0102000000060007 0103010203040005"},
        {"extended-community target:120000L:123", "c0 10 08 02020001d4c0007b"},
        {"extended-community [ target:65000L:1 ]", "c0 10 08 02020000fde80001"},
        {"extended-community redirect:1:2", "c0 10 08 8008000100000002"},   // RFC 8955 section 7.4
        {"extended-community l2info:19:0:1500:111", "c0 10 08 800a130005dc006f"},
        {"extended-community bandwidth:65000:1250000", "c0 10 08 4004fde849989680"},   // 1250000 as IEEE 754: 0x49989680
        {"extended-community mup:10:10", "c0 10 08 0c00000a0000000a"},
        {"extended-community redirect-to-nexthop", "c0 10 08 0800000000000000"},
        {"extended-community 0x0102030405060708", "c0 10 08 0102030405060708"},
        {"bgp-prefix-sid [ 777 ]", "c0 28 0a 01 0007 00 0000 00000309"},   // RFC 8669
        {"bgp-prefix-sid-srv6 ( l2-service 2001:db8::1 0x15 )",
         "c0 28 1c 06 0019 00 01 0015 00 20010db8000000000000000000000001 00 0015 00"},   // RFC 9252
        {"attribute [ 0x20 0xc0 0x000000010000000200000003 ]", "c0 20 0c 000000010000000200000003"},
        {"attribute [ 0x99 0xF0 0xAB ]", "f0 99 0001 ab"},   // the flags as they are written, with the length they ask for
        {"attribute [ 0x63 0x40 0x ]", "40 63 00"},
        {"med 1 origin igp med 2", "40 01 01 00 80 04 04 00000001"},   // of a repeated attribute the first one counts
        {"extended-community target:1:1 extended-community target:1:0", "c0 10 10 0002000100000000 0002000100000001"},
        {"name a-name", ""},
    };
    for (const auto& vector : vectors) {
        CAPTURE(std::string{vector.words});
        const Routes routes{"route 10.0.0.0/8 next-hop 192.0.2.1 " + std::string{vector.words}};
        CHECK(octets(routes.only().attributes->octets()) == hex(vector.octets));
        CHECK(octets(routes.only().attributes->next_hop()) == hex("c0000201"));
        CHECK(nlri(routes.only()) == hex("08 0a"));
        CHECK(routes.only().key.family == ipv4_unicast);
    }
}

TEST_CASE("the NLRI of every family is that of its RFC")
{
    struct Vector {
        const char* words;
        Family family;
        const char* nlri;
        const char* next_hop;
    };
    const auto v4 = [](Safi safi) { return Family{Afi::ipv4, safi}; };
    const auto v6 = [](Safi safi) { return Family{Afi::ipv6, safi}; };
    const Vector vectors[] = {
        {"route 10.0.0.1 next-hop 1.1.1.1", ipv4_unicast, "20 0a000001", "01010101"},
        {"route 0.0.0.0/0 next-hop 1.1.1.1", ipv4_unicast, "00", "01010101"},
        {"route 10.0.0.0/8 next-hop 2001:db8::1", ipv4_unicast, "08 0a", "20010db8000000000000000000000001"},
        {"route 2001:db8::/32 next-hop 2001:db8::1", ipv6_unicast, "20 20010db8", "20010db8000000000000000000000001"},
        {"route 224.1.0.0/16 next-hop 1.1.1.1", v4(Safi::multicast), "10 e001", "01010101"},
        {"ipv4 multicast 10.0.0.0/8 next-hop 1.1.1.1", v4(Safi::multicast), "08 0a", "01010101"},
        {"ipv4 unicast 10.0.0.0/8 next-hop 1.1.1.1", ipv4_unicast, "08 0a", "01010101"},
        // RFC 8277: 24 bits a label, the last with the bottom of stack
        {"route 10.0.0.0/8 label 3 next-hop 1.1.1.1", v4(Safi::labeled_unicast), "20 000031 0a", "01010101"},
        {"ipv4 nlri-mpls 10.0.0.0/8 label [ 3 4 ] next-hop 1.1.1.1", v4(Safi::labeled_unicast), "38 000030 000041 0a",
         "01010101"},
        {"ipv6 labeled-unicast 2001:db8::/32 label 3 next-hop ::1", v6(Safi::labeled_unicast), "38 000031 20010db8",
         "00000000000000000000000000000001"},
        // RFC 4364: label, route distinguisher, prefix; eight zero octets before the next hop
        {"route 10.0.0.0/8 rd 65000:1 label 3 next-hop 1.1.1.1", v4(Safi::mpls_vpn), "60 000031 0000fde800000001 0a",
         "0000000000000000 01010101"},
        {"ipv4 mpls-vpn 10.0.0.0/8 route-distinguisher 1.2.3.4:5 label 3 next-hop 1.1.1.1", v4(Safi::mpls_vpn),
         "60 000031 0001010203040005 0a", "0000000000000000 01010101"},
        {"route 10.0.0.0/8 rd 70000:5 label 3 next-hop ::1", v4(Safi::mpls_vpn), "60 000031 0002000111700005 0a",
         "0000000000000000 00000000000000000000000000000001"},
        // RFC 6514
        {"ipv4 mcast-vpn source-ad source 10.0.0.1 group 239.0.0.1 rd 1:2 next-hop 1.1.1.1", v4(Safi::mcast_vpn),
         "05 12 0000000100000002 20 0a000001 20 ef000001", "01010101"},
        {"ipv6 mcast-vpn shared-join rp ::1 group ff0e::1 rd 1:2 source-as 3 next-hop 1.1.1.1", v6(Safi::mcast_vpn),
         "06 2e 0000000100000002 00000003 80 00000000000000000000000000000001 80 ff0e0000000000000000000000000001", "01010101"},
        // draft-mpmz-bess-mup-safi
        {"ipv4 mup mup-dsd 10.0.0.1 rd 1:2 next-hop 1.1.1.1", v4(Safi::mup), "01 0002 0c 0000000100000002 0a000001", "01010101"},
        {"ipv6 mup mup-dsd ::1 rd 1:2 next-hop 1.1.1.1", v6(Safi::mup),
         "01 0002 18 0000000100000002 00000000000000000000000000000001", "00000000000000000000ffff01010101"},
        {"ipv4 mup mup-t1st 10.0.0.0/24 rd 1:2 teid 1 qfi 9 endpoint 1.2.3.4 source 5.6.7.8 next-hop 1.1.1.1", v4(Safi::mup),
         "01 0003 1b 0000000100000002 18 0a0000 00000001 09 20 01020304 20 05060708", "01010101"},
        // RFC 4761
        {"vpls rd 1:2 endpoint 5 base 10 offset 1 size 8 next-hop 1.1.1.1",
         {Afi::l2vpn, Safi::vpls},
         "0011 0000000100000002 0005 0001 0008 0000a1",
         "01010101"},
        {"vpls site { rd 1:2; endpoint 5; base 10; offset 1; size 8; next-hop 1.1.1.1; }",
         {Afi::l2vpn, Safi::vpls},
         "0011 0000000100000002 0005 0001 0008 0000a1",
         "01010101"},
        // RFC 9830
        {"ipv4 sr-policy distinguisher 1 color 100 endpoint 10.0.0.1 next-hop 1.1.1.1", v4(Safi::sr_policy),
         "60 00000001 00000064 0a000001", "01010101"},
    };
    for (const auto& vector : vectors) {
        CAPTURE(std::string{vector.words});
        const Routes routes{vector.words};
        CHECK(routes.only().key.family == vector.family);
        CHECK(nlri(routes.only()) == hex(vector.nlri));
        CHECK(octets(routes.only().attributes->next_hop()) == hex(vector.next_hop));
    }
}

TEST_CASE("flows have the components of RFC 8955 and the actions of their communities")
{
    struct Vector {
        const char* words;
        Family family;
        const char* nlri;
        const char* attributes;
        const char* next_hop;
    };
    const Family flow4{Afi::ipv4, Safi::flowspec};
    const Family flow6{Afi::ipv6, Safi::flowspec};
    const Vector vectors[] = {
        // RFC 8955 section 4.3: an example of it
        {"flow route destination 192.0.2.0/24 protocol =tcp port =25 discard", flow4, "0b 01 18 c00002 03 81 06 04 81 19",
         "c0 10 08 8006000000000000", ""},
        {"flow route { match { destination 192.0.2.0/24; source 203.0.113.0/24; port [ >=137&<=139 =8080 ]; } then { discard; } "
         "}",
         flow4, "12 01 18 c00002 02 18 cb0071 04 03 89 45 8b 91 1f90", "c0 10 08 8006000000000000", ""},
        {"flow route destination 192.0.2.0/24 fragment [ !is-fragment !=first-fragment ] accept", flow4,
         "0a 01 18 c00002 0c 02 02 83 04", "", ""},
        {"flow route source 10.0.0.0/8 tcp-flags [ =syn ack&!=fin ] rate-limit 9600", flow4, "0a 02 08 0a 09 01 02 00 10 c3 01",
         "c0 10 08 8006000046160000", ""},
        {"flow route source 10.0.0.0/8 rate-limit 1000 packets", flow4, "03 02 08 0a", "c0 10 08 800c0000447a0000", ""},
        {"flow route dscp [ 10 ] icmp-type echo-request icmp-code [ 0 ] redirect 65500:1", flow4, "09 07 81 08 08 81 00 0b 81 0a",
         "c0 10 08 8008ffdc00000001", ""},
        {"flow route packet-length >100&<200 redirect 70000:1", flow4, "05 0a 02 64 c4 c8", "c0 10 08 8208000111700001", ""},
        {"flow route destination-port http source-port [ >1024 ] redirect 1.2.3.4", flow4, "07 05 81 50 06 92 0400",
         "c0 10 08 0800000000000000", "01020304"},
        {"flow route port 0 copy 1.2.3.4", flow4, "03 04 81 00", "c0 10 08 0800000000000001", "01020304"},
        {"flow route port 0 mark 10", flow4, "03 04 81 00", "c0 10 08 800900000000000a", ""},
        {"flow route port 0 action sample-terminal", flow4, "03 04 81 00", "c0 10 08 8007000000000003", ""},
        {"flow route port 0 redirect-to-nexthop-ietf 1.2.3.4", flow4, "03 04 81 00", "c0 10 08 010c010203040000", ""},
        {"flow route port 0 redirect-to-nexthop-ietf ::1", flow4, "03 04 81 00",
         "c0 19 14 000c 00000000000000000000000000000001 0000", ""},
        {"flow route port 0 redirect [2001:db8::1]:5", flow4, "03 04 81 00",
         "c0 19 14 000d 20010db8000000000000000000000001 0005", ""},
        {"flow route { match { port 0; } then { discard; community 1:2; extended-community target:1:1; } scope { interface-set "
         "transitive:input:1:2; } }",
         flow4, "03 04 81 00", "c0 08 04 00010002 c0 10 18 0002000100000001 0702000000014002 8006000000000000", ""},
        {"flow route { rd 1:2; match { source 10.0.0.0/8; } then { discard; } }",
         {Afi::ipv4, Safi::flowspec_vpn},
         "0b 0000000100000002 02 08 0a",
         "c0 10 08 8006000000000000",
         ""},
        // RFC 8956: length, offset, pattern; an offset keeps its prefix whole, as ExaBGP writes it
        {"flow route destination 2001:db8::/32 next-header udp flow-label 2013 discard", flow6,
         "0e 01 20 00 20010db8 03 81 11 0d 91 07dd", "c0 10 08 8006000000000000", ""},
        {"flow route source 2001:db8::/32/16 discard", flow6, "07 02 20 10 20010db8", "c0 10 08 8006000000000000", ""},
        {"flow route traffic-class 101 discard", flow6, "03 0b 81 65", "c0 10 08 8006000000000000", ""},
    };
    for (const auto& vector : vectors) {
        CAPTURE(std::string{vector.words});
        const Routes routes{vector.words};
        CHECK(routes.only().key.family == vector.family);
        CHECK(to_hex(nlri(routes.only())) == to_hex(hex(vector.nlri)));
        CHECK(to_hex(routes.only().attributes->octets()) == to_hex(hex(vector.attributes)));
        CHECK(octets(routes.only().attributes->next_hop()) == hex(vector.next_hop));
    }
}

TEST_CASE("a flow of more than 239 octets has a length of two")
{
    std::string words = "flow route port [";
    for (int port = 1000; port < 1100; ++port) words += " =" + std::to_string(port);
    const Routes routes{words + " ] discard"};
    CHECK(nlri(routes.only()).size() == 2 + 1 + 100 * 3);
    CHECK(octets(OctetView{nlri(routes.only())}.first(5)) == hex("f1 2d 04 11 03"));
}

TEST_CASE("what is no attribute is beside them")
{
    const Routes routes{"route 10.0.0.0/8 next-hop self path-information 1.2.3.4 watchdog dog withdraw"};
    CHECK(routes.only().next_hop_self);
    CHECK(routes.only().attributes->next_hop().empty());
    CHECK(routes.only().key.path_id == PathId{0x01020304});
    CHECK(routes.only().starts_withdrawn);
    CHECK(routes.only().watchdog == 1);
    CHECK(routes.watchdogs == std::vector<std::string>{"dog"});
    CHECK(Routes{"route 10.0.0.0/8 next-hop 1.1.1.1 path-information 10"}.only().key.path_id == PathId{10});
}

TEST_CASE("generate makes so many prefixes, one behind the other")
{
    const Routes v4{"generate 10.0.255.0/24 count 3 next-hop 1.1.1.1 community 65000:1"};
    REQUIRE(v4.routes.size() == 3);
    CHECK(nlri(v4.routes[0]) == hex("18 0a00ff"));
    CHECK(nlri(v4.routes[1]) == hex("18 0a0100"));
    CHECK(nlri(v4.routes[2]) == hex("18 0a0101"));
    CHECK(v4.routes[0].attributes == v4.routes[2].attributes);
    const Routes v6{"generate 2001:db8:ffff:ff00::/56 count 2 next-hop ::1"};
    REQUIRE(v6.routes.size() == 2);
    CHECK(nlri(v6.routes[1]) == hex("38 20010db9000000"));
    CHECK(Routes{"generate 10.0.0.0/24 count 2 rd 1:1 label 3 next-hop 1.1.1.1"}.routes[1].key.family.safi == Safi::mpls_vpn);
    CHECK(Routes{"generate 10.0.0.0/24 count 4", true}.routes.size() == 4);   // withdrawn: needs no next hop
    // To the end of the addresses, and no further.
    CHECK(Routes{"generate 255.255.255.0/24 count 1 next-hop 1.1.1.1"}.routes.size() == 1);
    CHECK(Routes{"generate 0.0.0.0/2 count 4 next-hop 1.1.1.1"}.routes.size() == 4);
    CHECK(Routes{"generate 0.0.0.0/0 count 1 next-hop 1.1.1.1"}.routes.size() == 1);
    for (const auto* wrong :
         {"generate 255.255.255.0/24 count 2 next-hop 1.1.1.1", "generate 0.0.0.0/2 count 5 next-hop 1.1.1.1",
          "generate 0.0.0.0/0 count 2 next-hop 1.1.1.1", "generate ffff::/16 count 2 next-hop ::1",
          "generate 10.0.0.0/24 count 0 next-hop 1.1.1.1", "generate 10.0.0.0/32 count 16777217 next-hop 1.1.1.1",
          "generate 10.0.0.0/24 next-hop 1.1.1.1", "generate 10.0.0.0/24 count 2",
          "generate 10.0.0.0/24 count 2 next-hop 1.1.1.1 split /25", "generate 10.0.0.1/24 count two next-hop 1.1.1.1"}) {
        CAPTURE(wrong);
        const Routes routes{wrong};
        CHECK_FALSE(routes.error.empty());
        CHECK(routes.routes.empty());
    }
}

TEST_CASE("split makes the more specific routes")
{
    const Routes v4{"route 10.0.0.0/22 next-hop 1.1.1.1 split /24"};
    REQUIRE(v4.routes.size() == 4);
    CHECK(nlri(v4.routes[0]) == hex("18 0a0000"));
    CHECK(nlri(v4.routes[3]) == hex("18 0a0003"));
    CHECK(v4.routes[0].attributes == v4.routes[3].attributes);
    const Routes v6{"route 2001:db8:ffff::/47 next-hop ::1 split /49"};
    CHECK(v6.routes.empty());   // bits behind the length
    const Routes good{"route 2001:db8:fffe::/47 next-hop ::1 split /49"};
    REQUIRE(good.routes.size() == 4);
    CHECK(nlri(good.routes[1]) == hex("31 20010db8fffe 80"));
    CHECK(nlri(good.routes[2]) == hex("31 20010db8ffff 00"));
    CHECK(Routes{"route 10.0.0.0/24 next-hop 1.1.1.1 split /16"}.routes.size() == 1);   // shorter: as it is
    CHECK(Routes{"route 0.0.0.0/0 next-hop 1.1.1.1 split /1"}.routes.size() == 2);
    CHECK(Routes{"route 10.0.0.0/22 rd 1:1 label 3 next-hop 1.1.1.1 split /23"}.routes.size() == 2);
    CHECK(Routes{"route 0.0.0.0/0 next-hop 1.1.1.1 split /32"}.routes.empty());   // four thousand million
}

TEST_CASE("many prefixes share the attributes of one line")
{
    const Routes routes{"attributes med 1 next-hop 1.1.1.1 nlri 10.0.0.0/8 2001:db8::/32 11.0.0.0/8"};
    REQUIRE(routes.routes.size() == 3);
    CHECK(routes.routes[0].attributes == routes.routes[2].attributes);
    CHECK(routes.routes[1].key.family == ipv6_unicast);
}

TEST_CASE("a withdrawn route misses no next hop and no label")
{
    CHECK(nlri(Routes{"route 10.0.0.0/8", true}.only()) == hex("08 0a"));
    CHECK(nlri(Routes{"route 10.0.0.0/8 rd 1:2", true}.only()) == hex("60 800000 0000000100000002 0a"));   // RFC 8277 section 2.4
    CHECK(Routes{"route 10.0.0.0/8"}.routes.empty());
    CHECK(Routes{"route 10.0.0.0/8 rd 1:2 next-hop 1.1.1.1"}.routes.empty());
}

TEST_CASE("the forms that API programs write are all read")
{
    for (const auto* words : {"route 10.0.0.0/8 next-hop 1.1.1.1;", "route 10.0.0.0/8 { next-hop 1.1.1.1; }",
                              "route 10.0.0.0/8 {next-hop 1.1.1.1;}", "  route\t10.0.0.0/8   next-hop  1.1.1.1 ",
                              "attribute next-hop 1.1.1.1 nlri 10.0.0.0/8", "ipv4 unicast 10.0.0.0/8 next-hop 1.1.1.1"}) {
        CAPTURE(std::string{words});
        const Routes routes{words};
        CHECK(nlri(routes.only()) == hex("08 0a"));
        CHECK(octets(routes.only().attributes->next_hop()) == hex("01010101"));
    }
}

TEST_CASE("lines that repeat what stood behind another prefix are read as if it were new")
{
    AttributePool pool;
    std::vector<std::string> watchdogs;
    ApiRoutes lines{pool, watchdogs};
    const std::vector<std::string> behind{
        "next-hop 192.0.2.1 med 5",
        "next-hop self",
        "next-hop 2001:db8::1",
        "next-hop 192.0.2.1 split /26",
        "next-hop 192.0.2.1 label 500",
        "next-hop 192.0.2.1 rd 65000:1 label 500",
        "next-hop 192.0.2.1 watchdog dog",
        "next-hop 192.0.2.1 path-information 1.2.3.4 community [ 1:1 2:2 ]",
        "next-hop 192.0.2.1 name 'quoted words'",
        "next-hop 192.0.2.1 split /8",
        "med 5",
        "next-hop 192.0.2.1 med none",
    };
    for (int round = 0; round < 2; ++round)
        for (const auto& words : behind)
            for (const auto* prefix : {"10.1.0.0/24", "2001:db8:1::/48", "224.1.0.0/24", "10.1.1.1/24", "10.1.0.0/33", "x"})
                for (const bool withdraw : {false, true}) {
                    const auto line = "route " + std::string{prefix} + " " + words;
                    CAPTURE(line);
                    std::vector<ConfiguredRoute> read{{.key = {.nlri = "there before"}}};
                    const auto error = lines.read(line, withdraw, read);
                    const auto fresh = parse_routes(line, withdraw, pool, watchdogs);
                    REQUIRE(error.has_value() == !fresh.has_value());
                    REQUIRE(read.size() == 1 + (fresh ? fresh->size() : 0));
                    if (error) CHECK(to_text(*error) == to_text(fresh.error()));
                    for (std::size_t i = 1; i < read.size(); ++i) {
                        const auto& expected = (*fresh)[i - 1];
                        CHECK(read[i].key == expected.key);
                        CHECK(read[i].attributes == expected.attributes);
                        CHECK(read[i].next_hop_self == expected.next_hop_self);
                        CHECK(read[i].watchdog == expected.watchdog);
                    }
                }
}

TEST_CASE("wrong lines are told, with where and what was expected")
{
    struct Vector {
        const char* words;
        const char* error;
    };
    const Vector vectors[] = {
        {"",
         "1:1: unknown word in announce or withdraw, expected one of route, attributes, attribute, generate, ipv4, ipv6, flow, "
         "vpls, "
         "l2vpn, bgp-ls "
         "(at the end)"},
        {"route", "1:6: expected a prefix; the statement is: route PREFIX words (at the end)"},
        {"route 10.0.0.1/8 next-hop 1.1.1.1",
         "1:7: a prefix with bits behind its length; the statement is: route PREFIX words (at '10.0.0.1/8')"},
        {"route 10.0.0.0/8 next-hop 1.1.1", "1:27: expected an IP address, self, or octets behind 0x; the statement is: next-hop "
                                            "ADDRESS | IPV6 link-local IPV6 | self | 0xOCTETS "
                                            "(at '1.1.1')"},
        {"route 10.0.0.0/8 med", "1:21: expected a number; the statement is: med N (at the end)"},
        {"route 10.0.0.0/8 med 4294967296",
         "1:22: expected a number from 0 to 4294967295; the statement is: med N (at '4294967296')"},
        {"route 10.0.0.0/8 community [ 1:2",
         "1:33: expected a value or ']'; the statement is: community N:N | 0xN | N | no-export | no-advertise | "
         "no-export-subconfed | no-peer | blackhole, or [ … ] (at the end)"},
        {"ipv4 unicast 2001:db8::/32 next-hop ::1", "1:14: expected a prefix of the address family of the section; the statement "
                                                    "is: unicast PREFIX words | raw 0xOCTETS words (at '2001:db8::/32')"},
        {"flow route discard",
         "1:6: a flow without a match, which would be all traffic; the statement is: flow route { match { … } then { … } } | "
         "route words (at 'route')"},
        {"vpls rd 1:2 next-hop 1.1.1.1",
         "1:1: a VPLS route needs rd, endpoint, base, offset and size; or rd and pe-address; the statement is: "
         "vpls words (at 'vpls')"},
        {"route 10.0.0.0/8 next-hop 1.1.1.1; route", "1:36: words behind the route (at 'route')"},
    };
    for (const auto& vector : vectors) {
        CAPTURE(std::string{vector.words});
        CHECK(Routes{vector.words}.error == vector.error);
    }
}
