#include "tests/support/doctest.hpp"

#include <string>

#include "codec/message/header.hpp"
#include "codec/message/keepalive.hpp"
#include "tests/support/hex.hpp"

namespace barrage {

namespace {

const std::string ones(32, 'f');

NotificationError header_error(HeaderSubcode subcode, std::string_view data)
{
    return {ErrorCode::message_header, static_cast<std::uint8_t>(subcode), hex(data)};
}

struct HeaderVector {
    std::string_view name;
    std::string_view length_and_type;
    std::size_t max_message;
    Checked<MessageHeader> expected;
};

const auto bad_length = [](std::string_view data) {
    return std::unexpected(header_error(HeaderSubcode::bad_message_length, data));
};
const auto bad_type = [](std::string_view data) { return std::unexpected(header_error(HeaderSubcode::bad_message_type, data)); };

// RFC 4271 section 6.1, RFC 8654 section 4
const HeaderVector vectors[] = {
    {"KEEPALIVE", "0013 04", 4096, MessageHeader{19, MessageType::keepalive}},
    {"KEEPALIVE with a body", "0014 04", 4096, bad_length("0014")},
    {"below a header", "0012 04", 4096, bad_length("0012")},
    {"zero", "0000 02", 4096, bad_length("0000")},
    {"least OPEN", "001d 01", 4096, MessageHeader{29, MessageType::open}},
    {"OPEN too short", "001c 01", 4096, bad_length("001c")},
    {"OPEN of 4096", "1000 01", 65535, MessageHeader{4096, MessageType::open}},
    {"OPEN above 4096 in an extended session", "1001 01", 65535, bad_length("1001")},
    {"least UPDATE", "0017 02", 4096, MessageHeader{23, MessageType::update}},
    {"UPDATE too short", "0016 02", 4096, bad_length("0016")},
    {"UPDATE of 4096", "1000 02", 4096, MessageHeader{4096, MessageType::update}},
    {"UPDATE above 4096", "1001 02", 4096, bad_length("1001")},
    {"UPDATE of 65535", "ffff 02", 65535, MessageHeader{65535, MessageType::update}},
    {"UPDATE of 65535 in a plain session", "ffff 02", 4096, bad_length("ffff")},
    {"least NOTIFICATION", "0015 03", 4096, MessageHeader{21, MessageType::notification}},
    {"NOTIFICATION too short", "0014 03", 4096, bad_length("0014")},
    {"ROUTE-REFRESH", "0017 05", 4096, MessageHeader{23, MessageType::route_refresh}},
    {"type 0", "0013 00", 4096, bad_type("00")},
    {"type 9", "0013 09", 4096, bad_type("09")},
    {"type 255", "0013 ff", 4096, bad_type("ff")},
    {"a bad length is told before a bad type", "0000 ff", 4096, bad_length("0000")},
};

}   // namespace

TEST_CASE("headers decode, and fail, as RFC 4271 section 6.1 says")
{
    for (const auto& vector : vectors) {
        CAPTURE(vector.name);
        CHECK(decode_header(hex(ones + std::string{vector.length_and_type}), vector.max_message) == vector.expected);
    }
}

TEST_CASE("a marker with one bit missing is a connection not synchronized")
{
    for (std::size_t bit = 0; bit < 128; ++bit) {
        auto octets = hex(ones + "001304");
        octets[bit / 8] ^= static_cast<std::uint8_t>(1u << bit % 8);
        CHECK(decode_header(octets, 4096) == std::unexpected(header_error(HeaderSubcode::connection_not_synchronized, "")));
    }
}

TEST_CASE("every cut of a header is refused on a buffer of exact size")
{
    const auto whole = hex(ones + "001304");
    for (std::size_t size = 0; size < whole.size(); ++size) {
        const Octets cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
        CHECK_FALSE(decode_header(cut, 4096));
        CHECK_FALSE(decode_keepalive(cut));
    }
}

TEST_CASE("a message scope patches its length, also behind other octets")
{
    Octets out{0xaa};
    encode(Keepalive{}, out);
    encode_message(out, MessageType::notification, [](Writer& body) {
        body.u8(6);
        body.u8(4);
    });
    CHECK(to_hex(out) == "aa" + ones + "001304" + ones + "0015030604");
    CHECK(decode_keepalive(OctetView{out}.subspan(1, 19)));
}

TEST_CASE("the body of a message is what its own type and length say")
{
    const auto message = hex(ones + "0015030604");
    const auto body = message_body(message, MessageType::notification);
    REQUIRE(body);
    CHECK(body->remaining() == 2);
    CHECK(body->offset() == 19);
    CHECK(message_body(message, MessageType::update).error() == header_error(HeaderSubcode::bad_message_type, "03"));
    auto longer = message;
    longer.push_back(0);
    CHECK(message_body(longer, MessageType::notification).error() == header_error(HeaderSubcode::bad_message_length, "0015"));
}

}   // namespace barrage
