// EVPN routes: octets from RFC 7432 section 7 and RFC 9136 section 3.1, field by field, and one from a router's capture.

#include "tests/support/doctest.hpp"

#include "tests/support/nlri_vectors.hpp"

using namespace barrage;

namespace {

constexpr auto withdraw = Recovery::treat_as_withdraw;

const FamilyVector vectors[] = {
    {"evpn", "01 19 0001 c0000201 0064 00112233445566778899 00000005 000641",
     "ethernet_auto_discovery rd 192.0.2.1:100 esi 00:11:22:33:44:55:66:77:88:99 ethernet_tag 5 label {label 100 low_bits 1}"},
    // a capture of the gobmp project's tests
    {"evpn", "02 21 000000c800000032 00000000000000000000 00000000 30 0081c4bc778a 00 18a971",
     "mac_ip_advertisement rd 200:50 esi 00:00:00:00:00:00:00:00:00:00 ethernet_tag 0 mac 00:81:c4:bc:77:8a label {label 101015 "
     "low_bits 1}"},
    {"evpn", "02 28 0000fde800000001 00000000000000000000 00000007 30 020000000001 20 c0000201 000640 0003e8",
     "mac_ip_advertisement rd 65000:1 esi 00:00:00:00:00:00:00:00:00:00 ethernet_tag 7 mac 02:00:00:00:00:01 ip 192.0.2.1 label "
     "{label 100 low_bits 0} label2 {label 62 low_bits 8}"},
    {"evpn", "02 20 0000fde800000001 00000000000000000000 00000000 28 0200000000 00 000640", nullptr},
    {"evpn", "02 22 0000fde800000001 00000000000000000000 00000000 30 020000000001 21 c0000201 000640", nullptr},
    {"evpn", "03 11 0000fde800000001 00000000 20 c0000201", "inclusive_multicast rd 65000:1 ethernet_tag 0 originator 192.0.2.1"},
    {"evpn", "03 1d 0000fde800000001 00000000 80 20010db8000000000000000000000001",
     "inclusive_multicast rd 65000:1 ethernet_tag 0 originator 2001:db8::1"},
    {"evpn", "03 12 0000fde800000001 00000000 20 c0000201 00", nullptr},
    {"evpn", "04 17 0000fde800000001 00112233445566778899 20 c0000201",
     "ethernet_segment rd 65000:1 esi 00:11:22:33:44:55:66:77:88:99 originator 192.0.2.1"},
    {"evpn", "05 22 0000fde800000001 00000000000000000000 00000000 18 0a000100 c0000201 000641",
     "ip_prefix rd 65000:1 esi 00:00:00:00:00:00:00:00:00:00 ethernet_tag 0 prefix_length 24 prefix 10.0.1.0 gateway 192.0.2.1 "
     "label {label 100 low_bits 1}"},
    {"evpn",
     "05 3a 0000fde800000001 00000000000000000000 00000000 30 20010db8000100000000000000000000 "
     "00000000000000000000000000000000 000641",
     "ip_prefix rd 65000:1 esi 00:00:00:00:00:00:00:00:00:00 ethernet_tag 0 prefix_length 48 prefix 2001:db8:1:: gateway :: "
     "label {label 100 low_bits 1}"},
    {"evpn", "05 22 0000fde800000001 00000000000000000000 00000000 21 0a000100 c0000201 000641", nullptr},
    {"evpn", "05 21 0000fde800000001 00000000000000000000 00000000 18 0a000100 c0000201 0006", nullptr},
    // RFC 9251 section 9, RFC 9572 section 3; the first four of these as in the gobmp project's tests
    {"evpn", "06 18 00000064000000c8 000003e8 00 20 ef010101 20 0a000001 0f",
     "selective_multicast_ethernet_tag rd 100:200 ethernet_tag 1000 group 239.1.1.1 originator 10.0.0.1 flags 15"},
    {"evpn", "07 26 0001c000020101f4 00010203040506070809 00000064 20 c000020a 20 ef640101 20 ac100001 04",
     "multicast_membership_report_synch rd 192.0.2.1:500 esi 00:01:02:03:04:05:06:07:08:09 ethernet_tag 100 source 192.0.2.10 "
     "group "
     "239.100.1.1 originator 172.16.0.1 flags 4"},
    {"evpn", "09 14 00000064000000c8 00000064 0002000a00000001",
     "per_region_i_pmsi rd 100:200 ethernet_tag 100 region 562992903094273"},
    {"evpn", "0a 1b 00000064000000c8 00000000 20 c0000201 20 ef010101 20 0a000001",
     "s_pmsi rd 100:200 ethernet_tag 0 source 192.0.2.1 group 239.1.1.1 originator 10.0.0.1"},
    {"evpn", "08 27 00000064000000c8 00010203040506070809 00000000 00 20 ef010101 20 0a000001 00000000 64 02",
     "multicast_leave_synch rd 100:200 esi 00:01:02:03:04:05:06:07:08:09 ethernet_tag 0 group 239.1.1.1 originator 10.0.0.1 "
     "reserved 0 "
     "maximum_response_time 100 flags 2"},
    {"evpn", "0b 19 03 11 0000fde800000064 00000000 20 c0000202 20 c0000203 00", nullptr, false, withdraw},
    {"evpn", "0b 18 03 11 0000fde800000064 00000000 20 c0000202 20 c0000203",
     "leaf key_type 3 key 0000fde8000000640000000020c0000202 originator 192.0.2.3"},
    // of lengths that cannot be: each of types 6 to 11 alone is lost
    {"evpn", "06 02 0102", nullptr, false, withdraw},
    {"evpn", "06 04 01020304", nullptr, false, withdraw},
    {"evpn", "06 1c 0000006400000064 00000000 21 0000000000 20 e0010101 20 01020304", nullptr, false, withdraw},
    {"evpn", "07 04 01020304", nullptr, false, withdraw},
    {"evpn", "08 22 00000064000000c8 00010203040506070809 00000000 00 20 ef010101 20 0a000001 64", nullptr, false, withdraw},
    {"evpn", "09 04 01020304", nullptr, false, withdraw},
    {"evpn", "09 15 00000064000000c8 00000064 0002000a00000001 00", nullptr, false, withdraw},
    {"evpn", "0a 00", nullptr, false, withdraw},
    {"evpn",
     "08 26 0001252c37768ead 00000200160000000003 0000085d 00 20 efffffff 20 252c3776 00000000 00",   // of drafts: no flags
     "unknown type 8 octets 0001252c37768ead000002001600000000030000085d0020efffffff20252c37760000000000"},
    {"evpn", "0c 02 0102", "unknown type 12 octets 0102"},
};

}   // namespace

TEST_CASE("EVPN routes")
{
    for (const auto& vector : vectors) check_family_vector(vector);
}
