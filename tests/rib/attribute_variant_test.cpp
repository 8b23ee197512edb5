#include "tests/support/doctest.hpp"

#include <random>

#include "rib/attribute_pool.hpp"
#include "rib/attribute_variant.hpp"
#include "rib/short_copy.hpp"
#include "tests/support/hex.hpp"

namespace barrage {

namespace {

const PackOptions ebgp{.external = true, .own_as = {65010}};   // fdf2
const PackOptions ibgp{.external = false, .own_as = {65010}};
const PackOptions route_server{.external = true, .prepend = false, .own_as = {65010}};
const PackOptions ebgp_two_octets{.four_octet_as = false, .external = true, .own_as = {65010}};
const PackOptions ebgp_two_octets_large{.four_octet_as = false, .external = true, .own_as = {70002}};   // 00011172
const PackOptions ibgp_two_octets{.four_octet_as = false, .external = false, .own_as = {65010}};

struct Row {
    const char* name;
    const PackOptions& options;
    const char* set;
    const char* next_hop;   // as NEXT_HOP
    const char* expected;
};

std::string ases(int count)
{
    std::string text;
    for (int i = 0; i < count; ++i) text += "00 00 00 0a ";
    return text;
}

Octets common(const AttributeSet& set, const PackOptions& options, OctetView next_hop, VariantOffsets& offsets)
{
    Octets out(set.octets().size() + 32 + copy_slack, 0xee);
    out.resize(encode_common_variant(set, options, next_hop, out.data(), offsets));
    return out;
}

}   // namespace

TEST_CASE("a set is encoded as a group of peers sends it")
{
    const Row rows[] = {
        {"eBGP prepends", ebgp, "40 01 01 00  40 02 06 02 01 00 00 00 0a", "01 02 03 04",
         "40 01 01 00  40 02 0a 02 02 00 00 fd f2 00 00 00 0a  40 03 04 01 02 03 04"},
        {"eBGP, empty path", ebgp, "40 01 01 00  40 02 00", "", "40 01 01 00  40 02 06 02 01 00 00 fd f2"},
        {"eBGP, no path: one is made", ebgp, "40 01 01 00  80 04 04 00 00 00 01", "",
         "40 01 01 00  40 02 06 02 01 00 00 fd f2  80 04 04 00 00 00 01"},
        {"eBGP, no attributes at all", ebgp, "", "01 02 03 04", "40 02 06 02 01 00 00 fd f2  40 03 04 01 02 03 04"},
        {"eBGP, a set leads: a sequence before it (RFC 4271 5.1.2)", ebgp, "40 02 06 01 01 00 00 00 0a", "",
         "40 02 0c 02 01 00 00 fd f2 01 01 00 00 00 0a"},
        {"eBGP drops LOCAL_PREF, ORIGINATOR_ID, CLUSTER_LIST", ebgp,
         "40 01 01 00  40 02 00  40 05 04 00 00 00 c8  80 09 04 01 01 01 01  80 0a 04 02 02 02 02  c0 08 04 fd e9 00 01", "",
         "40 01 01 00  40 02 06 02 01 00 00 fd f2  c0 08 04 fd e9 00 01"},
        {"a route server leaves the path (RFC 7947)", route_server,
         "40 01 01 00  40 02 06 02 01 00 00 00 0a  40 05 04 00 00 00 c8", "01 02 03 04",
         "40 01 01 00  40 02 06 02 01 00 00 00 0a  40 03 04 01 02 03 04"},
        {"iBGP adds LOCAL_PREF 100 where it stands by type", ibgp,
         "40 01 01 00  40 02 06 02 01 00 00 00 0a  80 04 04 00 00 00 01  40 06 00", "01 02 03 04",
         "40 01 01 00  40 02 06 02 01 00 00 00 0a  40 03 04 01 02 03 04  80 04 04 00 00 00 01  40 05 04 00 00 00 64  40 06 00"},
        {"iBGP keeps what there is", ibgp, "40 01 01 00  40 02 00  40 05 04 00 00 00 c8  80 09 04 01 01 01 01", "",
         "40 01 01 00  40 02 00  40 05 04 00 00 00 c8  80 09 04 01 01 01 01"},
        {"iBGP, no path: an empty one", ibgp, "40 01 01 00", "", "40 01 01 00  40 02 00  40 05 04 00 00 00 64"},
        {"two octets, all fit", ebgp_two_octets, "40 01 01 00  40 02 0a 02 02 00 00 00 0a 00 00 00 0b", "01 02 03 04",
         "40 01 01 00  40 02 08 02 03 fd f2 00 0a 00 0b  40 03 04 01 02 03 04"},
        {"two octets: AS_TRANS and AS4_PATH (RFC 6793 4.2.2)", ebgp_two_octets,
         "40 01 01 00  40 02 0a 02 02 00 01 11 70 00 00 00 0b  80 04 04 00 00 00 01  c0 20 0c 00 00 00 01 00 00 00 02 00 00 00 "
         "03",
         "",
         "40 01 01 00  40 02 08 02 03 fd f2 5b a0 00 0b  80 04 04 00 00 00 01"
         "  c0 11 0e 02 03 00 00 fd f2 00 01 11 70 00 00 00 0b  c0 20 0c 00 00 00 01 00 00 00 02 00 00 00 03"},
        {"two octets, own AS does not fit", ebgp_two_octets_large, "40 02 06 02 01 00 00 00 0b", "",
         "40 02 06 02 02 5b a0 00 0b  c0 11 0a 02 02 00 01 11 72 00 00 00 0b"},
        {"two octets, AGGREGATOR: AS_TRANS and AS4_AGGREGATOR", ibgp_two_octets, "40 02 00  c0 07 08 00 01 11 70 01 02 03 04", "",
         "40 02 00  40 05 04 00 00 00 64  c0 07 06 5b a0 01 02 03 04  c0 12 08 00 01 11 70 01 02 03 04"},
        {"two octets, AGGREGATOR that fits", ibgp_two_octets, "40 02 00  c0 07 08 00 00 00 0b 01 02 03 04", "",
         "40 02 00  40 05 04 00 00 00 64  c0 07 06 00 0b 01 02 03 04"},
    };
    AttributePool pool;
    for (const auto& row : rows) {
        CAPTURE(row.name);
        const auto set = pool.intern(hex(row.set), {});
        Octets out;
        const auto next_hop = hex(row.next_hop);
        encode_variant(*set, row.options, next_hop, out);
        CHECK(to_hex(out) == to_hex(hex(row.expected)));
        VariantOffsets offsets;
        const auto quick = common(*set, row.options, next_hop, offsets);
        if (!quick.empty()) CHECK(to_hex(quick) == to_hex(hex(row.expected)));
    }
}

TEST_CASE("a sequence of 255 takes no more: the own AS comes in one of its own")
{
    AttributePool pool;
    const auto set = pool.intern(hex("50 02 03 fe 02 ff " + ases(255)), {});   // 2 + 255 * 4 = 1022
    Octets out;
    const auto offsets = encode_variant(*set, ebgp, {}, out);
    CHECK(to_hex(out) == to_hex(hex("50 02 04 04 02 01 00 00 fd f2 02 ff " + ases(255))));   // 1028
    CHECK(offsets.own_as == 6);
}

TEST_CASE("a path that grows past 255 octets gets an extended length")
{
    AttributePool pool;
    const auto set = pool.intern(hex("40 02 fe 02 3f " + ases(63)), {});   // 2 + 63 * 4 = 254
    Octets out;
    encode_variant(*set, ebgp, {}, out);
    CHECK(to_hex(out) == to_hex(hex("50 02 01 02 02 40 00 00 fd f2 " + ases(63))));   // 258
    VariantOffsets offsets;
    CHECK(common(*set, ebgp, {}, offsets).empty());
}

TEST_CASE("offsets say where own AS and NEXT_HOP stand, from the first octet of the variant")
{
    AttributePool pool;
    const auto set = pool.intern(hex("40 01 01 00  40 02 06 02 01 00 00 00 0a"), {});
    Octets out = hex("aa bb cc");   // what was there before does not count
    const auto offsets = encode_variant(*set, ebgp, hex("01 02 03 04"), out);
    CHECK(offsets.own_as == 9);
    CHECK(offsets.next_hop == 20);
    VariantOffsets quick;
    common(*set, ebgp, hex("01 02 03 04"), quick);
    CHECK(quick.own_as == 9);
    CHECK(quick.next_hop == 20);
    VariantOffsets none;
    common(*set, ibgp, {}, none);
    CHECK(none.own_as == 0);
    CHECK(none.next_hop == 0);
}

TEST_CASE("the quick encoding gives the very octets of the full one, or declines")
{
    std::mt19937 random(20240611);
    const auto one_in = [&](unsigned n) { return random() % n == 0; };
    AttributePool pool;
    int quick = 0;
    int declined = 0;
    for (int round = 0; round < 20'000; ++round) {
        Octets octets;
        Writer out{octets};
        const auto value = [&](std::uint8_t flags, std::uint8_t type, std::size_t size) {
            out.u8(size > 255 ? flags | flag_extended_length : flags);
            out.u8(type);
            if (size > 255) out.u8(static_cast<std::uint8_t>(size >> 8));
            out.u8(static_cast<std::uint8_t>(size));
            for (std::size_t i = 0; i < size; ++i) out.u8(static_cast<std::uint8_t>(random()));
        };
        if (!one_in(20)) value(0x40, 1, 1);
        if (!one_in(20)) {
            Octets path;
            Writer in{path};
            while (!one_in(3)) {
                const auto size = one_in(30) ? 255 : one_in(10) ? random() % 80 : random() % 6;
                in.u8(one_in(5) ? 1 : 2);
                in.u8(static_cast<std::uint8_t>(size));
                for (std::size_t i = 0; i < size; ++i)
                    in.u32(one_in(3) ? static_cast<std::uint32_t>(random()) : random() & 0xffff);
            }
            if (one_in(50)) path.resize(std::min<std::size_t>(path.size(), random() % 6));   // malformed, out of a dump
            const std::uint8_t flags = one_in(50) ? 0xe0 : 0x40;
            out.u8(path.size() > 255 ? flags | flag_extended_length : flags);
            out.u8(2);
            if (path.size() > 255) out.u8(static_cast<std::uint8_t>(path.size() >> 8));
            out.u8(static_cast<std::uint8_t>(path.size()));
            out.octets(path);
        }
        if (one_in(2)) value(0x80, 4, one_in(50) ? random() % 400 : 4);
        if (one_in(4)) value(0x40, 5, 4);
        if (one_in(10)) value(0x40, 6, 0);
        if (one_in(10)) value(0xc0, 7, 8);
        if (one_in(2)) value(0xc0, 8, 4 * (random() % 80));
        if (one_in(8)) value(0x80, 9, 4);
        if (one_in(8)) value(0x80, 10, 4);
        if (one_in(8)) value(0xc0, 16, 8);
        if (one_in(8)) value(0xc0, 32, 12 * (random() % 30));
        PackOptions options{.four_octet_as = !one_in(6),
                            .external = one_in(2),
                            .prepend = !one_in(4),
                            .own_as = {one_in(2) ? 0 : static_cast<std::uint32_t>(random())}};
        Octets next_hop(one_in(2) ? 4 : 0, 0x0a);
        const auto set = pool.intern(octets, {});
        VariantOffsets offsets;
        const auto got = common(*set, options, next_hop, offsets);
        if (got.empty()) {
            ++declined;
            continue;
        }
        ++quick;
        Octets full;
        const auto expected = encode_variant(*set, options, next_hop, full);
        REQUIRE(to_hex(got) == to_hex(full));
        REQUIRE(offsets.own_as == expected.own_as);
        REQUIRE(offsets.next_hop == expected.next_hop);
    }
    CHECK(quick > 5'000);
    CHECK(declined > 1'000);
}

}   // namespace barrage
