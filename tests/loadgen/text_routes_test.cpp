// Lists of prefixes, CSV and lines of ExaBGP's API as sources of routes; what is none of them is refused, with what it looks like.

#include "tests/loadgen/text_routes_fixture.hpp"

#include "rib/prefix_range.hpp"

namespace barrage {

namespace {

/// ORIGIN and AS_PATH as they are in front of what words say.
std::string igp_and_path(std::string_view path) { return "40010100" + std::string{path}; }

const std::string read_are =
    "expected one of what is read here: MRT dumps, lists of prefixes, lines of bgpdump -m, CSV with named "
    "columns, announce and withdraw lines of ExaBGP's API, UPDATEs in hexadecimal digits; ";

}   // namespace

TEST_CASE("a list of prefixes is a table, of both families, in its order, with what stands twice in it")
{
    const auto read =
        read_text("\xef\xbb\xbf# IXP\r\n\r\n  10.0.0.0/8 \t\r\n2001:db8::/32 # documentation\n10.0.0.0/8\n#\n0.0.0.0/0\n::/0\n"
                  "192.0.2.1\n192.0.2.128/25");
    CHECK(read.error.empty());
    CHECK(read.kind == TextKind::prefixes);
    CHECK(read.names() ==
          Names{"10.0.0.0/8", "2001:db8::/32", "10.0.0.0/8", "0.0.0.0/0", "::/0", "192.0.2.1/32", "192.0.2.128/25"});
    for (const auto& route : read.routes) {
        CHECK(route.attributes == igp_and_no_as);
        CHECK(route.next_hop.empty());   // whoever sends puts its own
    }
    CHECK_FALSE(read.is_ordered);
    CHECK_FALSE(read.has_times);
    CHECK_FALSE(read.names_next_hops);
}

TEST_CASE("prefixes of a list have what a range without options has")
{
    AttributePool pool;
    for (const bool placeholders : {true, false}) {
        auto text = TextRoutes::open("FILE", text_in_memory("10.0.0.0/24\n10.0.1.0/24\n"), {.placeholders = placeholders});
        REQUIRE(text);
        const auto listed = load(*text, pool);
        PrefixRangeDescription description{.address = *IpAddress::from_text("10.0.0.0"), .count = 2};
        description.no_placeholder = !placeholders;
        auto range = PrefixRange::make(description);
        REQUIRE(range);
        const auto made = load(*range, pool);
        REQUIRE(listed->groups().size() == 1);
        CHECK(listed->groups()[0].attributes == made->groups()[0].attributes);
        Octets a, b;
        CHECK(to_hex(listed->nlri(0, a)) == to_hex(made->nlri(0, b)));
    }
}

TEST_CASE("a prefix in a list that cannot be one is an error, and nothing is left of the list")
{
    const struct {
        const char* text;
        const char* error;
    } vectors[]{
        {"10.0.0.0/33", "FILE:1:1: expected a prefix such as 192.0.2.0/24 or 2001:db8::/32, not '10.0.0.0/33'"},
        {"2001:db8::/129", "FILE:1:1: expected a prefix such as 192.0.2.0/24 or 2001:db8::/32, not '2001:db8::/129'"},
        {"# a\n\n10.0.0.0/8\n  10.0.0.1/8\n", "FILE:4:3: expected a prefix without bits behind its length, not '10.0.0.1/8'"},
        {"2001:db8::1/64\n", "FILE:1:1: expected a prefix without bits behind its length, not '2001:db8::1/64'"},
        {"10.0.0.0/8\n10.1.0.0/\n", "FILE:2:1: expected a prefix such as 192.0.2.0/24 or 2001:db8::/32, not '10.1.0.0/'"},
        {"10.0.0/24\n", "FILE:1:1: expected a prefix such as 192.0.2.0/24 or 2001:db8::/32, not '10.0.0/24'"},
        {"10.0.0.0/8\nten\n", "FILE:2:1: expected a prefix such as 192.0.2.0/24 or 2001:db8::/32, not 'ten'"},
        {"10.0.0.0/8\n\x1b[2J\n", "FILE:2:1: expected a prefix such as 192.0.2.0/24 or 2001:db8::/32, not '\\x1b[2J'"},
        {"1.0.0.0/24\t15169\n", "FILE:1:12: expected the end of the line behind a prefix; CSV with named columns has room for "
                                "attributes, not '15169'"},
    };
    for (const auto& vector : vectors) {
        CAPTURE(std::string{vector.text});
        CHECK(read_text(vector.text).error == vector.error);
    }
    // Many routes before it have been given out by then: who loads it drops them, see load_routes().
    std::string many;
    for (int i = 0; i < 3000; ++i) many += "10.0.0.0/8\n";
    CHECK(read_text(many + "10.0.0.0/40\n").error.starts_with("FILE:3001:1: expected a prefix"));
}

TEST_CASE("a line has an end: of one that is longer than 1 MiB nothing is kept")
{
    CHECK(read_text("10.0.0.0/8\n" + std::string(TextLines::longest_line + 1, ' ') + "\n10.0.0.0/8\n").error ==
          "FILE:2:1048577: expected a line of at most 1 MiB");
    CHECK(read_text("10.0.0.0/8\n" + std::string(TextLines::longest_line - 1, ' ') + "\n11.0.0.0/8\n").names() ==
          Names{"10.0.0.0/8", "11.0.0.0/8"});
}

TEST_CASE("of a text that is cut not even the whole lines are routes, and its last one is no shorter prefix")
{
    for (const std::string text :
         {"10.0.0.0/8\n10.0.0.0/1", "announce route 10.0.0.0/8 next-hop self\nannounce route 10.0.0.0/1"}) {
        const auto open = [&]() -> std::expected<OctetSource, std::string> {
            auto source = text_in_memory(text)().value();
            source.problem = [] { return std::string{"the compressed file is cut short"}; };
            return source;
        };
        auto source = TextRoutes::open("FILE", open, {});
        REQUIRE(source);
        CHECK(all_routes(*source).empty());
        CHECK(source->error() == "FILE: the compressed file is cut short, behind line 1");
    }
}

TEST_CASE("CSV has its columns by name, in any order")
{
    const auto read = read_text("as_path,Prefix,next-hop,origin,med,LOCAL_PREF,communities,large_community,path_id\r\n"
                                "65001 65002,10.0.0.0/8,192.0.2.1,egp,10,200,65001:1 no-export,65001:2:3,7\r\n"
                                "\r\n"
                                "\"65001 {65003,65004} 1.10\",2001:db8::/32,2001:db8::1+fe80::1,INCOMPLETE,0,0,,,\r\n"
                                ",10.1.0.0/16,,,,,,,\r\n");
    CHECK(read.error.empty());
    CHECK(read.kind == TextKind::csv);
    CHECK(read.names_next_hops);
    CHECK_FALSE(read.is_ordered);
    REQUIRE(read.routes.size() == 3);
    CHECK(read.routes[0] == TextRoute{"10.0.0.0/8 path-id 7",
                                      "40010101"
                                      "40020a02020000fde90000fdea"
                                      "8004040000000a"
                                      "400504000000c8"
                                      "c00808fde90001ffffff01"
                                      "c0200c0000fde90000000200000003",
                                      "c0000201"});
    CHECK(read.routes[1] == TextRoute{"2001:db8::/32",
                                      "40010102"
                                      "4002160201"
                                      "0000fde9"
                                      "0102"
                                      "0000fdeb0000fdec"
                                      "0201"
                                      "0001000a"
                                      "80040400000000"
                                      "40050400000000",
                                      "20010db8000000000000000000000001fe800000000000000000000000000001"});
    CHECK(read.routes[2] == TextRoute{"10.1.0.0/16", igp_and_no_as, ""});
}

TEST_CASE("CSV quotes as RFC 4180 does, and a quoted field may end on a later line")
{
    const auto read = read_text("\"prefix\",\"community\"\n\"10.0.0.0/8\",\"65001:1\n\n# 2\"\n").error;
    CHECK(read == "FILE:4:1: expected communities such as 65001:1 or no-export, with blanks between them, not '#'");
    const auto lines = read_text("prefix,community\n\"10.0.0.0/8\" ,\"65001:1\r\n65001:2\"\n10.1.0.0/16,\"\"\n");
    CHECK(lines.error.empty());
    REQUIRE(lines.routes.size() == 2);
    CHECK(lines.routes[0].attributes == std::string{igp_and_no_as} + "c00808fde90001fde90002");
    CHECK(lines.routes[1].attributes == igp_and_no_as);
    CHECK(read_text("prefix\n\"10.0.0.0\"\"/8\"\n").error ==
          "FILE:2:2: expected a prefix such as 192.0.2.0/24 or 2001:db8::/32, not '10.0.0.0\"/8'");
}

TEST_CASE("CSV that is wrong says where, and what was expected")
{
    const struct {
        const char* text;
        const char* error;
    } vectors[]{
        {"prefix,nexthop\n",
         "FILE:1:8: expected one of the columns prefix, next_hop, as_path, origin, med, local_pref, community, "
         "large_community, path_id, not 'nexthop'"},
        {"prefix,med,Prefix\n", "FILE:1:12: expected each column once, not 'Prefix'"},
        {"prefix,community,communities\n", "FILE:1:18: expected each column once, not 'communities'"},
        {"next_hop,med\n", "FILE:1:1: expected a column prefix in the header"},
        {"prefix,med\n10.0.0.0/8\n", "FILE:2:1: expected 2 fields, as the header has, not '1'"},
        {"prefix,med\n10.0.0.0/8,1,2\n", "FILE:2:12: expected 2 fields, as the header has, not '3'"},
        {"prefix,med\n,1\n", "FILE:2:1: expected a prefix such as 192.0.2.0/24 or 2001:db8::/32"},
        {"prefix,med\n10.0.0.1/8,1\n", "FILE:2:1: expected a prefix without bits behind its length, not '10.0.0.1/8'"},
        {"prefix,med\n10.0.0.0/8,4294967296\n", "FILE:2:12: expected a number of 0 to 4294967295, not '4294967296'"},
        {"prefix,med\n10.0.0.0/8,-1\n", "FILE:2:12: expected a number of 0 to 4294967295, not '-1'"},
        {"prefix,path_id\n10.0.0.0/8,1x\n", "FILE:2:12: expected a number of 0 to 4294967295, not '1x'"},
        {"prefix,origin\n10.0.0.0/8,?\n", "FILE:2:12: expected igp, egp or incomplete, not '?'"},
        {"prefix,as_path\n10.0.0.0/8,65001 65O02\n",
         "FILE:2:18: expected an AS number such as 64512 or 1.10, or a set such as {64512,64513}, not '65O02'"},
        {"prefix,as_path\n10.0.0.0/8,\"1 {}\"\n",
         "FILE:2:15: expected an AS number such as 64512 or 1.10, or a set such as {64512,64513}, not '{}'"},
        {"prefix,as_path\n10.0.0.0/8,1 {2 3\n", "FILE:2:14: expected the closing bracket of the set, not '{2 3'"},
        {"prefix,community\n10.0.0.0/8,65001:65536\n",
         "FILE:2:12: expected communities such as 65001:1 or no-export, with blanks between them, not '65001:65536'"},
        {"prefix,large_communities\n10.0.0.0/8,1:2\n",
         "FILE:2:12: expected large communities such as 65001:2:3, with blanks between them, not '1:2'"},
        {"prefix,next_hop\n10.0.0.0/8,self\n",
         "FILE:2:12: expected an address such as 192.0.2.1, 2001:db8::1 or 2001:db8::1+fe80::1, not 'self'"},
        {"next_hop,prefix\n192.0.2.1,2001:db8::/32\n",
         "FILE:2:1: expected a next hop of IPv6 for a prefix of IPv6, not '192.0.2.1'"},
        {"prefix\n\"10.0.0.0/8\"x\n", "FILE:2:13: expected a comma or the end of the line behind the closing quote, not 'x'"},
        {"prefix,med\n10.0.0.0/8,1\n10.1.0.0/16,\"\n1\n\n", "FILE:3:13: expected a closing quote for this one"},
    };
    for (const auto& vector : vectors) {
        CAPTURE(std::string{vector.text});
        CHECK(read_text(vector.text).error == vector.error);
    }
    std::string long_path = "prefix,as_path\n10.0.0.0/8,";
    for (int i = 0; i < 16'384; ++i) long_path += "65001 ";
    CHECK(read_text(long_path).error == "FILE:2:1: expected attributes that a message has room for, at most 65535 octets");
}

TEST_CASE("lines of ExaBGP's API are routes of every family, grouped where none is withdrawn")
{
    const auto read =
        read_text("# from a program\n"
                  "announce route 10.0.0.0/8 next-hop 192.0.2.1 as-path [65001]\n"
                  "announce route 10.1.0.0/16 next-hop self med 5\n"
                  "  announce attributes next-hop 2001:db8::1 community [65001:1] nlri 2001:db8:1::/48 2001:db8:2::/48\n"
                  "announce ipv4 unicast 10.2.0.0/16 next-hop 192.0.2.1 path-information 0.0.0.7;\n"
                  "announce ipv4 mpls-vpn 10.3.0.0/16 rd 65001:1 label 16 next-hop 192.0.2.1\n"
                  "announce route 10.4.0.0/16 next-hop 192.0.2.1 split /17 sync\n"
                  "announce eor ipv4 unicast\n");
    CHECK(read.error.empty());
    CHECK(read.kind == TextKind::exabgp);
    CHECK(read.names() == Names{"10.0.0.0/8", "10.1.0.0/16", "2001:db8:1::/48", "2001:db8:2::/48", "10.2.0.0/16 path-id 7",
                                "vpnv4 65001:1 10.3.0.0/16", "10.4.0.0/17", "10.4.128.0/17"});
    REQUIRE(read.routes.size() == 8);
    CHECK(read.routes[0].attributes == igp_and_path("4002060201"
                                                    "0000fde9"));
    CHECK(read.routes[0].next_hop == "c0000201");
    CHECK(read.routes[1].attributes == std::string{igp_and_no_as} + "80040400000005");
    CHECK(read.routes[1].next_hop.empty());
    CHECK(read.routes[2].attributes == std::string{igp_and_no_as} + "c00804fde90001");
    CHECK(read.routes[2].next_hop == "20010db8000000000000000000000001");
    CHECK_FALSE(read.is_ordered);
    CHECK_FALSE(read.has_times);
    CHECK(read.names_next_hops);
    CHECK(read.notes == Names{"1 line announce eor passed over: an End-of-RIB is sent behind all routes"});
}

TEST_CASE("lines of ExaBGP's API keep their order where routes are withdrawn")
{
    const auto read = read_text("announce route 10.0.0.0/8 next-hop self\nwithdraw route 10.0.0.0/8 next-hop self\n"
                                "announce route 10.0.0.0/8 next-hop self med 1\nwithdraw route 10.1.0.0/16\n");
    CHECK(read.error.empty());
    CHECK(read.is_ordered);
    CHECK_FALSE(read.has_times);
    CHECK_FALSE(read.names_next_hops);
    CHECK(read.names() == Names{"10.0.0.0/8", "-10.0.0.0/8", "10.0.0.0/8", "-10.1.0.0/16"});
    CHECK(read.routes[1].attributes.empty());
}

TEST_CASE("what else a line of ExaBGP's API can ask is refused")
{
    const std::string expected =
        "expected announce or withdraw with a route, for all peers, such as announce route 10.0.0.0/8 next-hop 192.0.2.1, not ";
    const struct {
        const char* text;
        std::string error;
    } vectors[]{
        {"neighbor 192.0.2.1 announce route 10.0.0.0/8 next-hop self\n", "FILE:1:1: " + expected + "'neighbor'"},
        {"announce route 10.0.0.0/8 next-hop self\n sleep 1\n", "FILE:2:2: " + expected + "'sleep'"},
        {"announce route 10.0.0.0/8 next-hop self\ndone\n", "FILE:2:1: " + expected + "'done'"},
        {"announce route 10.0.0.0/8 next-hop self watchdog w\n",
         "FILE:1:41: expected a route without a watchdog, which nobody would ask to let it go, not 'watchdog w'"},
        {"announce route 10.0.0.0/8\n",
         "FILE:1:16: a route needs a next-hop; the statement is: route PREFIX words (at '10.0.0.0/8')"},
        {"announce route 10.0.0.1/8 next-hop self\n",
         "FILE:1:16: a prefix with bits behind its length; the statement is: route PREFIX words (at '10.0.0.1/8')"},
    };
    for (const auto& vector : vectors) {
        CAPTURE(std::string{vector.text});
        CHECK(read_text(vector.text).error == vector.error);
    }
    CHECK(read_text("announce watchdog w\n").error.starts_with("FILE:1:10: "));
    CHECK(read_text("announce route 10.0.0.0/8 next-hop self\nannounce eor ipv5 unicast\n")
              .error.starts_with("FILE:2:10: expected a family"));
}

TEST_CASE("a text that is none of these says what is read, and what it looks like")
{
    const struct {
        const char* text;
        std::string error;
    } vectors[]{
        {"Table master4:\n10.0.0.0/8  unicast [x 12:00:00.000] * (100) [AS65001i]\n\tvia 192.0.2.1 on eth0\n",
         "FILE:1:1: " + read_are + "this looks like the output of BIRD's \"show route\""},
        {"10.0.0.0/8           unicast [x 12:00:00.000] * (100) [AS65001i]\n",
         "FILE:1:1: " + read_are + "this looks like the output of BIRD's \"show route\""},
        {R"({"routes":{"10.0.0.0/8":[{"nlri":{"prefix":"10.0.0.0/8"},"attrs":[]}]}})",
         "FILE:1:1: " + read_are + "this looks like the JSON of GoBGP's \"rib -j\""},
        {"[1]", "FILE:1:1: " + read_are + "this looks like JSON"},
        {"\n   Network          Next Hop            Metric LocPrf Weight Path\n*> 10.1.0.0/16\n",
         "FILE:2:1: " + read_are + "this looks like the table of \"show ip bgp\" (FRR, Cisco IOS, GoBGP)"},
        {"<html>", "FILE:1:1: " + read_are + "this looks like a page of the web"},
        {"neighbor 192.0.2.1 {\n",
         "FILE:1:1: " + read_are + "this looks like a configuration of ExaBGP, which loadgen speak reads"},
        {"name: x\n", "FILE:1:1: " + read_are + "this looks like YAML; scenarios are for loadgen run"},
        {"a,b\n", "FILE:1:1: " + read_are + "this looks like CSV whose header names no column that is known"},
        {"hello\x1b\n", "FILE:1:1: " + read_are + "this is no text"},
        {"hello", "FILE:1:1: " + read_are + "this begins with 'hello'"},
    };
    for (const auto& vector : vectors) {
        CAPTURE(std::string{vector.text});
        CHECK(read_text(vector.text).error == vector.error);
    }
    for (const auto* text : {"", "\n\n", "# nothing\r\n"})
        CHECK(read_text(text).error ==
              "FILE: has no routes in it; files that are read: MRT dumps, lists of prefixes, lines of bgpdump -m, "
              "CSV with named columns, announce and withdraw lines of ExaBGP's API, UPDATEs in hexadecimal digits");
}

}   // namespace barrage
