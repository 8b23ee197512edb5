// What a check that fails shows of values that doctest itself would print as "{?}".

#include "tests/support/doctest.hpp"

#include <array>
#include <map>
#include <vector>

#include "codec/attribute/aggregator.hpp"

using namespace barrage;

TEST_CASE("values of ours are shown")
{
    using namespace std::chrono_literals;
    CHECK(doctest::toString(Octets{0x01, 0xfe}) == "01fe");
    CHECK(doctest::toString(std::array<std::uint8_t, 2>{0x01, 0xfe}) == "01fe");
    CHECK(doctest::toString(std::optional<std::uint32_t>{7}) == "7");
    CHECK(doctest::toString(std::optional<std::uint32_t>{}) == "nothing");
    CHECK(doctest::toString(ipv6_unicast) == "ipv6");
    CHECK(doctest::toString(FamilySet{ipv4_unicast, ipv6_unicast}) == "ipv4,ipv6");
    CHECK(doctest::toString(Asn{65001}) == "65001");
    CHECK(doctest::toString(std::vector<std::string>{"a", "b"}) == "{a, b}");
    CHECK(doctest::toString(std::pair{1, Octets{0xff}}) == "(1, ff)");
    CHECK(doctest::toString(3us) == "3000 ns");
    CHECK(doctest::toString(Aggregator{Asn{65001}, Ipv4Address{0xc0000201}}) == "{asn: 65001, address: 192.0.2.1}");
    CHECK(doctest::toString(DecodeError{Recovery::treat_as_withdraw, UpdateSubcode::invalid_network_field, "why"}) ==
          "treat-as-withdraw, subcode 10: why");
}
