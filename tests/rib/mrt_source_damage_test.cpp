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
