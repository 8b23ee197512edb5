// JSON over describe(): every UPDATE of the shared vectors goes out and comes back, and errors name their place.

#include "tests/support/doctest.hpp"

#include "codec/message/update.hpp"
#include "loadgen/words/describe_json.hpp"
#include "tests/support/hex.hpp"
#include "tests/support/vectors.hpp"

using namespace barrage;

TEST_CASE("an UPDATE as JSON")
{
    Update update;
    update.attributes.push_back(with_usual_flags(Origin{Origin::Value::egp}));
    update.attributes.push_back(with_usual_flags(AsPath{{{SegmentType::as_sequence, {Asn{65001}}}}}));
    update.attributes.push_back(with_usual_flags(Communities{{{0xffffff01}}}));
    update.attributes.push_back(with_usual_flags(UnknownAttribute{AttributeType{200}, {0xab}}));
    update.nlri.push_back({PathId{7}, *Ipv4Prefix::from_text("10.0.0.0/8")});
    const auto json = to_json(update);
    CHECK(boost::json::serialize(json) ==
          R"({"withdrawn":[],"attributes":[{"flags":64,"value":{"name":"origin","value":"egp"}},)"
          R"({"flags":64,"value":{"name":"as_path","segments":[{"type":"as_sequence","asns":[65001]}]}},)"
          R"({"flags":192,"value":{"name":"communities","communities":["no-export"]}},)"
          R"({"flags":192,"value":{"name":"unknown","type":200,"value":"ab"}}],)"
          R"("nlri":[{"path_id":7,"nlri":"10.0.0.0/8"}]})");
    const auto again = from_json<Update>(json);
    REQUIRE(again);
    CHECK(*again == update);
}

TEST_CASE("every UPDATE of the shared vectors that decodes comes back from its JSON text")
{
    int count = 0;
    for (const auto& vector : message_vectors()) {
        if (!vector.kind.starts_with("update/") || !vector.valid) continue;
        CAPTURE(vector.name);
        std::vector<Problem> problems;
        const auto update = decode_update(vector.message, vector.options, problems);
        REQUIRE(update);
        const auto text = boost::json::serialize(to_json(*update));
        const auto again = from_json<Update>(boost::json::parse(text));
        REQUIRE_MESSAGE(again, again.error().message());
        Octets octets;
        CHECK(encode_update(*again, vector.options, octets));
        CHECK(to_hex(octets) == to_hex(vector.message));
        ++count;
    }
    if (count == 0)
        MESSAGE("skipped: no shared vectors");
    else
        MESSAGE("UPDATEs through JSON: " << count);
}

TEST_CASE("what is wrong in JSON is told with its place")
{
    struct {
        const char* json;
        const char* message;
    } const rows[] = {
        {"[]", "expected an object"},
        {R"({"nlri": 5})", "nlri: expected an array"},
        {R"({"nlri": [{"nlri": "10.0.0.0/8"}, {"nlri": "10.0.0.0/33"}]})",
         "nlri[1].nlri: expected such a value, not \"10.0.0.0/33\""},
        {R"({"nlri": [{"nlri": "10.0.0.0/8"}, {"nlri": "10.0.0.1/24"}]})",
         "nlri[1].nlri: expected a prefix without bits behind the length, not \"10.0.0.1/24\""},
        {R"({"nlri": [{"nlri": "10.0.0.0/8", "path_id": 4294967296}]})", "nlri[0].path_id: expected a number up to 4294967295"},
        {R"({"nlri": [{"nlri": "10.0.0.0/8", "path_id": -1}]})", "nlri[0].path_id: expected a number up to 4294967295"},
        {R"({"nlri": [{"prefix": "10.0.0.0/8"}]})", "nlri[0].prefix: expected no such key"},
        {R"({"attributes": [{"flags": 256}]})", "attributes[0].flags: expected a number up to 255"},
        {R"({"attributes": [{"flags": 64, "value": {"name": "orgin"}}]})", "attributes[0].value.name: expected a known name"},
        {R"({"attributes": [{"value": {"value": "igp"}}]})", "attributes[0].value: expected an object with a \"name\""},
        {R"({"attributes": [{"value": {"name": "origin", "value": "bgp"}}]})",
         "attributes[0].value.value: expected one of igp, egp, incomplete"},
        {R"({"attributes": [{"value": {"name": "unknown", "value": "abc"}}]})",
         "attributes[0].value.value: expected hexadecimal digits, two an octet"},
    };
    for (const auto& row : rows) {
        const auto update = from_json<Update>(boost::json::parse(row.json));
        REQUIRE_FALSE(update);
        CHECK(update.error().message() == row.message);
    }
}

TEST_CASE("bits behind the length that a peer sent come back: RFC 4271 section 4.3, they mean nothing")
{
    const auto message = hex("ffffffffffffffffffffffffffffffff 001e 02  0007 17 0a0101 0a 7f3f 0000");
    std::vector<Problem> problems;
    const auto update = decode_update(message, {}, problems);
    REQUIRE(update);
    const auto json = to_json(*update);
    CHECK(boost::json::serialize(json).contains(R"("10.1.1.0/23")"));
    const auto again = from_json<Update>(json);
    REQUIRE_MESSAGE(again, again.error().message());
    Octets octets;
    CHECK(encode_update(*again, {}, octets));
    CHECK(to_hex(octets) == to_hex(message));
}
