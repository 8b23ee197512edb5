// What configurations say and what comes of it: the octets of words that are easily taken for others, words in any case, and words that are
// accepted and have no effect. Octets are those of the RFCs and of ExaBGP.

#include "tests/support/doctest.hpp"

#include "codec/attribute/attribute_view.hpp"
#include "codec/message/update_view.hpp"
#include "loadgen/exabgp/grammar/check_route.hpp"
#include "loadgen/exabgp/grammar/parse.hpp"
#include "tests/support/hex.hpp"

using namespace barrage;
using namespace barrage::exabgp;

namespace {

struct Read {
    AttributePool pool;
    std::vector<TextError> warnings;
    Configuration configuration;
    std::string errors;

    explicit Read(const std::string& text)
    {
        auto parsed = parse_configuration_text(text, "x.conf", pool, &warnings);
        if (parsed)
            configuration = std::move(*parsed);
        else
            for (const auto& error : parsed.error()) errors += to_text(error) + "\n";
    }
    [[nodiscard]] const exabgp::Neighbor& only() const
    {
        CAPTURE(errors);
        REQUIRE(configuration.neighbors.size() == 1);
        return configuration.neighbors[0];
    }
};

std::string neighbor(const std::string& statements, const std::string& peer_as = "65000")
{
    return "neighbor 127.0.0.1 { router-id 192.0.2.1; local-address 127.0.0.2; local-as 65000; peer-as " + peer_as + "; " +
           statements + " }\n";
}

/// The value and the flags of one attribute of what would be sent; nothing where it is not there.
std::optional<std::string> attribute_of(const CheckedRoute& checked, AttributeType type)
{
    const auto view = split_update(checked.message);
    REQUIRE(view);
    for (Reader in{view->attributes}; const auto attribute = next_attribute(in);)
        if (attribute->type == type) return hex_text(attribute->whole);
    return std::nullopt;
}

std::string plain_hex(const char* octets) { return hex_text(hex(octets)); }

}   // namespace

TEST_CASE("flags of flows: sums of names, and packets that are no fragment")
{
    struct Row {
        const char* match;
        const char* nlri;
    };
    const Row rows[] = {
        {"protocol =ipip", "03 03 81 5e"},
        {"protocol =94", "03 03 81 5e"},
        {"protocol =4", "03 03 81 04"},
        {"tcp-flags [ =syn+ack !=rst ]", "05 09 01 12 83 04"},
        {"tcp-flags [ ns+syn ]", "04 09 90 0102"},
        {"tcp-flags [ SYN+ACK&!fin ]", "05 09 00 12 c2 01"},
        {"fragment [ first-fragment+last-fragment ]", "03 0c 80 0c"},
        {"fragment not-a-fragment", "03 0c 82 06"},   // RFC 8955 section 4.2.2.12: neither IsF nor FF
        {"fragment [ not-a-fragment !is-fragment+dont-fragment ]", "05 0c 02 06 82 03"},
        {"fragment !not-a-fragment", "03 0c 80 06"},
    };
    for (const auto& row : rows) {
        CAPTURE(std::string{row.match});
        const Read read{
            neighbor("family { ipv4 flow; } flow { route a { match { " + std::string{row.match} + "; } then { discard; } } }")};
        REQUIRE(read.only().routes.size() == 1);
        const auto& nlri = read.only().routes[0].key.nlri;
        CHECK(Octets(nlri.begin(), nlri.end()) == hex(row.nlri));
    }
    for (const auto* wrong : {"tcp-flags syn+", "tcp-flags syn+nothing", "fragment =not-a-fragment",
                              "fragment not-a-fragment+is-fragment", "protocol tcp+udp"}) {
        CAPTURE(std::string{wrong});
        const Read read{
            neighbor("family { ipv4 flow; } flow { route a { match { " + std::string{wrong} + "; } then { discard; } } }")};
        CHECK_FALSE(read.errors.empty());
    }
}

TEST_CASE("attributes as octets are sent as they are written, and noted")
{
    struct Row {
        const char* words;
        AttributeType type;
        const char* octets;
    };
    const Row rows[] = {
        {"attribute [0x0a 0x80 0x]", AttributeType::cluster_list, "80 0a 00"},
        {"attribute [0x11 0xc0 0x0201]", AttributeType::as4_path, "c0 11 02 0201"},
        {"attribute [0x12 0xc0 0x0000fde8c0000201]", AttributeType::as4_aggregator, "c0 12 08 0000fde8c0000201"},
        {"attribute [0x0f 0x80 0x000101]", AttributeType::mp_unreach_nlri, "80 0f 03 000101"},
        {"attribute [0x0e 0x80 0x0001010000]", AttributeType::mp_reach_nlri, "80 0e 05 0001010000"},
    };
    for (const auto& row : rows) {
        CAPTURE(std::string{row.words});
        const Read read{neighbor("static { route 198.51.100.0/24 next-hop 192.0.2.1 " + std::string{row.words} + "; }")};
        REQUIRE(read.only().routes.size() == 1);
        const auto checked = check_route(read.only(), read.only().routes[0]);
        CHECK(checked.error.empty());
        CHECK(attribute_of(checked, row.type) == plain_hex(row.octets));
        CHECK_FALSE(checked.notes.empty());
    }
}

TEST_CASE("AIGP goes to another AS only where that is enabled: RFC 7311 section 3.1")
{
    const std::string route = "static { route 10.0.0.0/24 next-hop 1.2.3.4 aigp 100; } ";
    const auto sent = [&](const std::string& statements, const std::string& peer_as) {
        const Read read{neighbor(route + statements, peer_as)};
        const auto checked = check_route(read.only(), read.only().routes[0]);
        const auto aigp = attribute_of(checked, AttributeType::aigp);
        CHECK(checked.notes.empty() == aigp.has_value());
        return aigp;
    };
    const auto aigp = plain_hex("80 1a 0b 01 000b 0000000000000064");
    CHECK(sent("", "65000") == aigp);
    CHECK_FALSE(sent("", "65001"));
    CHECK(sent("capability { aigp Enable; }", "65001") == aigp);
}

TEST_CASE("several labels are said before they are sent: RFC 8277 section 2.1")
{
    const std::string family = "family { ipv4 nlri-mpls; } ";
    for (const auto& [label, notes] : {std::pair{"[ 16 17 ]", 1u}, std::pair{"[ 16 ]", 0u}}) {
        CAPTURE(std::string{label});
        const Read read{
            neighbor(family + "static { route 198.51.100.0/24 label " + std::string{label} + " next-hop 192.0.2.1; }")};
        const auto checked = check_route(read.only(), read.only().routes.at(0));
        CHECK(checked.error.empty());
        CHECK(checked.notes.size() == notes);
    }
}

TEST_CASE("an IPv6 route with an IPv4 next hop before its own has both: NEXT_HOP and MP_REACH_NLRI")
{
    const Read read{neighbor("family { ipv4 unicast; ipv6 unicast; } "
                             "static { route 2001:db8:100::/64 { next-hop 0.0.0.0; next-hop 2001:db8::2; } }",
                             "65001")};
    const auto checked = check_route(read.only(), read.only().routes.at(0));
    CHECK(checked.error.empty());
    CHECK(attribute_of(checked, AttributeType::next_hop) == plain_hex("40 03 04 00000000"));
    CHECK(attribute_of(checked, AttributeType::mp_reach_nlri) ==
          plain_hex("80 0e 1e 0002 01 10 20010db8000000000000000000000002 00 40 20010db801000000"));
}

TEST_CASE("a next hop with a link-local one behind it, and one as octets")
{
    const auto next_hop = [](const std::string& words) {
        AttributePool pool;
        std::vector<std::string> watchdogs;
        const auto routes = parse_routes(words, false, pool, watchdogs);
        REQUIRE(routes);
        const auto octets = routes->at(0).attributes->next_hop();
        return hex_text(octets);
    };
    CHECK(next_hop("route 2001:db8::/32 next-hop 2001:db8::1 link-local fe80::1 med 5") ==
          plain_hex("20010db8000000000000000000000001 fe800000000000000000000000000001"));   // RFC 2545 section 3
    CHECK(next_hop("ipv6 mpls-vpn 2001:db8::/32 rd 1:1 label 3 next-hop 2001:db8::1 link-local fe80::1") ==
          plain_hex("0000000000000000 20010db8000000000000000000000001 0000000000000000 fe800000000000000000000000000001"));
    CHECK(next_hop("route 2001:db8::/32 next-hop 0x0102030405") == "0102030405");
}

TEST_CASE("values are words in any case")
{
    const Read read{
        neighbor("auto-flush True; group-updates FALSE; family { ipv4 Unicast; IPV6 unicast; } "
                 "capability { add-path Send/Receive; route-refresh Enable; graceful-restart Disabled; nexthop AUTO; }")};
    CHECK_FALSE(read.errors.empty());   // what a statement begins with is as ExaBGP has it
    const Read good{
        neighbor("auto-flush True; group-updates FALSE; family { ipv4 Unicast; ipv6 UNICAST; } "
                 "capability { add-path Send/Receive; route-refresh Enable; graceful-restart Disabled; nexthop AUTO; }")};
    CHECK(good.only().auto_flush);
    CHECK_FALSE(good.only().group_updates);
    CHECK(good.only().families == FamilySet{ipv4_unicast, ipv6_unicast});
    CHECK(good.only().add_path == AddPathWish::send_receive);
    CHECK(good.only().route_refresh);
    CHECK_FALSE(good.only().graceful_restart);
    CHECK(good.warnings.empty());
}

TEST_CASE("words that are accepted and have no effect are warnings, where they stand")
{
    struct Row {
        std::string text;
        std::string token;   // where
        std::string what;    // a part of it
    };
    const std::string process = "process p { run /bin/cat; encoder text; }\n";
    const auto api = [](const std::string& words) { return neighbor("api { processes [ p ]; " + words + " }"); };
    const Row rows[] = {
        {"process nobody { run /bin/cat; encoder text; }\n" + neighbor(""), "nobody", "no neighbor names"},
        {"template { neighbor base { hold-time 90; } }\n" + neighbor("inherit base; hold-time 30;"), "hold-time",
         "template base"},
        {"template { neighbor base { capability { asn4 disable; } } }\n" + neighbor("inherit base; capability { asn4 enable; }"),
         "asn4", "template base"},
        {neighbor("hold-time 30; hold-time 60;"), "hold-time", "given again"},
        {neighbor("md5-password \"\";"), "md5-password", "empty key"},
        {neighbor("md5-base64;"), "md5-base64", "no md5-password"},
        {neighbor("md5-password secret; md5-ip 127.0.0.1;"), "md5-ip", "has no effect"},
        {neighbor("auto-flush disable;"), "auto-flush", "has no effect"},
        {neighbor("adj-rib-out disable;"), "adj-rib-out", "has no effect"},
        {neighbor("passive; connect 1790;"), "connect", "passive"},
        {neighbor("family { ipv4 unicast; } nexthop { ipv4 unicast ipv6; }"), "ipv4", "ipv6 unicast is not among the families"},
        {neighbor("family { ipv4 unicast; ipv6 unicast; } nexthop { ipv6 unicast ipv4; }"), "ipv6", "RFC 8950"},
        {neighbor("family { ipv4 unicast; ipv6 unicast; } nexthop { ipv4 unicast ipv6; } capability { nexthop disable; }"),
         "ipv4", "is disabled"},
        {neighbor("family { ipv4 unicast; } add-path { ipv4 unicast; }"), "unicast", "is disabled"},
        {neighbor("family { ipv4 unicast; } add-path { ipv4 unicast; ipv6 unicast; } capability { add-path send; }"), "unicast",
         "not among the families"},
        {neighbor("family { ipv6 unicast; } static { route 10.0.0.0/24 next-hop 1.1.1.1; }"), "10.0.0.0/24",
         "not among the families"},
        {neighbor("capability { graceful-restart 5000; }"), "graceful-restart",
         "904 seconds"},   // 5000 & 4095: RFC 4724 section 3
        {neighbor("family { ipv4 flow; } capability { add-path send; }"), "add-path", "no family for it"},
        {"template { neighbor base { hold-time 90; } }\n" + neighbor(""), "base", "no neighbor inherits"},
        {neighbor("peer-address 127.0.0.9;"), "127.0.0.9", "replaces"},
        {neighbor("api { processes-match [ \"none.*\" ]; }"), "api", "matches the name of no process"},
        {neighbor("operational { asm afi ipv4 safi unicast advisory \"x\"; }"), "operational", "operational enable"},
        {process + api("receive { update; }"), "api", "neither parsed"},
        {process + api("send { parsed; }"), "api", "no kind of message"},
        {neighbor("api { neighbor-changes; }"), "api", "names no process"},
        {neighbor("static { route 10.0.0.0/24 next-hop 1.1.1.1 split /24; }"), "10.0.0.0/24", "split"},
        {neighbor("static { route 10.0.0.0/24 next-hop 1.1.1.1 withdraw; }"), "10.0.0.0/24", "watchdog"},
        {neighbor("static { route 10.0.0.0/24 next-hop 1.1.1.1 med 1 med 2; }"), "med", "the first one counts"},
        {neighbor("static { route 10.0.0.0/24 { next-hop 1.1.1.1; med 1; med 2; } }"), "med", "the first one counts"},
        {neighbor("static { route 10.0.0.0/24 next-hop 1.1.1.1 label 3 label 4; }"), "label", "the last one counts"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.text);
        const Read read{row.text};
        CAPTURE(read.errors);
        CHECK(read.errors.empty());
        REQUIRE(read.warnings.size() == 1);
        const auto& warning = read.warnings[0];
        CAPTURE(warning.text);
        CHECK(warning.token == row.token);
        CHECK(warning.line > 0);
        CHECK(warning.column > 0);
        CHECK(warning.text.find(row.what) != std::string::npos);
    }
}

TEST_CASE("every word without effect of a file is told, line by line")
{
    const Read read{"process nobody { run /bin/cat; encoder text; }\n"
                    "template { neighbor base { local-as 65000; hold-time 90; } }\n"
                    "neighbor 127.0.0.1 {\n"
                    "    inherit base; hold-time 30; md5-password \"\";\n"
                    "    router-id 192.0.2.1; local-address 127.0.0.2; peer-as 65001;\n"
                    "    family { ipv4 unicast; }\n"
                    "    nexthop { ipv4 unicast ipv6; }\n"
                    "}\n"};
    CHECK(read.only().hold_time == 90);
    std::vector<std::string> reported;
    for (const auto& warning : read.warnings)
        reported.push_back(std::to_string(warning.line) + ":" + std::to_string(warning.column) + " " + warning.token);
    CHECK(reported == std::vector<std::string>{"1:9 nobody", "4:19 hold-time", "4:33 md5-password", "7:15 ipv4"});
}
