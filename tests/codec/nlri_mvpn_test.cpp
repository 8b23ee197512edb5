// Multicast VPN routes: RFC 6514 section 4, field by field, and three that ExaBGP's tests send.

#include "tests/support/doctest.hpp"

#include "tests/support/nlri_vectors.hpp"

using namespace barrage;

namespace {

const FamilyVector vectors[] = {
    {"mvpn4", "01 0c 0000fde800000001 c0000201", "intra_as_i_pmsi rd 65000:1 originator 192.0.2.1"},
    {"mvpn6", "01 18 0000fde800000001 20010db8000000000000000000000001", "intra_as_i_pmsi rd 65000:1 originator 2001:db8::1"},
    {"mvpn4", "01 0b 0000fde800000001 c00002", nullptr},
    {"mvpn4", "02 0c 0000fde800000001 0000fde9", "inter_as_i_pmsi rd 65000:1 source_as 65001"},
    {"mvpn4", "03 16 0000fde800000001 20 0a000001 20 e8000001 c0000201",
     "s_pmsi rd 65000:1 source 10.0.0.1 group 232.0.0.1 originator 192.0.2.1"},
    {"mvpn4", "03 0e 0000fde800000001 00 00 c0000201", "s_pmsi rd 65000:1 originator 192.0.2.1"},   // RFC 6625: wildcards
    {"mvpn4", "04 12 010c 0000fde800000001 c0000201 c0000202",
     "leaf_ad route_key 010c0000fde800000001c0000201 originator 192.0.2.2"},
    {"mvpn4", "04 05 0102030405", "leaf_ad 0102030405"},
    {"mvpn4", "05 12 0000fde800000001 20 0a000001 20 e8000001", "source_active rd 65000:1 source 10.0.0.1 group 232.0.0.1"},
    {"mvpn4", "05 11 0000fde800000001 18 0a0000 20 e8000001", nullptr},
    {"mvpn4", "07 13 0000fde800000001 0000fde9 20 0a000001 20 e8", nullptr},
    {"mvpn6", "06 2e 0000fde80001869f 0000fde8 80 fd000000000000000000000000000001 80 ff0e0000000000000000000000000001",
     "shared_tree_join rd 65000:99999 source_as 65000 source fd00::1 group ff0e::1"},
    {"mvpn6", "07 2e 0000fde80001869f 0000fde8 80 fd120000000000000000000000000002 80 ff0e0000000000000000000000000001",
     "source_tree_join rd 65000:99999 source_as 65000 source fd12::2 group ff0e::1"},
    {"mvpn6", "05 2a 0000fde80001869f 80 fd120000000000000000000000000004 80 ff0e0000000000000000000000000001",
     "source_active rd 65000:99999 source fd12::4 group ff0e::1"},
    {"mvpn4", "08 02 0102", "unknown type 8 octets 0102"},
};

}   // namespace

TEST_CASE("multicast VPN routes")
{
    for (const auto& vector : vectors) check_family_vector(vector);
}
