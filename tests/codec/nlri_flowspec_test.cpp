// Flow specifications: octets from RFC 8955 section 4.3 and RFC 8956 section 3.8.

#include "tests/support/doctest.hpp"

#include "codec/nlri/flowspec.hpp"
#include "tests/support/exact_octets.hpp"
#include "tests/support/hex.hpp"
#include "tests/support/nlri_vectors.hpp"

using namespace barrage;

namespace {

constexpr auto withdraw = Recovery::treat_as_withdraw;   // RFC 8955 section 10, RFC 7606 section 3.j

const FamilyVector vectors[] = {
    // RFC 8955 section 4.3.1: all packets to 192.0.2.0/24 and TCP port 25
    {"flow4", "0b 01 18 c00002 03 81 06 04 81 19",
     "[prefix type destination prefix 192.0.2.0/24 numbers type protocol terms [=6] numbers type port terms [=25]]"},
    // section 4.3.2: to 192.0.2.0/24 from 203.0.113.0/24 and port in 137 to 139 or 8080
    {"flow4", "12 01 18 c00002 02 18 cb0071 04 03 89 45 8b 91 1f90",
     "[prefix type destination prefix 192.0.2.0/24 prefix type source prefix 203.0.113.0/24 numbers type port terms "
     "[>=137 &<=139 =8080]]"},
    // section 4.3.3: to 192.0.2.1/32 and fragment { isFf or LF }
    {"flow4", "09 01 20 c0000201 0c 80 0c", "[prefix type destination prefix 192.0.2.1/32 bits type fragment terms [0xc]]"},
    // RFC 8956 section 3.8.1: from ::1234:5678:9a00:0/64-104 to 2001:db8::/32 and upper-layer protocol tcp
    {"flow6", "12 01 20 00 20010db8 02 68 40 123456789a 03 81 06",
     "[prefix type destination prefix 2001:db8::/32 offset 0 prefix type source prefix ::1234:5678:9a00:0/104 offset 64 "
     "numbers type protocol terms [=6]]"},
    // section 3.8.2: from ::1234:5678:9a00:0/65-104: the bits that count are moved to the front
    {"flow6", "0f 01 20 00 20010db8 02 68 41 2468acf134",
     "[prefix type destination prefix 2001:db8::/32 offset 0 prefix type source prefix ::1234:5678:9a00:0/104 offset 65]"},
    {"flow6", "04 01 00 00 0d", nullptr, false, withdraw},
    {"flow6", "03 01 00 00", "[prefix type destination prefix ::/0 offset 0]"},
    {"flow6", "08 01 20 41 20010db800", nullptr, false, withdraw},
    {"flow6", "05 0d a1 000007dd", nullptr},
    {"flow6", "06 0d a1 000007dd", "[numbers type flow_label terms [=2013:4]]"},
    {"flow4", "06 0d a1 000007dd", nullptr, false, withdraw},
    {"flowvpn4", "0d 0000006400 0000c8 01 18 0a0001", "rd 100:200 components [prefix type destination prefix 10.0.1.0/24]"},
    // a row of the gobmp project's tests
    {"flowvpn6", "0f 0000 00c8 0000012c 01 20 00 20010db8",
     "rd 200:300 components [prefix type destination prefix 2001:db8::/32 offset 0]"},
    {"flowvpn6", "0f 0000 00c8 0000012c 01 20 21 20010db8", nullptr, false, withdraw},   // the offset is past the length
    {"flowvpn4", "04 00000064", nullptr, false, withdraw},
    {"flow4", "f003 03 81 06", "components [numbers type protocol terms [=6]] two_length_octets true"},
    {"flow4", "06 09 01 02 c1 12 00", nullptr, false, withdraw},
    {"flow4", "05 09 01 02 c1 12", "[bits type tcp_flags terms [=0x2 &=0x12]]"},
    {"flow4", "03 03 01 06", nullptr, false, withdraw},            // no end of the list
    {"flow4", "06 03 81 06 03 81 06", nullptr, false, withdraw},   // a type twice
    {"flow4", "06 04 81 19 03 81 06", nullptr, false, withdraw},   // out of order
    {"flow4", "03 0e 81 06", nullptr, false, withdraw},            // an unknown component
    {"flow4", "06 03 81 06", nullptr},                             // longer than what is left: RFC 7606 section 5.3
    {"flow4", "f1", nullptr},
    {"flow4", "06 01 21 c0000201", nullptr, false, withdraw},
};

}   // namespace

TEST_CASE("flow specifications")
{
    for (const auto& vector : vectors) check_family_vector(vector);
}

TEST_CASE("a malformed flow specification is treated as withdrawn: RFC 8955 section 10")
{
    const ExactOctets octets{hex("06 04 81 19 03 81 06")};
    Reader in{octets.view()};
    const auto nlri = Ipv4FlowSpec::decode(in);
    REQUIRE_FALSE(nlri);
    CHECK(nlri.error() == DecodeError{Recovery::treat_as_withdraw, UpdateSubcode::invalid_network_field});
}

TEST_CASE("an operator and its value read back from their text")
{
    for (const auto* text : {"=80", ">=1024", "&<=2047", "!=0", "true:1", "false:0", "<1", ">65536", "=80:2", "=80:8",
                             "0x48:80:1", "=18446744073709551615"}) {
        CAPTURE(std::string{text});
        const auto term = NumericTerm::from_text(text);
        REQUIRE(term);
        CHECK(to_text(*term) == std::string{text});
    }
    for (const auto* text : {"0x2", "=0x12", "!0x4", "!=0x1", "&=0x12", "0x2:2", "0x4:0x2:1"}) {
        CAPTURE(std::string{text});
        const auto term = BitmaskTerm::from_text(text);
        REQUIRE(term);
        CHECK(to_text(*term) == std::string{text});
    }
    for (const auto* text : {"", "=", "&", "80", "=80:3", "=80:16", "=256:1", "=80:", "=80:2:2", "0x88:1:1", "=x"})
        CHECK_FALSE(NumericTerm::from_text(text));
}
