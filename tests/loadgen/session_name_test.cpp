// What sessions are called: no longer than it takes to tell them apart.

#include "tests/support/doctest.hpp"

#include <iterator>
#include <vector>

#include "loadgen/words/session_name.hpp"

using namespace barrage;

namespace {

IpAddress ip(const char* text) { return *IpAddress::from_text(text); }

}   // namespace

TEST_CASE("a session is called by its peer's address")
{
    const SessionId one{.peer = ip("192.0.2.1"), .local = ip("192.0.2.9")};
    const SessionId other{.peer = ip("192.0.2.2"), .local = ip("192.0.2.9")};
    CHECK(session_name(one) == "192.0.2.1");
    CHECK(session_name(one, {&other, 1}) == "192.0.2.1");
    CHECK(session_name({.peer = ip("2001:db8::1")}) == "2001:db8::1");
    CHECK(session_name({.peer = ip("192.0.2.0"), .prefix_length = 24}) == "192.0.2.0/24");
}

TEST_CASE("where several have one peer, by what tells them apart")
{
    const SessionId sessions[]{
        {.peer = ip("192.0.2.1"),
         .local = ip("192.0.2.9"),
         .local_as = Asn{65001},
         .peer_as = Asn{65000},
         .more = "router-id 10.0.0.1"},
        {.peer = ip("192.0.2.1"),
         .local = ip("192.0.2.8"),
         .local_as = Asn{65001},
         .peer_as = Asn{65000},
         .more = "router-id 10.0.0.1"},
        {.peer = ip("192.0.2.1"),
         .local = ip("192.0.2.8"),
         .local_as = Asn{65002},
         .peer_as = Asn{65000},
         .more = "router-id 10.0.0.1"},
        {.peer = ip("192.0.2.1"),
         .local = ip("192.0.2.8"),
         .local_as = Asn{65002},
         .peer_as = Asn{65000},
         .more = "router-id 10.0.0.2"},
        {.peer = ip("192.0.2.1"), .more = "router-id 10.0.0.1"},
    };
    const char* const names[]{
        "192.0.2.1 (from 192.0.2.9)",
        "192.0.2.1 (from 192.0.2.8, AS65001 to AS65000)",
        "192.0.2.1 (from 192.0.2.8, AS65002 to AS65000, router-id 10.0.0.1)",
        "192.0.2.1 (from 192.0.2.8, AS65002 to AS65000, router-id 10.0.0.2)",
        "192.0.2.1 (from any address)",
    };
    for (std::size_t i = 0; i < std::size(sessions); ++i) {
        std::vector<SessionId> others(std::begin(sessions), std::end(sessions));
        others.erase(others.begin() + static_cast<std::ptrdiff_t>(i));
        CHECK(session_name(sessions[i], others) == names[i]);
    }
}
