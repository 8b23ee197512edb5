#include "tests/support/doctest.hpp"

#include <vector>

#include "rib/attribute_octets.hpp"
#include "tests/support/hex.hpp"

using namespace barrage;

namespace {

std::string written(const AttributeValues& values)
{
    Octets octets{1, 2, 3};   // what is there before does not matter
    write_attribute_octets(values, octets);
    CHECK(octets.size() == attribute_octets_size(values));
    return to_hex(octets);
}
std::string octets(std::string_view text) { return to_hex(hex(text)); }

}   // namespace

TEST_CASE("plain values become attributes as RFC 4271 section 4.3 lays them out, by ascending type")
{
    const std::vector<Asn> path{{64512}, {4200000000}};
    const std::vector<Community> communities{{65001u << 16 | 1}, {0xffffff01}};
    const std::vector<LargeCommunity> large{{65001, 2, 3}};

    CHECK(written({}) == octets("40 01 01 00  40 02 00"));
    CHECK(written({.origin = Origin::Value::incomplete, .as_path = path}) ==
          octets("40 01 01 02  40 02 0a 02 02 00 00 fc 00 fa 56 ea 00"));
    CHECK(written({.as_path = path,
                   .multi_exit_disc = 100,
                   .local_pref = 200,
                   .atomic_aggregate = true,
                   .aggregator = Aggregator{{65001}, {0xc0000201}},
                   .communities = communities,
                   .large_communities = large}) == octets("40 01 01 00"
                                                          "40 02 0a 02 02 00 00 fc 00 fa 56 ea 00"
                                                          "80 04 04 00 00 00 64"
                                                          "40 05 04 00 00 00 c8"
                                                          "40 06 00"
                                                          "c0 07 08 00 00 fd e9 c0 00 02 01"
                                                          "c0 08 08 fd e9 00 01 ff ff ff 01"
                                                          "c0 20 0c 00 00 fd e9 00 00 00 02 00 00 00 03"));
}

TEST_CASE("a value over 255 octets takes an extended length, one of 255 or less does not")
{
    const std::vector<Community> sixty_three(63, Community{1});
    const std::vector<Community> sixty_four(64, Community{1});
    CHECK(written({.communities = sixty_three}).substr(14, 6) == octets("c0 08 fc"));
    CHECK(written({.communities = sixty_four}).substr(14, 8) == octets("d0 08 01 00"));
}

TEST_CASE("a path over 255 AS numbers is cut into segments of 255")
{
    const std::vector<Asn> path(256, Asn{1});
    const auto text = written({.as_path = path});
    // 2 segments: 2 + 255 * 4 and 2 + 4 octets
    CHECK(text.substr(8, 12) == octets("50 02 04 04 02 ff"));
    CHECK(text.substr(text.size() - 12) == octets("02 01 00 00 00 01"));
}

TEST_CASE("a next hop is the octets of its address")
{
    Octets octets_of;
    write_next_hop_octets(*IpAddress::from_text("192.0.2.1"), std::nullopt, octets_of);
    CHECK(to_hex(octets_of) == "c0000201");
    write_next_hop_octets(*IpAddress::from_text("2001:db8::1"), std::nullopt, octets_of);
    CHECK(to_hex(octets_of) == "20010db8000000000000000000000001");
}
