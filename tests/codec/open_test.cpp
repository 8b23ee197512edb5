#include "tests/support/doctest.hpp"

#include <string>

#include "codec/message/open.hpp"
#include "tests/support/hex.hpp"

namespace barrage {

namespace {

const std::string ones(32, 'f');

/// A whole OPEN of AS 65001, hold time 180, identifier 10.0.0.1; `parameters` begin with their length.
Octets open_of(std::string_view parameters)
{
    auto message = hex(ones + "0000 01 04 fde9 00b4 0a000001" + std::string{parameters});
    message[16] = static_cast<std::uint8_t>(message.size() >> 8);
    message[17] = static_cast<std::uint8_t>(message.size());
    return message;
}

/// The same with one capability, given as code, length and value.
Octets open_with(std::string_view capability)
{
    const auto octets = hex(capability);
    const Octets lengths{static_cast<std::uint8_t>(octets.size() + 2), 2, static_cast<std::uint8_t>(octets.size())};
    return open_of(to_hex(lengths) + to_hex(octets));
}

struct CapabilityVector {
    std::string_view name;
    std::string_view octets;   // code, length, value
    Capability expected;
};

const CapabilityVector capabilities[] = {
    {"multiprotocol IPv6", "01 04 0002 00 01", capability::Multiprotocol{ipv6_unicast}},
    {"multiprotocol, reserved octet not zero", "01 04 0001 07 80", capability::Multiprotocol{{Afi::ipv4, Safi::mpls_vpn}, 7}},
    {"multiprotocol of a family nobody knows", "01 04 fd01 00 80", capability::Multiprotocol{{Afi{0xfd01}, Safi{0x80}}}},
    {"route refresh", "02 00", capability::RouteRefresh{}},
    {"extended next hop", "05 06 0001 0001 0002", capability::ExtendedNextHop{{{Afi::ipv4, 1, Afi::ipv6}}}},
    {"extended message", "06 00", capability::ExtendedMessage{}},
    {"role customer", "09 01 03", capability::Role{BgpRole::customer}},
    {"graceful restart", "40 06 8078 0001 01 80",
     capability::GracefulRestart{capability::GracefulRestart::restarting, 120, {{ipv4_unicast, 0x80}}}},
    {"graceful restart with the notification bit", "40 02 40b4",
     capability::GracefulRestart{capability::GracefulRestart::notification, 180, {}}},
    {"four-octet AS", "41 04 00010001", capability::FourOctetAs{Asn{65537}}},
    {"multisession", "44 02 00 01", capability::Multisession{0, {1}}},
    {"ADD-PATH", "45 08 0001 01 03 0002 01 01",
     capability::AddPath{{{ipv4_unicast, capability::AddPath::both}, {ipv6_unicast, capability::AddPath::receive}}}},
    {"outbound route filtering", "03 07 0001 00 01 01 40 03",   // RFC 5291 section 5
     capability::OutboundRouteFiltering{{{ipv4_unicast, 0, {{64, 3}}}}}},
    {"BGPsec, sending, of IPv6", "07 03 08 0002", capability::Bgpsec{0, true, 0, Afi::ipv6}},   // RFC 8205 section 2.1
    {"multiple labels", "08 08 0001 04 03 0002 80 02",                                          // RFC 8277 section 2.1
     capability::MultipleLabels{{{{Afi::ipv4, Safi::labeled_unicast}, 3}, {{Afi::ipv6, Safi::mpls_vpn}, 2}}}},
    {"multiple labels, three octets", "08 03 0001 04", capability::Unknown{8, hex("000104")}},
    {"BFD strict mode", "4a 00", capability::BfdStrictMode{}},
    {"paths limit", "4c 05 0001 01 000a", capability::PathsLimit{{{ipv4_unicast, 10}}}},
    {"link-local next hop", "4d 00", capability::LinkLocalNextHop{}},
    {"enhanced route refresh", "46 00", capability::EnhancedRouteRefresh{}},
    {"long-lived graceful restart", "47 07 0001 01 80 000168", capability::LongLivedGracefulRestart{{{ipv4_unicast, 0x80, 360}}}},
    {"hostname", "49 07 05 6262677031 00", capability::Hostname{"bbgp1", ""}},
    {"hostname and domain", "49 06 02 7231 02 6c61", capability::Hostname{"r1", "la"}},
    {"hostname past its end is kept", "49 02 05 62", capability::Unknown{73, {5, 0x62}}},
    {"software version", "4b 04 03 312e30", capability::SoftwareVersion{"1.0"}},
    {"software version with octets behind it is kept", "4b 02 00 00", capability::Unknown{75, {0, 0}}},
    {"route refresh of old", "80 00", capability::RouteRefreshCisco{}},
    {"multisession of old", "83 01 00", capability::MultisessionCisco{0, {}}},
    {"operational", "b9 00", capability::Operational{}},
    {"unknown", "4d 02 beef", capability::Unknown{77, {0xbe, 0xef}}},
};

const std::string_view malformed_capabilities[] = {
    "01 02 0001", "01 05 0001000100", "02 01 00",         "05 05 0001000100", "06 01 00",
    "09 00",      "09 04 00000001",   "40 01 00",         "40 03 007800",     "41 03 abcdef",
    "41 00",      "45 03 000101",     "45 05 0001010300", "46 01 00",         "01 04 0001",
    "01",
};

NotificationError open_error(OpenSubcode subcode, std::string_view data = "")
{
    return {ErrorCode::open_message, static_cast<std::uint8_t>(subcode), hex(data)};
}

struct OpenVector {
    std::string_view name;
    Octets message;
    NotificationError expected;
};

Octets edited(Octets message, std::size_t at, std::uint8_t value)
{
    message[at] = value;
    return message;
}

// RFC 4271 section 6.2
const OpenVector malformed[] = {
    {"version 3", edited(open_of("00"), 19, 3), open_error(OpenSubcode::unsupported_version_number, "0004")},
    {"version 5", edited(open_of("00"), 19, 5), open_error(OpenSubcode::unsupported_version_number, "0004")},
    {"hold time 1", edited(open_of("00"), 23, 1), open_error(OpenSubcode::unacceptable_hold_time)},
    {"hold time 2", edited(open_of("00"), 23, 2), open_error(OpenSubcode::unacceptable_hold_time)},
    {"AS 0", edited(edited(open_of("00"), 20, 0), 21, 0), open_error(OpenSubcode::bad_peer_as)},   // RFC 7607 section 2
    {"AS 0 of four octets", open_of("08 02 06 41 04 00000000"), open_error(OpenSubcode::bad_peer_as)},
    {"parameters shorter than said", open_of("05"), open_error(OpenSubcode::unspecific)},
    {"parameters longer than said", open_of("00 02 00"), open_error(OpenSubcode::unspecific)},
    {"a parameter past the end", open_of("03 02 05 02"), open_error(OpenSubcode::unspecific)},
    {"a parameter of type 1", open_of("03 01 01 00"), open_error(OpenSubcode::unsupported_optional_parameter)},
    {"a parameter of type 7", open_of("02 07 00"), open_error(OpenSubcode::unsupported_optional_parameter)},
    {"extended form, cut", open_of("ff ff 00"), open_error(OpenSubcode::unspecific)},
    {"extended form, length too big", open_of("ff ff 0004 02 0000"), open_error(OpenSubcode::unspecific)},
};

}   // namespace

TEST_CASE("capabilities decode as their documents say, and encode back")
{
    for (const auto& vector : capabilities) {
        CAPTURE(vector.name);
        const auto message = open_with(vector.octets);
        const auto open = decode_open(message);
        REQUIRE(open);
        REQUIRE(open->capabilities().size() == 1);
        CHECK(open->capabilities()[0] == vector.expected);
        CHECK(code(open->capabilities()[0]) == hex(vector.octets)[0]);
        CHECK(encodable(*open));
        Octets out;
        encode(*open, out);
        CHECK(to_hex(out) == to_hex(message));
    }
}

TEST_CASE("a capability of a wrong length refuses the OPEN")
{
    for (const auto capability : malformed_capabilities) {
        CAPTURE(capability);
        const auto open = decode_open(open_with(capability));
        REQUIRE_FALSE(open);
        CHECK(open.error() == open_error(OpenSubcode::unspecific));
    }
}

TEST_CASE("an OPEN that is wrong by itself gets RFC 4271's NOTIFICATION")
{
    for (const auto& vector : malformed) {
        CAPTURE(vector.name);
        const auto open = decode_open(vector.message);
        REQUIRE_FALSE(open);
        CHECK(open.error() == vector.expected);
    }
}

TEST_CASE("every cut of an OPEN, its length field made to fit, is refused or encodes back")
{
    for (const auto parameters : {"0e 02 06 01 04 0001 0001 02 04 02 00 46 00", "ff ff 000b 02 0008 01 04 0001 0001 46 00"}) {
        const auto whole = open_of(parameters);
        REQUIRE(decode_open(whole));
        for (std::size_t size = 0; size < whole.size(); ++size) {
            Octets cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
            CHECK_FALSE(decode_open(cut));
            if (size < 18) continue;
            cut[17] = static_cast<std::uint8_t>(size);
            if (const auto open = decode_open(cut)) {
                Octets out;
                encode(*open, out);
                CHECK(out == cut);
            }
        }
    }
}

TEST_CASE("grouping and form of the parameters survive decode and encode")
{
    const std::string_view forms[] = {
        "00",
        "04 02 02 02 00",
        "06 02 04 02 00 46 00",         // one parameter with two capabilities
        "08 02 02 02 00 02 02 46 00",   // one each
        "04 02 00 02 00",               // empty parameters
        "ff ff 0005 02 0002 02 00",     // RFC 9072
        "09 ff 0005 02 0002 02 00",     // … whose short length is to be ignored
        "ff ff 0000",
    };
    for (const auto form : forms) {
        CAPTURE(form);
        const auto message = open_of(form);
        const auto open = decode_open(message);
        REQUIRE(open);
        Octets out;
        encode(*open, out);
        CHECK(to_hex(out) == to_hex(message));
    }
}

TEST_CASE("parameters above 255 octets take the extended form by themselves")
{
    Open open;
    open.my_as = 65001;
    open.bgp_identifier = {0x0a000001};
    for (std::size_t i = 0; i < 5; ++i) open.parameters.push_back({{capability::Unknown{200, Octets(60, 7)}}});
    Octets out;
    encode(open, out);
    CHECK(to_hex(OctetView{out}.subspan(28, 4)) == "ffff0145");   // 5 × (3 + 2 + 60)
    auto decoded = decode_open(out);
    REQUIRE(decoded);
    CHECK(decoded->extended_length);
    decoded->extended_length = false;
    decoded->my_as = open.my_as;
    decoded->bgp_identifier = open.bgp_identifier;
    CHECK(*decoded == open);
}

TEST_CASE("what does not fit its length field is not encodable")
{
    CHECK(encodable(capability::Unknown{200, Octets(255, 0)}));
    CHECK_FALSE(encodable(capability::Unknown{200, Octets(256, 0)}));
    CHECK_FALSE(encodable(capability::Hostname{std::string(200, 'a'), std::string(200, 'b')}));
    CHECK_FALSE(encodable(capability::SoftwareVersion{std::string(300, 'a')}));
    Open open;
    for (int i = 0; i < 17; ++i) open.parameters.push_back({{capability::Unknown{200, Octets(255, 0)}}});
    CHECK_FALSE(encodable(open));
}

TEST_CASE("the AS of an OPEN is that of the four-octet capability where there is one")
{
    CHECK(decode_open(open_of("00"))->asn() == Asn{65001});
    CHECK(decode_open(open_with("41 04 00010001"))->asn() == Asn{65537});
}

}   // namespace barrage
