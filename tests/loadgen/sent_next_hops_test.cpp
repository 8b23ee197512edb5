// Which next hops a receiver cannot have from the device, by what the device is sent.

#include <doctest.h>

#include "loadgen/play/sent_next_hops.hpp"
#include "loadgen/scenario/scenario_reader.hpp"
#include "rib/attribute_pool.hpp"
#include "rib/prefix_range.hpp"

using namespace barrage;

namespace {

Scenario scenario(const std::string& of_device = {}, const std::string& of_senders = {}, const std::string& more = {})
{
    auto read = read_scenario("dut: {address: 192.0.2.1, as: 65000" + of_device +
                              "}\npeers:\n  - {name: senders, as: 65101, routes: 'range:10.0.0.0/24x9'" + of_senders +
                              "}\n  - {name: receivers, as: 64601}\nphases: [connect, announce]\n" + more);
    if (!read) FAIL(read.error().front().text);
    return std::move(*read);
}

IpAddress address(const char* text) { return *IpAddress::from_text(text); }

/// The device is 192.0.2.1, on the network of eth0; another interface is on 198.51.100.0/24.
const std::vector<InterfaceAddress> interfaces{{"eth0", address("192.0.2.11"), 24}, {"eth1", address("198.51.100.11"), 24}};
const auto device = address("192.0.2.1");

UsableRoutesConfig usable(const SentNextHops& hops, const char* receiver, bool sends = false)
{
    return hops.usable_at(receiver ? std::optional{address(receiver)} : std::nullopt, sends, device, interfaces);
}

}   // namespace

TEST_CASE("the receiver's own address comes back only where it was sent")
{
    SentNextHops hops{scenario()};
    hops.add_sender(address("192.0.2.11"));
    hops.add_sender(address("192.0.2.12"));
    CHECK(!usable(hops, "192.0.2.13").own_address_is_sent);
    CHECK(usable(hops, "192.0.2.12").own_address_is_sent);          // of another session, whose self that is
    CHECK(!usable(hops, "192.0.2.12", true).own_address_is_sent);   // its own session alone

    CHECK(usable(SentNextHops{scenario("", ", next_hop: 192.0.2.13")}, "192.0.2.13").own_address_is_sent);
    const auto policy = ", expect: {attributes: {next_hop: 192.0.2.13}}";
    CHECK(usable(SentNextHops{scenario("", policy)}, "192.0.2.13").own_address_is_sent);

    AttributePool pool;
    PrefixRangeDescription description;
    description.address = address("10.0.0.0");
    description.next_hop = address("192.0.2.13");
    auto source = PrefixRange::make(description);
    SentNextHops named{scenario()};
    named.add(*load(*source, pool));
    CHECK(usable(named, "192.0.2.13").own_address_is_sent);
    CHECK(!usable(named, "192.0.2.14").own_address_is_sent);
    CHECK(!usable(named, nullptr).own_address_is_sent);   // the kernel's choice is none of those
    description.next_hop = address("192.0.2.11");
    auto other = PrefixRange::make(description);
    named.add(*load(*other, pool));
    CHECK(usable(named, nullptr).own_address_is_sent);
}

TEST_CASE("another peer's address stays only where that and the receiver share the device's network: RFC 4271 section 5.1.3")
{
    const auto foreign = [](const Scenario& played, const char* receiver) {
        SentNextHops hops{played};
        hops.add_sender(address("192.0.2.12"));
        hops.add_sender(address("198.51.100.12"));
        hops.add_sender(std::nullopt);
        return usable(hops, receiver).foreign_next_hops;
    };
    CHECK(foreign(scenario(), "192.0.2.13") == std::vector{address("198.51.100.12")});
    CHECK(foreign(scenario(), "198.51.100.13").empty());   // several hops away itself: it may be configured so
    CHECK(foreign(scenario(), nullptr).empty());
    CHECK(foreign(scenario(", route_server: true"), "192.0.2.13").empty());   // RFC 7947 section 2.2.1
    CHECK(foreign(scenario("", ", next_hop: 198.51.100.12"), "192.0.2.13").empty());
    CHECK(foreign(scenario("", ", expect: {attributes: {next_hop: 198.51.100.12}}"), "192.0.2.13").empty());
    CHECK(usable(SentNextHops{scenario(", route_server: true")}, "192.0.2.13").peer_is_route_server);
}
