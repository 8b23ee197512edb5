// Where an NLRI ends, of families whose NLRI stay octets; of those that are decoded, check_family_vector() looks at it.

#include "tests/support/doctest.hpp"

#include "codec/nlri/nlri_extent.hpp"
#include "tests/support/exact_octets.hpp"
#include "tests/support/hex.hpp"

using namespace barrage;

namespace {

struct Row {
    const char* family;
    const char* nlri;
};
// RFC 9871 section 2.9: NLRI length, key length, NLRI type, key, TLVs; here 192.0.2.0/24 of color 100 with a label, alone and behind the route
// distinguisher 65000:1.
const Row rows[] = {
    {"ipv4-car", "0f 08 01 18 c00002 00000064 01 03 000101"},
    {"vpnv4-car", "17 10 01 18 0000fde800000001 c00002 00000064 01 03 000101"},
};

}   // namespace

TEST_CASE("an NLRI ends where its family says, and one that is cut has no end")
{
    for (const auto& row : rows) {
        CAPTURE(row.nlri);
        const auto family = family_from_name(row.family);
        REQUIRE(family.has_value());
        const auto one = hex(row.nlri);
        auto two = one;
        two.insert(two.end(), one.begin(), one.end());
        CHECK(nlri_octets(*family, two) == one.size());
        for (std::size_t size = 0; size < one.size(); ++size) {
            const ExactOctets cut{OctetView{one}.first(size)};
            CHECK(nlri_octets(*family, cut.view()) == 0);
        }
    }
}

TEST_CASE("the length of a flow specification has one octet below 240 and else two: RFC 8955 section 4.1")
{
    const Family flow{Afi::ipv4, Safi::flowspec};
    for (const std::size_t length : {std::size_t{239}, std::size_t{240}, std::size_t{4095}}) {
        CAPTURE(length);
        Octets nlri;
        if (length < 240)
            nlri = {0xef};
        else
            nlri = {static_cast<std::uint8_t>(0xf0 | length >> 8), static_cast<std::uint8_t>(length)};
        nlri.resize(nlri.size() + length);
        CHECK(nlri_octets(flow, nlri) == nlri.size());
        nlri.pop_back();
        CHECK(nlri_octets(flow, nlri) == 0);
    }
}

TEST_CASE("a family that is not known has no extent")
{
    const auto nlri = hex("18 c00002");
    CHECK(nlri_octets(Family{Afi::ipv4, Safi::vpls}, nlri) == 0);
    CHECK(nlri_octets(Family{Afi{3}, Safi::unicast}, nlri) == 0);
}
