// What is left out: by reason, with a sample, and where in a set it stands.

#include "tests/support/doctest.hpp"

#include "rib/attribute_pool.hpp"
#include "rib/left_out.hpp"
#include "rib/route_slice.hpp"
#include "tests/rib/mrt_source_fixture.hpp"
#include "tests/support/hex.hpp"
#include "tests/support/shared_data.hpp"

namespace barrage {

TEST_CASE("a route left out is named as people name it")
{
    CHECK(sample_text(ipv4_unicast, hex("18 c63364 18 c63365"), false) == "198.51.100.0/24");
    CHECK(sample_text(ipv4_unicast, hex("00000007 18 c63364"), true) == "198.51.100.0/24");
    CHECK(sample_text(ipv6_unicast, hex("20 20010db8"), false) == "2001:db8::/32");
    CHECK(sample_text({Afi::ipv4, Safi::multicast}, hex("18 c63364"), false) == "ipv4-mcast 198.51.100.0/24");
    CHECK(sample_text({Afi::ipv4, Safi::labeled_unicast}, hex("30 002bc1 c63364"), false) == "ipv4-lu 198.51.100.0/24");
    CHECK(sample_text({Afi::ipv4, Safi::mpls_vpn}, hex("70 002bc1 0000fde800000001 cb0071"), false) ==
          "vpnv4 65000:1 203.0.113.0/24");
    CHECK(sample_text({Afi::ipv4, Safi::unicast}, hex("21 c6336400"), false) == "21c6336400");   // no prefix: its octets
}

TEST_CASE("counts add up by reason, and the first sample stays")
{
    LeftOut sum, more;
    sum.add(LeftOutReason::too_large, 2, [] { return "10.0.0.0/8"; });
    more.add(LeftOutReason::too_large, 3, [] { return "10.1.0.0/16"; });
    more.add(LeftOutReason::no_next_hop, 1, [] { return "10.2.0.0/16"; });
    more.add_stretch({4, 5, 6});
    sum.add_counts(more);
    CHECK(sum.stretches().empty());
    CHECK(sum.routes() == 6);
    CHECK(sum.of(LeftOutReason::too_large).routes == 5);
    CHECK(sum.of(LeftOutReason::too_large).sample == "10.0.0.0/8");
    CHECK(sum.of(LeftOutReason::no_next_hop).sample == "10.2.0.0/16");
    sum.name_samples("file.mrt");
    CHECK(sum.of(LeftOutReason::no_next_hop).sample == "file.mrt, 10.2.0.0/16");
}

TEST_CASE("where they stand in a set is told, so that nobody expects them")
{
    AttributePool pool;
    RouteSetBuilder builder{pool, RouteSetBuilder::Order::as_given};
    const auto path = hex("40 01 01 00  40 02 06 02 01 00 00 00 0a");
    auto large = path;
    for (std::size_t i = 0; i < 5000; ++i) large.push_back(0);
    large[path.size()] = 0xd0;
    large[path.size() + 1] = 99;
    large[path.size() + 2] = (4996 >> 8);
    large[path.size() + 3] = 4996 & 0xff;
    const auto v4 = hex("c0 00 02 01"), v6 = hex("20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 01");
    const auto nlri4 = hex("08 0a 10 0a01 18 0a0102"), nlri6 = hex("20 20010db8 20 20010db9");
    builder.add({.attributes = path, .next_hop = v4, .nlri = nlri4, .routes = 3});
    builder.add({.attributes = large, .next_hop = v4, .nlri = nlri4, .routes = 3});
    builder.add({.family = ipv6_unicast, .attributes = path, .next_hop = v6, .nlri = nlri6, .routes = 2});
    const std::shared_ptr<const RouteSet> set = std::move(builder).finish();
    UpdatePacker packer{{.families = {ipv4_unicast}, .configured = {ipv4_unicast}}};
    PackedUpdates updates;
    auto slice = RouteSlice::whole(set);
    slice.begin = {1, 2};   // behind the first prefix of those that are too large
    pack_window(slice, RunKind::as_given, packer, updates);
    const auto left_out = packer.take_left_out();
    CHECK(packer.left_out().empty());
    CHECK(updates.announced() == 0);
    CHECK(left_out.of(LeftOutReason::too_large).routes == 2);
    CHECK(left_out.of(LeftOutReason::too_large).sample == "10.1.0.0/16");
    CHECK(left_out.of(LeftOutReason::not_configured).routes == 2);
    REQUIRE(left_out.stretches().size() == 2);
    CHECK(left_out.stretches()[0].group == 1);
    CHECK(left_out.stretches()[0].first == 1);
    CHECK(left_out.stretches()[0].routes == 2);
    CHECK(left_out.stretches()[1].group == 2);
    CHECK(left_out.stretches()[1].first == 0);
}

TEST_CASE("what the reader of a dump passes over is left out, by reason")
{
    const struct {
        const char* file;
        std::uint64_t routes, malformed, unsupported;
    } rows[] = {{"rib-generic.mrt", 3, 0, 0},
                {"malformed-entries.mrt", 2, 3, 0},
                {"ospf-record-first.mrt", 1, 0, 2},
                {"table-then-updates.mrt", 1, 0, 2}};
    for (const auto& row : rows) {
        CAPTURE(std::string{row.file});
        const auto path = shared_file(std::string{"cases/mrt/"} + row.file);
        if (!path) {
            MESSAGE("skipped: no file");
            continue;
        }
        auto source = MrtSource::open(octets_in_memory(whole_file(*path)), {});
        REQUIRE(source);
        CHECK(drain(*source).announced == row.routes);
        CHECK(source->left_out().of(LeftOutReason::malformed).routes == row.malformed);
        CHECK(source->left_out().of(LeftOutReason::unsupported).routes == row.unsupported);
        CHECK(source->left_out().routes() == row.malformed + row.unsupported);
    }
}

TEST_CASE("a table that is cut leaves the rest out, a peer that was not chosen does not")
{
    const auto whole = records({peer_index_table, rib_10_8, rib_10_0_15});
    auto cut = MrtSource::open(octets_in_memory({whole.begin(), whole.end() - 3}), {.peer = everybody});
    REQUIRE(cut);
    drain(*cut);
    CHECK(cut->left_out().of(LeftOutReason::cut).routes == 1);
    auto chosen = MrtSource::open(octets_in_memory(whole), {.peer = MrtPeerChoice{.by = MrtPeerChoice::By::index}});
    REQUIRE(chosen);
    CHECK(drain(*chosen).announced < 3);
    CHECK(chosen->left_out().empty());
}

}   // namespace barrage
