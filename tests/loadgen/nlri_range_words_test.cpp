#include "tests/support/doctest.hpp"

#include <set>

#include "codec/attribute/extended_communities.hpp"
#include "codec/nlri/nlri_families.hpp"
#include "loadgen/routes/range_flows.hpp"
#include "loadgen/routes/range_kinds.hpp"
#include "loadgen/routes/route_spec.hpp"
#include "tests/support/hex.hpp"

using namespace barrage;

namespace {

NlriRangeDescription range(std::string_view text)
{
    const auto spec = parse_route_spec(text);
    if (!spec) FAIL(spec.error());
    REQUIRE(std::holds_alternative<NlriRangeDescription>(*spec));
    return std::get<NlriRangeDescription>(*spec);
}
std::string nlri(std::string_view text)
{
    const auto description = range(text);
    Octets made;
    return to_hex(description.nlri.write(0, description.count, made));
}
std::string octets(std::string_view text) { return to_hex(hex(text)); }

/// A range of each kind, with the words that it needs.
const std::string_view each_kind[]{
    "ipv4:10.0.0.0/24x500,paths=2",
    "ipv6:2001:db8::/48x500,paths=2",
    "ipv4-mcast:10.0.0.0/24x500,wrap=600",
    "ipv6-mcast:2001:db8::/48x500,wrap=600",
    "ipv4-lu:10.0.0.0/22x500,label=100,label-step=3",
    "ipv6-lu:2001:db8::/45x500,label-every=7",
    "ipv4-ct:10.0.0.0/24x500,rd=65000:1",
    "ipv6-ct:2001:db8::/48x500,rd=65000:1",
    "vpnv4:10.0.0.0/24x500,rd=192.0.2.1:1,rd-every=100,wrap=100,label-step=1",
    "vpnv6:2001:db8::/48x500,rd=4200000000:1,rd-every=100,wrap=100,paths=3",
    "evpn:auto-discovery/00:11:22:33:44:55:66:77:88:99x500,rd=65000:1",
    "evpn:mac/"
    "00:00:5e:00:53:00x500,rd=65000:1,rd-step=1,ip=10.0.0.1,ip-step=1,label=1,label-step=1,label2=7,esi=00:11:22:33:44:55:66:77:"
    "88:99",
    "evpn:mac/00:00:5e:00:53:00x500,rd=65000:1,vni=70000,vni-step=1,vni2=80000,vni2-every=2,ip=2001:db8::1",
    "evpn:multicast/192.0.2.1x500,rd=65000:1",
    "evpn:segment/00:11:22:33:44:55:66:77:88:99x500,rd=65000:1,originator=2001:db8::1",
    "evpn:ip-prefix/10.0.0.0/22x500,rd=65000:1,gateway=192.0.2.1,gateway-step=1",
    "evpn:ip-prefix/2001:db8::/45x500,rd=65000:1,vni=70000,vni-every=10",
    "evpn:group/239.0.0.1x500,rd=65000:1,originator=192.0.2.1,flags=2",
    "evpn:join-sync/239.0.0.1x500,rd=65000:1,originator=192.0.2.1,esi=00:11:22:33:44:55:66:77:88:99,source=10.0.0.1",
    "evpn:leave-sync/ff0e::1x500,rd=65000:1,originator=2001:db8::1,esi=00:11:22:33:44:55:66:77:88:99",
    "vpls:ve/1x500,rd=65000:1,offset=1,size=8,label-base=1000,label-base-step=8",
    "vpls:pe/192.0.2.1x500,rd=65000:1",
    "rtc:65000:1x500,origin-as=65000",
    "rtc:192.0.2.1:1x500,origin-as=65000,origin-as-step=1",
    "srpol4:192.0.2.1x500,color=100,distinguisher=1",
    "srpol6:2001:db8::1x500,color=100,color-step=1,step=0",
    "mvpn4:intra-as/192.0.2.1x500,rd=65000:1",
    "mvpn4:inter-as/65000x500,rd=65000:1",
    "mvpn6:s-pmsi/ff0e::1x500,rd=65000:1,originator=192.0.2.1,source=2001:db8::1",
    "mvpn4:source-active/239.0.0.1x500,rd=65000:1,source=10.0.0.1,source-every=10,wrap=10",
    "mvpn4:shared-join/239.0.0.1x500,rd=65000:1,source-as=65000,source=10.0.0.1",
    "mvpn6:source-join/ff0e::1x500,rd=65000:1,source-as=65000,source=2001:db8::1",
    "mup4:interwork/10.0.0.0/24x500,rd=65000:1",
    "mup6:direct/2001:db8::1x500,rd=65000:1",
    "mup4:session-1/10.0.0.1/32x500,rd=65000:1,teid=1,teid-step=1,qfi=9,endpoint=192.0.2.1",
    "mup6:session-2/2001:db8::1x500,rd=65000:1,teid=1,teid-every=5",
    "ls:node/192.0.2.1x500,as=65000",
    "ls:node/0000.0000.0001x500,as=65000,protocol=isis-level-1,identifier=7",
    "ls:link/192.0.2.1x500,router-id=192.0.2.1,as=65000,remote-as=65000,local-id-step=1",
    "ls-vpn:prefix/10.0.0.0/23x500,rd=65000:1,router-id=192.0.2.1",
    "ls-spf:prefix/2001:db8::/45x500,router-id=0000.0000.0001,router-id-step=1",
    "flow4:10.0.0.0/24x500,protocol=tcp,destination-port=80,destination-port-step=1",
    "flow4:source/10.0.0.0/25x500,destination=192.0.2.0/24,source-port=>=1024&<=2048,discard",
    "flow6:2001:db8::/45x500,next-header=udp,redirect=65000:1",
    "flowvpn4:10.0.0.0/24x500,rd=65000:1,rd-every=2,target=65000:1",
    "flowvpn6:2001:db8::/48x500,rd=65000:1",
};

}   // namespace

TEST_CASE("VPNv4: label, route distinguisher and prefix step on their own: RFC 4364 section 4.3.4")
{
    const auto text = "range:vpnv4:10.0.0.0/24x4,rd=65000:1,rd-step=1,rd-every=2,wrap=2,label=1000,label-step=1,target=65000:1";
    CHECK(nlri(text) == octets("70 003e81 0000fde800000001 0a0000"
                               "70 003e91 0000fde800000001 0a0001"
                               "70 003ea1 0000fde800000002 0a0000"
                               "70 003eb1 0000fde800000002 0a0001"));
    const auto description = range(text);
    CHECK(description.nlri.family() == Family{Afi::ipv4, Safi::mpls_vpn});
    CHECK(description.extended_communities == std::vector{*ExtendedCommunity::from_text("target:65000:1")});
}

TEST_CASE("labelled unicast: RFC 8277 section 2.2")
{
    CHECK(nlri("range:ipv4-lu:10.0.0.0/24x2") == octets("30 000101 0a0000 30 000101 0a0001"));
    CHECK(nlri("range:ipv4-lu:10.0.0.0/23x2,label=17,label-step=2,step=2") == octets("2f 000111 0a0000 2f 000131 0a0004"));
}

TEST_CASE("EVPN type 2: RFC 7432 section 7.2")
{
    CHECK(nlri("range:evpn:mac/00:00:5e:00:53:ffx2,rd=192.0.2.1:7,ethernet-tag=5,vni=100") ==
          octets("02 21 0001c00002010007 00000000000000000000 00000005 30 00005e0053ff 00 000064"
                 "02 21 0001c00002010007 00000000000000000000 00000005 30 00005e005400 00 000064"));
    CHECK(nlri("range:evpn:mac/"
               "00:00:5e:00:53:01x2,rd=65000:1,esi=00:11:22:33:44:55:66:77:88:99,label=100,ip=10.0.0.255,ip-step=1") ==
          octets("02 25 0000fde800000001 00112233445566778899 00000000 30 00005e005301 20 0a0000ff 000641"
                 "02 25 0000fde800000001 00112233445566778899 00000000 30 00005e005302 20 0a000100 000641"));
}

TEST_CASE("EVPN type 5: RFC 9136 section 3.1")
{
    CHECK(nlri("range:evpn:ip-prefix/10.1.0.0/24x2,rd=65000:1,gateway=192.0.2.9,label=16") ==
          octets("05 22 0000fde800000001 00000000000000000000 00000000 18 0a010000 c0000209 000101"
                 "05 22 0000fde800000001 00000000000000000000 00000000 18 0a010100 c0000209 000101"));
    CHECK(nlri("range:evpn:ip-prefix/2001:db8::/48x1,rd=65000:1,vni=1") ==
          octets("05 3a 0000fde800000001 00000000000000000000 00000000 30 20010db8000000000000000000000000"
                 "00000000000000000000000000000000 000001"));
}

TEST_CASE("flow specifications, and what is done with the traffic: RFC 8955 sections 4 and 7")
{
    const auto text =
        "range:flow4:10.0.0.0/24x3,protocol=tcp,destination-port=254,destination-port-step=1,rate-limit=1000,community=65001:1";
    CHECK(nlri(text) == octets("0c 01 18 0a0000 03 81 06 05 91 00fe"
                               "0c 01 18 0a0001 03 81 06 05 91 00ff"
                               "0c 01 18 0a0002 03 81 06 05 91 0100"));
    const auto description = range(text);
    REQUIRE(description.extended_communities.size() == 1);
    CHECK(to_hex(description.extended_communities[0].value) == octets("8006 0000 447a0000"));
    CHECK(description.communities.size() == 1);
    auto source = NlriRange::make(description);
    RouteBatch batch;
    REQUIRE(source->next(batch));
    CHECK(batch.next_hop.empty());
    CHECK(range("range:flow4:10.0.0.0/24x3,redirect=192.0.2.1").next_hop == IpAddress::from_text("192.0.2.1"));
}

TEST_CASE("MUP type 2: the TEID in so many bits, as `teid N/BITS` of ExaBGP: draft-ietf-bess-mup-safi section 3.1.4")
{
    // Architecture 1, type 4; route distinguisher, bits of endpoint and TEID, endpoint, TEID.
    const auto first = octets("01 0004 0f 0000fde800000001 30 c0000201 0001");
    CHECK(nlri("range:mup4:session-2/192.0.2.1x1,rd=65000:1,teid=1,teid-bits=16") == first);
    CHECK(nlri("range:mup4:session-2/192.0.2.1x1,rd=65000:1,teid-bits=16,teid=1") == first);
    CHECK(nlri("range:mup4:session-2/192.0.2.1x2,step=0,rd=65000:1,teid=255,teid-bits=12,teid-step=1") ==
          octets("01 0004 0f 0000fde800000001 2c c0000201 00ff 01 0004 0f 0000fde800000001 2c c0000201 0100"));
    CHECK(nlri("range:mup4:session-2/192.0.2.1x1,rd=65000:1,teid=305419896") ==
          octets("01 0004 11 0000fde800000001 40 c0000201 12345678"));
    CHECK(nlri("range:mup4:session-2/192.0.2.1x1,rd=65000:1,teid=0,teid-bits=0") ==
          octets("01 0004 0d 0000fde800000001 20 c0000201"));
}

TEST_CASE("several paths of each prefix: RFC 7911 section 3")
{
    CHECK(nlri("range:10.0.0.0/24x2,paths=2") ==
          octets("00000001 18 0a0000 00000002 18 0a0000 00000001 18 0a0001 00000002 18 0a0001"));
    CHECK(nlri("range:vpnv4:10.0.0.0/24x2,rd=65000:1,path-id=7,paths=2,label-step=1") ==
          octets("00000007 70 000101 0000fde800000001 0a0000 00000008 70 000101 0000fde800000001 0a0000"
                 "00000007 70 000111 0000fde800000001 0a0001 00000008 70 000111 0000fde800000001 0a0001"));
    CHECK(range("range:10.0.0.0/24x2,paths=2").nlri.has_path_ids());
    CHECK(range("range:10.0.0.0/24x100k,paths=4").count == 400'000);
}

TEST_CASE("prefixes alone are what they were, with their family said or not")
{
    CHECK(parse_route_spec("range:ipv4:10.0.0.0/24x1k,med=1") == parse_route_spec("range:10.0.0.0/24x1k,med=1"));
    CHECK(parse_route_spec("range:ipv6:2001:db8::/48x3") == parse_route_spec("range:2001:db8::/48x3"));
    const auto multicast = parse_route_spec("range:ipv4-mcast:10.0.0.0/24x2");
    REQUIRE(multicast);
    CHECK(std::get<PrefixRangeDescription>(*multicast).family() == Family{Afi::ipv4, Safi::multicast});
    AttributePool pool;
    auto source = PrefixRange::make(std::get<PrefixRangeDescription>(*multicast));
    CHECK(load(*source, pool)->families() == FamilySet{{Afi::ipv4, Safi::multicast}});
}

TEST_CASE("there is a row for every kind of every family whose NLRI are known")
{
    for (const auto& known : known_families) {
        const auto* const codec = nlri_codec(known.family);
        if (!codec) continue;
        CAPTURE(std::string{known.name});
        const auto of_family = std::string{known.name} + ":";
        const auto has_row = [&](const std::string& beginning) {
            return std::ranges::any_of(each_kind, [&](std::string_view row) { return row.starts_with(beginning); });
        };
        CHECK(has_row(of_family));
        std::set<std::string_view> words;
        for (const auto& kind : range_kinds())
            if (kind.family == known.family) CHECK(words.insert(kind.word).second);
        if (known.family.afi == Afi::l2vpn)
            for (const auto word : words) CHECK(has_row(of_family + std::string{word} + "/"));
    }
}

TEST_CASE("each route of a range is read by the codec, names another route, and is written back as it was")
{
    for (const auto row : each_kind) {
        CAPTURE(std::string{row});
        const auto description = range("range:" + std::string{row});
        const auto family = description.nlri.family();
        Octets made;
        std::set<std::string> seen;
        const NlriField field{.has_path_ids = description.nlri.has_path_ids()};
        Reader in{description.nlri.write(0, description.count, made)};
        const auto all = in.left();
        auto routes = decode_routes(family, in, field);
        REQUIRE(routes);
        Octets back;
        Writer out{back};
        encode_routes(*routes, out);
        CHECK(to_hex(back) == to_hex(all));
        const auto each = description.nlri.octets_each();
        for (std::size_t at = 0; at < all.size(); at += each) seen.insert(to_hex(all.subspan(at, each)));
        CHECK(seen.size() == description.count);
    }
}

TEST_CASE("a field that steps is where the codec writes it: every field of every kind")
{
    for (const auto row : each_kind) {
        CAPTURE(std::string{row});
        const auto colon = row.find(':');
        const auto family = *family_from_name(row.substr(0, colon));
        if (is_flow_specification(family)) continue;
        auto words = row.substr(colon + 1, row.rfind('x', row.find(',')) - colon - 1);
        for (const auto& kind : range_kinds()) {
            if (kind.family != family || (!kind.word.empty() && !words.starts_with(std::string{kind.word} + "/"))) continue;
            auto draft = kind.draft();
            REQUIRE(draft.find(kind.steps)->read(kind.word.empty() ? words : words.substr(kind.word.size() + 1)));
            for (auto& field : draft.fields) {
                if (field.bits() == 0 || field.word == "teid-bits") continue;
                CAPTURE(field.word);
                const auto first = field.number();
                if (first > 1'000'000) continue;   // an address: its low bits are looked at in the rows themselves
                auto counter = draft.counter_of(field);
                REQUIRE(counter);
                const NlriProgression progression{family, draft.encode(), {*counter}, false};
                const auto room = counter_room(first, *counter);
                Octets written;
                for (const std::uint64_t route : {0, 1, 2, 100, 255, 256, 65'535, 1'000'000}) {
                    if (route >= room) continue;
                    field.put(first + route);
                    CHECK(to_hex(progression.write(route, 1, written)) == to_hex(draft.encode()));
                }
                field.put(first);
            }
        }
    }
}

TEST_CASE("what cannot be a range is one line with its column")
{
    const struct {
        std::string_view text;
        std::string_view error;
    } vectors[]{
        {"range:vpnv5:10.0.0.0/24x1", "column 7: 'vpnv5': expected a family that has ranges: ipv4, ipv4-mcast, ipv4-lu, mvpn4, "
                                      "srpol4, ipv4-ct, mup4, vpnv4, rtc, flow4, flowvpn4, ipv6, ipv6-mcast, ipv6-lu, mvpn6, "
                                      "srpol6, ipv6-ct, mup6, vpnv6, flow6, flowvpn6, vpls, evpn, ls, ls-vpn, ls-spf"},
        {"range:ipv4-car:10.0.0.0/24x1", "column 7: 'ipv4-car': expected a family that has ranges: ipv4, ipv4-mcast, ipv4-lu, "
                                         "mvpn4, srpol4, ipv4-ct, mup4, vpnv4, rtc, flow4, flowvpn4, ipv6, ipv6-mcast, ipv6-lu, "
                                         "mvpn6, srpol6, ipv6-ct, mup6, vpnv6, flow6, flowvpn6, vpls, evpn, ls, ls-vpn, ls-spf"},
        {"range:vpnv4:10.0.0.0/24", "column 13: '10.0.0.0/24': expected FIRSTxCOUNT such as 10.0.0.0/24x100k"},
        {"range:vpnv4:10.0.0.0/24x0,rd=65000:1", "column 25: '0': expected 1 to 4294967295"},
        {"range:vpnv4:2001:db8::/48x1,rd=65000:1", "column 13: '2001:db8::/48': expected ADDRESS/LENGTH such as 10.0.0.0/24"},
        {"range:vpnv4:10.0.0.0/24x1",
         "column 13: a range of vpnv4 without rd=: expected a route distinguisher such as 65000:1 or 192.0.2.1:1"},
        {"range:vpnv4:10.0.0.0/24x1,rd=x", "column 30: 'x': expected a route distinguisher such as 65000:1 or 192.0.2.1:1"},
        {"range:vpnv4:10.0.0.0/24x1,rd=65000:1,label=1048576", "column 44: '1048576': expected a label of 0 to 1048575"},
        {"range:vpnv4:10.0.0.0/24x1,rd=65000:1,mac=1",
         "column 38: 'mac': expected rd=, label=, step=, every= or wrap= (also of each of these, as in NAME-step=), paths=, "
         "path-id=, as-path=, origin=, med=, local-pref=, community=, extended-community=, target=, large-community=, "
         "attribute=, next-hop="},
        {"range:vpnv4:10.0.0.0/24x10,rd=65000:1,label=1048570,label-step=1",
         "column 53: label has room for 6 routes with a step of 1 before its 20 bits end, not 10"},
        {"range:vpnv4:10.0.0.0/24x10,rd=65000:4294967290,rd-step=1",
         "column 48: rd has room for 6 routes with a step of 1 before its 32 bits end, not 10"},
        {"range:vpnv4:10.0.0.0/24x10,rd=192.0.2.1:65530,rd-every=1",
         "column 47: rd has room for 6 routes with a step of 1 before its 16 bits end, not 10"},
        {"range:vpnv4:255.255.255.0/24x2,rd=65000:1",
         "column 13: prefix has room for 1 routes with a step of 1 before its 24 bits end, not 2"},
        {"range:vpnv4:10.0.0.0/24x1k,rd=65000:1,wrap=100", "column 25: routes come again after 100: expected no more, not 1000"},
        {"range:vpnv4:10.0.0.0/24x1k,rd=65000:1,wrap=100,rd-every=200",
         "column 25: routes come again after 100: expected no more, not 1000"},
        {"range:vpnv4:10.0.0.0/24x1k,rd=65000:1,every=2", "column 25: routes come again after 1: expected no more, not 1000"},
        {"range:vpnv4:10.0.0.0/24x1k,rd=65000:1,every=0", "column 45: '0': expected a number of 1 to 4294967295"},
        {"range:vpnv4:10.0.0.0/24x1k,rd=65000:1,foo-step=1",
         "column 39: 'foo-step': expected the step of one of rd, prefix, label"},
        {"range:vpnv6:2001:db8::/48x1,rd=65000:1,next-hop=192.0.2.1",
         "column 13: IPv6 prefixes with an IPv4 next hop: expected an IPv6 address"},
        {"range:vpnv4:10.0.0.0/24x1,rd=65000:1,target=1",
         "column 45: '1': expected a route target such as 65001:1, 192.0.2.1:1 or 4200000000L:1"},
        {"range:vpnv4:10.0.0.0/24x1,rd=65000:1,attribute=10:c0:00",
         "column 48: '10:c0:00': expected TYPE:FLAGS:VALUE in hexadecimal digits such as 17:c0:000f, of a type that has no word "
         "of its own"},
        {"range:vpnv4:10.0.0.0/24x2G,rd=65000:1,step=0,paths=3",
         "column 25: routes come again after 1: expected no more, not 2000000000"},
        {"range:10.0.0.0/24x2,path-id=4294967295,paths=2", "column 46: path-id has room for 1 paths"},
        {"range:10.0.0.0/24x2,paths=0", "column 27: '0': expected a number of 1 to 4294967295"},
        {"range:evpn:00:00:5e:00:53:00x1,rd=65000:1",
         "column 12: '00:00:5e:00:53:00x1': expected auto-discovery/, mac/, multicast/, segment/, ip-prefix/, group/, "
         "join-sync/, leave-sync/ before the first value"},
        {"range:evpn:mac/00:00:5e:00:53x1,rd=65000:1",
         "column 16: '00:00:5e:00:53': expected a MAC address such as 00:00:5e:00:53:01"},
        {"range:evpn:mac/ff:ff:ff:ff:ff:ffx2,rd=65000:1",
         "column 12: mac has room for 1 routes with a step of 1 before its 48 bits end, not 2"},
        {"range:evpn:mac/00:00:5e:00:53:00x2,rd=65000:1,ip-step=1", "column 47: ip cannot step where it is not given"},
        {"range:evpn:mac/00:00:5e:00:53:00x2,rd=65000:1,label=1,vni=1",
         "column 12: label= and vni= are the same octets: expected one of them"},
        {"range:evpn:ip-prefix/10.0.0.0/24x2,rd=65000:1,gateway=2001:db8::1", "column 12: values that make no route together"},
        {"range:flow4:10.0.0.0/24x2,protocol=nonsense",
         "column 36: expected an operator and a number up to 255, or a name as icmp; the statement is: protocol "
         "[=|>|<|>=|<=|!=]N or a name, joined with & (and); or [ … … ] (or) (at 'nonsense')"},
        {"range:flow4:2001:db8::/48x2", "column 13: these are words of flow6, not of flow4"},
        {"range:flowvpn4:10.0.0.0/24x2", "column 16: these are words of flow4, not of flowvpn4, which has rd="},
        {"range:flow4:10.0.0.0/24x2,destination-port=65535,destination-port-step=1",
         "column 50: destination-port has room for 1 routes with a step of 1 before its 16 bits end, not 2"},
        {"range:flow4:10.0.0.0/24x2,destination-port=>1&<9,destination-port-step=1",
         "column 50: 'destination-port-step': expected the step of one of destination"},
        {"range:flow4:10.0.0.0/24x2,path-information=1",
         "column 13: a flow with path-information, watchdog or withdraw, which ranges do not have: expected path-id="},
        {"range:mup4:session-2/192.0.2.1x2,rd=65000:1,teid=0", "column 12: values that make no route together"},
        {"range:mup4:session-2/192.0.2.1x2,rd=65000:1,teid=65536,teid-bits=16",
         "column 66: '16': expected a number of 0 to 32, of as many bits as teid= has or more"},
        {"range:mup4:session-2/192.0.2.1x2,rd=65000:1,teid-bits=16,teid=65536",
         "column 63: '65536': expected a number of 0 to 4294967295, in as many bits as teid-bits= says"},
        {"range:mup4:session-2/192.0.2.1x2,rd=65000:1,teid=65535,teid-bits=16,teid-step=1",
         "column 69: teid has room for 1 routes with a step of 1 before its 16 bits end, not 2"},
        {"range:ipv4:2001:db8::/48x1", "column 12: '2001:db8::': expected an address such as 10.0.0.0"},
        {"range:ipv6-mcast:10.0.0.0/24x1", "column 18: '10.0.0.0': expected an address such as 2001:db8::"},
        {"range:10.0.0.0/24x5G,paths=2",
         "column 7: prefix has room for 16121856 routes with a step of 1 before its 24 bits end, not 5000000000"},
        {"range:rtc:65000:1x1", "column 11: a range of rtc without origin-as=: expected an AS number such as 64512 or 1.10"},
    };
    for (const auto& vector : vectors) {
        CAPTURE(std::string{vector.text});
        const auto spec = parse_route_spec(vector.text);
        REQUIRE_FALSE(spec);
        CHECK(spec.error() == vector.error);
    }
    const auto of_grammar = parse_route_spec("range:flow4:10.0.0.0/24x2,prot=6");
    REQUIRE_FALSE(of_grammar);
    CHECK(of_grammar.error().starts_with("column 27: unknown word in flow route, expected one of source, "));
}
