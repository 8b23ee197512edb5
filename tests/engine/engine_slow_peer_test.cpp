#include "tests/support/doctest.hpp"

#include "tests/support/engine_pair.hpp"
#include "tests/support/slow_peer.hpp"

namespace barrage {

using namespace std::chrono_literals;

TEST_CASE("a peer that falls far behind delays nobody, and is told all of it in the end")
{
    constexpr std::uint32_t table = 160'000, table_at = 0x0a000000, beside_at = 0x20000000;
    RoutesToSend routes;
    const auto run = routes.range(table_at, table, 1);
    // One route an UPDATE of 58 octets: about 48 windows, more than are kept for those behind and packed ahead together.
    const auto one_each = [](PeerConfig& config) { config.max_routes_per_update = 1; };
    for (const auto& kind : engine_kinds) {
        CAPTURE(kind.name);
        SlowPeer slow;
        EnginePair pair{kind};
        const auto behind = pair.add_peer([&](PeerConfig& config) {
            one_each(config);
            config.remote = slow.endpoint();
        });
        const auto quick = pair.add_peer(one_each);
        const auto other = pair.add_peer(one_each);
        pair.receiving.start();
        pair.injecting.start();
        REQUIRE(slow.meet(pair.as_of(behind)));
        REQUIRE(pair.injecting.await_count<happened::Established>(3));

        TableModel model;
        model.add_range(table_at, table, 1);
        pair.injecting.engine().post({everybody, {command::SendRun{run}}});
        for (const auto peer : {quick, other}) CHECK(pair.await_table(peer, table, model.digest(pair.as_of(peer))));
        // The kernel keeps up to tcp_wmem for it, 4 MB as Debian sets it; the table is 9 MB.
        CHECK(pair.injecting.engine().numbers(behind).wire_routes < table * 2 / 3);

        for (std::uint32_t i = 0; i < 500; ++i) {
            const auto address = i % 2 == 0 ? table_at + i * 256 * 100 : beside_at + i * 256;
            if (i % 4 == 0) {
                pair.injecting.engine().post({everybody, {command::Withdraw{routes.key(address)}}});
                model.routes.erase(address);
            } else {
                pair.injecting.engine().post({everybody, {command::Announce{routes.key(address), routes.attributes(i)}}});
                model.routes[address] = i;
            }
        }
        for (const auto peer : {quick, other}) CHECK(pair.await_table(peer, model.routes.size(), model.digest(pair.as_of(peer))));

        const auto expected = model.digest(pair.as_of(behind));
        CHECK(pair.injecting.await([&] {
            REQUIRE(slow.read(4'000'000));
            return slow.receiver().live() == model.routes.size() && slow.receiver().digest() == expected;
        }));
        CHECK(slow.receiver().announced() == table + 375);
        CHECK(slow.receiver().withdrawn() == 125);
        CHECK(pair.injecting.count<happened::Ended>() == 0);
    }
}

TEST_CASE("hold times of 3 s are kept on all peers while a shard has all the work it can do")
{
    constexpr std::uint32_t bulk_peers = 3, quiet_peers = 8;
    RoutesToSend routes;
    const auto run = routes.range(0x0a000000, 500'000, 1);
    const auto short_hold = [](PeerConfig& config) { config.session.open.hold_time = 3s; };
    for (const auto& kind : {engine_kinds[0], engine_kinds[1], engine_kinds[4]}) {
        CAPTURE(kind.name);
        SlowPeer slow;
        EnginePair pair{kind};
        pair.set_receive({.count_only = true});
        const auto first_slow = pair.add_peer([&](PeerConfig& config) {
            config.remote = slow.endpoint();
            config.max_routes_per_update = 1;   // 29 MB, more than any kernel takes of one connection
        });
        std::vector<PeerIndex> bulk;
        // On few shards, where there are more: peers are placed in turn.
        while (bulk.size() < bulk_peers) {
            const auto peer = pair.add_peer(short_hold);
            if (peer % kind.shards <= 1) bulk.push_back(peer);
        }
        for (std::uint32_t i = 0; i < quiet_peers; ++i) pair.add_peer(short_hold);
        const auto peers = pair.injecting.engine().peer_count();
        // The next table as soon as one has gone.
        std::uint64_t runs = 1'000;
        const auto tell = [&](PeerIndex peer) {
            auto again = run;
            again.id = ++runs;
            pair.injecting.engine().post({{peer}, {command::SendRun{again}}});
        };
        pair.injecting.receives = [&](const std::vector<PeerEvent>& events) {
            for (const auto& event : events)
                if (std::holds_alternative<happened::RunSent>(event.what)) tell(event.peer);
        };
        pair.receiving.start();
        pair.injecting.start();
        REQUIRE(slow.meet(pair.as_of(first_slow)));
        REQUIRE(pair.injecting.await_count<happened::Established>(peers));

        const auto until = Clock::now() + 3500ms;
        pair.injecting.do_there([&](Engine&) {
            tell(first_slow);
            for (const auto peer : bulk) tell(peer);
        });
        (void)pair.injecting.await(
            [&] {
                REQUIRE(slow.read(512));
                return pair.injecting.count<happened::Ended>() + pair.receiving.count<happened::Ended>() > 0;
            },
            until - Clock::now());
        CHECK(pair.injecting.count<happened::Ended>() == 0);
        CHECK(pair.receiving.count<happened::Ended>() == 0);
        for (const auto peer : bulk) {
            CHECK(pair.injecting.count<happened::RunSent>(peer) >= 1);
            CHECK(pair.injecting.engine().numbers(peer).state == 5);
        }
        CHECK(pair.injecting.count<happened::RunSent>(first_slow) == 0);
        pair.stop();
    }
}

}   // namespace barrage
