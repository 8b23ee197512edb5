#include "tests/support/doctest.hpp"

#include "io/interface_addresses.hpp"

namespace barrage {

namespace {

IpAddress address(const char* text) { return *IpAddress::from_text(text); }

const std::vector<InterfaceAddress> all{{"lo", address("127.0.0.1"), 8},        {"lo", address("::1"), 128},
                                        {"eth0", address("192.0.2.7"), 24},     {"eth0", address("fe80::7"), 64},
                                        {"eth0", address("2001:db8::7"), 64},   {"eth1", address("198.51.100.7"), 24},
                                        {"eth1", address("fe80::8"), 64},       {"eth2", address("10.0.0.1"), 8},
                                        {"eth3", address("2001:db8:3::1"), 64}, {"eth3", address("203.0.113.3"), 24}};

}   // namespace

TEST_CASE("the address beside a session's is a global one of the same interface")
{
    CHECK(address_beside(address("192.0.2.7"), all) == address("2001:db8::7"));
    CHECK(address_beside(address("2001:db8:3::1"), all) == address("203.0.113.3"));
    CHECK_FALSE(address_beside(address("198.51.100.7"), all));   // link-local alone
    CHECK_FALSE(address_beside(address("192.0.2.8"), all));      // of no interface
    CHECK(address_beside(address("127.0.1.9"), all) == address("::1"));
    CHECK(address_beside(address("127.0.1.9"), {}) == address("::1"));
    CHECK_FALSE(address_beside(address("::1"), all));   // 127.0.0.1 leads nowhere
}

TEST_CASE("a router is on the narrowest network that has it")
{
    REQUIRE(network_of(address("192.0.2.254"), all));
    CHECK(network_of(address("192.0.2.254"), all)->interface == "eth0");
    CHECK(network_of(address("10.200.0.1"), all)->interface == "eth2");
    CHECK(network_of(address("127.3.4.5"), all)->interface == "lo");
    CHECK(network_of(address("2001:db8::99"), all)->interface == "eth0");
    CHECK(network_of(address("2001:db8:0:1::99"), all) == nullptr);
    CHECK(network_of(address("8.8.8.8"), all) == nullptr);
}

TEST_CASE("this machine has loopback")
{
    const auto own = interface_addresses();
    const auto* loopback = network_of(address("127.0.0.1"), own);
    REQUIRE(loopback);
    CHECK(loopback->prefix_length == 8);
    CHECK_FALSE(is_global(address("127.0.0.1")));
    CHECK_FALSE(is_global(address("::ffff:192.0.2.1")));
    CHECK(is_global(address("192.0.2.1")));
}

}   // namespace barrage
