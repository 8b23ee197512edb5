// Events as ExaBGP writes them. Expected texts are samples of ExaBGP 5.0.0; octets are of its functional tests, of RFCs, or captured.

#include "tests/support/doctest.hpp"

#include <boost/json.hpp>

#include <csignal>

#include "loadgen/exabgp/text/events.hpp"
#include "tests/support/hex.hpp"
#include "tests/support/vectors.hpp"

using namespace barrage;
using namespace barrage::exabgp;
namespace json = boost::json;

namespace {

const EventSource source{.version = "5.0.0", .host = "vm", .pid = 11602, .ppid = 11597};
const EventHead head{.time = 1795221573.5, .counter = 1};
const EventPeer peer{.peer = "127.0.0.1", .local = "127.0.0.1", .peer_as = 65000, .local_as = 65000};
const JsonEvents events{source};
const TextEvents texts{source};

Negotiated negotiated()
{
    Negotiated settled;
    settled.hold_time = std::chrono::seconds{30};
    settled.families = {ipv4_unicast, ipv6_unicast};
    return settled;
}
const Negotiated settled = negotiated();

json::object parse(const std::string& line)
{
    CAPTURE(line);
    CHECK(line.ends_with('\n'));
    CHECK(line.find('\n') == line.size() - 1);
    std::error_code failed;
    auto value = json::parse(line, failed);
    CHECK_FALSE(failed);
    return failed ? json::object{} : value.as_object();
}

json::object neighbor_of(const std::string& line) { return parse(line).at("neighbor").as_object(); }

MessageEvent received(const Octets& message, EventDirection direction = EventDirection::receive)
{
    return {.direction = direction, .message = message, .negotiated = &settled};
}

json::value update_of(const std::string& octets)
{
    return neighbor_of(events.parsed(head, peer, received(hex(octets)))).at("message").as_object().at("update");
}

constexpr auto marker = "ffffffffffffffffffffffffffffffff";

/// An UPDATE around attributes and NLRI.
Octets update_message(std::string_view attributes, std::string_view nlri)
{
    const auto first = hex(attributes);
    const auto second = hex(nlri);
    auto message = hex(marker);
    Writer writer{message};
    writer.u16(static_cast<std::uint16_t>(header_octets + 4 + first.size() + second.size()));
    writer.u8(2);
    writer.u16(0);
    writer.u16(static_cast<std::uint16_t>(first.size()));
    writer.octets(first);
    writer.octets(second);
    return message;
}

}   // namespace

TEST_CASE("JSON: states, as a whole line")
{
    CHECK(
        events.connected(head, peer) ==
        R"({ "exabgp": "5.0.0", "time": 1795221573.500000, "host" : "vm", "pid" : 11602, "ppid" : 11597, "counter": 1, "type": "state", "neighbor": )"
        R"({ "address": { "local": "127.0.0.1", "peer": "127.0.0.1" }, "asn": { "local": 65000, "peer": 65000 } , "state": "connected" } })"
        "\n");
    CHECK(neighbor_of(events.up(head, peer)).at("state") == "up");
    const auto down = neighbor_of(events.down(head, peer, "peer \"reset\" {us} \x01\xff"));
    CHECK(down.at("state") == "down");
    CHECK(std::string_view{down.at("reason").as_string()} == "peer \"reset\" {us} \x01\u00ff");
    const auto fsm = parse(events.state(head, peer, State::open_confirm));
    CHECK(fsm.at("type") == "fsm");
    CHECK(fsm.at("neighbor").at("state") == "OPENCONFIRM");
    const auto signal = parse(events.signal(head, peer, SIGUSR1));
    CHECK(signal.at("type") == "signal");
    CHECK(signal.at("neighbor").at("code") == "10");
    CHECK(signal.at("neighbor").at("name") == "SIGUSR1");
    const auto shutdown = parse(events.shutdown(head.time));
    CHECK(shutdown.at("type") == "notification");
    CHECK(shutdown.at("notification") == "shutdown");
    CHECK_FALSE(shutdown.contains("neighbor"));
}

TEST_CASE("JSON: what was negotiated, as JSON that can be read")
{
    const auto event = parse(events.negotiated(head, peer, settled));
    CHECK(event.at("type") == "negotiated");
    CHECK(
        event.at("neighbor").at("negotiated") ==
        json::parse(
            R"({ "message_size": 4096, "hold_time": 30, "asn4": true, "multisession": false, "operational": false, "refresh": "absent",
                          "families": [ "ipv4 unicast", "ipv6 unicast" ], "nexthop": [], "add_path": { "send": [], "receive": [] } })"));
}

TEST_CASE("JSON: an OPEN by names when sent, by numbers when received")
{
    const auto open =
        hex(std::string{marker} + "002d 01 04 fde8 001e 01020304 10 02 06 01 04 00 01 00 01 02 06 41 04 00 00 fd e8");
    const auto sent = parse(events.parsed(head, peer, received(open, EventDirection::send)));
    CHECK(sent.at("type") == "open");
    CHECK(sent.at("neighbor").at("direction") == "send");
    CHECK(sent.at("neighbor").at("open") ==
          json::parse(R"({ "version": 4, "asn": 65000, "hold_time": 30, "router_id": "1.2.3.4", "capabilities": {
                          "multiprotocol": { "name": "multiprotocol", "families": [ "ipv4/unicast" ] }, "asn4": { "name": "asn4", "asn4": 65000 } } })"));
    const auto got = neighbor_of(events.parsed(head, peer, received(open)));
    CHECK(got.at("open").at("capabilities").as_object().contains("65"));
    CHECK(texts.parsed(peer, received(open)) ==
          "neighbor 127.0.0.1 receive open version 4 asn 65000 hold_time 30 router_id 1.2.3.4 capabilities "
          "[multiprotocol(ipv4 unicast), asn4(65000)]\n\n");
}

TEST_CASE("an UPDATE: the checking peer's default route of ExaBGP's tests")
{
    // 0.0.0.0/32 next-hop 127.0.0.1 igp, an empty path, local-preference 100
    const auto update = std::string{marker} + "0031 02 0000 0015 40010100 400200 4003047f000001 40050400000064 2000000000";
    CHECK(update_of(update) == json::parse(R"({ "attribute": { "origin": "igp", "local-preference": 100 },
                                               "announce": { "ipv4 unicast": { "127.0.0.1": [ { "nlri": "0.0.0.0/32" } ] } } })"));
    CHECK(texts.parsed(peer, received(hex(update))) ==
          "neighbor 127.0.0.1 receive update start\n"
          "neighbor 127.0.0.1 receive update announced 0.0.0.0/32 next-hop 127.0.0.1 origin igp local-preference 100\n"
          "neighbor 127.0.0.1 receive update end\n\n");
}

TEST_CASE("an UPDATE with every usual attribute, in either form")
{
    // RFC 4271, 1997, 4456, 4360, 8092 octets put together by hand: the attributes of the sample event.
    const std::string attributes = "40010100"                          // ORIGIN igp
                                   "40020a 0202 0000fde9 0000fdea"     // AS_PATH 65001 65002
                                   "4003040a000001"                    // NEXT_HOP 10.0.0.1
                                   "80040400000005"                    // MED 5
                                   "40050400000064"                    // LOCAL_PREF 100
                                   "400600"                            // ATOMIC_AGGREGATE
                                   "c00708 0000fde9 0a000001"          // AGGREGATOR 65001:10.0.0.1
                                   "c00808 fde80001 ffffff01"          // communities 65000:1, no-export
                                   "8009040a0a0a0a"                    // ORIGINATOR_ID
                                   "800a0401020304"                    // CLUSTER_LIST
                                   "c01008 0002fde800000001"           // target:65000:1
                                   "c0200c 000000010000000200000003"   // large 1:2:3
                                   "e0990401020304";                   // of type 0x99
    const auto message = update_message(attributes, "180a5000");
    const auto update = neighbor_of(events.parsed(head, peer, received(message))).at("message").at("update");
    CHECK(
        update ==
        json::parse(
            R"({ "attribute": { "origin": "igp", "as-path": {"0": {"element": "as-sequence", "value": [65001, 65002]}}, "med": 5,
        "local-preference": 100, "atomic-aggregate": true, "aggregator": "65001:10.0.0.1", "community": [ [ 65000, 1 ], [ 65535, 65281 ] ],
        "originator-id": "10.10.10.10", "cluster-list": [ "1.2.3.4" ],
        "extended-community": [ { "value": 842122827661313, "string": "target:65000:1" } ], "large-community": [ [ 1, 2 , 3 ] ],
        "attribute-0x99-0xE0": "0x01020304" }, "announce": { "ipv4 unicast": { "10.0.0.1": [ { "nlri": "10.80.0.0/24" } ] } } })"));
    CHECK(texts.parsed(peer, received(message))
              .find("update announced 10.80.0.0/24 next-hop 10.0.0.1 origin igp as-path ( 65001 65002 ) med 5 "
                    "local-preference 100 atomic-aggregate aggregator ( 65001:10.0.0.1 ) community [ 65000:1 no-export ] "
                    "originator-id 10.10.10.10 cluster-list [ 1.2.3.4 ] extended-community target:65000:1 "
                    "large-community 1:2:3 attribute [ 0x99 0xE0 0x01020304 ]\n") != std::string::npos);
}

TEST_CASE("withdrawn routes, End-of-RIB, flow rules and VPN routes")
{
    CHECK(update_of(std::string{marker} + "001b 02 0004 180a5000 0000") ==
          json::parse(R"({ "withdraw": { "ipv4 unicast": [ { "nlri": "10.80.0.0/24" } ] } })"));
    CHECK(update_of(std::string{marker} + "0022 02 0000 000b 800f08 0002 01 2020010db8") ==
          json::parse(R"({ "withdraw": { "ipv6 unicast": [ { "nlri": "2001:db8::/32" } ] } })"));
    const auto eor4 = hex(std::string{marker} + "0017 02 0000 0000");
    CHECK(neighbor_of(events.parsed(head, peer, received(eor4))).at("message") ==
          json::parse(R"({ "eor": { "afi" : "ipv4", "safi" : "unicast" } })"));
    CHECK(texts.parsed(peer, received(eor4)) ==
          "neighbor 127.0.0.1 receive update start\nneighbor 127.0.0.1 receive update route eor 1/1 (ipv4 unicast)\n"
          "neighbor 127.0.0.1 receive update end\n\n");
    const auto eor6 = hex(std::string{marker} + "001e 02 0000 0007 900f0003 000201");
    CHECK(neighbor_of(events.parsed(head, peer, received(eor6))).at("message") ==
          json::parse(R"({ "eor": { "afi" : "ipv6", "safi" : "unicast" } })"));
    // ExaBGP's api-flow: source 0.0.0.0/32, destination 0.0.0.0/32, protocol tcp, destination-port =3128, rate-limit 0
    const auto flow =
        update_of(to_hex(update_message("40010100 400200 40050400000064 c01008 8006000000000000 800e19 0001 85 00 00 13 "
                                        "012000000000 022000000000 038106 05910c38",
                                        "")));
    CHECK(flow.at("attribute").at("extended-community").at(0).at("string") == "rate-limit:0");
    const auto rule = flow.at("announce").at("ipv4 flow").at("no-nexthop").at(0);
    CHECK(
        rule ==
        json::parse(
            R"({ "destination-ipv4": [ "0.0.0.0/32" ], "source-ipv4": [ "0.0.0.0/32" ], "protocol": [ "=tcp" ], "destination-port": [ "=3128" ],
        "string": "flow destination-ipv4 0.0.0.0/32 source-ipv4 0.0.0.0/32 protocol =tcp destination-port =3128" })"));
    // RFC 4364: 10.1.0.0/24 label 100 rd 65000:1
    const auto vpn =
        update_of(to_hex(update_message("40010100 400200 40050400000064 800e20 0001 80 0c 00000000000000000a000001 00 70 000641 "
                                        "0000fde800000001 0a0100",
                                        "")));
    CHECK(vpn.at("announce").at("ipv4 mpls-vpn") ==
          json::parse(R"({ "10.0.0.1": [ { "nlri": "10.1.0.0/24", "label": [ [100] ], "rd": "65000:1" } ] })"));
}

TEST_CASE("keepalive, refresh, notification, octets")
{
    const auto keepalive = hex(std::string{marker} + "0013 04");
    CHECK(parse(events.parsed(head, peer, received(keepalive))).at("type") == "keepalive");
    CHECK(texts.parsed(peer, received(keepalive)) == "neighbor 127.0.0.1 receive keepalive\n\n");

    const auto refresh = hex(std::string{marker} + "0017 05 0001 00 01");
    CHECK(neighbor_of(events.parsed(head, peer, received(refresh))).at("route-refresh") ==
          json::parse(R"({ "afi": "ipv4", "safi": "unicast", "subtype": "query" })"));
    CHECK(texts.parsed(peer, received(refresh)) == "neighbor 127.0.0.1 receive route-refresh afi ipv4 safi unicast query\n\n");

    // 6/4 with the text that ExaBGP's teardown sends
    const auto reset = hex(std::string{marker} + "002a 03 06 04 14 41646d696e6973747261746976652052657365 74");
    const auto notification = neighbor_of(events.parsed(head, peer, received(reset))).at("notification");
    CHECK(notification.at("code") == 6);
    CHECK(notification.at("subcode") == 4);
    CHECK(notification.at("message") == "Administrative Reset");
    CHECK(texts.parsed(peer, received(hex(std::string{marker} + "0017 03 06 02 00ff"))) ==
          "neighbor 127.0.0.1 receive notification code 6 subcode 2 data 0x00FF\n\n");

    const auto packet = parse(events.packet(head, peer, received(hex(std::string{marker} + "0017 02 0000 0000"))));
    CHECK(packet.at("type") == "update");
    CHECK(packet.at("neighbor").at("message") ==
          json::parse(R"({ "category": 2, "header": "0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF001702", "body": "0x00000000" })"));
    CHECK(texts.packet(peer, received(keepalive, EventDirection::send)) ==
          "neighbor 127.0.0.1 send 4 header 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF001304\n\n");
    auto both = received(refresh);
    both.with_octets = true;
    CHECK(parse(events.parsed(head, peer, both)).at("body") == "0x00010001");
    CHECK(texts.parsed(peer, both).ends_with("query header 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF001705 body 0x00010001\n\n"));
    both.with_negotiated = true;
    CHECK(neighbor_of(events.parsed(head, peer, both)).contains("negotiated"));
}

TEST_CASE("operational messages")
{
    // ASM, IPv4 unicast, "hi"
    const auto advisory = hex(std::string{marker} + "001c 06 0002 0005 0001 01 6869");
    CHECK(neighbor_of(events.parsed(head, peer, received(advisory))).at("operational") ==
          json::parse(R"({ "name": "ASM", "afi": "ipv4", "safi": "unicast", "advisory": "hi" })"));
    CHECK(texts.parsed(peer, received(advisory)) ==
          "neighbor 127.0.0.1 receive operational ASM afi ipv4 safi unicast advisory \"hi\"\n\n");
}

TEST_CASE("every message of the vectors gives one line of JSON, and text without a blank line in it, in both directions")
{
    std::size_t count = 0;
    for (const auto& vector : message_vectors()) {
        const auto message = vector.message;
        if (message.size() < header_octets) continue;
        CAPTURE(vector.name);
        for (const auto direction : {EventDirection::send, EventDirection::receive}) {
            auto event = received(message, direction);
            event.with_octets = event.with_negotiated = true;
            parse(events.parsed(head, peer, event));
            parse(events.packet(head, peer, event));
            const auto text = texts.parsed(peer, event);
            CHECK(text.find("\n\n") == text.size() - 2);
        }
        ++count;
    }
    MESSAGE(count, " messages");
}
