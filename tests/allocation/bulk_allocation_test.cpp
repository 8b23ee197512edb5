// Nothing in the bulk path allocates for a prefix, or for a prefix and a peer: ten times the routes must not ask for memory ten
// times as often. Windows and buffers are asked for; they hold thousands of routes each.

#include "tests/support/doctest.hpp"

#include <algorithm>

#include "engine/receiver.hpp"
#include "rib/full_table.hpp"
#include "rib/prefix_range.hpp"
#include "rib/route_slice.hpp"
#include "tests/allocation/counted_new.hpp"
#include "tests/support/engine_pair.hpp"

namespace barrage {

namespace {

constexpr std::uint64_t few = 20'000, many = 200'000;
/// What a window holds at least, of a table where every seven routes have attributes of their own.
constexpr std::uint64_t routes_for_each_allocation = 1'000;

PackOptions ebgp()
{
    PackOptions options;
    options.external = true;
    options.own_as = Asn{65001};
    options.families = FamilySet{ipv4_unicast};
    return options;
}

std::uint64_t allocations_of(const std::function<void()>& work)
{
    const auto before = allocations_so_far();
    work();
    return allocations_so_far() - before;
}

std::shared_ptr<const RouteSet> full_table(std::uint64_t routes, AttributePool& pool)
{
    auto source = FullTable::make({.routes = routes});
    REQUIRE(source.has_value());
    return load(*source, pool);
}

std::shared_ptr<const RouteSet> range(std::uint64_t routes, AttributePool& pool)
{
    PrefixRangeDescription description{.address = Ipv4Address{0x0a000000}, .count = routes};
    description.next_hop = Ipv4Address{0xc0000201};
    auto source = PrefixRange::make(description);
    REQUIRE(source.has_value());
    return load(*source, pool);
}

void pack(const std::shared_ptr<const RouteSet>& set, PackedUpdates& updates, UpdatePacker& packer, const PackOptions& options,
          const std::function<void(OctetView)>& visit)
{
    WindowCutter cutter{RouteSlice::whole(set), RunKind::as_given, options, std::size_t{192} * 1024};
    while (const auto window = cutter.next()) {
        updates.clear();
        pack_window(*window, RunKind::as_given, packer, updates);
        visit(updates.octets());
    }
}

Octets packed(const std::shared_ptr<const RouteSet>& set)
{
    const auto options = ebgp();
    UpdatePacker packer{options};
    PackedUpdates updates;
    Octets all;
    pack(set, updates, packer, options, [&](OctetView octets) { all.insert(all.end(), octets.begin(), octets.end()); });
    return all;
}

void receive(Receiver& receiver, const Octets& octets)
{
    static const Negotiated external{.families = {ipv4_unicast}, .peer_as = Asn{65001}};
    for (OctetView rest{octets}; !rest.empty();) {
        const auto length = std::size_t{rest[16]} << 8 | rest[17];
        receiver.update(rest.first(length), external, TimePoint{});
        rest = rest.subspan(length);
    }
}

}   // namespace

TEST_CASE("allocations are counted")
{
    CHECK(allocations_of([] { std::vector<std::unique_ptr<int>>(3).at(1) = std::make_unique<int>(); }) == 2);
}

TEST_CASE("packing a table asks for no memory once its buffers have grown")
{
    AttributePool pool;
    const auto small = full_table(few, pool), large = full_table(many, pool);
    const auto options = ebgp();
    UpdatePacker packer{options};
    PackedUpdates updates;
    std::uint64_t octets = 0;
    const auto count = [&](OctetView more) { octets += more.size(); };
    pack(small, updates, packer, options, count);
    const auto of_small = allocations_of([&] { pack(small, updates, packer, options, count); });
    const auto of_large = allocations_of([&] { pack(large, updates, packer, options, count); });
    MESSAGE("allocations: ", of_small, " for ", few, " routes, ", of_large, " for ", many);
    CHECK(octets > many * 10);
    CHECK(of_large <= of_small + 16);   // a longer window now and then
}

TEST_CASE("sending a table to peers asks for memory by the window, not by the prefix or the peer")
{
    constexpr std::uint32_t peers = 5;
    RoutesToSend routes;
    const auto small = routes.full_table(few), large = routes.full_table(many);
    for (const auto& kind : engine_kinds) {
        CAPTURE(kind.name);
        EnginePair pair{kind};
        pair.set_receive({.count_only = true});
        for (std::uint32_t i = 0; i < peers; ++i) pair.add_peer();
        REQUIRE(pair.start());
        std::uint64_t advertised = 0;
        const auto tell = [&](const RouteRun& run, std::uint64_t count) {
            advertised += count;
            return allocations_of([&] {
                REQUIRE(pair.injecting.command(everybody, {command::SendRun{run}}));
                for (PeerIndex peer = 0; peer < peers; ++peer)
                    REQUIRE(pair.receiving.await([&] { return pair.received(peer).announced == advertised; }));
            });
        };
        tell(small, few);   // buffers grow
        const auto of_small = tell(small, few);
        const auto of_large = tell(large, many);
        MESSAGE(kind.name, ": allocations: ", of_small, " for ", peers, " × ", few, " routes, ", of_large, " for ", peers, " × ",
                many);
        CHECK(of_large <= of_small + peers * many / routes_for_each_allocation);
    }
}

TEST_CASE("a receiver asks for no memory for a prefix that it knows, nor for one that it only counts")
{
    AttributePool pool;
    const auto octets = packed(full_table(many, pool));
    PrefixIndex prefixes;
    Receiver checking{{}, prefixes};
    receive(checking, octets);
    REQUIRE(checking.live() == many);
    REQUIRE(checking.malformed() == 0);
    CHECK(allocations_of([&] { receive(checking, octets); }) == 0);
    Receiver counting{{.count_only = true}, prefixes};
    // It judges all the same, and remembers which attributes were good: a table of these grows by doubling.
    CHECK(allocations_of([&] { receive(counting, octets); }) < 20);
    CHECK(allocations_of([&] { receive(counting, octets); }) == 0);
    CHECK(counting.announced() == 2 * many);
}

TEST_CASE("new prefixes make tables of a receiver grow, and cost nothing each")
{
    AttributePool pool;
    const auto octets = packed(range(many, pool));
    PrefixIndex prefixes;
    Receiver receiver{{}, prefixes};
    const auto of_all = allocations_of([&] { receive(receiver, octets); });
    MESSAGE("allocations: ", of_all, " for ", many, " new prefixes");
    CHECK(receiver.distinct() == many);
    CHECK(of_all < 100);   // by doubling
}

}   // namespace barrage
