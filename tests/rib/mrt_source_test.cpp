#include "tests/rib/mrt_source_fixture.hpp"

#include "tests/support/shared_data.hpp"

namespace barrage {

namespace {

// What data/README.md and bgpdump say of each file; where they differ, the reason stands beside it. Of 0 nothing is said.
struct File {
    const char* name;
    bool is_ordered;
    std::uint64_t announced;
    std::uint64_t withdrawn;
    std::size_t prefixes;
    std::size_t peers;
    std::uint64_t updates;
    bool is_cut = false;
};

constexpr File files[] = {
    {"updates.et-header.2015.gz", true, 577'737, 3, 577'706, 1, 89'679},
    {"rib.derived-20151023.gz", false, 577'703, 0, 577'703, 1, 0},
    {"rib.20140523.0600_firstMB.bz2", false, 270'005, 0, 9'072, 35, 0, true},
    {"rib6.20151101.0600_firstMB.bz2", false, 149'578, 0, 6'870, 27, 0, true},
    {"updates.20260222.1530.bz2", true, 111'057, 7'606, 7'831, 20, 49'220},
    {"updates.20160811.1600.gz", true, 39'256, 1'956, 0, 40, 0},
    {"bview.ipv4_unicast_add_path.gz", false, 62, 0, 31, 0, 0},
    {"bview.ipv6_unicast_add_path.gz", false, 62, 0, 31, 0, 0},
    {"bview.64k_stream_overflow.gz", false, 23, 0, 1, 0, 0},
    {"updates.long_withdrawal.gz", true, 0, 4'096, 0, 0, 1},
    {"updates.nlri_mask_trailing_bits.gz", true, 1, 0, 1, 1, 1},
    {"small/bird-mrtdump_bgp", true, 12, 0, 0, 0, 0},
    {"small/bird-mrtdump_rib", false, 18, 0, 0, 0, 0},
    {"small/bird6-mrtdump_bgp", true, 12, 0, 0, 0, 0},
    {"small/bird6-mrtdump_rib", false, 10, 0, 0, 0, 0},
    // BIRD wrote path identifiers into records of a subtype that has none; bgpdump takes them for prefixes.
    {"small/bird6_bgp", true, 14, 0, 0, 0, 0},
    {"small/bird_bgp", true, 14, 0, 0, 0, 0},
    {"small/openbgpd_bgp", true, 93, 0, 0, 0, 0},
    {"small/openbgpd_rib_table", false, 31, 0, 0, 0, 0},
    {"small/openbgpd_rib_table-v2", false, 31, 0, 0, 0, 0},
    {"small/quagga_bgp", true, 18, 0, 0, 0, 0},
    {"small/quagga_rib", false, 9, 0, 0, 0, 0},
};

}   // namespace

TEST_CASE("dumps of collectors and daemons have the routes that bgpdump finds in them")
{
    for (const auto& file : files) {
        SUBCASE(file.name)
        {
            const auto path = shared_file(std::string{"data/"} + file.name);
            if (!path) {
                MESSAGE("skipped: no file ", file.name);
                continue;
            }
            auto source = MrtSource::open(octets_of_file(*path), {.peer = everybody});
            REQUIRE(source);
            CHECK(source->is_ordered() == file.is_ordered);
            const auto tally = drain(*source);
            CHECK(tally.announced - tally.of_vpns == file.announced);   // bgpdump leaves VPNs out
            CHECK(tally.withdrawn == file.withdrawn);
            CHECK(source->counters().announced == tally.announced);
            CHECK(source->counters().withdrawn == file.withdrawn);
            if (file.prefixes) CHECK(tally.prefixes.size() == file.prefixes);
            // Of a table those that have routes, of updates all that said anything.
            if (file.peers) CHECK((file.is_ordered ? source->peers().size() : tally.peers.size()) == file.peers);
            if (file.updates) CHECK(source->counters().updates == file.updates);
            CHECK(source->problem().empty() != file.is_cut);
        }
    }
}

TEST_CASE("records of type 5, of 1999 and 2000, are read as bgpdump reads them")
{
    const auto path = shared_file("cases/mrt/type-5-of-2000.gz");
    if (!path) {
        MESSAGE("skipped: no file");
        return;
    }
    auto source = MrtSource::open(octets_of_file(*path), {});
    REQUIRE(source);
    CHECK(source->is_ordered());
    const auto tally = drain(*source);
    // bgpdump -m: lines with A, W and STATE.
    CHECK(tally.announced == 5668);
    CHECK(tally.withdrawn == 675);
    std::uint64_t state_changes = 0;
    for (const auto& peer : source->counters().peers) state_changes += peer.state_changes;
    CHECK(state_changes == 16);
    CHECK(source->counters().updates == 3818);
    CHECK(source->counters().messages == 3818 + 123);
    CHECK(source->problem().empty());
}

TEST_CASE("what the collector itself sent is left out and counted, unless it is asked for")
{
    const auto path = shared_file("cases/mrt/message-local.mrt");
    if (!path) {
        MESSAGE("skipped: no file");
        return;
    }
    auto source = MrtSource::open(octets_of_file(*path), {});
    REQUIRE(source);
    auto tally = drain(*source);
    CHECK(tally.announced == 1);
    CHECK(tally.withdrawn == 0);
    CHECK(source->counters().local_messages == 3);
    CHECK(source->counters().updates == 1);
    source = MrtSource::open(octets_of_file(*path), {.with_local = true});
    REQUIRE(source);
    tally = drain(*source);   // as bgpdump -m
    CHECK(tally.announced == 3);
    CHECK(tally.withdrawn == 1);
    CHECK(source->counters().local_messages == 0);
}

TEST_CASE("of several snapshots in one dump all are read, or the one that is asked for")
{
    // Another day: the second peer alone, with 2001:db8::/32 no more.
    const std::string other_table = "00000164 000d 0001 00000017 c0000201 0002 7632 0001 02 0a000002 0a000002 00030d40";
    const std::string other_rib = "00000165 000d 0002 00000024 00000000 08 0b 0001"
                                  "0000 00000002 0014 40010100 40020602010000fde9 4003040a000001";
    const auto dump = hex(std::string{peer_index_table} + rib_10_8 + rib_10_0_15 + rib_2001_db8 + other_table + other_rib);
    const auto read = [&](std::optional<std::uint32_t> snapshot, std::optional<MrtPeerChoice> peer = everybody) {
        auto source = MrtSource::open(octets_in_memory(dump), {.peer = peer, .snapshot = snapshot});
        REQUIRE(source);
        const auto tally = drain(*source);
        return std::pair{tally, source->problem()};
    };
    CHECK(read({}).first.announced == 5);
    CHECK(read(1).first.announced == 4);
    CHECK(read(1).second.empty());
    CHECK(read(2).first.announced == 1);
    CHECK(read(2).first.prefixes == std::set<Octets>{hex("08 0b 01 01")});
    CHECK(read(2).second.empty());
    CHECK(read(1, std::nullopt).first.announced == 3);   // of the peer with most routes in it
    CHECK(read(3).first.announced == 0);
    CHECK(read(3).second == "the dump has 2 snapshots, and none with the number 3");
}

TEST_CASE("of a table the peer with most routes is taken, in batches of equal attributes")
{
    auto source = open_table({});
    CHECK_FALSE(source.is_ordered());
    REQUIRE(source.fullest_peer());   // before anything is read
    CHECK(source.fullest_peer()->index == 1);
    CHECK(source.fullest_peer()->peer.as == Asn{200000});

    RouteBatch batch;
    REQUIRE(source.next(batch));
    CHECK(batch.kind == RouteBatch::Kind::announce);
    CHECK(batch.family == ipv4_unicast);
    CHECK(to_hex(batch.attributes) == attributes);
    CHECK(to_hex(batch.next_hop) == "0a000001");
    CHECK(to_hex(batch.nlri) == "080a"
                                "0f0a00");
    CHECK(batch.routes == 2);
    CHECK(source.last_peer() == 1);
    CHECK(source.last_time() == 0x65 * 1'000'000'000ll);

    REQUIRE(source.next(batch));
    CHECK(batch.family == ipv6_unicast);
    CHECK(to_hex(batch.attributes) == attributes);
    CHECK(to_hex(batch.next_hop) == "20010db8000000000000000000000002");
    CHECK(to_hex(batch.nlri) == "2020010db8");
    CHECK(source.last_time() == 0x67 * 1'000'000'000ll);

    CHECK_FALSE(source.next(batch));
    CHECK(source.problem() == "");
    REQUIRE(source.collector());
    CHECK(source.collector()->bgp_identifier == Ipv4Address{0xc0000201});
    CHECK(source.collector()->view_name == "v1");
    REQUIRE(source.peers().size() == 2);
    CHECK(source.peers()[0] == MrtPeer{Ipv4Address{0x0a000001}, Asn{65001}, {0x0a000001}});
    CHECK(source.peers()[1] == MrtPeer{Ipv4Address{0x0a000002}, Asn{200000}, {0x0a000002}});
}

TEST_CASE("what BIRD leaves out of a table is filled in, so that its routes can be told")
{
    const auto path = shared_file("data/small/bird6-mrtdump_rib");
    if (!path) {
        MESSAGE("skipped: no file small/bird6-mrtdump_rib");
        return;
    }
    auto source = MrtSource::open(octets_of_file(*path), {.peer = everybody});
    REQUIRE(source);
    RouteBatch batch;
    REQUIRE(source->next(batch));   // ::/0 of the collector itself, 192.168.0.16, with no attributes at all
    CHECK(to_hex(batch.next_hop) == "00000000000000000000ffffc0a80010");
    CHECK(to_hex(batch.attributes) == "40010102"
                                      "400200");
    while (source->last_peer() == 0) REQUIRE(source->next(batch));
    CHECK(to_hex(batch.next_hop) == "fd020000000000000000000000000010");   // the address of the peer
    drain(*source);
    CHECK(source->counters().next_hops_filled_in == 10);
    CHECK(source->counters().attributes_filled_in == 4);
}

TEST_CASE("peers are chosen by index, address and AS")
{
    const std::pair<const char*, std::uint64_t> choices[] = {
        {"all", 4}, {"most", 3}, {"0", 1}, {"1", 3}, {"10.0.0.1", 1}, {"10.0.0.2", 3}, {"AS65001", 1}, {"as200000", 3},
    };
    for (const auto& [text, routes] : choices) {
        CAPTURE(std::string{text});
        REQUIRE(MrtPeerChoice::from_text(text));
        auto source = open_table(peer(text));
        CHECK(drain(source).announced == routes);
        CHECK(source.problem() == "");
    }
    for (const auto* text : {"2", "10.0.0.3", "AS1"}) {
        CAPTURE(std::string{text});
        auto source = open_table(peer(text));
        CHECK(drain(source).announced == 0);
        CHECK(source.problem().starts_with("the dump has no peer"));
    }
    for (const auto* text : {"", "AS", "ASx", "-1", "1x", "10.0.0", "4294967296"}) CHECK_FALSE(MrtPeerChoice::from_text(text));
}

TEST_CASE("a dump is opened once while it fits the memory it may take, and again where it does not")
{
    const auto once = std::make_shared<int>(0);
    auto kept = open_table({}, once);
    CHECK(drain(kept).announced == 3);
    CHECK(*once == 1);

    const auto twice = std::make_shared<int>(0);
    auto reopened = open_table({.keep_octets = 100}, twice);
    CHECK(drain(reopened).announced == 3);
    CHECK(*twice == 2);
}

TEST_CASE("updates are told in their order, AS_PATH made of four octets, with their times")
{
    auto source = MrtSource::open(octets_in_memory(hex(update_record)), {});
    REQUIRE(source);
    CHECK(source->is_ordered());
    RouteBatch batch;
    REQUIRE(source->next(batch));
    CHECK(batch.kind == RouteBatch::Kind::withdraw);
    CHECK(to_hex(batch.nlri) == "080a");
    CHECK(batch.attributes.empty());
    CHECK(source->last_time() == 100'500'000'000ll);
    REQUIRE(source->next(batch));
    CHECK(batch.kind == RouteBatch::Kind::announce);
    CHECK(to_hex(batch.attributes) == "40010100"
                                      "40020a02020000fde900030d40");
    CHECK(to_hex(batch.next_hop) == "0a000001");
    CHECK(to_hex(batch.nlri) == "100a02");
    CHECK_FALSE(source->next(batch));
    CHECK(source->problem() == "");
    CHECK(source->counters().updates == 1);
    REQUIRE(source->counters().peers.size() == 1);
    CHECK(source->counters().peers[0].updates == 1);
    CHECK(source->peers()[0].as == Asn{65001});
}

}   // namespace barrage
