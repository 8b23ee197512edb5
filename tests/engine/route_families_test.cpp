// Routes of every family at a receiver: counted, and held against their sending by what names them.

#include "tests/support/doctest.hpp"

#include <string>

#include "engine/receiver.hpp"
#include "rib/route_set.hpp"
#include "tests/support/hex.hpp"

using namespace barrage;
using namespace std::chrono_literals;

namespace {

/// A route as it is sent, as a router passes it on, as it withdraws it, another one, and its name.
struct Row {
    Family family;
    const char* next_hop;
    const char* sent;
    const char* back;
    const char* gone;
    const char* other;
    const char* text;
};

const char* const v4_hop = "c0000202";
const char* const v6_hop = "20010db8000000000000000000000001";

// Labels: RFC 8277 sections 2.2 and 2.4; RFC 4364 section 4.3.4; EVPN: RFC 7432 sections 7.1 to 7.4, RFC 9136 section 3.1; RFC 4684 section 4;
// RFC 8955 section 4; RFC 4761 section 3.2.2; RFC 6514 section 4; RFC 9830 section 2.1; RFC 9871 section 2.9.
const Row rows[] = {
    {ipv4_unicast, v4_hop, "18 0a0001", "18 0a0001", "18 0a0001", "18 0a0002", "10.0.1.0/24"},
    {ipv6_unicast, v6_hop, "20 20010db8", "20 20010db8", "20 20010db8", "20 20010db9", "2001:db8::/32"},
    {{Afi::ipv4, Safi::multicast}, v4_hop, "18 0a0001", "18 0a0001", "18 0a0001", "18 0a0002", "ipv4-mcast 10.0.1.0/24"},
    {{Afi::ipv4, Safi::labeled_unicast},
     v4_hop,
     "30 000641 0a0001",
     "30 0003e8 0a0001",
     "30 800000 0a0001",
     "30 000641 0a0002",
     "ipv4-lu 10.0.1.0/24"},
    {{Afi::ipv4, Safi::mpls_vpn},
     "0000000000000000 c0000202",
     "70 000641 0000fde800000064 0a0001",
     "70 000651 0000fde800000064 0a0001",
     "70 000000 0000fde800000064 0a0001",
     "70 000641 0000fde800000065 0a0001",
     "vpnv4 65000:100 10.0.1.0/24"},
    {{Afi::ipv6, Safi::mpls_vpn},
     "0000000000000000 20010db8000000000000000000000001",
     "78 000641 0000fde800000064 20010db8",
     "78 000651 0000fde800000064 20010db8",
     "78 123450 0000fde800000064 20010db8",
     "78 000641 0000fde800000064 20010db9",
     "vpnv6 65000:100 2001:db8::/32"},
    // MAC/IP: with another segment and label; Ethernet tag 1; MAC 02:00:00:00:00:01
    {{Afi::l2vpn, Safi::evpn},
     v4_hop,
     "02 21 0000fde800000064 00000000000000000000 00000001 30 020000000001 00 0003e9",
     "02 21 0000fde800000064 00112233445566778899 00000001 30 020000000001 00 0007d1",
     "02 21 0000fde800000064 00000000000000000000 00000001 30 020000000001 00 000000",
     "02 21 0000fde800000064 00000000000000000000 00000001 30 020000000002 00 0003e9",
     "evpn mac_ip_advertisement rd 65000:100 esi 00:00:00:00:00:00:00:00:00:00 ethernet_tag 1 mac 02:00:00:00:00:01"},
    {{Afi::l2vpn, Safi::evpn},
     v4_hop,
     "05 22 0000fde800000064 00000000000000000000 00000000 18 0a000100 00000000 0003e9",
     "05 22 0000fde800000064 00000000000000000000 00000000 18 0a000100 c0000201 0007d1",
     "05 22 0000fde800000064 00000000000000000000 00000000 18 0a000100 00000000 000000",
     "05 22 0000fde800000064 00000000000000000000 00000000 19 0a000100 00000000 0003e9",
     "evpn ip_prefix rd 65000:100 esi 00:00:00:00:00:00:00:00:00:00 ethernet_tag 0 prefix_length 24 prefix 10.0.1.0"},
    {{Afi::ipv4, Safi::rt_constraint},
     v4_hop,
     "60 0000fdea 0002fdea00000064",
     "60 0000fdea 0002fdea00000064",
     "60 0000fdea 0002fdea00000064",
     "60 0000fdea 0002fdea00000065",
     "rtc "},
    {{Afi::ipv4, Safi::flowspec},
     "",
     "08 01 18 0a0001 03 81 06",
     "08 01 18 0a0001 03 81 06",
     "08 01 18 0a0001 03 81 06",
     "08 01 18 0a0001 03 81 11",
     "flow4 "},
    {{Afi::l2vpn, Safi::vpls},
     v4_hop,
     "0011 0000fde800000064 0001 0001 0008 000641",
     "0011 0000fde800000064 0001 0001 0008 000641",
     "0011 0000fde800000064 0001 0001 0008 000641",
     "0011 0000fde800000064 0002 0001 0008 000641",
     "vpls "},
    {{Afi::ipv4, Safi::mcast_vpn},
     v4_hop,
     "01 0c 0000fde800000064 c0000202",
     "01 0c 0000fde800000064 c0000202",
     "01 0c 0000fde800000064 c0000202",
     "01 0c 0000fde800000064 c0000203",
     "mvpn4 "},
    {{Afi::ipv4, Safi::mup},
     v4_hop,
     "01 0001 0c 0000fde800000064 18 0a0001",
     "01 0001 0c 0000fde800000064 18 0a0001",
     "01 0001 0c 0000fde800000064 18 0a0001",
     "01 0001 0c 0000fde800000064 18 0a0002",
     "mup4 "},
    {{Afi::ipv4, Safi::sr_policy},
     v4_hop,
     "60 00000001 00000064 c0000203",
     "60 00000001 00000064 c0000203",
     "60 00000001 00000064 c0000203",
     "60 00000002 00000064 c0000203",
     "srpol4 "},
    {{Afi::ipv4, Safi::car},
     v4_hop,
     "0a 08 01 18 0a0001 00000064",
     "0a 08 01 18 0a0001 00000064",
     "0a 08 01 18 0a0001 00000064",
     "0a 08 01 18 0a0002 00000064",
     "ipv4-car "},
};

std::string attribute(const std::string& flags_and_type, const std::string& value)
{
    return flags_and_type + to_hex(Octets{static_cast<std::uint8_t>(hex(value).size())}) + value;
}

/// An UPDATE of the two multiprotocol attributes, either of which may be empty.
Octets update(const Row& row, const std::string& announced, const std::string& withdrawn)
{
    Octets head;
    Writer out{head};
    out.u16(static_cast<std::uint16_t>(row.family.afi));
    out.u8(static_cast<std::uint8_t>(row.family.safi));
    std::string attributes;
    if (!announced.empty()) {
        const auto hop = to_hex(Octets{static_cast<std::uint8_t>(hex(row.next_hop).size())}) + row.next_hop;
        attributes = "40010100 4002060201 0000fdea" + attribute("800e", to_hex(head) + hop + "00" + announced);
    } else {
        attributes = attribute("800f", to_hex(head) + withdrawn);
    }
    const auto octets = hex(attributes);
    Octets message(16, 0xff);
    Writer all{message};
    all.u16(static_cast<std::uint16_t>(header_octets + 4 + octets.size()));
    all.u8(2);
    all.u16(0);
    all.u16(static_cast<std::uint16_t>(octets.size()));
    all.octets(octets);
    return message;
}

Negotiated everything()
{
    Negotiated negotiated;
    negotiated.families = FamilySet::all();
    negotiated.peer_as = Asn{65002};
    return negotiated;
}

}   // namespace

TEST_CASE("routes of every family are counted, by what names them")
{
    PrefixIndex prefixes;
    Receiver receiver{{}, prefixes};
    std::uint64_t routes = 0;
    for (const auto& row : rows) {
        CAPTURE(std::string{row.text});
        CHECK_FALSE(receiver.update(update(row, row.sent, ""), everything(), TimePoint{}));
        CHECK_FALSE(receiver.update(update(row, row.back, ""), everything(), TimePoint{}));
        CHECK(receiver.distinct() == routes + 1);
        CHECK_FALSE(receiver.update(update(row, row.other, ""), everything(), TimePoint{}));
        CHECK(receiver.distinct() == routes + 2);
        CHECK(receiver.live() == routes / 2 + 2);
        CHECK_FALSE(receiver.update(update(row, "", row.gone), everything(), TimePoint{}));
        CHECK(receiver.live() == routes / 2 + 1);
        routes += 2;
    }
    CHECK(receiver.malformed() == 0);
    CHECK(receiver.announced() == 3 * std::size(rows));
    CHECK(receiver.withdrawn() == std::size(rows));
    Receiver counting{{.count_only = true}, prefixes};
    for (const auto& row : rows)
        CHECK_FALSE(counting.update(update(row, std::string{row.sent} + row.other, ""), everything(), TimePoint{}));
    CHECK(counting.announced() == 2 * std::size(rows));
}

TEST_CASE("the digest of a table of other families depends on what it holds, and on no order")
{
    const auto digest = [](bool reverse, bool without_last) {
        PrefixIndex prefixes;
        Receiver receiver{{}, prefixes};
        constexpr auto count = std::size(rows);
        for (std::size_t i = 0; i < count; ++i) {
            const auto& row = rows[reverse ? count - 1 - i : i];
            if (without_last && &row == &rows[count - 1]) continue;
            receiver.update(update(row, row.sent, ""), everything(), TimePoint{});
        }
        return receiver.digest();
    };
    CHECK(digest(false, false) == digest(true, false));
    CHECK(digest(false, false) != digest(false, true));
}

TEST_CASE("routes of every family are held against their sending")
{
    AttributePool pool;
    const auto start = TimePoint{} + 1h;
    for (const auto& row : rows) {
        CAPTURE(std::string{row.text});
        RouteSetBuilder builder{pool, RouteSetBuilder::Order::by_attribute_set};
        const auto attributes = hex("40010100 40020602010000fde9");
        const auto next_hop = hex(row.next_hop);
        const auto nlri = hex(std::string{row.sent} + row.other);
        builder.add({.family = row.family, .attributes = attributes, .next_hop = next_hop, .nlri = nlri, .routes = 2});
        const auto set = std::move(builder).finish();
        auto measured = std::make_shared<MeasuredRoutes>();
        measured->add(set);
        measured->set_rules({.router_ases = {Asn{65002}}});
        REQUIRE(measured->size() == 2);
        CHECK(measured->text_of(0).starts_with(row.text));
        CHECK(measured->names().family_of(0) == row.family);
        measured->begin(start);
        measured->begin_operation(start + 1s);
        const auto numbers = measured->numbers_of(RouteSlice::whole(set));
        measured->sent(numbers, {.sender = 3}, start + 1s);

        PrefixIndex prefixes;
        Receiver receiver{{.measured = measured}, prefixes};
        CHECK_FALSE(receiver.update(update(row, row.back, ""), everything(), start + 1100ms));
        const auto& seen = *receiver.reflections();
        CHECK(receiver.malformed() == 0);
        CHECK(seen.holds(0));
        CHECK_FALSE(seen.holds(1));
        CHECK(seen.live() == 1);
        CHECK(seen.unknown().empty());
        CHECK(seen.times().announced.max() == 100ms);
        measured->sent(numbers, {.sender = 3, .withdraw = true}, start + 2s);
        CHECK_FALSE(receiver.update(update(row, "", row.gone), everything(), start + 2200ms));
        CHECK(seen.live() == 0);
        CHECK(seen.times().withdrawn.max() == 200ms);

        // What the message that takes them back is measured by.
        std::vector<MeasuredRoutes::Number> found;
        measured->numbers_of_message(update(row, "", row.gone), 1, {}, found);
        CHECK(found == std::vector{0 | MeasuredRoutes::withdraw_bit});
    }
}
