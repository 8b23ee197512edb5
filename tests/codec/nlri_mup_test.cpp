// Mobile user plane routes: draft-ietf-bess-mup-safi section 3.1, and those that ExaBGP's tests send.

#include "tests/support/doctest.hpp"

#include "tests/support/nlri_vectors.hpp"

using namespace barrage;

namespace {

constexpr auto withdraw = Recovery::treat_as_withdraw;   // sections 3.1.1 to 3.1.4: the NLRI is skipped

const FamilyVector vectors[] = {
    {"mup4", "01 0001 0c 0000006400000064 18 0a0001",
     "architecture 1 route interwork_segment_discovery rd 100:100 prefix 10.0.1.0/24"},
    {"mup4", "01 0002 0c 0000006400000064 0a000001", "architecture 1 route direct_segment_discovery rd 100:100 address 10.0.0.1"},
    {"mup6", "01 0002 18 0000006400000064 20010db8000000000000000000000001",
     "architecture 1 route direct_segment_discovery rd 100:100 address 2001:db8::1"},
    // of IPv6, as ExaBGP's tests send them
    {"mup6", "01 0001 11 0000006400000064 40 2001000000000000",
     "architecture 1 route interwork_segment_discovery rd 100:100 prefix 2001::/64"},
    {"mup6", "01 0004 1d 0000006400000064 a0 20010000000000000000000000000001 00003039",
     "architecture 1 route type_2_session_transformed rd 100:100 endpoint 2001::1 teid_bits 32 teid 12345"},
    {"mup6",
     "01 0003 40 0000006400000064 80 20010db8000100010000000000000002 00003039 09 80 20010000000000000000000000000001 80 "
     "20010000000000000000000000000002",
     "architecture 1 route type_1_session_transformed rd 100:100 prefix 2001:db8:1:1::2/128 teid 12345 qfi 9 endpoint 2001::1 "
     "source "
     "2001::2"},
    {"mup6", "01 0002 0c 0000006400000064 0a000001", nullptr, false, withdraw},
    {"mup4", "01 0002 0b 0000006400000064 0a0000", nullptr, false, withdraw},
    // the first layout, without a source; with one; with one of no octets
    {"mup4", "01 0003 17 0000006400000064 20 c0a80002 00003039 09 20 0a000001",
     "architecture 1 route type_1_session_transformed rd 100:100 prefix 192.168.0.2/32 teid 12345 qfi 9 endpoint 10.0.0.1"},
    {"mup4", "01 0003 1c 0000006400000064 20 c0a80002 00003039 09 20 0a000001 20 0a000002",
     "architecture 1 route type_1_session_transformed rd 100:100 prefix 192.168.0.2/32 teid 12345 qfi 9 endpoint 10.0.0.1 "
     "source 10.0.0.2"},
    {"mup4", "01 0003 18 0000006400000064 20 c0a80002 00003039 09 20 0a000001 00",
     "architecture 1 route type_1_session_transformed rd 100:100 prefix 192.168.0.2/32 teid 12345 qfi 9 endpoint 10.0.0.1 "
     "empty_source true"},
    {"mup4", "01 0003 13 0000006400000064 20 c0a80002 00003039 09 00", nullptr, false, withdraw},
    {"mup4", "01 0004 11 0000006400000064 40 0a000001 00003039",
     "architecture 1 route type_2_session_transformed rd 100:100 endpoint 10.0.0.1 teid_bits 32 teid 12345"},
    {"mup4", "01 0004 0f 0000006400000064 2c 0a000001 1230",
     "architecture 1 route type_2_session_transformed rd 100:100 endpoint 10.0.0.1 teid_bits 12 teid 305135616"},
    {"mup4", "01 0004 0d 0000006400000064 20 0a000001",
     "architecture 1 route type_2_session_transformed rd 100:100 endpoint 10.0.0.1 teid_bits 0 teid 0"},
    {"mup4", "01 0004 12 0000006400000064 48 0a000001 0000303900", nullptr, false, withdraw},
    {"mup4", "01 0001 0c 0000006400000064 21 0a0001", nullptr, false, withdraw},
    {"mup4", "01 0003 17 0000006400000064 20 c0a80002 00000000 09 20 0a000001", nullptr, false, withdraw},   // TEID 0
    {"mup4", "01 0004 11 0000006400000064 40 0a000001 00000000", nullptr, false, withdraw},
    // section 3.1.5: TLVs behind it, 5 of type 1 and 4 of type 3; one octet is no TLV, one that ends past the route neither
    {"mup4", "01 0004 1e 0000006400000064 40 0a000001 00003039 0105 0000000109 0304 0a000002",
     "architecture 1 route type_2_session_transformed rd 100:100 endpoint 10.0.0.1 teid_bits 32 teid 12345 tlvs [{type 1 value "
     "0000000109} {type 3 value 0a000002}]"},
    {"mup4", "01 0003 1a 0000006400000064 20 c0a80002 00003039 09 20 0a000001 00 0700",
     "architecture 1 route type_1_session_transformed rd 100:100 prefix 192.168.0.2/32 teid 12345 qfi 9 endpoint 10.0.0.1 "
     "empty_source true tlvs [{type 7 value }]"},
    {"mup4", "01 0004 12 0000006400000064 40 0a000001 00003039 01", nullptr, false, withdraw},
    {"mup4", "01 0004 13 0000006400000064 40 0a000001 00003039 0105", nullptr, false, withdraw},
    {"mup4", "01 0001 0d 0000006400000064 18 0a0001", nullptr},   // past the end of the field: nothing can be skipped
    {"mup4", "02 0001 02 0102", "architecture 2 route unknown type 1 octets 0102"},
    {"mup4", "01 0005 02 0102", "architecture 1 route unknown type 5 octets 0102"},
};

}   // namespace

TEST_CASE("mobile user plane routes")
{
    for (const auto& vector : vectors) check_family_vector(vector);
}
