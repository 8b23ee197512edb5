// Families whose NLRI have few fields: route target membership (RFC 4684), VPLS (RFC 4761, RFC 6074), SR policy (RFC 9830).

#include "tests/support/doctest.hpp"

#include "tests/support/nlri_vectors.hpp"

using namespace barrage;

namespace {

const FamilyVector vectors[] = {
    {"rtc", "00", "length 0 route_target "},   // RFC 4684 section 4: the default
    {"rtc", "60 0000fde8 0002fde800000064", "length 96 origin_as 65000 route_target 0002fde800000064"},
    {"rtc", "20 0000fde8", "length 32 origin_as 65000 route_target "},
    {"rtc", "51 0000fde8 0002fde8000080", "length 81 origin_as 65000 route_target 0002fde8000080"},
    {"rtc", "10 0000", nullptr},
    {"rtc", "61 0000fde8 0002fde80000006400", nullptr},
    // the two of a test of the gobmp project
    {"vpls", "0011 0000000100000064 0001 0000 000a 186a00",
     "label_block rd 1:100 ve_id 1 offset 0 size 10 label_base {label 100000 low_bits 0}"},
    {"vpls", "000c 00020000fde80064 0a000003", "discovery rd 65000L:100 pe_address 10.0.0.3"},
    {"vpls", "0010 0000000100000064 0001 0000 000a 186a", nullptr},
    // of ExaBGP's tests
    {"srpol4", "60 00000001 0000012c 0a000003", "distinguisher 1 color 300 endpoint 10.0.0.3"},
    {"srpol6", "c0 00000002 00000064 20010db8000000000000000000000001", "distinguisher 2 color 100 endpoint 2001:db8::1"},
    {"srpol4", "5f 00000001 0000012c 0a000003", nullptr},
    {"srpol6", "60 00000001 0000012c 0a000003", nullptr},
};

}   // namespace

TEST_CASE("route target membership, VPLS and SR policies")
{
    for (const auto& vector : vectors) check_family_vector(vector);
}
