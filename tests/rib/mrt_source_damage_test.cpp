// Dumps that are malformed, cut or damaged: the part before counts, and nothing does harm.

#include <random>

#include "tests/rib/mrt_source_fixture.hpp"
#include "tests/support/shared_data.hpp"

namespace barrage {

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

TEST_CASE("a BGP4MP record has one message; what stands behind it is left out, with its place")
{
    // RFC 6396 section 4.4.2. AS65001 at 10.0.0.1 announces 10.1.0.0/16; 12 octets of header and 20 of the session are before it.
    const std::string session = "0000fde9 0000fde8 0000 0001 0a000001 0a0000fe";
    const std::string of_10_1 =
        "ffffffffffffffffffffffffffffffff 002e 02 0000 0014 40010100 40020602010000fde9 4003040a000001 100a01";
    const std::string of_10_4 =
        "ffffffffffffffffffffffffffffffff 002e 02 0000 0014 40010100 40020602010000fde9 4003040a000001 100a04";
    const std::string keepalive = "ffffffffffffffffffffffffffffffff 0013 04";
    const struct {
        const char* name;
        std::string octets;
        std::uint64_t routes, place;   // place 0: nothing is left out
    } rows[] = {{"one message", "00000064 0010 0004 00000042" + session + of_10_1, 1, 0},
                {"another UPDATE", "00000064 0010 0004 00000070" + session + of_10_1 + of_10_4, 1, 12 + 20 + 46},
                {"one octet", "00000064 0010 0004 00000043" + session + of_10_1 + "6a", 1, 12 + 20 + 46},
                {"an UPDATE behind a KEEPALIVE", "00000064 0010 0004 00000055" + session + keepalive + of_10_1, 0, 12 + 20 + 19},
                {"sent by the collector, and so a choice", "00000064 0010 0007 00000043" + session + of_10_1 + "6a", 0, 0}};
    for (const auto& row : rows) {
        CAPTURE(std::string{row.name});
        auto source = MrtSource::open(octets_in_memory(hex(row.octets)), {});
        REQUIRE(source);
        CHECK(drain(*source).announced == row.routes);
        CHECK(source->problem() == "");
        CHECK(source->left_out().routes() == (row.place == 0 ? 0 : 1));
        const auto said =
            row.place == 0 ? "" : "octet " + std::to_string(row.place) + ": octets behind the one BGP message of a record";
        CHECK(source->left_out().of(LeftOutReason::malformed).sample == said);
        CHECK(source->first_error() == said);
    }
    auto other = MrtSource::open(octets_in_memory(hex(rows[1].octets)), peer("AS65002"));
    REQUIRE(other);
    CHECK(drain(*other).announced == 0);
    CHECK(other->left_out().empty());   // of a peer that is not wanted
}

TEST_CASE("records of type 5 are older than path identifiers: nothing in them is taken for one")
{
    // RFC 6396 appendix B.2: AS65001 at 10.0.0.1. 198.51.100.0/24 with the identifier 1 would be well-formed.
    auto source = MrtSource::open(octets_in_memory(hex("00000064 0005 0001 0000002a fde9 0a000001 fde8 0a0000fe"
                                                       "0000 0012 40010100 4002040201fde9 4003040a000001 00000001 18 c63364")),
                                  {});
    REQUIRE(source);
    drain(*source);
    CHECK(source->left_out().of(LeftOutReason::malformed).routes == 1);
    CHECK(source->left_out().of(LeftOutReason::malformed).sample == "octet 0: malformed NLRI in an UPDATE");
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
