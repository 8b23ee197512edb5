// Prefixes with labels and route distinguishers: what octets mean, and what is refused.

#include <doctest.h>

#include "codec/format.hpp"
#include "codec/nlri/nlri_families.hpp"
#include "tests/support/exact_octets.hpp"
#include "tests/support/hex.hpp"
#include "tests/support/nlri_vectors.hpp"

using namespace barrage;

namespace {

const FamilyVector vectors[] = {
    // RFC 8277 section 2.2; label 100, bottom of stack
    {"ipv4-lu", "30 000641 0a0001", "prefix 10.0.1.0/24 labels [100]"},
    // section 2.3: two labels
    {"ipv4-lu", "48 000640 003e81 0a0001", "prefix 10.0.1.0/24 labels [100 1000]"},
    {"ipv4-lu", "18 000031", "prefix 0.0.0.0/0 labels [3]"},
    {"ipv4-lu", "30 800000 0a0001", "prefix 10.0.1.0/24 labels [524288] label_octets 800000", true},
    {"ipv4-lu", "30 000640 0a0002", nullptr},
    {"ipv4-lu", "30 000640 0a0002", "prefix 10.0.2.0/24 labels [100] label_octets 000640", true},
    {"ipv4-lu", "00", nullptr},
    {"ipv4-lu", "17 000641", nullptr},
    {"ipv4-lu", "39 000641 0a00010203", nullptr},   // /33
    {"ipv6-lu", "48 000641 20010db80001", "prefix 2001:db8:1::/48 labels [100]"},
    {"ipv6-lu", "48 000641 20010db800", nullptr},
    // RFC 4364 section 4.2: the three types of route distinguishers
    {"vpnv4", "70 000641 0000 fde8 00000064 0a0001", "rd 65000:100 prefix 10.0.1.0/24 labels [100]"},
    {"vpnv4", "70 000641 0001 c0000201 0064 0a0001", "rd 192.0.2.1:100 prefix 10.0.1.0/24 labels [100]"},
    {"vpnv4", "70 000641 0002 fa56ea00 0064 0a0001", "rd 4200000000:100 prefix 10.0.1.0/24 labels [100]"},
    {"vpnv4", "70 000641 0002 0000fde8 0064 0a0001", "rd 65000L:100 prefix 10.0.1.0/24 labels [100]"},
    {"vpnv4", "70 000641 0003 010203040506 0a0001", "rd 0x0003010203040506 prefix 10.0.1.0/24 labels [100]"},
    {"vpnv4", "70 800000 0000 fde8 00000064 0a0001", "rd 65000:100 prefix 10.0.1.0/24 labels [524288] label_octets 800000", true},
    {"vpnv4", "50 000641 0000fde8000000", nullptr},
    {"vpnv6", "88 000641 0000 fde8 00000064 20010db80001", "rd 65000:100 prefix 2001:db8:1::/48 labels [100]"},
    {"vpnv6", "fa 000641 0000 fde8 00000064 20010db8000000000000000000000000ffffffffff", nullptr},
};

}   // namespace

TEST_CASE("labeled and VPN prefixes")
{
    for (const auto& vector : vectors) check_family_vector(vector);
}

TEST_CASE("a route distinguisher reads back from its text")
{
    for (const auto* text : {"0:0", "65535:4294967295", "192.0.2.1:65535", "4200000000:1", "65000L:1", "0x0003010203040506"}) {
        CAPTURE(text);
        const auto rd = RouteDistinguisher::from_text(text);
        REQUIRE(rd);
        CHECK(to_text(*rd) == text);
    }
    for (const auto* text :
         {"", ":", "1", "1:", ":1", "1:4294967296", "65536:65536", "192.0.2.1:65536", "192.0.2:1", "0x00", "1:x"})
        CHECK_FALSE(RouteDistinguisher::from_text(text));
}

TEST_CASE("next hops of VPN prefixes have a route distinguisher before them")
{
    CHECK(Ipv4Vpn::next_hop_fits(12));
    CHECK(Ipv6Vpn::next_hop_fits(24));
    CHECK(Ipv6Vpn::next_hop_fits(48));
    CHECK_FALSE(Ipv4Vpn::next_hop_fits(4));
    CHECK_FALSE(Ipv6Vpn::next_hop_fits(16));
}

TEST_CASE("path identifiers stand before VPN prefixes as before any others: RFC 7911 section 3")
{
    const auto octets = hex("00000001 70 000641 0000fde800000064 0a0001 00000002 58 000641 0000fde800000064");
    const ExactOctets exact{octets};
    Reader in{exact.view()};
    const auto routes = decode_routes({Afi::ipv4, Safi::mpls_vpn}, in, {.has_path_ids = true});
    REQUIRE(routes);
    const auto& of_vpn = std::get<RoutesOf<Ipv4Vpn>>(*routes).routes;
    REQUIRE(of_vpn.size() == 2);
    CHECK((of_vpn[1].path_id == PathId{2}));
    Octets again;
    Writer out{again};
    encode_routes(*routes, out);
    CHECK(to_hex(again) == to_hex(octets));
}
