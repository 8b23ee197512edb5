// Prefixes with labels and route distinguishers: what octets mean, and what is refused.

#include "tests/support/doctest.hpp"

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
    {"ipv4-lu", "48 000640 003e81 0a0001", nullptr},   // a stack that was not agreed on: a prefix of 48 bits
    {"ipv4-lu", "18 000031", "prefix 0.0.0.0/0 labels [3]"},
    {"ipv4-lu", "30 800000 0a0001", "prefix 10.0.1.0/24 labels [524288] label_octets 800000", true},
    // the last bit of the one label means nothing, and is kept
    {"ipv4-lu", "30 000640 0a0002", "prefix 10.0.2.0/24 labels [100] label_octets 000640"},
    // section 2.4: three octets, whatever is in them
    {"ipv4-lu", "30 000100 010000", "prefix 1.0.0.0/24 labels [16] label_octets 000100", true},
    {"ipv4-lu", "38 000100 00000000", "prefix 0.0.0.0/32 labels [16] label_octets 000100", true},
    {"ipv4-lu", "30 000000 0a0002", "prefix 10.0.2.0/24 labels [0] label_octets 000000", true},
    {"ipv4-lu", "48 000640 003e81 0a0001", nullptr, true},
    {"ipv6-lu", "48 000100 20010db80001", "prefix 2001:db8:1::/48 labels [16] label_octets 000100", true},
    {"vpnv4", "70 000100 0000 0064 00000064 0a0102", "rd 100:100 prefix 10.1.2.0/24 labels [16] label_octets 000100", true},
    {"vpnv4", "70 000100 0000 0064 00000064 0a0102", "rd 100:100 prefix 10.1.2.0/24 labels [16] label_octets 000100"},
    {"vpnv4", "78 001230 0001 c0000201 0001 0a010203", "rd 192.0.2.1:1 prefix 10.1.2.3/32 labels [291] label_octets 001230",
     true},
    {"vpnv6", "88 e00420 0000 fde8 00000001 20010db80001",
     "rd 65000:1 prefix 2001:db8:1::/48 labels [917570] label_octets e00420", true},
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

TEST_CASE("where label stacks were agreed on, they end with S: RFC 8277 section 2.3")
{
    const auto read = [](const char* octets, NlriField field) -> std::string {
        const auto all = hex(octets);
        const ExactOctets exact{all};
        Reader in{exact.view()};
        const auto routes = decode_nlri<Ipv4LabeledUnicast>(in, field);
        const bool is_sound = is_sound_nlri<Ipv4LabeledUnicast>(Reader{exact.view()}, field);
        CHECK(is_sound == routes.has_value());
        return routes ? to_text(routes->front().nlri) : std::string{name(routes.error().recovery)};
    };
    const NlriField stacks{.max_labels = 3};
    CHECK(read("48 000640 003e81 0a0001", stacks) == "prefix 10.0.1.0/24 labels [100 1000]");
    CHECK(read("30 000641 0a0001", stacks) == "prefix 10.0.1.0/24 labels [100]");
    CHECK(read("30 000640 0a0002", stacks) == "session-reset");   // no end
    CHECK(read("78 000640 000640 000640 000641 0a0001", stacks) ==
          "treat-as-withdraw");   // section 2.1: more than were agreed on
    CHECK(read("30 000100 010000", {.withdrawn = true, .max_labels = 3}) == "prefix 1.0.0.0/24 labels [16] label_octets 000100");
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
    CHECK(of_vpn[1].path_id == PathId{2});
    Octets again;
    Writer out{again};
    encode_routes(*routes, out);
    CHECK(to_hex(again) == to_hex(octets));
}
