// UPDATEs in hexadecimal digits as a source of routes.

#include "tests/support/doctest.hpp"

#include <string>

#include "tests/loadgen/text_routes_fixture.hpp"

using namespace barrage;

namespace {

const std::string marker(32, 'f');
// RFC 4271 section 4.3: ORIGIN IGP, AS_PATH 65001, NEXT_HOP 192.0.2.1; 10/8 announced, then withdrawn.
const std::string announces = marker + "002d02"
                                       "0000"
                                       "0014"
                                       "40010100"
                                       "4002060201"
                                       "0000fde9"
                                       "400304c0000201"
                                       "080a";
const std::string withdraws = marker + "001902"
                                       "0002"
                                       "080a"
                                       "0000";
// RFC 4364 section 4.3.4 in MP_REACH_NLRI: 198.51.100.0/24 with label 1, of 65000:1
const std::string of_vpn = marker + "004702"
                                    "0000"
                                    "0030"
                                    "40010100"
                                    "4002060201"
                                    "0000fde9"
                                    "800e20"
                                    "0001"
                                    "80"
                                    "0c"
                                    "0000000000000000"
                                    "c0000201"
                                    "00"
                                    "70"
                                    "000011"
                                    "0000fde800000001"
                                    "c63364";
const std::string keepalive = marker + "001304";

}   // namespace

TEST_CASE("UPDATEs in digits are routes of every family, in their order")
{
    const auto spaced = "ffff:ffff:ffff:ffff ffff ffff ffff ffff " + of_vpn.substr(32);
    const auto read = read_text("# of a capture\n" + announces + "\n" + keepalive + withdraws + "\n" + spaced + "\r\n");
    CHECK(read.error == "");
    CHECK(read.kind == TextKind::updates);
    CHECK(read.names() == Names{"10.0.0.0/8", "-10.0.0.0/8", "vpnv4 65000:1 198.51.100.0/24"});
    REQUIRE(read.routes.size() == 3);
    CHECK(read.notes == std::vector<std::string>{"1 message that is no UPDATE passed over"});
}

TEST_CASE("what is wrong in UPDATEs in digits is one error at its place")
{
    const struct {
        std::string text;
        const char* error;
    } rows[] = {
        {announces + "0", ": expected another digit"},
        {announces + "\n" + marker + "zz", ":2:33: expected hexadecimal digits"},
        {announces.substr(0, announces.size() - 2), ":1:1: expected whole BGP messages: the last one is cut"},
        {keepalive + marker, ":1:1: expected whole BGP messages: the last one is cut"},
        {marker + "001805", ":1:1: expected whole BGP messages: "},
        {marker + "001d02"
                  "0000"
                  "0000"
                  "21"
                  "0a00000000",
         ":1:1: expected "},   // 33 bits of an IPv4 prefix
        // RFC 7911 section 3: 198.51.100.0/24 with the path identifier 1. Lines have none, whatever would read well.
        {marker + "003302"
                  "0000"
                  "0014"
                  "40010100"
                  "4002060201"
                  "0000fde9"
                  "400304c0000201"
                  "00000001"
                  "18c63364",
         ":1:1: expected UPDATEs that can be read, not malformed NLRI in an UPDATE"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.text);
        const auto read = read_text(row.text + "\n");
        CHECK(read.error.find(row.error) != std::string::npos);
        CHECK(read.routes.empty());
    }
}
