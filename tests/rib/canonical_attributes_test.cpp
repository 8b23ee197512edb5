#include "tests/support/doctest.hpp"

#include "rib/canonical_attributes.hpp"
#include "tests/support/exact_octets.hpp"
#include "tests/support/hex.hpp"

namespace barrage {

namespace {

struct Row {
    const char* name;
    const char* attributes;
    const char* octets;
    const char* next_hop;
};

void check(const Row& row, const SessionOptions& options)
{
    CAPTURE(row.name);
    const ExactOctets exact{hex(row.attributes)};
    CanonicalAttributes canonical;
    REQUIRE(canonical_attributes(exact.view(), options, canonical).has_value());
    CHECK(to_hex(canonical.octets) == to_hex(hex(row.octets)));
    CHECK(to_hex(canonical.next_hop) == to_hex(hex(row.next_hop)));
}

}   // namespace

TEST_CASE("attributes of a four-octet session become canonical")
{
    const Row rows[] = {
        {"nothing", "", "", ""},
        {"NEXT_HOP is taken out", "40 01 01 00  40 02 00  40 03 04 c0 00 02 01", "40 01 01 00  40 02 00", "c0 00 02 01"},
        {"ascending order of type", "80 04 04 00 00 00 07  40 02 00  40 01 01 02", "40 01 01 02  40 02 00  80 04 04 00 00 00 07",
         ""},
        {"a needless extended length goes", "50 01 00 01 00", "40 01 01 00", ""},
        {"the first of two counts (RFC 7606 3.g)", "40 01 01 00  40 01 01 02", "40 01 01 00", ""},
        {"the first NEXT_HOP counts", "40 03 04 01 01 01 01  40 03 04 02 02 02 02", "", "01 01 01 01"},
        {"AS4_PATH and AS4_AGGREGATOR mean nothing between new speakers (RFC 6793 4.1)",
         "40 02 06 02 01 00 00 fd e9  c0 11 06 02 01 00 01 11 70  c0 12 08 00 01 11 70 01 02 03 04", "40 02 06 02 01 00 00 fd e9",
         ""},
        {"MP_REACH_NLRI of an UPDATE: next hop without NLRI",
         "80 0e 1a 00 02 01 10 20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 01 00 20 20 01 0d b8  40 01 01 00", "40 01 01 00",
         "20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 01"},
        {"MP_REACH_NLRI of a RIB entry: length and next hop alone (RFC 6396 4.3.4)",
         "80 0e 11 10 20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 01", "", "20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 01"},
        {"MP_REACH_NLRI without a next hop (flow specification)", "80 0e 0a 00 01 85 00 00 04 01 08 0a ff", "", ""},
        {"MP_REACH_NLRI wins over NEXT_HOP before it", "40 03 04 01 01 01 01  80 0e 09 00 01 01 04 02 02 02 02 00", "",
         "02 02 02 02"},
        {"MP_REACH_NLRI wins over NEXT_HOP behind it", "80 0e 09 00 01 01 04 02 02 02 02 00  40 03 04 01 01 01 01", "",
         "02 02 02 02"},
        {"MP_UNREACH_NLRI is taken out", "80 0f 03 00 02 01  40 01 01 00", "40 01 01 00", ""},
        {"an unknown attribute stays, flags and all", "e0 63 02 ab cd", "e0 63 02 ab cd", ""},
    };
    for (const auto& row : rows) check(row, SessionOptions{});
}

TEST_CASE("MP_REACH_NLRI of BGP-LS is not taken for the short form, however its length falls")
{
    // AFI 0x4004, and 65 octets of value: the first octet, 64, is also the length of the rest.
    Octets attributes = hex("80 0e 41 40 04 47 04 c0 00 02 01 00");
    attributes.resize(3 + 65, 0);
    CanonicalAttributes canonical;
    REQUIRE(canonical_attributes(attributes, SessionOptions{}, canonical).has_value());
    CHECK(to_hex(canonical.next_hop) == "c0000201");
}

TEST_CASE("a value of more than 255 octets keeps its extended length")
{
    Octets attributes = hex("d0 08 01 00");
    attributes.resize(4 + 256, 9);
    CanonicalAttributes canonical;
    REQUIRE(canonical_attributes(attributes, SessionOptions{}, canonical).has_value());
    CHECK(to_hex(canonical.octets) == to_hex(attributes));
}

TEST_CASE("attributes of a two-octet session are merged as RFC 6793 section 4.2.3 says")
{
    // 65001 is fde9, AS_TRANS 5ba0, 70000 is 00011170, 70001 is 00011171.
    const Row rows[] = {
        {"no AS4_PATH: widened", "40 02 06 02 02 fd e9 00 0a", "40 02 0a 02 02 00 00 fd e9 00 00 00 0a", ""},
        {"empty path", "40 02 00", "40 02 00", ""},
        {"AS4_PATH of the same length replaces all of it", "40 02 06 02 02 5b a0 00 0a  c0 11 0a 02 02 00 01 11 70 00 00 00 0a",
         "40 02 0a 02 02 00 01 11 70 00 00 00 0a", ""},
        {"an old speaker prepended itself: its AS leads, in one sequence as it would be",
         "40 02 08 02 03 fd e9 5b a0 00 0a  c0 11 0a 02 02 00 01 11 70 00 00 00 0a",
         "40 02 0e 02 03 00 00 fd e9 00 01 11 70 00 00 00 0a", ""},
        {"AS_PATH shorter than AS4_PATH: AS4_PATH is ignored", "40 02 04 02 01 fd e9  c0 11 0a 02 02 00 01 11 70 00 00 00 0a",
         "40 02 06 02 01 00 00 fd e9", ""},
        {"a set counts one", "40 02 0a 02 01 fd e9 01 02 5b a0 00 0a  c0 11 0a 01 02 00 01 11 70 00 00 00 0a",
         "40 02 10 02 01 00 00 fd e9 01 02 00 01 11 70 00 00 00 0a", ""},
        {"a leading confederation segment stays", "40 02 08 03 01 fd e8 02 01 5b a0  c0 11 06 02 01 00 01 11 70",
         "40 02 0c 03 01 00 00 fd e8 02 01 00 01 11 70", ""},
        {"a confederation segment behind what is kept stays",
         "40 02 0c 02 01 00 0a 03 01 fd e8 02 01 5b a0  c0 11 06 02 01 00 01 11 70",
         "40 02 12 02 01 00 00 00 0a 03 01 00 00 fd e8 02 01 00 01 11 70", ""},
        {"a confederation segment among what AS4_PATH replaces goes",
         "40 02 0c 02 01 5b a0 03 01 fd e8 02 01 5b a0  c0 11 0a 02 02 00 01 11 70 00 01 11 71",
         "40 02 0a 02 02 00 01 11 70 00 01 11 71", ""},
        {"confederation segments of AS4_PATH are dropped (section 6)",
         "40 02 04 02 01 5b a0  c0 11 0c 03 01 00 01 11 71 02 01 00 01 11 70", "40 02 06 02 01 00 01 11 70", ""},
        {"a malformed AS4_PATH is discarded (section 6)", "40 02 04 02 01 5b a0  c0 11 06 02 02 00 01 11 70",
         "40 02 06 02 01 00 00 5b a0", ""},
        {"AGGREGATOR of AS_TRANS takes AS4_AGGREGATOR", "c0 07 06 5b a0 01 02 03 04  c0 12 08 00 01 11 70 01 02 03 04",
         "c0 07 08 00 01 11 70 01 02 03 04", ""},
        {"AGGREGATOR of another AS: both AS4 attributes are ignored",
         "40 02 04 02 01 5b a0  c0 07 06 00 0a 01 02 03 04  c0 11 06 02 01 00 01 11 70  c0 12 08 00 01 11 70 01 02 03 04",
         "40 02 06 02 01 00 00 5b a0  c0 07 08 00 00 00 0a 01 02 03 04", ""},
        {"AGGREGATOR of another AS without AS4_AGGREGATOR: AS4_PATH counts",
         "40 02 04 02 01 5b a0  c0 07 06 00 0a 01 02 03 04  c0 11 06 02 01 00 01 11 70",
         "40 02 06 02 01 00 01 11 70  c0 07 08 00 00 00 0a 01 02 03 04", ""},
        {"AS4_PATH without AS_PATH is nothing", "40 01 01 00  c0 11 06 02 01 00 01 11 70", "40 01 01 00", ""},
    };
    for (const auto& row : rows) check(row, SessionOptions{.four_octet_as = false});
}

TEST_CASE("a cut of the attributes field is refused, or is a shorter field")
{
    const auto whole =
        hex("40 01 01 00  40 02 06 02 01 00 00 fd e9  50 05 00 04 00 00 00 64  80 0e 09 00 01 01 04 02 02 02 02 00");
    const std::size_t ends[] = {0, 4, 13, 21, 33};
    for (const bool four_octet_as : {true, false})
        for (std::size_t size = 0; size <= whole.size(); ++size) {
            const ExactOctets cut{OctetView{whole}.first(size)};
            CanonicalAttributes canonical;
            const auto result = canonical_attributes(cut.view(), {.four_octet_as = four_octet_as}, canonical);
            const bool is_end = std::ranges::find(ends, size) != std::end(ends);
            CAPTURE(size);
            CHECK(result.has_value() == is_end);
            if (!result)
                CHECK(result.error() == DecodeError{Recovery::treat_as_withdraw, UpdateSubcode::malformed_attribute_list});
        }
}

TEST_CASE("malformed values of AS attributes are survived")
{
    const char* const rows[] = {"40 02 01 02",
                                "40 02 02 02 ff",
                                "40 02 03 02 01 00",
                                "c0 07 01 5b",
                                "c0 07 00",
                                "c0 11 01 02",
                                "40 02 04 02 01 5b a0 c0 11 03 02 05 00",
                                "80 0e 00",
                                "80 0e 04 00 01 01 ff",
                                "40 03 00"};
    for (const auto* row : rows)
        for (const bool four_octet_as : {true, false}) {
            const ExactOctets exact{hex(row)};
            CanonicalAttributes canonical;
            CHECK(canonical_attributes(exact.view(), {.four_octet_as = four_octet_as}, canonical).has_value());
        }
}

}   // namespace barrage
