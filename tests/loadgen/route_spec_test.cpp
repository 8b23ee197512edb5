#include "tests/support/doctest.hpp"

#include "loadgen/routes/route_spec.hpp"

using namespace barrage;

TEST_CASE("what begins with no known word is a file")
{
    for (const auto* text : {"rib.20140523.bz2", "/data/full-table", "full-table", "table:1M", "./range:x"}) {
        CAPTURE(std::string{text});
        CHECK(parse_route_spec(text) == RouteSpec{RouteFile{text}});
    }
}

TEST_CASE("of a dump with several snapshots one can be taken")
{
    CHECK(parse_route_spec("rib.bz2,snapshot=2") == RouteSpec{RouteFile{"rib.bz2", 2}});
    CHECK(parse_route_spec("/a,b/rib,snapshot=1") == RouteSpec{RouteFile{"/a,b/rib", 1}});
    CHECK(parse_route_spec("snapshot=2") == RouteSpec{RouteFile{"snapshot=2"}});
    CHECK(parse_route_spec("rib,v=2") == RouteSpec{RouteFile{"rib,v=2"}});
    for (const auto* wrong :
         {"rib,snapshot=", "rib,snapshot=0", "rib,snapshot=two", "rib,snapshot=-1", "rib,snapshot=2,", ",snapshot=2"}) {
        CAPTURE(std::string{wrong});
        CHECK(!parse_route_spec(wrong));
    }
    CHECK(parse_route_spec("rib,snapshot=0").error() == "column 14: '0': expected a number of at least 1");
}

TEST_CASE("a full table has a size and options")
{
    CHECK(parse_route_spec("full-table:1M") == RouteSpec{FullTableDescription{}});
    CHECK(parse_route_spec("full-table:200k,seed=7,family=ipv6,next-hop=2001:db8::9") ==
          RouteSpec{FullTableDescription{
              .routes = 200'000, .seed = 7, .family = ipv6_unicast, .next_hop = IpAddress::from_text("2001:db8::9")}});
}

TEST_CASE("a range has its place, its count and options")
{
    PrefixRangeDescription range;
    range.address = *IpAddress::from_text("10.0.0.0");
    range.prefix = 24;
    range.count = 1000;
    CHECK(parse_route_spec("range:10.0.0.0/24x1k") == RouteSpec{range});

    range.step = 2;
    range.as_path = {{64512}, {65546}};
    range.communities = {{65001u << 16 | 1}, {65001u << 16 | 2}, {65002u << 16}, {0xffffff01}};
    range.large_communities = {{1, 2, 3}};
    range.multi_exit_disc = 100;
    range.local_pref = 200;
    range.next_hop = IpAddress::from_text("192.0.2.1");
    range.origin = Origin::Value::incomplete;
    range.path_id = PathId{9};
    CHECK(parse_route_spec("range:10.0.0.0/24x1k,step=2,as-path=64512 1.10,community=65001:1 65001:2,community=65002:0 no-export,"
                           "large-community=1:2:3,med=100,local-pref=200,next-hop=192.0.2.1,origin=incomplete,path-id=9") ==
          RouteSpec{range});

    PrefixRangeDescription ipv6;
    ipv6.address = *IpAddress::from_text("2001:db8::");
    ipv6.prefix = 48;
    ipv6.count = 3;
    CHECK(parse_route_spec("range:2001:db8::/48x3") == RouteSpec{ipv6});
}

TEST_CASE("an error names its column and what was expected")
{
    const struct {
        const char* text;
        const char* error;
    } vectors[]{
        {"", "column 1: '': expected a file, full-table:COUNT or range:ADDRESS/LENGTHxCOUNT"},
        {"full-table:", "column 12: '': expected a whole number such as 100, 100k, 1.5M or 2G"},
        {"full-table:1X", "column 12: '1X': expected a whole number such as 100, 100k, 1.5M or 2G"},
        {"full-table:0", "column 12: a full table of 0 routes: expected 1 to 100000000"},
        {"full-table:200M", "column 12: a full table of 200000000 routes: expected 1 to 100000000"},
        {"full-table:1M,sed=1", "column 15: 'sed': expected seed=, family= or next-hop="},
        {"full-table:1M,seed=x", "column 20: 'x': expected a whole number such as 100, 100k, 1.5M or 2G"},
        {"full-table:1M,family=evpn", "column 22: 'evpn': expected ipv4 or ipv6"},
        {"full-table:1M,seed=1,seed=2", "column 22: 'seed': expected this option once"},
        {"full-table:1M,", "column 15: '': expected seed=, family= or next-hop="},
        {"range:", "column 7: '': expected ADDRESS/LENGTHxCOUNT such as 10.0.0.0/24x100k"},
        {"range:10.0.0.0", "column 7: '10.0.0.0': expected ADDRESS/LENGTHxCOUNT such as 10.0.0.0/24x100k"},
        {"range:10.0.0/24x1", "column 7: '10.0.0': expected an address such as 10.0.0.0 or 2001:db8::"},
        {"range:10.0.0.0/33x1", "column 16: '33': expected a prefix length of 0 to 32"},
        {"range:10.0.0.0/24", "column 18: '': expected xCOUNT such as x100k"},
        {"range:10.0.0.0/24x", "column 19: '': expected a whole number such as 100, 100k, 1.5M or 2G"},
        {"range:10.0.0.0/24x1,med=4294967296", "column 25: '4294967296': expected a number of 0 to 4294967295"},
        {"range:10.0.0.0/24x1,as-path=1  x", "column 32: 'x': expected an AS number such as 64512 or 1.10"},
        {"range:10.0.0.0/24x1,as-path=", "column 29: '': expected an AS number such as 64512 or 1.10"},
        {"range:10.0.0.0/24x1,community=65536:1", "column 31: '65536:1': expected a community such as 65001:1 or no-export"},
        {"range:10.0.0.0/24x1,large-community=1:2", "column 37: '1:2': expected a large community such as 65001:2:3"},
        {"range:10.0.0.0/24x1,origin=none", "column 28: 'none': expected igp, egp or incomplete"},
        {"range:10.0.0.0/24x1,next-hop=self",
         "column 30: 'self': expected an address such as 192.0.2.1, 2001:db8::1 or 2001:db8::1+fe80::1"},
        {"range:10.0.0.0/24x1,med=1,med=2", "column 27: 'med': expected this option once"},
        {"range:255.255.255.0/24x2",
         "column 7: 255.255.255.0/24 has room for 1 prefixes with a step of 1 before the address space ends, not 2"},
    };
    for (const auto& vector : vectors) {
        CAPTURE(std::string{vector.text});
        const auto spec = parse_route_spec(vector.text);
        REQUIRE_FALSE(spec);
        CHECK(spec.error() == vector.error);
    }
}
