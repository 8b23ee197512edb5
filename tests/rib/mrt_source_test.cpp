#include "rib/mrt_source.hpp"

#include <doctest.h>

#include <random>
#include <set>

#include "io/input_file.hpp"
#include "rib/route_set.hpp"
#include "tests/support/hex.hpp"
#include "tests/support/shared_data.hpp"

namespace barrage {

namespace {

constexpr MrtPeerChoice everybody{.by = MrtPeerChoice::By::all};

OpenOctets octets_of_file(const std::string& path)
{
    return [path]() -> std::expected<OctetSource, std::string> {
        auto file = InputFile::open(path);
        if (!file) return std::unexpected(file.error());
        auto shared = std::make_shared<InputFile>(std::move(*file));
        return OctetSource{[shared](std::span<std::uint8_t> into) { return shared->read(into); },
                           [shared] { return shared->problem(); }};
    };
}

/// Octets in memory, in pieces of `piece` octets, and how often they were opened.
OpenOctets octets_in_memory(Octets octets, std::size_t piece = 4096, std::shared_ptr<int> opened = std::make_shared<int>(0))
{
    return [=, octets = std::make_shared<const Octets>(std::move(octets))]() -> std::expected<OctetSource, std::string> {
        ++*opened;
        return OctetSource{[=, at = std::size_t{0}](std::span<std::uint8_t> into) mutable {
            const auto count = std::min({piece, into.size(), octets->size() - at});
            std::copy_n(octets->begin() + static_cast<std::ptrdiff_t>(at), count, into.begin());
            at += count;
            return count;
        }};
    };
}

Octets whole_file(const std::string& path)
{
    auto file = InputFile::open(path).value();
    Octets octets;
    std::vector<std::uint8_t> piece(1 << 20);
    while (const auto got = file.read(piece))
        octets.insert(octets.end(), piece.begin(), piece.begin() + static_cast<std::ptrdiff_t>(got));
    return octets;
}

struct Tally {
    std::uint64_t announced = 0;
    std::uint64_t withdrawn = 0;
    std::uint64_t of_vpns = 0;   // announced
    std::set<Octets> prefixes;
    std::set<std::size_t> peers;       // with routes
    std::set<Octets> attribute_sets;   // of announced routes, with the next hop
};

/// Reads all, and holds every batch against what RouteBatch promises.
Tally drain(MrtSource& source)
{
    Tally tally;
    for (RouteBatch batch; source.next(batch);) {
        const bool announces = batch.kind == RouteBatch::Kind::announce;
        (announces ? tally.announced : tally.withdrawn) += batch.routes;
        if (announces && batch.family.safi == Safi::mpls_vpn) tally.of_vpns += batch.routes;
        REQUIRE(batch.routes > 0);
        REQUIRE(batch.next_hop.empty() != announces);
        REQUIRE(source.last_peer() < source.peers().size());
        if (announces) {
            tally.peers.insert(source.last_peer());
            Octets key(batch.attributes.begin(), batch.attributes.end());
            key.insert(key.end(), batch.next_hop.begin(), batch.next_hop.end());
            tally.attribute_sets.insert(std::move(key));
        }
        std::uint32_t routes = 0;
        for (Reader in{batch.nlri}; !in.empty(); ++routes) {
            if (batch.has_path_ids) in.skip(4);
            const auto length = in.peek();
            const auto nlri = in.octets(1 + (length + 7u) / 8);
            REQUIRE_FALSE(in.failed());
            if (length % 8 != 0) REQUIRE((nlri.back() & (0xff >> length % 8)) == 0);   // trailing bits are cleared
            if (announces) {
                Octets key(nlri.begin(), nlri.end());
                key.push_back(static_cast<std::uint8_t>(batch.family.afi));
                key.push_back(static_cast<std::uint8_t>(batch.family.safi));
                tally.prefixes.insert(std::move(key));
            }
        }
        REQUIRE(routes == batch.routes);
    }
    return tally;
}

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

namespace {

// Laid out by hand after RFC 6396 section 4.3. Two peers, both with 10.0.0.0/8 and equal attributes; the second also has
// 10.0.0.0/15, written with a trailing bit set, and 2001:db8::/32 with an abbreviated MP_REACH_NLRI.
constexpr const char* peer_index_table = "00000064 000d 0001 00000022"
                                         "c0000201 0002 7631 0002"          // collector 192.0.2.1, view "v1", two peers
                                         "00 0a000001 0a000001 fde9"        // 10.0.0.1 AS65001, written in two octets
                                         "02 0a000002 0a000002 00030d40";   // 10.0.0.2 AS200000, in four
constexpr const char* rib_10_8 = "00000065 000d 0002 00000040"
                                 "00000000 08 0a 0002"
                                 "0000 00000001 0014 40010100 40020602010000fde9 4003040a000001"
                                 "0001 00000002 0014 40010100 40020602010000fde9 4003040a000001";
constexpr const char* rib_10_0_15 = "00000066 000d 0002 00000025"
                                    "00000001 0f 0a01 0001"
                                    "0001 00000002 0014 40010100 40020602010000fde9 4003040a000001";
constexpr const char* rib_2001_db8 = "00000067 000d 0004 00000034"
                                     "00000002 20 20010db8 0001"
                                     "0001 00000002 0021 40010100 40020602010000fde9 800e1110 20010db8000000000000000000000002";
constexpr const char* attributes = "4001010040020602010000fde9";   // canonical: without the next hop

// RFC 6396 section 4.4.2, BGP4MP_ET of BGP4MP_MESSAGE: AS65001 at 10.0.0.1 withdraws 10.0.0.0/8 and announces 10.2.0.0/16 by a
// path of two-octet AS numbers with an AS4_PATH that says 200000 for AS_TRANS.
constexpr const char* update_record = "00000064 0011 0001 0000004d 0007a120"   // 500,000 microseconds
                                      "fde9 fde8 0000 0001 0a000001 0a0000fe"
                                      "ffffffffffffffffffffffffffffffff 0039 02"
                                      "0002 080a 001d 40010100 400206 0202fde95ba0 4003040a000001 c0110602 0100030d40 100a02";

Octets records(std::initializer_list<const char*> texts)
{
    Octets all;
    for (const auto* text : texts) {
        const auto octets = hex(text);
        all.insert(all.end(), octets.begin(), octets.end());
    }
    return all;
}

MrtSource open_table(const MrtSourceOptions& options, std::shared_ptr<int> opened = std::make_shared<int>(0))
{
    auto source =
        MrtSource::open(octets_in_memory(records({peer_index_table, rib_10_8, rib_10_0_15, rib_2001_db8}), 7, opened), options);
    REQUIRE(source);
    return std::move(*source);
}

MrtSourceOptions peer(const char* text) { return {.peer = MrtPeerChoice::from_text(text)}; }

}   // namespace

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

TEST_CASE("a malformed record is counted, and the one after it is found")
{
    // The second entry of the record says more attributes than there are; its peer would be the second.
    auto octets = records({peer_index_table, rib_10_8, rib_10_0_15});
    octets[hex(peer_index_table).size() + 12 + 8 + 28 + 7] = 0xff;
    auto source = MrtSource::open(octets_in_memory(octets), {.peer = everybody});
    REQUIRE(source);
    CHECK(drain(*source).announced == 2);
    CHECK(source->problem() == "");
    CHECK(source->counters().skipped.at("RIB entry cut by the end of its record") == 1);
    CHECK(source->first_error() == "octet 94: RIB entry cut by the end of its record");
}

TEST_CASE("what is no dump is refused when it is opened")
{
    for (const auto* text : {"", "00", "7f454c46020101000000000000000000", "00000064 000d 0001 0000"})
        CHECK_FALSE(MrtSource::open(octets_in_memory(hex(text)), {}));
    auto unopened =
        MrtSource::open([]() -> std::expected<OctetSource, std::string> { return std::unexpected("no such file"); }, {});
    REQUIRE_FALSE(unopened);
    CHECK(unopened.error() == "no such file");
}

TEST_CASE("a table that is cut anywhere gives the routes before the cut and says so")
{
    const auto whole = records({peer_index_table, rib_10_8, rib_10_0_15, rib_2001_db8});
    const std::pair<std::size_t, std::uint64_t> ends[] = {// of records, and the routes before them
                                                          {hex(peer_index_table).size(), 0},
                                                          {records({peer_index_table, rib_10_8}).size(), 2},
                                                          {records({peer_index_table, rib_10_8, rib_10_0_15}).size(), 3},
                                                          {whole.size(), 4}};
    for (std::size_t size = mrt_header_octets; size < whole.size(); ++size) {
        CAPTURE(size);
        std::uint64_t routes = 0;
        bool between = false;
        for (const auto& [end, before] : ends) {
            if (size >= end) routes = before;
            between = between || size == end;
        }
        auto source = MrtSource::open(octets_in_memory({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)}, 5),
                                      {.peer = everybody});
        REQUIRE(source);
        CHECK(drain(*source).announced == routes);
        CHECK(source->problem().empty() == between);
    }
}

TEST_CASE("real dumps cut at every 1000th octet give the part before")
{
    for (const auto* name : {"data/bview.64k_stream_overflow.gz", "data/small/openbgpd_bgp", "data/small/quagga_bgp",
                             "data/small/bird_bgp", "data/small/openbgpd_rib_table-v2", "data/updates.long_withdrawal.gz"}) {
        const auto path = shared_file(name);
        if (!path) {
            MESSAGE("skipped: no file ", name);
            continue;
        }
        const auto whole = whole_file(*path);
        std::uint64_t before = 0;
        for (std::size_t size = 1000; size < whole.size(); size += 1000) {
            CAPTURE(std::string{name});
            CAPTURE(size);
            auto source = MrtSource::open(octets_in_memory({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)}),
                                          {.peer = everybody});
            REQUIRE(source);
            const auto tally = drain(*source);
            CHECK(tally.announced + tally.withdrawn >= before);   // never fewer than of a shorter cut
            before = tally.announced + tally.withdrawn;
        }
    }
}

TEST_CASE("dumps with flipped bits never do harm")
{
    std::mt19937 random{20260222};   // a fixed seed
    for (const auto* name :
         {"data/bview.ipv4_unicast_add_path.gz", "data/bview.64k_stream_overflow.gz", "data/small/openbgpd_bgp",
          "data/small/bird6-mrtdump_rib", "data/small/openbgpd_rib_table", "data/small/quagga_bgp"}) {
        const auto path = shared_file(name);
        if (!path) {
            MESSAGE("skipped: no file ", name);
            continue;
        }
        const auto whole = whole_file(*path);
        for (int round = 0; round < 200; ++round) {
            auto flipped = whole;
            for (int i = 0; i < 1 + round % 20; ++i)
                flipped[random() % flipped.size()] ^= static_cast<std::uint8_t>(1u << random() % 8);
            auto source = MrtSource::open(octets_in_memory(std::move(flipped)),
                                          round % 2 ? MrtSourceOptions{} : MrtSourceOptions{.peer = everybody});
            if (source) drain(*source);
        }
    }
}

}   // namespace barrage
