// The vocabulary: ASNs, addresses, prefixes, and families.

#include "tests/support/doctest.hpp"

#include "codec/asn.hpp"
#include "codec/family.hpp"
#include "codec/ip.hpp"
#include "codec/prefix.hpp"
#include "tests/support/exact_octets.hpp"
#include "tests/support/hex.hpp"

using namespace barrage;

TEST_CASE("an ASN is read as asplain and asdot, RFC 5396")
{
    CHECK(Asn::from_text("65001") == Asn{65001});
    CHECK(Asn::from_text("4294967295") == Asn{4294967295});
    CHECK(Asn::from_text("1.10") == Asn{65546});   // RFC 5396 section 2
    CHECK(Asn::from_text("0.65526") == Asn{65526});
    for (const auto* text : {"", "4294967296", "1.65536", "65536.1", "1.", ".1", "-1", "1 ", "AS1", "1.2.3"})
        CHECK_FALSE(Asn::from_text(text));
}

TEST_CASE("an ASN that does not fit two octets is AS_TRANS there, RFC 6793")
{
    CHECK(Asn{65535}.two_octets() == 65535);
    CHECK(Asn{65536}.two_octets() == 23456);
    CHECK_FALSE(Asn{65536}.fits_two_octets());
}

TEST_CASE("addresses are read and written; IPv6 as RFC 5952 section 4 wants it")
{
    CHECK(Ipv4Address::from_text("192.0.2.1") == Ipv4Address{0xc0000201});
    CHECK(to_text(Ipv4Address{0x7f000001}) == "127.0.0.1");
    struct {
        const char* text;
        const char* canonical;
    } const rows[] = {
        {"2001:0db8::0001", "2001:db8::1"},
        {"2001:db8:0:0:0:0:2:1", "2001:db8::2:1"},
        {"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},
        {"2001:0:0:1:0:0:0:1", "2001:0:0:1::1"},
        {"2001:DB8::AB", "2001:db8::ab"},
        {"::", "::"},
    };
    for (const auto& row : rows) {
        const auto address = Ipv6Address::from_text(row.text);
        REQUIRE(address);
        CHECK(to_text(*address) == row.canonical);
        CHECK(IpAddress::from_text(row.text) == IpAddress{*address});
    }
    for (const auto* text : {"", "1.2.3", "1.2.3.4.5", "256.0.0.1", "::1::", "2001:db8", "1.2.3.4 ", "12345::"})
        CHECK_FALSE(IpAddress::from_text(text));
    CHECK_FALSE(IpAddress::from_text({"1.4.0.0\0\0", 9}));   // nothing is read of a part of it
}

TEST_CASE("an address advances with carry and wraps")
{
    CHECK(to_text(IpAddress{*Ipv4Address::from_text("10.0.0.255")}.advanced(1)) == "10.0.1.0");
    CHECK(to_text(IpAddress{*Ipv4Address::from_text("255.255.255.255")}.advanced(1)) == "0.0.0.0");
    CHECK(to_text(IpAddress{*Ipv6Address::from_text("2001:db8::ffff:ffff:ffff:ffff")}.advanced(1)) == "2001:db8:0:1::");
}

TEST_CASE("a prefix is masked, encoded and read back")
{
    struct {
        const char* text;
        const char* octets;
        const char* masked;
    } const rows[] = {
        {"10.0.0.0/8", "08 0a", "10.0.0.0/8"},
        {"10.1.255.0/17", "11 0a01ff", "10.1.128.0/17"},
        {"0.0.0.0/0", "00", "0.0.0.0/0"},
        {"192.0.2.1/32", "20 c0000201", "192.0.2.1/32"},
    };
    for (const auto& row : rows) {
        const auto prefix = Ipv4Prefix::from_text(row.text);
        REQUIRE(prefix);
        Octets octets;
        Writer out{octets};
        prefix->encode(out);
        CHECK(octets == hex(row.octets));
        CHECK(octets.size() == prefix->encoded_size());
        const ExactOctets exact{octets};
        Reader in{exact.view()};
        const auto again = Ipv4Prefix::read(in);
        CHECK(in.finished());
        CHECK(to_text(again) == row.masked);
        CHECK(again == prefix->masked());
        for (std::size_t size = 0; size < octets.size(); ++size) {
            const ExactOctets cut{OctetView{octets}.first(size)};
            Reader cut_in{cut.view()};
            Ipv4Prefix::read(cut_in);
            CHECK(cut_in.failed());
        }
    }
    const auto v6 = Ipv6Prefix::from_text("2001:db8:ffff::/35");
    REQUIRE(v6);
    CHECK(to_text(v6->masked()) == "2001:db8:e000::/35");
    CHECK(Ipv4Prefix::from_text("192.0.2.1")->length == 32);
    for (const auto* text : {"10.0.0.0/33", "10.0.0.0/", "10.0.0/8", "10.0.0.0/8/8", "10.0.0.0/-1", "::/0"})
        CHECK_FALSE(Ipv4Prefix::from_text(text));
    Reader too_long{OctetView{}};
    const auto octets = hex("21 0a000001 00");
    Reader in{octets};
    Ipv4Prefix::read(in);
    CHECK(in.failed());
}

TEST_CASE("every family has one name, and a set holds what was put in")
{
    for (const auto& known : known_families) {
        CHECK(family_from_name(known.name) == known.family);
        CHECK(name(known.family) == known.name);
        FamilySet set{known.family};
        CHECK(set.contains(known.family));
        CHECK(set.size() == 1);
        set.erase(known.family);
        CHECK(set.empty());
        CHECK(FamilySet::all().contains(known.family));
    }
    const Family unknown{Afi{9}, Safi{9}};
    CHECK(name(unknown).empty());
    CHECK_FALSE(FamilySet::all().contains(unknown));
}
