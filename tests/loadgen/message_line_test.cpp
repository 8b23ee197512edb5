// `loadgen decode` and `encode` as functions: what is no message, or cannot be one, and how each thing is written. The rows of the
// shared vectors are in shared_vectors_test.cpp.

#include "tests/support/doctest.hpp"

#include <boost/json.hpp>

#include <map>
#include <sstream>
#include <string>

#include "codec/attribute/attribute_view.hpp"
#include "loadgen/commands/option_words.hpp"
#include "loadgen/commands/session_words.hpp"
#include "loadgen/words/message_line.hpp"
#include "tests/support/hex.hpp"
#include "tests/support/vectors.hpp"

using namespace barrage;

namespace {

std::string marked(std::string_view rest) { return std::string(32, 'f') + std::string{rest}; }

}   // namespace

TEST_CASE("what is no message is an object without a type")
{
    struct {
        std::string line;
        int offset;
        const char* text;
    } const rows[] = {
        {"", 16, "fewer octets than a header has"},         {"hello", 0, "not hexadecimal digits, two an octet"},
        {"abc", 0, "not hexadecimal digits, two an octet"}, {std::string(32, '0') + "001304", 0, "the marker is not all ones"},
        {marked("001307"), 18, "unknown message type"},     {marked("00130400"), 16, "length 19 of a message of 20 octets"},
    };
    for (const auto& row : rows) {
        const auto json = boost::json::parse(to_json_line(decode_line(row.line, {}))).as_object();
        CHECK(json.at("type").is_null());
        CHECK_FALSE(json.at("valid").as_bool());
        CHECK_FALSE(json.contains("message"));
        REQUIRE(json.at("problems").as_array().size() == 1);
        const auto& problem = json.at("problems").as_array()[0];
        CHECK(problem.at("offset").to_number<int>() == row.offset);
        CHECK(problem.at("action").as_string() == "session-reset");
        CHECK(problem.at("text").as_string() == row.text);
    }
}

TEST_CASE("messages as JSON")
{
    struct {
        std::string digits;
        const char* json;
    } const rows[] = {
        {marked("001304"), R"({"type":"keepalive","valid":true,"problems":[],"message":{}})"},
        {marked("0017050001") + "0001",
         R"({"type":"route-refresh","valid":true,"problems":[],"message":{"family":"ipv4","kind":0,"filters":""}})"},
        {marked("0017054006") + "0048",
         R"({"type":"route-refresh","valid":true,"problems":[],"message":{"family":"16390/72","kind":0,"filters":""}})"},
        {marked("0015030602"),
         R"({"type":"notification","valid":true,"problems":[],"message":{"code":6,"subcode":2,"data":""}})"},
        {marked("001c0600010005") + "0001014869",
         R"({"type":"operational","valid":true,"problems":[],"message":{"type":"advisory-demand","value":"0001014869"}})"},
        // two capabilities in one parameter, then one that says a host name that is no UTF-8
        {marked("003201") + "04fde900b40a000001" + "15" + "0208" + "010400010001" + "0200" + "0209" + "4907" + "03ff1b78" +
             "020102",
         R"({"type":"open","valid":true,"problems":[],"message":{"version":4,"my_as":65001,"hold_time":180,)"
         R"("bgp_identifier":"10.0.0.1","extended_length":false,"non_extended_length":255,"parameters":[)"
         R"({"capabilities":[{"name":"multiprotocol","family":"ipv4","reserved":0},{"name":"route-refresh"}]},)"
         R"({"capabilities":[{"name":"hostname","host":{"octets":"ff1b78"},"domain":"\u0001\u0002"}]}]}})"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.json);
        CHECK(to_json_line(decode_line(row.digits, {})) == row.json);
        CHECK(encode_line(row.json, {}).value_or("refused") == row.digits);
    }
}

TEST_CASE("text for people names every problem, and no octet of a peer reaches the terminal")
{
    CHECK(to_lines(decode_line(marked("001304"), {})) == "KEEPALIVE\n");
    CHECK(to_lines(decode_line(marked("003201") + "04fde900b40a000001" + "150208010400010001020002094907" + "03ff1b78020102",
                               {})) == "OPEN\n  version 4\n  as 65001\n  hold_time 180\n  bgp_identifier 10.0.0.1\n"
                                       "  capability multiprotocol family ipv4 reserved 0\n  capability route-refresh\n"
                                       "  capability hostname host \\xff\\x1bx domain \\x01\\x02\n");
    // ORIGIN 7, which RFC 7606 section 7.1 makes a withdrawal, and no NEXT_HOP
    CHECK(to_lines(decode_line(marked("0020") + "020000" + "0007" + "40010107" + "400200" + "080a", {})) ==
          "UPDATE, 2 problems\n  unknown type 1 value 07\n  as_path\n  nlri [10.0.0.0/8]\n"
          "  problem at offset 26: treat-as-withdraw: ORIGIN of undefined value\n"
          "  problem at offset 23: treat-as-withdraw: missing NEXT_HOP\n");
}

TEST_CASE("JSON that cannot be encoded is refused with its place")
{
    struct {
        const char* json;
        std::string_view error;
    } const rows[] = {
        {"", "no JSON: incomplete JSON"},
        {"5", "expected an object, as `loadgen decode --json` prints it"},
        {"{}", "type: is missing"},
        {R"({"type": null, "valid": false, "problems": []})", "type: null is no message"},
        {R"({"type": 9, "message": {}})", "type: expected that of a message"},
        {R"({"type": "keepalive"})", "message: is missing"},
        {R"({"type": "keepalive", "message": {}, "size": 19})", "size: expected no such key"},
        {R"({"type": "update", "message": {"nlri": [{"nlri": "10.0.0.0/33"}]}})",
         "message.nlri[0].nlri: expected such a value, not \"10.0.0.0/33\""},
        {R"({"type": "update", "message": {"attributes": [{"flags": 64, "value": {"name": "origin", "value": 7}}]}})",
         "attributes[0] (origin): ORIGIN of undefined value"},
        {R"({"type": "open", "message": {"parameters": [{"capabilities": [{"name": "graceful-restart", "restart_time": 4096}]}]}})",
         "capability graceful-restart: a value is too large for its field"},
        {R"({"type": "route-refresh", "message": {"kind": 1, "filters": "00"}})",
         "a beginning or end of a refresh above 23 octets"},
    };
    for (const auto& row : rows) {
        const auto octets = encode_line(row.json, {});
        REQUIRE_FALSE(octets);
        CHECK(octets.error() == row.error);
    }
    const auto long_data = R"({"type": "notification", "message": {"data": ")" + std::string(2 * 4076, '0') + "\"}}";
    CHECK_FALSE(encode_line(long_data, {}));
    CHECK(encode_line(long_data, {.extended_message = true}));   // RFC 8654: NOTIFICATIONs too
    const auto too_long = R"({"type": "notification", "message": {"data": ")" + std::string(2 * 65530, '0') + "\"}}";
    CHECK_FALSE(encode_line(too_long, {.extended_message = true}));
}

TEST_CASE("the octets of any type can be asked for, right or wrong")
{
    // what decode prints of an attribute that is wrong: its octets
    const auto digits = encode_line(
        R"({"type": "update", "message": {"attributes": [{"flags": 80, "value": {"name": "unknown", "type": 1, "value": "07"}}]}})",
        {});
    REQUIRE(digits);
    CHECK(*digits == marked("001c02") + "0000" + "0005" + "5001000107");
}

TEST_CASE("path identifiers are told by the values")
{
    const auto json = R"({"type": "update", "message": {"attributes": [{"flags": 128, "value": {"name": "mp_unreach_nlri",)"
                      R"("nlri": {"name": "ipv6", "routes": [{"path_id": 7, "nlri": "2001:db8::/32"}]}}}]}})";
    const auto octets = encode_line(json, {});
    REQUIRE_MESSAGE(octets, octets.error());
    CHECK(*octets == marked("002602") + "0000" + "000f" + "800f0c" + "000201" + "00000007" + "2020010db8");
}

TEST_CASE("families of --addpath")
{
    CHECK(option_words::read_families("all") == FamilySet::all());
    CHECK(option_words::read_families("ipv4+vpnv4") == FamilySet{ipv4_unicast, {Afi::ipv4, Safi::mpls_vpn}});
    CHECK(option_words::read_families("ipv4+ipv5").error().starts_with("no family \"ipv5\": expected all, ipv4, "));
    CHECK(option_words::read_families("").error().starts_with("no family \"\""));
}

TEST_CASE("decode judges as a session does: what no session takes is not valid")
{
    const auto problems_of = [](const std::string& body, Neighbor neighbor) {
        std::string texts;
        for (const auto& problem : decode_line(marked(body), {}, neighbor).problems)
            texts += std::string{name(problem.action)} + ": " + problem.text + "\n";
        return texts;
    };
    constexpr auto anybody = Neighbor::unknown, external = Neighbor::external, internal = Neighbor::internal;
    const std::string attributes = "40010100 4002060201000000 01 4003040102 0304";
    // RFC 4271 section 6.3: attribute 99, well-known by its flags
    const auto well_known = "0033 02 0000 0018" + attributes + "40630178 180a0102";
    for (const auto neighbor : {anybody, external})
        CHECK(problems_of(well_known, neighbor) == "session-reset: unrecognized well-known attribute 99\n");
    // RFC 6793 section 6: AS4_PATH where AS numbers have four octets
    const auto as4_path = "0038 02 0000 001d" + attributes + "c01106020100011170 180a0102";
    CHECK(problems_of(as4_path, external) == "attribute-discard: AS4_PATH between speakers of four-octet AS numbers\n");
    CHECK(problems_of(as4_path, anybody).empty());
    // RFC 6286 section 2.1, but octets that nobody sent may have it: docs/disputed.md
    const std::string open = "001d 01 04 fde9 00b4 00000000 00";
    CHECK(problems_of(open, external) == "session-reset: BGP identifier 0.0.0.0\n");
    CHECK(problems_of(open, anybody).empty());
    // RFC 4271 section 5.1.5
    const auto good = "002f 02 0000 0014" + attributes + "180a0102";
    CHECK(problems_of(good, anybody).empty());
    CHECK(problems_of(good, external).empty());
    CHECK(problems_of(good, internal) == "treat-as-withdraw: missing LOCAL_PREF\n");
}
