#include "tests/support/doctest.hpp"

#include <netinet/in.h>

#include <cstring>

#include "io/endpoint.hpp"
#include "tests/support/hex.hpp"

using namespace barrage;

namespace {

struct EndpointRow {
    const char* text;
    const char* canonical;   // null: no endpoint
    const char* octets;      // of the sockaddr from its port on: ip(7), ipv6(7); network order
};

const EndpointRow endpoints[] = {
    {"192.0.2.1:179", "192.0.2.1:179", "00b3 c0000201"},
    {"192.0.2.1", "192.0.2.1:1790", "06fe c0000201"},
    {"0.0.0.0:0", "0.0.0.0:0", "0000 00000000"},
    {"192.0.2.1:65535", "192.0.2.1:65535", "ffff c0000201"},
    {"[2001:db8::1]:179", "[2001:db8::1]:179", "00b3 00000000 20010db8000000000000000000000001"},
    {"[2001:DB8:0::1]", "[2001:db8::1]:1790", "06fe 00000000 20010db8000000000000000000000001"},
    {"::1", "[::1]:1790", "06fe 00000000 00000000000000000000000000000001"},
    {"[fe80::1%lo]:179", "[fe80::1%lo]:179", "00b3 00000000 fe800000000000000000000000000001"},
    {"", nullptr, nullptr},
    {":179", nullptr, nullptr},
    {"192.0.2.1:", nullptr, nullptr},
    {"192.0.2.1:65536", nullptr, nullptr},
    {"192.0.2.1:-1", nullptr, nullptr},
    {"192.0.2.1:1x", nullptr, nullptr},
    {"192.0.2.256:1", nullptr, nullptr},
    {"192.0.2.1%lo:1", nullptr, nullptr},
    {"[192.0.2.1]:179", nullptr, nullptr},
    {"[2001:db8::1", nullptr, nullptr},
    {"[2001:db8::1]179", nullptr, nullptr},
    {"[2001:db8::1]:", nullptr, nullptr},
    {"[fe80::1%no-such-interface]:179", nullptr, nullptr},
    {"router.example:179", nullptr, nullptr},
};

}   // namespace

TEST_CASE("endpoints: text, value and sockaddr")
{
    for (const auto& row : endpoints) {
        CAPTURE(row.text);
        const auto endpoint = Endpoint::from_text(row.text, 1790);
        REQUIRE(endpoint.has_value() == (row.canonical != nullptr));
        if (!endpoint) continue;
        CHECK(to_text(*endpoint) == row.canonical);
        CHECK(Endpoint::from_text(row.canonical) == endpoint);

        const SocketAddress address{*endpoint};
        CHECK(address.storage.ss_family == (endpoint->address.is_v4() ? AF_INET : AF_INET6));
        CHECK(address.length == (endpoint->address.is_v4() ? sizeof(sockaddr_in) : sizeof(sockaddr_in6)));
        const auto expected = hex(row.octets);
        CHECK(std::memcmp(reinterpret_cast<const char*>(&address.storage) + 2, expected.data(), expected.size()) == 0);
        CHECK(address.endpoint() == *endpoint);
    }
}

TEST_CASE("a mapped IPv4 address comes out as IPv4, RFC 4291 section 2.5.5.2")
{
    const auto mapped = Endpoint::from_text("[::ffff:192.0.2.1]:179");
    REQUIRE(mapped);
    CHECK(to_text(SocketAddress{*mapped}.endpoint()) == "192.0.2.1:179");
    CHECK(to_text(SocketAddress{}.endpoint()) == "0.0.0.0:0");
}
