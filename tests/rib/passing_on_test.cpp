// What a device may do to the attributes of a route on its way: that, and nothing else, the comparison leaves out.

#include "tests/support/doctest.hpp"

#include <fstream>
#include <sstream>
#include <string>

#include "codec/attribute/registry.hpp"
#include "rib/passing_on.hpp"
#include "rib/route_fingerprint.hpp"
#include "tests/support/hex.hpp"

using namespace barrage;

namespace {

// ORIGIN IGP; AS_PATH 65101 64512 as eBGP of 65101 puts it there.
const std::string plain = "40010100 40020a 0202 0000fe4d 0000fc00";
const std::string reflected = "40010100 400206 0201 0000fc00 800904 c0000201";   // an iBGP sender's, of ORIGINATOR_ID 192.0.2.1

const FingerprintRules rules{.router_ases = {Asn{65000}}, .sender_ases = {Asn{65101}}, .sender_ids = {{0xc0000201}}};

std::uint32_t of(const std::string& octets) { return route_fingerprint(hex(octets.c_str()), rules); }

struct Row {
    const char* name;
    const char* sent;   // beside the plain ones
    const char* came;
    bool same;
};

}   // namespace

TEST_CASE("what a device may take off or change between ASes is left out of what was sent and of what came")
{
    const Row rows[] = {
        // RFC 4271 section 5: unknown attributes.
        {"unknown, not transitive: ignored", "80630101", "", true},
        {"unknown, transitive: stays", "c0630101", "", false},
        {"unknown, transitive: stays as it is", "c0630101", "c0630102", false},
        {"unknown, transitive, with Partial", "c0630101", "e0630101", true},
        {"one of RFC 4271 with the flags of another is not let pass", "800804 00010001", "", false},
        // Whole attributes with a scope.
        {"AIGP, RFC 7311", "801a0b 01000b 0000000000000064", "", true},
        {"AIGP with another value", "801a0b 01000b 0000000000000064", "801a0b 01000b 0000000000000065", true},
        {"AS4_PATH, RFC 6793", "c01106 0201 00010000", "", true},
        {"AS4_AGGREGATOR", "c01208 00010000 01020304", "", true},
        {"TUNNEL_ENCAPSULATION, RFC 9012", "c01704 00080000", "", true},
        {"PREFIX_SID, RFC 8669", "c0280a 01000700000000000035", "", true},
        {"BGP-LS", "801d04 04070000", "", true},
        {"MED, LOCAL_PREF, CLUSTER_LIST", "800404 00000005 400504 00000005 800a04 01020304", "", true},
        // Parts of an attribute.
        {"extended communities: the non-transitive one", "c01010 0002000100000001 4004fde9447a0000", "c01008 0002000100000001",
         true},
        {"… alone", "c01008 4004fde9447a0000", "", true},
        {"… the transitive one stays", "c01010 0002000100000001 4004fde9447a0000", "c01008 4004fde9447a0000", false},
        {"… in another order, twice", "c01010 0002000100000001 0002000100000002",
         "c01018 0002000100000002 0002000100000001 0002000100000001", true},
        {"of IPv6: the non-transitive one", "c01914 4002 20010db8000000000000000000000001 0001", "", true},
        {"of IPv6: a transitive one stays", "c01914 0002 20010db8000000000000000000000001 0001", "", false},
        {"BLACKHOLE: NO_EXPORT is added, RFC 7999 section 3.2", "c00804 ffff029a", "c00808 ffff029a ffffff01", true},
        {"BLACKHOLE: or NO_ADVERTISE", "c00804 ffff029a", "c00808 ffffff02 ffff029a", true},
        {"BLACKHOLE: nothing else", "c00804 ffff029a", "c00808 ffff029a 00010001", false},
        {"BLACKHOLE itself stays", "c00804 ffff029a", "", false},
        {"NO_EXPORT without it is not added", "c00804 00010001", "c00808 00010001 ffffff01", false},
        {"AGGREGATOR of AS 0, RFC 7607", "c00708 00000000 c0000201", "", true},
        {"AGGREGATOR of another", "c00708 0000fde9 c0000201", "", false},
        // RFC 9234 section 5.
        {"ONLY_TO_CUSTOMER added with the device's AS", "", "c02304 0000fde8", true},
        {"… with the sender's", "", "c02304 0000fe4d", true},
        {"… with another", "", "c02304 0000fe4e", false},
        {"… taken off", "c02304 0000fe4e", "", false},
        {"… changed", "c02304 0000fe4e", "c02304 0000fe4f", false},
        // What nobody may change.
        {"ATOMIC_AGGREGATE", "400600", "", false},
        {"large communities in another order", "c02018 000000010000000200000003 000000010000000200000004",
         "c02018 000000010000000200000004 000000010000000200000003", true},
        {"a large community less", "c0200c 000000010000000200000003", "", false},
        {"ATTR_SET", "c08004 0000fde9", "", false},
        {"PMSI_TUNNEL", "c01605 0000000000", "", false},
    };
    for (const auto& row : rows) {
        INFO(row.name);
        const auto sent =
            marked(route_fingerprint(hex(("40010100 400206 0201 0000fc00" + std::string{row.sent}).c_str()), rules.for_sent()),
                   sender_mark(Asn{65101}));
        CHECK((of(plain + row.came) == sent) == row.same);
    }
}

TEST_CASE("a set in a path has no order")
{
    CHECK(of("40010100 400214 0202 0000fe4d 0000fc00 0102 0000fc01 0000fc02") ==
          of("40010100 400214 0202 0000fe4d 0000fc00 0102 0000fc02 0000fc01"));
    CHECK(of("40010100 400214 0202 0000fe4d 0000fc00 0102 0000fc01 0000fc02") !=
          of("40010100 400214 0202 0000fe4d 0000fc00 0102 0000fc01 0000fc03"));
}

TEST_CASE("from one iBGP peer to another a reflector leaves alone what has to stay inside the AS")
{
    const char* scoped[] = {"c01008 4004fde9447a0000", "c0280a 01000700000000000035", "c01704 00080000",
                            "c01914 4002 20010db8000000000000000000000001 0001"};
    for (const auto* attribute : scoped) {
        INFO(attribute);
        CHECK(inside_mark(hex(attribute)) != 0);
        CHECK(of(reflected + attribute) == marked(of(reflected), inside_mark(hex(attribute))));
    }
    CHECK(inside_mark(hex(plain.c_str())) == 0);
    CHECK(of(reflected + "801a0b 01000b 0000000000000064") == of(reflected));   // not even there: who does not know it ignores it
}

TEST_CASE("the device's own AS in front counts only where a policy says how often")
{
    auto named = rules;
    named.marks = {own_as_mark(2)};
    const auto path = [&](int times, std::size_t due) {
        std::string octets = "0000fe4d 0000fc00";
        for (int i = 0; i < times; ++i) octets = "0000fde8" + octets;
        const char* lengths[] = {"40020a 0202", "40020e 0203", "400212 0204", "400216 0205", "40021a 0206"};
        return route_fingerprint(hex(("40010100" + std::string{lengths[times]} + octets).c_str()), named, due);
    };
    CHECK(path(1, 1) == path(2, 1));
    CHECK(path(3, 1) == marked(path(1, 1), own_as_mark(2)));
    CHECK(path(4, 1) == path(1, 1));
    CHECK(path(2, 0) == marked(path(1, 1), own_as_mark(2)));   // iBGP puts none there
    CHECK(path(3, 0) == path(1, 1));
}

TEST_CASE("who takes off what may be taken off, as that row says, has not changed the route")
{
    const auto knows_all = [](AttributeType) { return true; };
    const auto all = hex(
        "40010100 400206 0201 0000fc00 c00708 00000000 c0000201 c01010 0002000100000001 4004fde9447a0000 c01106 0201 00010000 "
        "c01704 00080000 801a0b 01000b 0000000000000064 c0280a 01000700000000000035 80630101 c0640101");
    CHECK(passed_on(all, true, knows_all) == hex("40010100 400206 0201 0000fc00 c01008 0002000100000001 c0640101"));
    CHECK(passed_on(all, false, knows_all) ==
          hex("40010100 400206 0201 0000fc00 c01010 0002000100000001 4004fde9447a0000 c01704 00080000 c0280a "
              "01000700000000000035 c0640101"));
    CHECK(route_fingerprint(all, rules) == route_fingerprint(passed_on(all, true, knows_all), rules));
    CHECK(passed_on(hex("c0640101"), true, [](AttributeType) { return false; }) == hex("e0640101"));
}

TEST_CASE("the table is whole, and the documents have it")
{
    std::uint8_t last = 0;
    for (const auto& row : passing_rows()) {
        CAPTURE(row.attribute);
        CHECK(row.reason.contains("RFC "));
        if (!row.type) continue;
        CHECK(std::to_underlying(*row.type) > last);
        last = std::to_underlying(*row.type);
    }
    // Whatever the codec knows and is not transitive may be unknown to a device, or is set by rule.
    for (unsigned type = 0; type < 256; ++type) {
        CAPTURE(type);
        const auto& codec = codec_of(AttributeType{static_cast<std::uint8_t>(type)});
        if (!codec.decode || (codec.flags & flag_transitive) != 0) continue;
        const AttributeView attribute{.flags = codec.flags, .type = AttributeType{static_cast<std::uint8_t>(type)}};
        REQUIRE(passing_row(attribute));
        CHECK(passing_row(attribute)->is_whole());
    }
    std::ifstream file{BARRAGE_SOURCE_DIR "/docs/scenarios.md"};
    std::stringstream text;
    text << file.rdbuf();
    CHECK_MESSAGE(text.str().contains(passing_table()), passing_table());
}
