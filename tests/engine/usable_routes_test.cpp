// What a receiver cannot use although RFC 7606 has nothing against it: next hops that lead back to it or nowhere, paths that do not begin with the
// peer's AS.

#include <doctest.h>

#include "engine/receiver.hpp"
#include "rib/prefix_range.hpp"
#include "tests/support/hex.hpp"

using namespace barrage;
using namespace std::chrono_literals;

namespace {

constexpr Asn device_as{65000};

Octets octets(const std::string& text) { return hex(text); }

/// One UPDATE of RFC 4271 section 4.3 with these attributes and 10.0.0.0/24.
Octets update(const std::string& attributes)
{
    const auto field = octets(attributes);
    const auto nlri = octets("180a0000");
    Octets message(16, 0xff);
    Writer out{message};
    out.u16(static_cast<std::uint16_t>(header_octets + 4 + field.size() + nlri.size()));
    out.u8(2);
    out.u16(0);
    out.u16(static_cast<std::uint16_t>(field.size()));
    out.octets(field);
    out.octets(nlri);
    return message;
}

std::string as_path(const std::string& segments)
{
    const auto size = octets(segments).size();
    return "4002" + to_hex(Octets{static_cast<std::uint8_t>(size)}) + segments;
}
const std::string origin = "40010100";
const std::string from_device = as_path("0202 0000fde8 0000fde9");   // 65000 65001
const std::string own_next_hop = "400304 7f000101", other_next_hop = "400304 7f000102";
const IpAddress own = *IpAddress::from_text("127.0.1.1"), device = *IpAddress::from_text("127.0.0.1");

/// A receiver of 10.0.0.0/24, which it announces itself where `is_own`.
struct ReceivingSession {
    AttributePool pool;
    std::shared_ptr<MeasuredRoutes> routes = std::make_shared<MeasuredRoutes>();
    PrefixIndex prefixes;
    std::optional<Receiver> receiver;
    Negotiated negotiated;

    explicit ReceivingSession(UsableRoutesConfig usable = {}, bool is_own = false)
    {
        PrefixRangeDescription description;
        description.address = *IpAddress::from_text("10.0.0.0");
        description.count = 1;
        auto source = PrefixRange::make(description);
        routes->add(load(*source, pool));
        routes->begin(TimePoint{} + 1h);
        negotiated.peer_as = device_as;
        negotiated.families = FamilySet{ipv4_unicast};
        receiver.emplace(ReceiverConfig{.measured = routes, .own_routes = {is_own}, .usable = std::move(usable)}, prefixes);
        receiver->session_begun(own, device, TimePoint{});
    }
    /// What is wrong with it; empty: nothing. It is the same a second time, when the attributes are known.
    std::string problem(const std::string& attributes)
    {
        for (std::uint64_t times = 1; times <= 2; ++times) {
            CHECK(!receiver->update(update(attributes), negotiated, TimePoint{} + 2h));
            CHECK((receiver->malformed() == 0 || receiver->malformed() == times));
            CHECK(receiver->reflections()->holds(0) == (receiver->malformed() == 0));
        }
        return receiver->first_problem();
    }
};

}   // namespace

TEST_CASE("a route whose next hop is the receiver itself is of no use to it: RFC 4271 section 5.1.3")
{
    CHECK(ReceivingSession{}.problem(origin + from_device + own_next_hop) == UsableRoutes::leads_back_text);
    CHECK(ReceivingSession{}.problem(origin + from_device + other_next_hop).empty());
    // Its own route, which came back to it: RFC 4456 section 10 has reflectors leave the next hop as it is.
    CHECK(ReceivingSession{{}, true}.problem(origin + from_device + own_next_hop).empty());
    // What the device is sent with that next hop may come back with it.
    CHECK(ReceivingSession{{.own_address_is_sent = true}}.problem(origin + from_device + own_next_hop).empty());
    // A device within the same address calls that its own.
    ReceivingSession within_one;
    within_one.receiver->session_begun(own, own, TimePoint{});
    CHECK(within_one.problem(origin + from_device + own_next_hop).empty());
    // Over iBGP likewise.
    ReceivingSession internal;
    internal.negotiated.internal = true;
    CHECK(internal.problem(origin + from_device + own_next_hop + "400504 00000064") == UsableRoutes::leads_back_text);
}

TEST_CASE("a next hop on a network that the receiver is not on: RFC 4271 section 5.1.3")
{
    const UsableRoutesConfig usable{.foreign_next_hops = {*IpAddress::from_text("127.0.1.2")}};
    CHECK(ReceivingSession{usable}.problem(origin + from_device + "400304 7f000102").contains("not on the receiver's network"));
    CHECK(ReceivingSession{usable}.problem(origin + from_device + "400304 7f000103").empty());
}

TEST_CASE("an external peer puts its AS in front of the path: RFC 4271 sections 5.1.2 and 6.3")
{
    struct Row {
        const char* what;
        std::string path;
        bool is_right;
    };
    const Row rows[] = {
        {"its AS", from_device, true},
        {"its AS several times", as_path("0203 0000fde8 0000fde8 0000fde9"), true},
        {"a segment of its own", as_path("0201 0000fde8 0201 0000fde9"), true},
        {"as the sender sent it", as_path("0201 0000fde9"), false},
        {"its AS behind another", as_path("0202 0000fde9 0000fde8"), false},
        {"its AS in a set", as_path("0102 0000fde8 0000fde9"), false},
        {"nothing", as_path(""), false},
    };
    for (const auto& row : rows) {
        CAPTURE(row.what);
        CHECK(ReceivingSession{}.problem(origin + row.path + other_next_hop).empty() == row.is_right);
        // RFC 7947 section 2.2.2.1: a route server leaves the path as it is.
        if (std::string_view{row.what} != "nothing")
            CHECK(ReceivingSession{{.peer_is_route_server = true}}.problem(origin + row.path + other_next_hop).empty());
    }
    ReceivingSession internal;
    internal.negotiated.internal = true;
    CHECK(internal.problem(origin + as_path("0201 0000fde9") + other_next_hop + "400504 00000064").empty());
}

TEST_CASE("a withdrawal with attributes, as ExaBGP sends it, is no route")
{
    ReceivingSession session;
    // 10.0.0.0/24 withdrawn beside ORIGIN and an empty AS_PATH.
    auto message = octets("ffffffffffffffffffffffffffffffff 0022 02 0004 180a0000 0007 40010100 400200");
    CHECK(!session.receiver->update(message, session.negotiated, TimePoint{} + 2h));
    CHECK(session.receiver->malformed() == 0);
}

TEST_CASE("plain NLRI are judged with NEXT_HOP, those of MP_REACH_NLRI with the next hop in there")
{
    const std::string good_reach = "800e1a 000201 10 20010db8000000000000000000000001 00 2020010db8";
    const std::string bad_reach = "800e1a 000201 10 00000000000000000000000000000000 00 2020010db8";
    struct Row {
        const char* what;
        std::string next_hop, reach;
        std::uint64_t malformed;
        bool holds_v4;
    };
    const Row rows[] = {
        {"both good", other_next_hop, good_reach, 0, true},     {"nowhere", "400304 00000000", good_reach, 1, false},
        {"multicast", "400304 e0000005", good_reach, 1, false}, {"the receiver", own_next_hop, good_reach, 1, false},
        {"the other one", other_next_hop, bad_reach, 1, true},  {"both bad", "400304 00000000", bad_reach, 1, false},
    };
    for (const auto& row : rows) {
        CAPTURE(row.what);
        ReceivingSession session;
        session.negotiated.families.insert(ipv6_unicast);
        for (std::uint64_t times = 1; times <= 2; ++times) {
            const auto message = update(origin + from_device + row.next_hop + row.reach);
            CHECK(!session.receiver->update(message, session.negotiated, TimePoint{} + 2h));
            CHECK(session.receiver->malformed() == row.malformed * times);
            CHECK(session.receiver->reflections()->holds(0) == row.holds_v4);
        }
    }
}
