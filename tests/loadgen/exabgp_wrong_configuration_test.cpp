// Wrong configurations: a good one with one thing changed. Each is told where it is wrong, and nothing of it is applied.

#include "tests/support/doctest.hpp"

#include <algorithm>
#include <array>

#include "loadgen/exabgp/grammar/parse.hpp"

using namespace barrage;
using namespace barrage::exabgp;

namespace {

/// A word of nearly every kind; each of its lines can be spoiled alone.
constexpr std::string_view good = R"(process service {
    run /bin/cat --now;
    encoder json;
    respawn false;
}
template {
    neighbor all {
        hold-time 180;
        capability {
            graceful-restart 1200;
            add-path send/receive;
            route-refresh;
        }
    }
}
neighbor 192.0.2.1 {
    inherit all;
    description "a router";
    router-id 1.2.3.4;
    local-address 192.0.2.2;
    local-as 65000;
    peer-as 65001;
    rate-limit 100;
    listen 179;
    outgoing-ttl 1;
    md5-password secret;
    group-updates false;
    family {
        ipv4 unicast;
        ipv4 nlri-mpls;
        ipv4 mpls-vpn;
        ipv4 mcast-vpn;
        ipv4 mup;
        ipv4 flow;
        l2vpn vpls;
        ipv6 unicast;
    }
    add-path {
        ipv4 unicast;
    }
    nexthop {
        ipv4 unicast ipv6;
    }
    api speaking {
        processes [ service ];
        neighbor-changes;
        receive {
            parsed;
            update;
        }
    }
    static {
        route 10.0.0.0/24 next-hop 192.0.2.2;
        route 10.0.1.0/24 next-hop 192.0.2.2;
        route 10.0.2.0/24 next-hop 192.0.2.2 med 10 community [ 1:2 3:4 ];
        route 10.0.3.0/24 {
            next-hop self;
            as-path [ 1 2 ];
            local-preference 100;
        }
        route 10.0.4.0/24 rd 65000:1 label 3 next-hop 192.0.2.2 extended-community target:65000:1;
        route 10.0.5.0/24 label 3 next-hop 192.0.2.2 bgp-prefix-sid [ 777 ];
        route 2001:db8::/32 next-hop 2001:db8::1 split /33;
        attributes origin igp next-hop 192.0.2.2 nlri 10.1.0.0/24 10.2.0.0/24;
        route 10.3.0.0/24 next-hop 192.0.2.2 aggregator ( 1:1.1.1.1 ) attribute [ 0x20 0xc0 0x00 ];
    }
    announce {
        ipv4 {
            unicast 10.4.0.0/24 next-hop 192.0.2.2;
            mcast-vpn source-ad source 10.0.0.1 group 239.0.0.1 rd 1:2 next-hop 192.0.2.2;
            mup mup-dsd 10.0.0.1 rd 1:2 next-hop 192.0.2.2;
        }
    }
    flow {
        route web {
            match {
                source 10.0.0.0/8;
                port [ =80 >1024&<2048 ];
                tcp-flags [ syn ];
            }
            then {
                rate-limit 9600;
            }
        }
        route destination 10.0.0.1/32 discard;
    }
    l2vpn {
        vpls site {
            endpoint 5;
            base 10702;
            offset 1;
            size 8;
            rd 1:2;
            next-hop 192.0.2.2;
        }
    }
    operational {
        asm afi ipv4 safi unicast advisory "hello";
    }
}
)";

struct Mutation {
    std::string_view what;   // stands once in the good text
    std::string_view with;
    int line_below = 0;   // of the error, seen from where the change begins
};

/// Where a word of the good one is replaced, and how many lines below the error is seen.
constexpr Mutation mutations[] = {
    {"process service", "process"},
    {"process service", "prozess service"},
    {"run /bin/cat --now", "run /bin/no-such-program"},
    {"run /bin/cat --now", "run"},
    {"run /bin/cat --now", "run /bin"},
    {"run /bin/cat --now;", "", -1},
    {"encoder json", "encoder xml"},
    {"encoder json", "encoder"},
    {"    encoder json;\n", "", -2},
    {"respawn false", "respawn maybe"},
    {"template {", "templates {"},
    {"neighbor all {", "neighbor {"},
    {"neighbor all {", "peer all {"},
    {"hold-time 180", "hold-time 2"},
    {"hold-time 180", "hold-time 65536"},
    {"hold-time 180", "hold-time"},
    {"hold-time 180;", "hold-time 180", 1},
    {"hold-time 180", "hold-time 180 190"},
    {"graceful-restart 1200", "graceful-restart never"},
    {"add-path send/receive", "add-path both"},
    {"route-refresh;", "rout-refresh;"},
    {"neighbor 192.0.2.1 {", "neighbor 192.0.2 {"},
    {"neighbor 192.0.2.1 {", "neighbor 192.0.2.0/24 {"},
    {"neighbor 192.0.2.1 {", "neighbor 192.0.2.1/24 {"},
    {"neighbor 192.0.2.1 {", "neighbor 2001:db8::1 {"},
    {"inherit all", "inherit none"},
    {"inherit all", "inherit"},
    {"description \"a router\"", "description \"a router"},
    {"description \"a router\"", "description"},
    {"router-id 1.2.3.4", "router-id 1.2.3"},
    {"router-id 1.2.3.4", "router-id ::1"},
    {"local-address 192.0.2.2", "local-address 192.0.2.256"},
    {"local-address 192.0.2.2", "local-address ::1", -4},
    {"local-as 65000", "local-as 4294967296"},
    {"local-as 65000", "local-as -1"},
    {"peer-as 65001", "peer-as 1.65536"},
    {"rate-limit 100", "rate-limit 0"},
    {"listen 179", "listen 65536"},
    {"outgoing-ttl 1", "outgoing-ttl 256"},
    {"md5-password secret", "md5-password"},
    {"group-updates false", "group-updates never"},
    {"group-updates false", "groupupdates false"},
    {"ipv4 nlri-mpls;", "ipv4 labels;"},
    {"ipv4 nlri-mpls;", "ipv4;"},
    {"ipv4 nlri-mpls;", "ipv5 nlri-mpls;"},
    {"ipv4 nlri-mpls;", "ipv4 unicast;"},
    {"l2vpn vpls;", "l2vpn unicast;"},
    {"    ipv6 unicast;\n    }\n", "    }\n", 26},
    {"nexthop {\n        ipv4 unicast ipv6", "nexthop {\n        ipv4 unicast ipv4", 1},
    {"nexthop {\n        ipv4 unicast ipv6", "nexthop {\n        ipv4 unicast", 1},
    {"processes [ service ]", "processes [ nobody ]"},
    {"processes [ service ]", "processes [ service"},
    {"neighbor-changes;", "neighbour-changes;"},
    {"parsed;", "parse;"},
    {"parsed;", "parsed perhaps;"},
    {"route 10.0.0.0/24", "route 10.0.0.0/33"},
    {"route 10.0.0.0/24", "route 10.0.0.1/24"},
    {"route 10.0.0.0/24", "route 10.0.0/24"},
    {"route 10.0.0.0/24", "route"},
    {"route 10.0.0.0/24", "rout 10.0.0.0/24"},
    {"route 10.0.1.0/24", "route 10.0.1.0/-1"},
    {"10.0.1.0/24 next-hop 192.0.2.2;", "10.0.1.0/24;"},
    {"10.0.1.0/24 next-hop 192.0.2.2;", "10.0.1.0/24 next-hop;"},
    {"10.0.1.0/24 next-hop 192.0.2.2;", "10.0.1.0/24 next-hop 192.0.2.2", 1},
    {"10.0.1.0/24 next-hop 192.0.2.2;", "10.0.1.0/24 next-hop 192.0.2.2 local-pref 1;"},
    {"10.0.1.0/24 next-hop 192.0.2.2;", "10.0.1.0/24 next-hop 192.0.2.2 rd 1:1;"},
    {"10.0.1.0/24 next-hop 192.0.2.2;", "10.0.1.0/24 next-hop 192.0.2.2 split 25;"},
    {"10.0.1.0/24 next-hop 192.0.2.2;", "10.0.1.0/24 next-hop 192.0.2.2 split /33;"},
    {"10.0.1.0/24 next-hop 192.0.2.2;", "10.0.1.0/24 next-hop 192.0.2.2 watchdog;"},
    {"10.0.1.0/24 next-hop 192.0.2.2;", "10.0.1.0/24 next-hop 192.0.2.2 aigp x;"},
    {"10.0.1.0/24 next-hop 192.0.2.2;", "10.0.1.0/24 next-hop 192.0.2.2 cluster-list [ ];"},
    {"10.0.1.0/24 next-hop 192.0.2.2;", "10.0.1.0/24 next-hop 192.0.2.2 originator-id 1;"},
    {"10.0.1.0/24 next-hop 192.0.2.2;", "10.0.1.0/24 next-hop 192.0.2.2 large-community 1:2;"},
    {"10.0.1.0/24 next-hop 192.0.2.2;", "10.0.1.0/24 next-hop 192.0.2.2 bgp-prefix-sid-srv6 ( l4-service ::1 );"},
    {"10.0.1.0/24 next-hop 192.0.2.2;", "10.0.1.0/24 next-hop 192.0.2.2 path-information 4294967296;"},
    {"med 10", "med ten"},
    {"[ 1:2 3:4 ]", "[ 1:2 3:65536 ]"},
    {"[ 1:2 3:4 ]", "[ 1:2 3:4"},
    {"[ 1:2 3:4 ]", "1:2 3:4 ]"},
    {"next-hop self;", "next-hop me;"},
    {"next-hop self;", "", -1},
    {"as-path [ 1 2 ]", "as-path [ 1 two ]"},
    {"as-path [ 1 2 ]", "as-path [ 1 2 )"},
    {"local-preference 100", "local-preference -100"},
    {"rd 65000:1 label", "rd 65000 label"},
    {"rd 65000:1 label", "rd 70000:70000 label"},
    {"label 3 next-hop 192.0.2.2 extended", "label 1048576 next-hop 192.0.2.2 extended"},
    {"label 3 next-hop 192.0.2.2 extended", "next-hop 192.0.2.2 extended"},
    {"target:65000:1;", "targets:65000:1;"},
    {"target:65000:1;", "0x0002;"},
    {"[ 777 ]", "777"},
    {"split /33", "split /129"},
    {"attributes origin igp", "attributes origin ibgp"},
    {" nlri 10.1.0.0/24 10.2.0.0/24", ""},
    {"nlri 10.1.0.0/24 10.2.0.0/24", "nlri"},
    {"nlri 10.1.0.0/24 10.2.0.0/24", "nlri 10.1.0.0/24 med 1"},
    {"aggregator ( 1:1.1.1.1 )", "aggregator ( 1.1.1.1:1 )"},
    {"aggregator ( 1:1.1.1.1 )", "aggregator ( 1:1.1.1.1"},
    {"[ 0x20 0xc0 0x00 ]", "[ 32 0xc0 0x00 ]"},
    {"[ 0x20 0xc0 0x00 ]", "[ 0x20 0xc0 0x000 ]"},
    {"[ 0x20 0xc0 0x00 ]", "[ 0x0e 0x80 0x0 ]"},
    {"unicast 10.4.0.0/24", "unicast 2001:db8::/32"},
    {"unicast 10.4.0.0/24", "unicast 10.4.0.0/24 label 3"},
    {"mcast-vpn source-ad", "mcast-vpn source-add"},
    {"group 239.0.0.1", "grp 239.0.0.1"},
    {"mup mup-dsd 10.0.0.1", "mup mup-dsd 10.0.0.0/24"},
    {"announce {\n        ipv4 {", "announce {\n        ipv7 {", 1},
    {"source 10.0.0.0/8;", "source 10.0.0.0;"},
    {"source 10.0.0.0/8;", "source 2001:db8::/32; destination 10.0.0.0/8;", -2},
    {"[ =80 >1024&<2048 ]", "[ =80 >1024&<65536 ]"},
    {"[ =80 >1024&<2048 ]", "[ =80 >1024& ]"},
    {"[ =80 >1024&<2048 ]", "[ ]"},
    {"tcp-flags [ syn ]", "tcp-flags [ sin ]"},
    {"rate-limit 9600;", "rate-limit fast;"},
    {"rate-limit 9600;", "drop;"},
    {"route destination 10.0.0.1/32 discard", "route discard"},
    {"endpoint 5;", "endpoint 65536;"},
    {"endpoint 5;", "", -1},
    {"rd 1:2;\n", "\n", -5},
    {"advisory \"hello\"", "advisory"},
    {"asm afi ipv4", "asm ipv4"},
};

std::size_t line_of(std::string_view text, std::size_t at)
{
    return 1 + static_cast<std::size_t>(std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n'));
}

}   // namespace

TEST_CASE("the configuration that is to be spoiled is right")
{
    AttributePool pool;
    const auto parsed = parse_configuration_text(good, "good.conf", pool);
    if (!parsed)
        for (const auto& error : parsed.error()) MESSAGE(to_text(error));
    REQUIRE(parsed);
    CHECK(parsed->neighbors.at(0).routes.size() == 17);
}

TEST_CASE("each of a hundred changes is told at its line")
{
    static_assert(std::size(mutations) >= 100);
    for (const auto& mutation : mutations) {
        CAPTURE(std::string{mutation.what});
        CAPTURE(std::string{mutation.with});
        const auto at = good.find(mutation.what);
        REQUIRE(at != std::string_view::npos);
        REQUIRE(good.find(mutation.what, at + 1) == std::string_view::npos);
        const auto text =
            std::string{good.substr(0, at)} + std::string{mutation.with} + std::string{good.substr(at + mutation.what.size())};
        AttributePool pool;
        const auto parsed = parse_configuration_text(text, "wrong.conf", pool);
        REQUIRE_FALSE(parsed);
        CHECK(pool.size().sets == 0);   // nothing of it is held
        const auto& first = parsed.error().front();
        CAPTURE(to_text(first));
        CHECK(first.file == "wrong.conf");
        CHECK(first.line == line_of(good, at) + static_cast<std::size_t>(mutation.line_below));
        CHECK(first.column > 0);
        CHECK(!first.text.empty());
    }
}

TEST_CASE("a configuration that ends too early, or lacks a word, never crashes")
{
    for (std::size_t size = 0; size < good.size(); ++size) {
        AttributePool pool;
        (void)parse_configuration_text(good.substr(0, size), "cut.conf", pool);
    }
    for (std::size_t at = 0; at < good.size();) {   // without one word each
        const auto begin = good.find_first_not_of(" \n", at);
        if (begin == std::string_view::npos) break;
        at = std::min(good.find_first_of(" \n", begin), good.size());
        AttributePool pool;
        (void)parse_configuration_text(std::string{good.substr(0, begin)} + std::string{good.substr(at)}, "cut.conf", pool);
    }
}

TEST_CASE("all errors of a file are told, in the order of its lines")
{
    AttributePool pool;
    const auto parsed = parse_configuration_text(
        "neighbor 10.0.0.1 {\n hold-time 1;\n router-id x;\n static {\n  route 1.1.1.1/8 next-hop 1.1.1.1;\n"
        "  route 1.0.0.0/8 next-hop 1.1.1.1;\n  route 2.0.0.0/8;\n }\n nonsense { a; { b; } }\n peer-as z;\n}\n",
        "x.conf", pool);
    REQUIRE_FALSE(parsed);
    std::vector<std::uint32_t> lines;
    for (const auto& error : parsed.error()) lines.push_back(error.line);
    CHECK(lines == std::vector<std::uint32_t>{2, 3, 5, 7, 9, 10});
    CHECK(to_text(parsed.error()[0]) ==
          "x.conf:2:12: expected 0, or 3 to 65535 seconds; the statement is: hold-time SECONDS (0, or 3 to 65535) (at '1')");
}

TEST_CASE("errors are told up to a hundred")
{
    std::string text;
    for (int i = 0; i < 1000; ++i) text += "nonsense;\n";
    AttributePool pool;
    const auto parsed = parse_configuration_text(text, "x.conf", pool);
    REQUIRE_FALSE(parsed);
    CHECK(parsed.error().size() == 100);
}

TEST_CASE("a file that is not there is told with the reason")
{
    AttributePool pool;
    const auto parsed = parse_configuration({"/no/such/file.conf"}, pool);
    REQUIRE_FALSE(parsed);
    CHECK(to_text(parsed.error().at(0)) == "/no/such/file.conf: cannot be read: No such file or directory");
}

TEST_CASE("two neighbors of one name, and templates of one name, are told")
{
    constexpr std::string_view neighbor =
        "neighbor 10.0.0.1 { router-id 1.1.1.1; local-address 10.0.0.2; local-as 1; peer-as 1; }\n";
    AttributePool pool;
    const auto twice = parse_configuration_text(std::string{neighbor} + std::string{neighbor}, "x.conf", pool);
    REQUIRE_FALSE(twice);
    CHECK(twice.error().at(0).line == 2);
    const auto templates =
        parse_configuration_text("template {\n neighbor a { }\n neighbor a { }\n}\n" + std::string{neighbor}, "x.conf", pool);
    REQUIRE_FALSE(templates);
    CHECK(templates.error().at(0).line == 3);
    const auto circle = parse_configuration_text(
        "template { neighbor a { inherit b; } neighbor b { inherit a; } }\nneighbor 10.0.0.1 { inherit a; router-id "
        "1.1.1.1; local-address 10.0.0.2; local-as 1; peer-as 1; }\n",
        "x.conf", pool);
    CHECK_FALSE(circle);
}
