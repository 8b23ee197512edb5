#include "tests/support/doctest.hpp"

#include "codec/attribute/mp_reach_nlri.hpp"
#include "codec/message/update.hpp"
#include "rib/nlri_range.hpp"
#include "rib/route_slice.hpp"
#include "tests/support/hex.hpp"

using namespace barrage;

namespace {

constexpr Family vpnv4{Afi::ipv4, Safi::mpls_vpn}, evpn{Afi::l2vpn, Safi::evpn}, ipv4_lu{Afi::ipv4, Safi::labeled_unicast};

template <class F>
Octets encoded(const typename F::Nlri& nlri)
{
    Octets octets;
    Writer out{octets};
    F::encode(nlri, out);
    return octets;
}

std::string routes(const NlriProgression& nlri, std::uint64_t first, std::size_t count)
{
    Octets made;
    return to_hex(nlri.write(first, count, made));
}
std::string octets(std::string_view text) { return to_hex(hex(text)); }

/// Length 112 bits, label 100 with the bottom of stack, RD 65000:1, 10.0.0.0/24. RFC 4364 section 4.3.4.
const auto first_vpn = "70 000641 0000fde800000001 0a0000";
constexpr NlriCounter vpn_label{.bit = 8, .bits = 20}, vpn_rd{.bit = 64, .bits = 32, .every = 3},
    vpn_prefix{.bit = 96, .bits = 24, .wrap = 3};

}   // namespace

TEST_CASE("counters step by themselves, each so many routes, and begin anew")
{
    const NlriProgression nlri{vpnv4, hex(first_vpn), {vpn_label, vpn_rd, vpn_prefix}, false};
    CHECK(nlri.octets_each() == 15);
    CHECK(routes(nlri, 0, 7) == octets("70 000641 0000fde800000001 0a0000"
                                       "70 000651 0000fde800000001 0a0001"
                                       "70 000661 0000fde800000001 0a0002"
                                       "70 000671 0000fde800000002 0a0000"
                                       "70 000681 0000fde800000002 0a0001"
                                       "70 000691 0000fde800000002 0a0002"
                                       "70 0006a1 0000fde800000003 0a0000"));
}

TEST_CASE("from wherever a progression is written, it is the same")
{
    const NlriProgression nlri{vpnv4, hex(first_vpn), {vpn_label, vpn_rd, vpn_prefix}, false};
    const auto all = routes(nlri, 0, 100);
    const auto each = all.size() / 100;
    for (const std::size_t from : {0u, 1u, 2u, 3u, 50u, 99u})
        for (const std::size_t count : {0u, 1u, 2u, 5u, 30u})
            if (from + count <= 100) CHECK(routes(nlri, from, count) == all.substr(from * each, count * each));
}

TEST_CASE("a progression is what the codec writes of the values: VPNv4 of four million routes")
{
    const NlriProgression nlri{vpnv4,
                               encoded<Ipv4Vpn>({.labels = {{16}, {}},
                                                 .rd = RouteDistinguisher::of_address(Ipv4Address{0xc0000201}, 7),
                                                 .prefix = {Ipv4Address{0x0a000000}, 22}}),
                               {{.bit = 8, .bits = 20, .step = 3, .every = 1000},
                                {.bit = 80, .bits = 16, .every = 100'000},
                                {.bit = 96, .bits = 22, .step = 2, .wrap = 100'000}},
                               false};
    Octets made;
    for (const std::uint64_t i : {0u, 1u, 999u, 1000u, 99'999u, 100'000u, 1'234'567u, 3'999'999u}) {
        CAPTURE(i);
        const auto value = static_cast<std::uint32_t>(i);
        const auto expected = encoded<Ipv4Vpn>(
            {.labels = {{16 + 3 * (value / 1000)}, {}},
             .rd = RouteDistinguisher::of_address(Ipv4Address{0xc0000201}, static_cast<std::uint16_t>(7 + value / 100'000)),
             .prefix = {Ipv4Address{0x0a000000 + (value % 100'000) * 2 * 0x400}, 22}});
        CHECK(to_hex(nlri.write(i, 1, made)) == to_hex(expected));
    }
}

TEST_CASE("numbers of every width, at every bit")
{
    for (std::uint32_t bits = 1; bits <= NlriCounter::most_bits; ++bits)
        for (std::uint32_t bit = 0; bit < 8 && bit + bits <= NlriCounter::most_bits; ++bit) {
            const NlriCounter counter{.bit = 40 + bit, .bits = bits, .step = 5};
            Octets first(40, 0xa5);
            for (auto at = counter.bit; at < counter.bit + bits; ++at)
                first[at / 8] &= static_cast<std::uint8_t>(~(0x80u >> at % 8));
            const auto room = counter_room(0, counter);
            const NlriProgression nlri{evpn, first, {counter}, false};
            for (const auto route : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{77}, room - 1}) {
                if (route >= room || route > 1'000'000'000) continue;
                CAPTURE(bits);
                CAPTURE(bit);
                auto expected = first;
                auto number = route * 5;
                for (auto at = counter.bit + bits; number != 0; number >>= 1) {
                    --at;
                    if (number & 1) expected[at / 8] |= static_cast<std::uint8_t>(0x80u >> at % 8);
                }
                CHECK(routes(nlri, route, 1) == to_hex(expected));
            }
        }
}

TEST_CASE("there is room until the number of a counter ends")
{
    const NlriCounter label{.bit = 8, .bits = 20};
    CHECK(counter_room(0, label) == 1 << 20);
    CHECK(counter_room(0xfffff, label) == 1);
    CHECK(counter_room(0x100000, label) == 0);
    CHECK(counter_room(0xffffe, {.bits = 20, .step = 2}) == 1);
    CHECK(counter_room(0xffffd, {.bits = 20, .step = 2}) == 2);
    CHECK(counter_room(0xffffe, {.bits = 20, .every = 1000}) == 2000);
    CHECK(counter_room(0xffffe, {.bits = 20, .wrap = 2}) == ~std::uint64_t{0});
    CHECK(counter_room(0xffffe, {.bits = 20, .wrap = 3}) == 2);
    CHECK(counter_room(0, {.bits = 128}) == ~std::uint64_t{0});
    CHECK(counter_room(~Unsigned128{0}, {.bits = 128}) == 1);
    CHECK(counter_room(0, {.bits = 1, .step = 0}) == ~std::uint64_t{0});
}

TEST_CASE("a set of any family makes its routes, and is packed and decoded as they are")
{
    AttributePool pool;
    // Type 2: RD 65000:1, no ESI, tag 0, MAC 00:00:5e:00:53:00, no address, label 100. RFC 7432 section 7.2.
    NlriRangeDescription description{
        {},
        NlriProgression{evpn,
                        hex("02 21 0000fde800000001 00000000000000000000 00000000 30 00005e005300 00 000641"),
                        {{.bit = 8 * 25, .bits = 48}},
                        false},
        20'000};
    description.as_path = {{65010}};
    description.extended_communities = {*ExtendedCommunity::from_text("target:65000:1")};
    auto source = NlriRange::make(description);
    REQUIRE(source);
    const auto set = load(*source, pool);
    CHECK(set->announced() == 20'000);
    CHECK(set->families() == FamilySet{evpn});
    CHECK(set->memory_octets() < 200);

    PackOptions options;
    options.families = {evpn};
    options.external = false;
    options.next_hop_mode = NextHopMode::keep;
    WindowCutter cutter{RouteSlice::whole(set), RunKind::as_given, options, 100'000};
    UpdatePacker packer{options};
    std::uint64_t mac = 0x00005e005300;
    while (const auto window = cutter.next()) {
        PackedUpdates packed;
        pack_window(*window, RunKind::as_given, packer, packed);
        std::uint32_t at = 0;
        for (const auto& message : packed.messages()) {
            std::vector<Problem> problems;
            const auto update = decode_update(packed.octets().subspan(at, message.end - at), {}, problems);
            at = message.end;
            REQUIRE(update);
            CHECK(problems.empty());
            const auto& reach = std::get<MpReachNlri>(update->attributes[0].value);
            for (const auto& route : std::get<RoutesOf<Evpn>>(reach.nlri).routes) {
                MacIpAdvertisement expected{.rd = RouteDistinguisher::of_as(65000, 1), .label = {100}};
                for (int octet = 0; octet < 6; ++octet)
                    expected.mac.value[octet] = static_cast<std::uint8_t>(mac >> (40 - 8 * octet));
                ++mac;
                if (route.nlri == EvpnNlri{expected}) continue;
                CAPTURE(mac);
                FAIL("another route");
            }
        }
    }
    CHECK(mac == 0x00005e005300 + 20'000);
}

TEST_CASE("several paths of a prefix: a session without path identifiers has the last one")
{
    AttributePool pool;
    constexpr std::uint32_t paths = 3;
    NlriRangeDescription description{
        {},
        NlriProgression{ipv4_unicast,
                        hex("0000000a 18 0a0000"),
                        {{.bit = 0, .bits = 32, .wrap = paths}, {.bit = 40, .bits = 24, .every = paths}},
                        true,
                        paths},
        9};
    auto source = NlriRange::make(description);
    REQUIRE(source);
    const auto set = load(*source, pool);
    std::vector<RouteSet::Place> made;
    CHECK(set->superseded_paths() == std::vector<RouteSet::Place>{{0, 0}, {0, 1}, {0, 3}, {0, 4}, {0, 6}, {0, 7}});
    for (std::uint32_t first = 0; first < 9; ++first)
        for (std::uint32_t count = 0; first + count <= 9; ++count) {
            std::vector<RouteSet::Place> expected;
            for (const auto& place : set->superseded_paths())
                if (place.route >= first && place.route < first + count) expected.push_back(place);
            const auto here = set->superseded_paths(0, first, count, made);
            CHECK(std::vector<RouteSet::Place>(here.begin(), here.end()) == expected);
        }
    for (const bool add_path : {true, false}) {
        PackOptions options;
        options.families = {ipv4_unicast};
        if (add_path) options.add_path = {ipv4_unicast};
        UpdatePacker packer{options};
        PackedUpdates packed;
        pack_window(RouteSlice::whole(set), RunKind::withdraw, packer, packed);
        REQUIRE(packed.messages().size() == 1);
        CHECK(packed.messages()[0].routes == (add_path ? 9 : 3));
        CHECK(packer.left_out().routes() == (add_path ? 0 : 6));
        if (!add_path) CHECK(to_hex(packed.octets()).ends_with(octets("000c 18 0a0000 18 0a0001 18 0a0002 0000")));
    }
}

TEST_CASE("of what cannot be a range there is one line")
{
    NlriRangeDescription description{{}, NlriProgression{ipv4_lu, hex("2c 000101 0a00"), {}, false}, 0};
    CHECK(NlriRange::make(description).error() == "a count of 0: expected 1 to 4294967295");
    description.count = 1;
    description.others = hex("c0 16 05 00");
    CHECK(NlriRange::make(description).error() == "path attributes that cannot be read");
    description.others.clear();
    description.communities.resize(20'000);
    CHECK(NlriRange::make(description).error() == "path attributes of 80011 octets: expected at most 65535");
}

TEST_CASE("attributes of other types stand among those that a range has")
{
    NlriRangeDescription description{{}, NlriProgression{ipv4_lu, hex("2c 000101 0a00"), {}, false}, 1};
    description.extended_communities = {*ExtendedCommunity::from_text("target:65000:1")};
    description.large_communities = {{1, 2, 3}};
    description.others = hex("c0 16 09 00 06 000000 c0000201");
    auto source = NlriRange::make(description);
    REQUIRE(source);
    RouteBatch batch;
    REQUIRE(source->next(batch));
    CHECK(to_hex(batch.attributes) == octets("40 01 01 00 40 02 00 c0 10 08 0002fde800000001 c0 16 09 00 06 000000 c0000201"
                                             "c0 20 0c 00000001 00000002 00000003"));
    CHECK(to_hex(batch.next_hop) == octets("c0000201"));
    description.nlri = NlriProgression{{Afi::ipv4, Safi::flowspec}, hex("05 01 18 0a0000"), {}, false};
    source = NlriRange::make(description);
    REQUIRE(source->next(batch));
    CHECK(batch.next_hop.empty());   // RFC 8955 section 4
}
