#include "tests/support/doctest.hpp"

#include <string>

#include "codec/mrt/table_dump_v2.hpp"
#include "tests/codec/mrt_fixture.hpp"
#include "tests/support/hex.hpp"

using namespace barrage;

TEST_CASE("RIB_GENERIC says its family: RFC 6396 section 4.3.3, RFC 8050 section 4.3")
{
    const struct {
        const char* octets;   // behind timestamp and type
        Family family;
        const char* nlri;
        bool has_path_ids;
    } rows[] = {
        {"0006 00000025 00000005 0001 80 70 000011 0000fde800000001 c63364 0001 0001 00000064 0003 400100",
         {Afi::ipv4, Safi::mpls_vpn},
         "70 000011 0000fde800000001 c63364",
         false},
        {"0006 0000002a 00000005 0019 46 03 11 0000fde800000064 00000000 20 c0000202 0001 0001 00000064 0003 400100",
         {Afi::l2vpn, Safi::evpn},
         "03 11 0000fde800000064 00000000 20 c0000202",
         false},
        {"000c 0000001e 00000005 0001 01 10 0a02 0001 0001 00000064 0000002a 0003 400100", ipv4_unicast, "10 0a02", true},
    };
    for (const auto& row : rows) {
        CAPTURE(std::string{row.octets});
        auto octets = hex(std::string{"00000001 000d "} + row.octets);
        octets[11] = static_cast<std::uint8_t>(octets.size() - mrt_header_octets);
        const auto record = record_of(octets);
        REQUIRE(record);
        REQUIRE(is_rib(TableDumpV2Subtype{record->subtype}));
        auto rib = decode_rib_record(*record);
        REQUIRE(rib);
        CHECK(rib->family == row.family);
        CHECK(to_hex(rib->nlri) == to_hex(hex(row.nlri)));
        CHECK(rib->entry_count == 1);
        const auto entry = read_rib_entry(*rib);
        REQUIRE(entry);
        CHECK(entry->path_id.has_value() == row.has_path_ids);
        CHECK(to_hex(entry->attributes) == "400100");
        CHECK(rib->entries.finished());
    }
    for (const auto* wrong : {"000d 0006 0000000c 00000005 0001 fe 10 0a02 0000", "000d 0006 0000000a 00000005 0001 01 19 0a02"})
        CHECK_FALSE(decode_rib_record(*record_of(hex(std::string{"00000001 "} + wrong))));
}
