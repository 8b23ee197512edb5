// Routes that are not expected from the device, whoever announces them: by roles, by what is in their path.

#include "tests/support/doctest.hpp"

#include "codec/writer.hpp"
#include "loadgen/play/excuses.hpp"

using namespace barrage;

namespace {

constexpr Asn device_as{65000};

}   // namespace

TEST_CASE("what roles hold back is excused, and unexpected where it comes: RFC 9234 section 5")
{
    using enum BgpRole;
    constexpr PeerIdentity outside{Asn{64601}, {3}};
    struct Row {
        const char* name;
        std::optional<std::uint32_t> marked_by;
        std::optional<BgpRole> from, to;   // what the device says that it is
        bool held_back;
    };
    const Row rows[] = {
        {"no roles", 65001, {}, {}, false},
        {"from a customer to a provider", {}, provider, customer, false},
        {"from a provider to a customer", {}, customer, provider, false},
        {"from a provider to a provider", {}, customer, customer, true},
        {"from a peer to a peer", {}, peer, peer, true},
        {"from a route server to a provider", {}, route_server_client, customer, true},
        {"from a customer, who has it from his provider", 65009, provider, provider, true},
        {"from a peer that marked it itself, to a customer", 65001, peer, provider, false},
        {"from a peer, by another's mark", 65009, peer, provider, true},
        {"marked, to a peer", 65009, {}, peer, true},
        {"from a provider, to somebody without a role", {}, customer, {}, false},
    };
    for (const auto& row : rows) {
        INFO(row.name);
        RouteTraits route;
        if (row.marked_by) route.only_to_customer = Asn{*row.marked_by};
        const PeerIdentity sender{Asn{65001}, {1}, row.from};
        PeerIdentity receiver = outside;
        receiver.device_role = row.to;
        const auto why = excuse_of(route, sender, receiver, PeerIdentity{device_as, {254}});
        CHECK(why == (row.held_back ? Excuse::only_to_customer : Excuse::none));
        CHECK(is_forbidden(why) == row.held_back);
    }
}

TEST_CASE("a path with a set need not be passed on: RFC 9774 section 3")
{
    const Octets path{0x40, 0x02, 0x06, 0x01, 0x01, 0x00, 0x00, 0xfc, 0x00};
    const auto traits = RouteTraits::of(path, {});
    CHECK(traits.as_set);
    const auto why = excuse_of(traits, {Asn{65001}, {1}}, {Asn{64601}, {3}}, PeerIdentity{device_as, {254}});
    CHECK(why == Excuse::as_set);
    CHECK(!is_forbidden(why));
}
