// NLRI: one text over all families of the list, and the counting of prefixes where they stand.

#include "tests/support/doctest.hpp"

#include <random>

#include "codec/nlri/nlri_count.hpp"
#include "codec/nlri/nlri_families.hpp"
#include "tests/support/exact_octets.hpp"
#include "tests/support/hex.hpp"

using namespace barrage;

namespace {

struct NlriVector {
    const char* name;
    Family family;
    const char* octets;
    std::optional<std::uint32_t> routes;   // nothing: refused
    bool has_path_ids = false;
};

const NlriVector vectors[] = {
    {"nothing", ipv4_unicast, "", 0},
    {"0.0.0.0/0", ipv4_unicast, "00", 1},
    {"/8 /9 /16 /17 /24 /25 /32", ipv4_unicast, "080a 090a80 100a01 110a0180 180a0102 190a010280 200a010203", 7},
    {"bits after the length", ipv4_unicast, "11 0a01ff", 1},
    {"/33", ipv4_unicast, "21 0a01020304", std::nullopt},
    {"/255", ipv4_unicast, "ff 0a01020304", std::nullopt},
    {"one good, one cut", ipv4_unicast, "180a0102 180a01", std::nullopt},
    {"with path identifiers", ipv4_unicast, "00000001 180a0102 00000002 00", 2, true},
    {"a cut path identifier", ipv4_unicast, "00000001 180a0102 000000", std::nullopt, true},
    {"a path identifier alone", ipv4_unicast, "00000001", std::nullopt, true},
    {"no path identifier where there has to be one", ipv4_unicast, "200a000101", std::nullopt, true},
    {"multicast 10.1.2.0/24", {Afi::ipv4, Safi::multicast}, "180a0102", 1},
    {"multicast /33", {Afi::ipv4, Safi::multicast}, "21 0a01020304", std::nullopt},
    {"multicast 2001:db8:1::/48", {Afi::ipv6, Safi::multicast}, "30 20010db80001", 1},
    {"multicast /129", {Afi::ipv6, Safi::multicast}, "81 20010db800000000000000000000000100", std::nullopt},
    {"::/0", ipv6_unicast, "00", 1},
    {"/32 /48 /40 /56 /64 /128", ipv6_unicast,
     "20 20010db8 30 20010db80001 28 20010db800 38 20010db8000100 40 20010db800010002 80 20010db8000000000000000000000001", 6},
    {"/129", ipv6_unicast, "81 20010db800000000000000000000000100", std::nullopt},
    {"IPv6 cut", ipv6_unicast, "30 20010db800", std::nullopt},
    {"IPv6 with path identifiers", ipv6_unicast, "00000001 20 20010db8 00000002 30 20010db80001", 2, true},
};

std::size_t size_of(const AnyRoutes& routes)
{
    return std::visit(
        []<class R>(const R& of_family) -> std::size_t {
            if constexpr (requires { of_family.routes; })
                return of_family.routes.size();
            else
                return 0;
        },
        routes);
}

std::uint8_t max_length_of(Family family) { return family.afi == Afi::ipv4 ? 32 : 128; }

void check_all_ways(const NlriVector& vector, OctetView octets, std::optional<std::uint32_t> routes)
{
    const ExactOctets exact{octets};
    CHECK(count_nlri(exact.view(), max_length_of(vector.family), vector.has_path_ids) == routes);

    std::uint32_t visited = 0;
    const bool whole =
        for_each_prefix(exact.view(), max_length_of(vector.family), vector.has_path_ids, [&](const PrefixView& prefix) {
            CHECK(prefix.octets.size() == prefix_octets(prefix.length));
            ++visited;
        });
    CHECK(whole == routes.has_value());
    if (routes) CHECK(visited == *routes);

    Reader in{exact.view()};
    const auto decoded = decode_routes(vector.family, in, {.has_path_ids = vector.has_path_ids});
    CHECK(decoded.has_value() == routes.has_value());
    if (!decoded) {
        CHECK(decoded.error() == DecodeError{Recovery::session_reset, UpdateSubcode::invalid_network_field});
        return;
    }
    CHECK(size_of(*decoded) == *routes);
    CHECK(family_of(*decoded) == vector.family);
    Octets again;
    Writer out{again};
    encode_routes(*decoded, out);
    CHECK(to_hex(again) == to_hex(octets));
}

}   // namespace

TEST_CASE("NLRI are counted, walked and decoded alike, and encode back")
{
    for (const auto& vector : vectors) {
        CAPTURE(vector.name);
        check_all_ways(vector, hex(vector.octets), vector.routes);
    }
}

TEST_CASE("every cut of NLRI is refused, or counted as what it holds")
{
    for (const auto& vector : vectors) {
        CAPTURE(vector.name);
        const auto octets = hex(vector.octets);
        for (std::size_t size = 0; size < octets.size(); ++size) {
            CAPTURE(size);
            const auto cut = OctetView{octets}.first(size);
            check_all_ways(vector, cut, count_nlri(cut, max_length_of(vector.family), vector.has_path_ids));
        }
    }
}

TEST_CASE("counting agrees with walking on every length and on noise")
{
    std::mt19937 random{7606};
    std::uniform_int_distribution<int> octet{0, 255};
    std::uniform_int_distribution<int> few{0, 40};
    for (int round = 0; round < 20000; ++round) {
        Octets octets(static_cast<std::size_t>(few(random)));
        for (auto& each : octets) each = static_cast<std::uint8_t>(round % 2 ? octet(random) : few(random));
        const ExactOctets exact{octets};
        for (const std::uint8_t max_length : {32, 128})
            for (const bool has_path_ids : {false, true}) {
                std::uint32_t visited = 0;
                const bool whole = for_each_prefix(exact.view(), max_length, has_path_ids, [&](const PrefixView&) { ++visited; });
                const auto counted = count_nlri(exact.view(), max_length, has_path_ids);
                CHECK(counted == (whole ? std::optional{visited} : std::nullopt));
            }
    }
}

TEST_CASE_TEMPLATE("a family of the list encodes what it decodes, to the size it says", F, Ipv4Unicast, Ipv4Multicast,
                   Ipv6Unicast, Ipv6Multicast)
{
    for (std::size_t length = 0; length <= F::Nlri::max_length; ++length) {
        Octets octets{static_cast<std::uint8_t>(length)};
        for (std::size_t i = 0; i < prefix_octets(octets[0]); ++i) octets.push_back(static_cast<std::uint8_t>(0xa1 + i));
        const ExactOctets exact{octets};
        Reader in{exact.view()};
        const auto nlri = F::decode(in);
        REQUIRE(nlri);
        CHECK(in.finished());
        CHECK(F::encoded_size(*nlri) == octets.size());
        Octets again;
        Writer out{again};
        F::encode(*nlri, out);
        CHECK(again == octets);
    }
    CHECK(nlri_codec({F::afi, F::safi}) != nullptr);
    CHECK(F::next_hop_fits(16));
    CHECK_FALSE(F::next_hop_fits(5));
    CHECK(F::next_hop_fits(4) == (F::afi == Afi::ipv4));   // RFC 2545 section 3
}
