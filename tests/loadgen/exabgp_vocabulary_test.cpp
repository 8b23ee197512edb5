// Names and numbers are one table: what is written is read as the same value, for every value of every vocabulary.

#include "tests/support/doctest.hpp"

#include <algorithm>

#include "loadgen/exabgp/grammar/given_attributes.hpp"
#include "loadgen/exabgp/vocabulary/family_names.hpp"
#include "loadgen/exabgp/vocabulary/flow_names.hpp"
#include "tests/support/hex.hpp"

using namespace barrage;
using namespace barrage::exabgp;

TEST_CASE("numbers of flow components are written as what is read as the same number")
{
    using enum FlowComponentType;
    for (const auto type : {protocol, port, destination_port, source_port, icmp_type, icmp_code, packet_length, dscp, flow_label})
        for (std::uint64_t number = 0; number <= 0x1ff; ++number) {
            CAPTURE(std::to_underlying(type));
            CAPTURE(number);
            CHECK(flow_value_from(flow_number_text(type, number), type, 0xffff) == number);
        }
    for (const auto type : {tcp_flags, fragment})
        for (std::uint64_t bits = 0; bits <= 0xfff; ++bits)
            CHECK(flow_value_from(flow_bits_text(type, bits), type, 0xfff) == bits);
}

TEST_CASE("every name of a flow component is that of its number")
{
    using enum FlowComponentType;
    for (const auto type : {protocol, port, icmp_type, icmp_code, tcp_flags, fragment})
        for (const auto& [value, name] : flow_names(type)) {
            CAPTURE(name);
            CHECK(flow_value_from(name, type, 0xffff) == value);
        }
    // https://www.iana.org/assignments/protocol-numbers
    CHECK(flow_value_from("ipip", protocol, 0xff) == 94);
    CHECK(flow_value_from("IPv4", protocol, 0xff) == 4);
    CHECK(flow_value_from("ipv6_icmp", protocol, 0xff) == 58);
    CHECK(flow_number_text(protocol, 4) == "4");
    CHECK(flow_number_text(protocol, 94) == "ipip");
    CHECK(flow_value_from("ns+syn", tcp_flags, 0xfff) == 0x102);
    CHECK_FALSE(flow_value_from("syn+", tcp_flags, 0xfff));
    CHECK_FALSE(flow_value_from("tcp+udp", protocol, 0xff));
}

TEST_CASE("families are read by the names that they are written with, in any case")
{
    for (const auto& [family, name, extent] : known_families) {
        const auto words = family_words(family);
        const auto blank = words.find(' ');
        CAPTURE(words);
        CHECK(family_of_words(words.substr(0, blank), words.substr(blank + 1)) == family);
    }
    CHECK(family_of_words("IPv4", "Unicast") == ipv4_unicast);
    CHECK_FALSE(family_of_words("ipv6", "rtc"));
}

TEST_CASE("the texts of `loadgen decode` for extended communities are read as the same octets")
{
    // Every type and sub-type with values of several widths: https://www.iana.org/assignments/bgp-extended-communities
    const char* const values[] = {"000000000000", "fde800000001", "0001e240007b", "c00002090005", "00005e005301", "000049742400"};
    for (unsigned high = 0; high <= 0xff; ++high)
        for (unsigned low = 0; low <= 0x1f; ++low)
            for (const auto* value : values) {
                auto octets = hex(value);
                octets.insert(octets.begin(), {static_cast<std::uint8_t>(high), static_cast<std::uint8_t>(low)});
                ExtendedCommunity community;
                std::ranges::copy(octets, community.value.begin());
                const auto text = to_text(community);
                const auto read = extended_community_from(text);
                CAPTURE(text);
                REQUIRE(read);
                CHECK(*read == community);
            }
}

TEST_CASE("extended communities are of the kind that their words say")
{
    struct Row {
        const char* words;
        const char* octets;   // empty: refused
    };
    const Row rows[] = {
        {"target:65000:1", "0002 fde8 00000001"},       // RFC 4360 section 4
        {"target:123456L:123", "0202 0001e240 007b"},   // RFC 5668
        {"target:65000L:1", "0202 0000fde8 0001"},
        {"target:192.0.2.9:5", "0102 c0000209 0005"},
        {"target4:71200:12000", "0102 00011620 2ee0"},   // ExaBGP
        {"target:70600:6000", "0102 000113c8 1770"},     // ExaBGP
        {"origin:4200000000L:5", "0203 fa56ea00 0005"},
        {"origin:192.0.2.9:5", "0103 c0000209 0005"},
        {"origin4:71100:11000", "0103 000115bc 2af8"},   // ExaBGP
        {"redirect:65000:5", "8008 fde8 00000005"},      // RFC 8955 section 7.4
        {"redirect:192.0.2.9:5", "8108 c0000209 0005"},
        {"redirect:123456L:5", "8208 0001e240 0005"},
        {"redirect:123456:5", "8208 0001e240 0005"},
        {"redirect:65000L:5", "8208 0000fde8 0005"},
        {"rate-limit:0", "8006 0000 00000000"},
        {"rate-limit:1000000", "8006 0000 49742400"},
        {"bandwidth:65000:1250000", "4004 fde8 49989680"},
        {"l2info:19:0:1500:111", "800a 13 00 05dc 006f"},
        {"mup:10:10", "0c00 000a 0000000a"},
        {"encapsulation:8", "030c 00000000 0008"},   // RFC 9012 section 4.1
        {"0x0102030405060708", "0102030405060708"},
        {"0X0102030405060A0B", "0102030405060a0b"},
        {"0x010203", ""},
        {"target:65000:4294967296", ""},
        {"target:4294967296L:1", ""},
        {"target:123456L:65536", ""},
        {"redirect:192.0.2.9:65536", ""},
        {"bandwidth:65536:1", ""},
    };
    for (const auto& row : rows) {
        CAPTURE(std::string{row.words});
        const auto community = extended_community_from(row.words);
        REQUIRE(community.has_value() == (row.octets[0] != '\0'));
        if (community) CHECK(Octets(community->value.begin(), community->value.end()) == hex(row.octets));
    }
}
