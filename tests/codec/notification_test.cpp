#include "tests/support/doctest.hpp"

#include <string>

#include "codec/message/notification.hpp"
#include "codec/message/route_refresh.hpp"
#include "tests/support/hex.hpp"

namespace barrage {

namespace {

const std::string ones(32, 'f');

struct TextVector {
    std::string_view text;
    Notification notification;
};

const TextVector texts[] = {
    {"Cease / Administrative Reset", {ErrorCode::cease, 4}},
    {"Cease / Administrative Shutdown: \"upgrade\"", {ErrorCode::cease, 2, hex("07 75706772616465")}},
    {"Cease / Administrative Shutdown: \"a\\x0ab\\\"\"", {ErrorCode::cease, 2, hex("04 610a6222")}},
    {"Cease / Administrative Shutdown (data 0561)", {ErrorCode::cease, 2, hex("05 61")}},
    {"Cease / Hard Reset (Cease / Peer De-configured)", {ErrorCode::cease, 9, hex("06 03")}},
    {"Cease / Hard Reset (Cease / Hard Reset)", {ErrorCode::cease, 9, hex("06 09 06 09 06 09")}},
    {"Hold Timer Expired", {ErrorCode::hold_timer_expired, 0}},
    {"Message Header Error / Bad Message Length: 18 octets",
     {ErrorCode::message_header, 2, hex("0012")}},   // RFC 4271 section 6.1
    {"Message Header Error / Bad Message Type: type 9", {ErrorCode::message_header, 3, hex("09")}},
    {"OPEN Message Error / Unsupported Version Number: its version is 4",
     {ErrorCode::open_message, 1, hex("0004")}},                                                 // section 6.2
    {"OPEN Message Error / Bad Peer AS: AS 65002", {ErrorCode::open_message, 2, hex("fdea")}},   // as bgpd of FRR 8.4 sends it
    {"OPEN Message Error / Bad Peer AS: AS 4200000001", {ErrorCode::open_message, 2, hex("fa56ea01")}},
    {"OPEN Message Error / Bad Peer AS (data 0102ff)", {ErrorCode::open_message, 2, hex("0102ff")}},
    {"OPEN Message Error / Unsupported Capability: route-refresh (2), capability 200",
     {ErrorCode::open_message, 7, hex("0200 c80101")}},
    {"OPEN Message Error / Unsupported Capability (data 0205)", {ErrorCode::open_message, 7, hex("0205")}},
    {"UPDATE Message Error / Missing Well-known Attribute: attribute 3",
     {ErrorCode::update_message, 3, hex("03")}},   // section 6.3
    {"Cease / Maximum Number of Prefixes Reached: ipv6, at most 1000",
     {ErrorCode::cease, 1, hex("0002 01 000003e8")}},   // RFC 4486
    {"Cease / Maximum Number of Prefixes Reached (data 0002)", {ErrorCode::cease, 1, hex("0002")}},
    {"Finite State Machine Error / Receive Unexpected Message in OpenSent State: message type 2",
     {ErrorCode::finite_state_machine, 1, hex("02")}},   // RFC 6608
    {"OPEN Message Error / Role Mismatch", {ErrorCode::open_message, 11}},
    {"OPEN Message Error / subcode 9", {ErrorCode::open_message, 9}},
    {"Finite State Machine Error / Receive Unexpected Message in Established State", {ErrorCode::finite_state_machine, 3}},
    {"ROUTE-REFRESH Message Error / Invalid Message Length", {ErrorCode::route_refresh_message, 1}},
    {"Send Hold Timer Expired", {ErrorCode::send_hold_timer_expired, 0}},
    {"error 10 / subcode 5", {ErrorCode{10}, 5}},
};

}   // namespace

TEST_CASE("a NOTIFICATION reads as a line for people")
{
    for (const auto& vector : texts) CHECK(to_text(vector.notification) == vector.text);
}

TEST_CASE("a NOTIFICATION encodes and decodes to itself, and its cuts are refused or encode back")
{
    for (const auto& vector : texts) {
        CAPTURE(vector.text);
        Octets out;
        encode(vector.notification, out);
        REQUIRE(decode_notification(out));
        CHECK(*decode_notification(out) == vector.notification);
        for (std::size_t size = 0; size < out.size(); ++size) {
            Octets cut(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(size));
            CHECK_FALSE(decode_notification(cut));
            if (size >= 18) cut[17] = static_cast<std::uint8_t>(size);
            CHECK(decode_notification(cut).has_value() == (size >= 21));
        }
    }
}

TEST_CASE("the shutdown communication of RFC 9003 goes both ways")
{
    const auto error = cease(CeaseSubcode::administrative_shutdown, "TICKET-1");
    CHECK(to_hex(error.data) == "08"
                                "5449434b45542d31");
    CHECK(shutdown_text(notification_of(error)) == "TICKET-1");
    CHECK(cease(CeaseSubcode::hard_reset, "not for this one").data.empty());
    CHECK(cease(CeaseSubcode::administrative_reset).data.empty());
    CHECK_FALSE(shutdown_text({ErrorCode::cease, 2, hex("00")}));

    // 254 octets, then a character of two: it does not fit 255, so it goes as a whole.
    const auto cut = cease(CeaseSubcode::administrative_reset, std::string(254, 'a') + "é");
    CHECK(cut.data.size() == 255);
    CHECK(shutdown_text(notification_of(cut)) == std::string(254, 'a'));
    CHECK(cease(CeaseSubcode::administrative_reset, std::string(300, 'a')).data.size() == 256);
}

TEST_CASE("a NOTIFICATION never passes 4096 octets")
{
    Octets out;
    encode({ErrorCode::update_message, 1, Octets(60000, 1)}, out);
    CHECK(out.size() == 4096);
    CHECK(decode_notification(out));
}

TEST_CASE("ROUTE-REFRESH decodes and encodes, with filters as octets")
{
    struct {
        std::string octets;
        RouteRefresh expected;
    } const vectors[] = {
        {"0017 05 0001 00 01", {ipv4_unicast}},
        {"0017 05 0002 01 01", {ipv6_unicast, RouteRefreshKind::begin}},
        {"0017 05 0002 02 01", {ipv6_unicast, RouteRefreshKind::end}},
        {"0017 05 0001 03 01", {ipv4_unicast, RouteRefreshKind{3}}},
        {"001c 05 0001 00 01 01 80 0001 00", {ipv4_unicast, RouteRefreshKind::request, hex("01 80 0001 00")}},
    };
    for (const auto& vector : vectors) {
        CAPTURE(vector.octets);
        const auto message = hex(ones + vector.octets);
        const auto refresh = decode_route_refresh(message);
        REQUIRE(refresh);
        CHECK(*refresh == vector.expected);
        Octets out;
        encode(*refresh, out);
        CHECK(out == message);
    }
}

TEST_CASE("the ends of a refresh of a wrong length get RFC 7313's error with the whole message, requests a bad length")
{
    for (const std::string octets : {"0018 05 0001 01 01 00", "0018 05 0001 02 01 00", "0016 05 0001 01", "0016 05 0001 02"}) {
        CAPTURE(octets);
        const auto message = hex(ones + octets);
        const auto refresh = decode_route_refresh(message, PeerRefresh::enhanced);
        REQUIRE_FALSE(refresh);
        CHECK(refresh.error() == NotificationError{ErrorCode::route_refresh_message, 1, message});
    }
    for (const std::string octets : {"0013 05", "0015 05 0001", "0016 05 0001 00", "0018 05 0001 00 01 01",
                                     "001b 05 0001 00 01 01 80 0001", "001a 05 0001 00 01 01 80 00"})
        for (const auto peer : {PeerRefresh::plain, PeerRefresh::enhanced}) {
            CAPTURE(octets);
            const auto refresh = decode_route_refresh(hex(ones + octets), peer);
            REQUIRE_FALSE(refresh);
            CHECK(refresh.error() == NotificationError{ErrorCode::message_header, 2, hex(octets.substr(0, 4))});
        }
}

TEST_CASE("to who did not say RFC 7313 its error is never sent")
{
    for (const std::string octets : {"0016 05 0001 01", "0018 05 0001 02 01 00"}) {
        const auto wrong = decode_route_refresh(hex(ones + octets), PeerRefresh::plain);
        REQUIRE_FALSE(wrong);
        CHECK(wrong.error() == NotificationError{ErrorCode::message_header, 2, hex(octets.substr(0, 4))});
    }
}

TEST_CASE("a NOTIFICATION is as long as the session's messages may be: RFC 8654 section 4")
{
    const Notification notification{ErrorCode::update_message, 1, Octets(5000, 7)};
    Octets plain;
    encode(notification, plain);
    CHECK(plain.size() == max_message_octets);
    Octets extended;
    encode(notification, extended, max_extended_message_octets);
    CHECK(extended.size() == 5021);
    CHECK(decode_notification(extended) == notification);
}

TEST_CASE("a ROUTE-REFRESH whose subtype nobody defined is to be ignored")
{
    CHECK(is_ignored_route_refresh(hex(ones + "0017 05 0001 03 01")));
    CHECK_FALSE(is_ignored_route_refresh(hex(ones + "0017 05 0001 02 01")));
    CHECK_FALSE(is_ignored_route_refresh(hex(ones + "0015 05 0001")));
}

}   // namespace barrage
