// Attributes as people write and read them.

#include "tests/support/doctest.hpp"

#include "codec/attribute/attribute_view.hpp"
#include "codec/attribute/registry.hpp"
#include "codec/format.hpp"
#include "tests/support/hex.hpp"

using namespace barrage;

TEST_CASE("communities are written and read as operators do")
{
    struct {
        const char* text;
        std::uint32_t value;
    } const standard[] = {{"65001:100", 0xfde90064}, {"no-export", 0xffffff01}, {"blackhole", 0xffff029a}, {"0:0", 0}};
    for (const auto& row : standard) {
        CHECK(to_text(Community{row.value}) == row.text);
        CHECK(Community::from_text(row.text) == Community{row.value});
    }
    struct {
        const char* text;
        const char* octets;
    } const extended[] = {
        {"target:65001:100", "0002fde900000064"},   // RFC 4360 section 4
        {"target:192.0.2.1:100", "0102c00002010064"},
        {"target:200000L:100", "020200030d400064"},   // RFC 5668
        {"origin:65001:100", "0003fde900000064"},     // RFC 4360 section 5
        {"rate-octets:0:0", "8006000000000000"},
        {"rate-octets:65001:1250000", "8006fde949989680"},   // RFC 8955 section 7.1
        {"rate-packets:0:1000", "800c0000447a0000"},
        {"action:3", "8007000000000003"},
        {"redirect:65001:100", "8008fde900000064"},
        {"redirect:192.0.2.1:5", "8108c00002010005"},
        {"redirect:200000L:5", "820800030d400005"},
        {"mark:46", "800900000000002e"},
        {"redirect-to-next-hop:1", "0800000000000001"},
        {"redirect-ip:192.0.2.1:1", "010cc00002010001"},
        {"color:0:100", "030b000000000064"},
        {"encapsulation:8", "030c000000000008"},
        {"default-gateway", "030d000000000000"},
        {"mac-mobility:1:7", "0600010000000007"},
        {"esi-label:1:100", "0601010000000640"},   // RFC 7432 section 7.5: the upper twenty bits
        {"esi-label:1:100/1", "0601010000000641"},
        {"e-tree:1:100", "0605010000000640"},        // RFC 8317 section 5.1
        {"arp-nd:3", "0608030000000000"},            // RFC 9047 section 2
        {"multicast-flags:3", "0609000300000000"},   // RFC 9251 section 9.4
        {"evi-rt:65001:100", "060afde900000064"},    // RFC 9251 section 9.5
        {"evi-rt:192.0.2.1:100", "060bc00002010064"},
        {"evi-rt:4200000000L:100", "060cfa56ea000064"},
        {"service-carving-timestamp:1:32768", "060f000000018000"},   // RFC 9722 section 2.2
        {"evpn-link-bandwidth:1:100", "0610000100000064"},
        {"es-import:00-00-5e-00-53-01", "060200005e005301"},
        {"router-mac:00-00-5e-00-53-01", "060300005e005301"},
        {"l2-info:4:2:1500:100", "800a040205dc0064"},
        {"link-bandwidth:65001:1250000", "4004fde949989680"},
        {"mup:10:20", "0c00000a00000014"},
        {"0x030d000000000001", "030d000000000001"},
        {"0x0600010100000007", "0600010100000007"},   // reserved octets
        {"0x9999010203040506", "9999010203040506"},
    };
    for (const auto& row : extended) {
        ExtendedCommunity community;
        std::ranges::copy(hex(row.octets), community.value.begin());
        CHECK(to_text(community) == row.text);
        CHECK(ExtendedCommunity::from_text(row.text) == community);
    }
    CHECK(to_text(LargeCommunity{64496, 1, 4294967295}) == "64496:1:4294967295");
    CHECK(LargeCommunity::from_text("64496:1:4294967295") == LargeCommunity{64496, 1, 4294967295});
    for (const auto* text :
         {"", ":", "1", "65536:1", "1:65536", "1:2:3:4", "target:1", "target:65536:1", "x:1:1", "0x00", "0xzz06000000000000"}) {
        CAPTURE(text);
        if (std::string_view{text} != "1") CHECK_FALSE(Community::from_text(text));
        CHECK_FALSE(LargeCommunity::from_text(text));
        CHECK_FALSE(ExtendedCommunity::from_text(text));
    }
}

TEST_CASE("next hops of any family read back from their text")
{
    struct {
        const char* text;
        const char* octets;
    } const rows[] = {
        {"", ""},
        {"192.0.2.1", "c0000201"},
        {"2001:db8::1", "20010db8000000000000000000000001"},
        {"2001:db8::1+fe80::1", "20010db8000000000000000000000001 fe800000000000000000000000000001"},
        {"0:0 192.0.2.1", "0000000000000000 c0000201"},   // RFC 4364 section 4.3.2
        {"65000:1 192.0.2.1", "0000fde800000001 c0000201"},
        {"0x0003010203040506 192.0.2.1", "0003010203040506 c0000201"},
        {"0:0 2001:db8::1", "0000000000000000 20010db8000000000000000000000001"},   // RFC 4659 section 3.2.1
        {"0:0 2001:db8::1+0:0 fe80::1",
         "0000000000000000 20010db8000000000000000000000001 0000000000000000 fe800000000000000000000000000001"},
        {"0xc00002", "c00002"},
    };
    for (const auto& row : rows) {
        CAPTURE(std::string{row.text});
        CHECK(to_text(MpNextHop{hex(row.octets)}) == std::string{row.text});
        const auto read = MpNextHop::from_text(row.text);
        REQUIRE(read);
        CHECK(to_hex(read->octets) == to_hex(hex(row.octets)));
    }
    for (const auto* text : {" ", "0:0 ", "0:0", "x 192.0.2.1", "0:0  192.0.2.1", "192.0.2.1+192.0.2.2", "2001:db8::1+192.0.2.1",
                             "2001:db8::1+0:0 fe80::1", "0:0 2001:db8::1+fe80::1", "+", "0xc0000"})
        CHECK_FALSE(MpNextHop::from_text(text));
}

TEST_CASE("attributes as text for people")
{
    CHECK(to_text(AnyAttribute{Origin{Origin::Value::egp}}) == "origin egp");
    CHECK(to_text(AnyAttribute{AsPath{
              {{SegmentType::as_sequence, {Asn{1}, Asn{2}}}, {SegmentType::as_set, {Asn{3}, Asn{4}}}}}}) == "as_path 1 2 {3 4}");
    CHECK(to_text(AnyAttribute{AtomicAggregate{}}) == "atomic_aggregate");
    CHECK(to_text(AnyAttribute{Aggregator{Asn{65001}, {0xc0000201}}}) == "aggregator asn 65001 address 192.0.2.1");
    CHECK(to_text(AnyAttribute{Communities{{{0xfde90064}, {0xffffff01}}}}) == "communities [65001:100 no-export]");
    CHECK(to_text(AnyAttribute{MpUnreachNlri{RoutesOf<Ipv6Unicast>{
              {Route<Ipv6Prefix>{{}, *Ipv6Prefix::from_text("2001:db8::/32")}}}}}) == "mp_unreach_nlri ipv6 [2001:db8::/32]");
    CHECK(fmt::format("{}", MultiExitDisc{5}) == "5");
}
