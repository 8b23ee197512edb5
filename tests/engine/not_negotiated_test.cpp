// Messages that the two OPENs did not settle: they are counted, and otherwise ignored.

#include "tests/engine/peer_conversation.hpp"

using namespace barrage;

namespace {

/// AFI, subtype, SAFI: RFC 2918 section 3, RFC 7313 section 3.2.
Octets refresh(const std::string& afi_subtype_safi) { return message("0017 05" + afi_subtype_safi); }

std::uint64_t counted(PeerConfig with, const std::vector<Octets>& messages)
{
    FakePeer fake{std::move(with)};
    establish(fake);
    for (const auto& each : messages) fake.receive(0, each);
    REQUIRE(fake.peer.session(0).established());
    fake.peer.publish_counters();
    return fake.peer.counters().snapshot().not_negotiated;
}

}   // namespace

TEST_CASE("a ROUTE-REFRESH is settled by its capability and family: RFC 2918 section 4, RFC 7313")
{
    CHECK(counted(config(), {refresh("0001 00 01")}) == 0);
    CHECK(counted(config(), {refresh("0002 00 01")}) == 1);                          // IPv6, which nobody has
    CHECK(counted(config(), {refresh("0001 01 01"), refresh("0001 02 01")}) == 2);   // BoRR and EoRR without enhanced refresh
    CHECK(counted(config(), {refresh("0001 03 01")}) == 1);                          // a subtype that no RFC has
    auto without = config();
    without.session.open.route_refresh = false;
    CHECK(counted(without, {refresh("0001 00 01")}) == 1);
}

TEST_CASE("OPERATIONAL is settled by its capability")
{
    const auto advisory = message("001a 06 0001 0003 0001 01");
    CHECK(counted(config(), {advisory}) == 1);
}

TEST_CASE("UPDATEs with routes of another family and other messages are one count")
{
    auto with = config();
    with.receive.emplace();
    // MP_UNREACH_NLRI of IPv6
    const auto other = message("001f 02 0000 0008 800f05 000201 0000");
    CHECK(counted(with, {refresh("0002 00 01"), other}) == 2);
}
