#include "tests/support/doctest.hpp"

#include <cstdio>
#include <cstdlib>
#include <vector>

#include "codec/mrt/bgp4mp.hpp"
#include "codec/mrt/table_dump.hpp"
#include "codec/mrt/table_dump_v2.hpp"
#include "tests/codec/mrt_fixture.hpp"
#include "tests/support/hex.hpp"
#include "tests/support/temporary_folder.hpp"

namespace barrage {

namespace {

/// Cuts the body of a record everywhere: `decode` must refuse each cut, on a buffer of its exact size.
template <class Decode>
void check_cuts(const MrtRecord& record, Decode decode)
{
    for (std::size_t size = 0; size < record.body.size(); ++size) {
        CAPTURE(size);
        const Octets exact(record.body.begin(), record.body.begin() + static_cast<std::ptrdiff_t>(size));
        auto cut = record;
        cut.body = exact;
        const auto decoded = decode(cut);
        REQUIRE_FALSE(decoded);
        CHECK(decoded.error().offset >= 1000);
        CHECK(decoded.error().offset <= record.reader().offset() + size);
    }
}

// Laid out by hand after the figures of RFC 6396 and RFC 8050.

constexpr const char* peer_index_table = "00000064 000d 0001 0000003b"
                                         "c0000201 0004 76696577 0003"
                                         "00 0a000001 c0000202 fde9"
                                         "01 0a000002 20010db8000000000000000000000002 fdea"
                                         "02 0a000003 c0000203 00030d40";

// BGP message: an End-of-RIB, the shortest UPDATE.
constexpr const char* update = "ffffffffffffffffffffffffffffffff 0017 02 0000 0000";

struct MessageVector {
    const char* name;
    const char* octets;   // up to the message
    bool four_octet_as;
    bool has_path_ids;
    bool sent_by_collector;
    std::uint32_t peer_as;
    const char* peer_address;
    std::int64_t nanoseconds;
};

const MessageVector messages[] = {
    {"BGP4MP_MESSAGE", "00000001 0010 0001 00000027 fde9 fde8 0007 0001 0a000001 0a0000fe", false, false, false, 65001,
     "10.0.0.1", 1'000'000'000},
    {"BGP4MP_MESSAGE_AS4", "00000001 0010 0004 0000002b 00030d40 0000fde8 0007 0001 0a000001 0a0000fe", true, false, false,
     200000, "10.0.0.1", 1'000'000'000},
    {"BGP4MP_MESSAGE_LOCAL", "00000001 0010 0006 00000027 fde9 fde8 0007 0001 0a000001 0a0000fe", false, false, true, 65001,
     "10.0.0.1", 1'000'000'000},
    {"BGP4MP_MESSAGE_AS4_LOCAL", "00000001 0010 0007 0000002b 00030d40 0000fde8 0007 0001 0a000001 0a0000fe", true, false, true,
     200000, "10.0.0.1", 1'000'000'000},
    {"BGP4MP_MESSAGE_ADDPATH", "00000001 0010 0008 00000027 fde9 fde8 0007 0001 0a000001 0a0000fe", false, true, false, 65001,
     "10.0.0.1", 1'000'000'000},
    {"BGP4MP_MESSAGE_AS4_ADDPATH over IPv6",
     "00000001 0010 0009 00000043 00030d40 0000fde8 0007 0002"
     "20010db8000000000000000000000002 20010db80000000000000000000000fe",
     true, true, false, 200000, "2001:db8::2", 1'000'000'000},
    {"BGP4MP_MESSAGE_LOCAL_ADDPATH", "00000001 0010 000a 00000027 fde9 fde8 0007 0001 0a000001 0a0000fe", false, true, true,
     65001, "10.0.0.1", 1'000'000'000},
    {"BGP4MP_MESSAGE_AS4_LOCAL_ADDPATH", "00000001 0010 000b 0000002b 00030d40 0000fde8 0007 0001 0a000001 0a0000fe", true, true,
     true, 200000, "10.0.0.1", 1'000'000'000},
    {"BGP4MP_ET", "00000001 0011 0004 0000002f 0007a120 00030d40 0000fde8 0007 0001 0a000001 0a0000fe", true, false, false,
     200000, "10.0.0.1", 1'500'000'000},
};

/// What bgpdump says of a dump, a line a route; nothing where bgpdump is not installed.
std::optional<std::vector<std::string>> bgpdump(const Octets& dump)
{
    if (std::system("command -v bgpdump >/dev/null 2>&1") != 0) return std::nullopt;
    const TemporaryFolder folder;
    std::FILE* pipe = ::popen(("bgpdump -m " + folder.file("dump", dump) + " 2>/dev/null").c_str(), "r");
    REQUIRE(pipe);
    std::vector<std::string> lines;
    char line[1024];
    while (std::fgets(line, sizeof line, pipe)) {
        lines.emplace_back(line);
        while (lines.back().ends_with('\n')) lines.back().pop_back();
    }
    ::pclose(pipe);
    return lines;
}

}   // namespace

TEST_CASE("PEER_INDEX_TABLE: addresses of both families, AS numbers of both widths")
{
    const auto octets = hex(peer_index_table);
    const auto record = record_of(octets);
    REQUIRE(record);
    CHECK(record->type == MrtType::table_dump_v2);
    CHECK(name(record->type) == "TABLE_DUMP_V2");
    CHECK(subtype_name(record->type, record->subtype) == "PEER_INDEX_TABLE");
    const auto table = decode_peer_index_table(*record);
    REQUIRE(table);
    CHECK(table->collector == *Ipv4Address::from_text("192.0.2.1"));
    CHECK(table->view_name == "view");
    REQUIRE(table->peers.size() == 3);
    CHECK(table->peers[0] == MrtPeer{*IpAddress::from_text("192.0.2.2"), Asn{65001}, *Ipv4Address::from_text("10.0.0.1")});
    CHECK(table->peers[1] == MrtPeer{*IpAddress::from_text("2001:db8::2"), Asn{65002}, *Ipv4Address::from_text("10.0.0.2")});
    CHECK(table->peers[2] == MrtPeer{*IpAddress::from_text("192.0.2.3"), Asn{200000}, *Ipv4Address::from_text("10.0.0.3")});
    check_cuts(*record, decode_peer_index_table);
}

TEST_CASE("RIB records of each subtype: family, path identifiers, entries")
{
    struct Row {
        const char* octets;
        Family family;
        bool has_path_ids;
        std::uint8_t length;
        const char* prefix;
    };
    const Row rows[] = {
        {"00000001 000d 0002 0000001d 00000005 14 0a1020 0002 0001 00000064 0003 400100 0002 00000065 0000", ipv4_unicast, false,
         20, "0a1020"},
        {"00000001 000d 0003 0000001d 00000005 14 0a1020 0002 0001 00000064 0003 400100 0002 00000065 0000",
         {Afi::ipv4, Safi::multicast},
         false,
         20,
         "0a1020"},
        {"00000001 000d 0004 0000001e 00000005 20 20010db8 0002 0001 00000064 0003 400100 0002 00000065 0000", ipv6_unicast,
         false, 32, "20010db8"},
        {"00000001 000d 0005 0000001e 00000005 20 20010db8 0002 0001 00000064 0003 400100 0002 00000065 0000",
         {Afi::ipv6, Safi::multicast},
         false,
         32,
         "20010db8"},
        {"00000001 000d 0008 00000022 00000005 00 0002 0001 00000064 0000002a 0003 400100 0002 00000065 0000002b 0000",
         ipv4_unicast, true, 0, ""},
        {"00000001 000d 0009 00000022 00000005 00 0002 0001 00000064 0000002a 0003 400100 0002 00000065 0000002b 0000",
         {Afi::ipv4, Safi::multicast},
         true,
         0,
         ""},
        {"00000001 000d 000a 00000026 00000005 20 20010db8 0002 0001 00000064 0000002a 0003 400100 0002 00000065 0000002b 0000",
         ipv6_unicast, true, 32, "20010db8"},
        {"00000001 000d 000b 00000026 00000005 20 20010db8 0002 0001 00000064 0000002a 0003 400100 0002 00000065 0000002b 0000",
         {Afi::ipv6, Safi::multicast},
         true,
         32,
         "20010db8"},
    };
    for (const auto& row : rows) {
        CAPTURE(std::string{row.octets});
        const auto octets = hex(row.octets);
        const auto record = record_of(octets);
        REQUIRE(record);
        REQUIRE(is_rib(TableDumpV2Subtype{record->subtype}));
        auto rib = decode_rib_record(*record);
        REQUIRE(rib);
        CHECK(rib->sequence == 5);
        CHECK(rib->family == row.family);
        CHECK(rib->has_path_ids == row.has_path_ids);
        CHECK(rib->nlri.front() == row.length);
        CHECK(to_hex(rib->nlri.subspan(1)) == row.prefix);
        CHECK(rib->entry_count == 2);
        const auto first = read_rib_entry(*rib);
        REQUIRE(first);
        CHECK(first->peer_index == 1);
        CHECK(first->originated == 100);
        CHECK(first->path_id == (row.has_path_ids ? std::optional{PathId{42}} : std::nullopt));
        CHECK(to_hex(first->attributes) == "400100");
        const auto second = read_rib_entry(*rib);
        REQUIRE(second);
        CHECK(second->peer_index == 2);
        CHECK(second->attributes.empty());
        CHECK(rib->entries.finished());
        const auto third = read_rib_entry(*rib);
        REQUIRE_FALSE(third);
        CHECK(third.error() == MrtError{"RIB entry cut by the end of its record", 1000 + octets.size()});

        // The same values encode to the same octets.
        const RibRoute routes[] = {{1, 100, PathId{42}, first->attributes}, {2, 101, PathId{43}, {}}};
        Octets encoded;
        Writer out{encoded};
        encode_rib(row.family, 5, rib->nlri, row.has_path_ids, routes, 1, out);
        CHECK(to_hex(encoded) == to_hex(octets));
    }
    for (const auto other : {1, 7, 13, 0}) CHECK_FALSE(is_rib(TableDumpV2Subtype{static_cast<std::uint16_t>(other)}));
}

TEST_CASE("a prefix longer than its family is refused where it stands")
{
    const auto octets = hex("00000001 000d 0002 0000000c 00000005 21 0a10203040 0000");
    const auto record = record_of(octets);
    REQUIRE(record);
    const auto rib = decode_rib_record(*record);
    REQUIRE_FALSE(rib);
    CHECK(rib.error() == MrtError{"prefix length over that of the address family", 1016});
}

TEST_CASE("the next hop of a RIB entry, in the short form of RFC 6396 and with the attribute whole")
{
    const auto of = [](const char* text) -> std::string {
        const auto octets = hex(text);
        const auto next_hop = mp_reach_next_hop(octets);
        return next_hop ? to_hex(*next_hop) : "none";
    };
    const std::string address = "20010db8000000000000000000000002";
    CHECK(of(("10" + address).c_str()) == address);
    CHECK(of(("20" + address + address).c_str()) == address + address);
    CHECK(of(("0002 01 10" + address + "00 20 20010db8").c_str()) == address);
    for (const auto* bad : {"", "00", "10", "1020", "000201", "00020110", "000201 00", "10 20010db8"}) CHECK(of(bad) == "none");
}

TEST_CASE("TABLE_DUMP of IPv4 and IPv6")
{
    const auto ipv4 = hex("00000001 000c 0001 00000019 0002 0003 0a100000 0c 01 00000064 c0000202 fde9 0003 400100");
    const auto record = record_of(ipv4);
    REQUIRE(record);
    const auto route = decode_table_dump(*record);
    REQUIRE(route);
    CHECK(route->view == 2);
    CHECK(route->sequence == 3);
    CHECK(route->family == ipv4_unicast);
    CHECK(route->prefix_length == 12);
    CHECK(to_hex(route->prefix) == "0a10");
    CHECK(route->originated == 100);
    CHECK(route->peer_address == *IpAddress::from_text("192.0.2.2"));
    CHECK(route->peer_as == Asn{65001});
    CHECK(to_hex(route->attributes) == "400100");
    check_cuts(*record, decode_table_dump);

    const auto ipv6 = hex("00000001 000c 0002 00000031 0002 0003 20010db8000000000000000000000000 20 01 00000064"
                          "20010db8000000000000000000000002 fde9 0003 400100");
    const auto record6 = record_of(ipv6);
    REQUIRE(record6);
    const auto route6 = decode_table_dump(*record6);
    REQUIRE(route6);
    CHECK(route6->family == ipv6_unicast);
    CHECK(to_hex(route6->prefix) == "20010db8");
    CHECK(route6->peer_address == *IpAddress::from_text("2001:db8::2"));

    const auto other = hex("00000001 000c 0019 00000000");
    CHECK(decode_table_dump(*record_of(other)).error().text == "TABLE_DUMP of an address family other than IPv4 and IPv6");
    const auto longer = hex("00000001 000c 0001 00000009 0002 0003 0a100000 21");
    CHECK(decode_table_dump(*record_of(longer)).error().text == "prefix length over that of the address family");
}

TEST_CASE("BGP4MP messages of every subtype")
{
    for (const auto& vector : messages) {
        CAPTURE(std::string{vector.name});
        const auto octets = hex(std::string{vector.octets} + update);
        const auto record = record_of(octets);
        REQUIRE(record);
        REQUIRE(record->is_bgp4mp());
        REQUIRE(is_message(Bgp4mpSubtype{record->subtype}));
        CHECK(record->nanoseconds() == vector.nanoseconds);
        const auto message = decode_bgp4mp_message(*record);
        REQUIRE(message);
        CHECK(message->session.peer_as == Asn{vector.peer_as});
        CHECK(message->session.local_as == Asn{65000});
        CHECK(message->session.interface_index == 7);
        CHECK(message->session.peer_address == *IpAddress::from_text(vector.peer_address));
        CHECK(message->four_octet_as == vector.four_octet_as);
        CHECK(message->has_path_ids == vector.has_path_ids);
        CHECK(message->sent_by_collector == vector.sent_by_collector);
        CHECK(message->message.size() == 23);
        CHECK(to_hex(message->message) == to_hex(hex(update)));
        CHECK_FALSE(message->surplus);
        check_cuts(*record, decode_bgp4mp_message);

        if (!vector.four_octet_as || vector.sent_by_collector) continue;   // those have an encoder
        Octets encoded;
        Writer out{encoded};
        encode_bgp4mp_message(*message, record->seconds, record->microseconds, out);
        CHECK(to_hex(encoded) == to_hex(octets));
    }
}

TEST_CASE("BGP4MP state changes with AS numbers of two and four octets")
{
    for (const auto* text : {"00000001 0010 0000 00000014 fde9 fde8 0007 0001 0a000001 0a0000fe 0003 0006",
                             "00000001 0010 0005 00000018 0000fde9 0000fde8 0007 0001 0a000001 0a0000fe 0003 0006"}) {
        const auto octets = hex(text);
        const auto record = record_of(octets);
        REQUIRE(record);
        REQUIRE(is_state_change(Bgp4mpSubtype{record->subtype}));
        const auto change = decode_bgp4mp_state_change(*record);
        REQUIRE(change);
        CHECK(change->session.peer_as == Asn{65001});
        CHECK(change->old_state == 3);
        CHECK(change->new_state == 6);
        check_cuts(*record, decode_bgp4mp_state_change);
    }
}

TEST_CASE("records that say too little or too much")
{
    const auto short_time = hex("00000001 0011 0004 00000003 000000");
    const auto record = record_of(short_time);
    REQUIRE_FALSE(record);
    CHECK(record.error() == MrtError{"an extended timestamp record shorter than its microseconds", 1000});

    // A BGP message that is longer than its record, and one shorter than a header.
    for (const auto* length : {"0018", "0012", "ffff"}) {
        const auto octets = hex("00000001 0010 0001 00000027 fde9 fde8 0007 0001 0a000001 0a0000fe"
                                "ffffffffffffffffffffffffffffffff" +
                                std::string{length} + "02 0000 0000");
        const auto bad = record_of(octets);
        REQUIRE(bad);
        const auto message = decode_bgp4mp_message(*bad);
        REQUIRE_FALSE(message);
        CHECK(message.error().offset == 1000 + 12 + 16);
    }
    // Octets behind the one message of a record (RFC 6396 section 4.4.2), with and without microseconds: the message is whole.
    const struct {
        const char* octets;
        std::uint64_t header_octets;
    } surpluses[] = {{"00000001 0010 0001 00000028 fde9 fde8 0007 0001 0a000001 0a0000fe", 12},
                     {"00000001 0011 0001 0000002c 0007a120 fde9 fde8 0007 0001 0a000001 0a0000fe", 12 + 4}};
    for (const auto& row : surpluses) {
        const auto octets = hex(std::string{row.octets} + update + "00");
        const auto more = record_of(octets);
        REQUIRE(more);
        const auto message = decode_bgp4mp_message(*more);
        REQUIRE(message);
        CHECK(to_hex(message->message) == to_hex(hex(update)));
        REQUIRE(message->surplus);
        CHECK(*message->surplus == MrtError{"octets behind the one BGP message of a record", 1000 + row.header_octets + 16 + 23});
    }
    const auto family = hex("00000001 0010 0001 00000008 fde9 fde8 0007 0019");
    CHECK(decode_bgp4mp_message(*record_of(family)).error() ==
          MrtError{"BGP4MP peer of an address family other than IPv4 and IPv6", 1018});
}

TEST_CASE("bgpdump reads what the encoders write")
{
    const PeerIndexTable table{*Ipv4Address::from_text("192.0.2.1"),
                               "view",
                               {{*IpAddress::from_text("192.0.2.2"), Asn{200000}, *Ipv4Address::from_text("10.0.0.1")},
                                {*IpAddress::from_text("2001:db8::2"), Asn{65002}, *Ipv4Address::from_text("10.0.0.2")}}};
    const auto ipv4 = hex("40010100 40020a0202 00030d40 0000fdeb 400304c0000202");
    const auto ipv6 = hex("40010102 4002060201 0000fdea 800e1110 20010db8000000000000000000000002");
    Octets dump;
    Writer out{dump};
    encode_peer_index_table(table, 1000000000, out);
    encode_rib(ipv4_unicast, 0, hex("140a1020"), false, std::vector<RibRoute>{{0, 999999999, {}, ipv4}}, 1000000000, out);
    encode_rib(ipv6_unicast, 1, hex("2020010db8"), false, std::vector<RibRoute>{{1, 999999999, {}, ipv6}}, 1000000000, out);
    encode_rib(ipv4_unicast, 2, hex("080b"), true, std::vector<RibRoute>{{0, 1, {42}, ipv4}, {0, 1, {43}, ipv4}}, 1000000000,
               out);
    const auto message =
        hex("ffffffffffffffffffffffffffffffff 0033 02 0002 080d 0018 40010100 40020a0202 00030d40 0000fdeb 400304c0000202 080c");
    encode_bgp4mp_message({.session = {.peer_as = Asn{200000},
                                       .local_as = Asn{65000},
                                       .peer_address = *IpAddress::from_text("192.0.2.2"),
                                       .local_address = *IpAddress::from_text("192.0.2.1")},
                           .four_octet_as = true,
                           .message = message},
                          1000000001, 0, out);
    const auto lines = bgpdump(dump);
    if (!lines) {
        MESSAGE("skipped: bgpdump is not installed");
        return;
    }
    const std::vector<std::string> expected{
        "TABLE_DUMP2|1000000000|B|192.0.2.2|200000|10.16.32.0/20|200000 65003|IGP|192.0.2.2|0|0||NAG||",
        "TABLE_DUMP2|1000000000|B|2001:db8::2|65002|2001:db8::/32|65002|INCOMPLETE|2001:db8::2|0|0||NAG||",
        "TABLE_DUMP2_AP|1000000000|B|192.0.2.2|200000|11.0.0.0/8|42|200000 65003|IGP|192.0.2.2|0|0||NAG||",
        "TABLE_DUMP2_AP|1000000000|B|192.0.2.2|200000|11.0.0.0/8|43|200000 65003|IGP|192.0.2.2|0|0||NAG||",
        "BGP4MP|1000000001|W|192.0.2.2|200000|13.0.0.0/8",
        "BGP4MP|1000000001|A|192.0.2.2|200000|12.0.0.0/8|200000 65003|IGP|192.0.2.2|0|0||NAG||",
    };
    REQUIRE(lines->size() == expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) CHECK((*lines)[i] == expected[i]);
}

}   // namespace barrage
