#include "tests/support/doctest.hpp"

#include <random>

#include "tests/support/engine_pair.hpp"

namespace barrage {

using namespace std::chrono_literals;

TEST_CASE("tables arrive whole, one after the other, and go again")
{
    constexpr std::uint32_t peers = 3;
    constexpr std::uint32_t range_at = 0x0a000000, other_at = 0x0b000000;
    RoutesToSend routes;
    const auto range = routes.range(range_at, 5'000, 1);
    const auto other = routes.range(other_at, 3'000, 2);
    const auto full = routes.full_table(20'000);
    TableModel both;
    both.add_range(range_at, 5'000, 1);
    both.add_range(other_at, 3'000, 2);
    TableModel second;
    second.add_range(other_at, 3'000, 2);
    std::vector<std::uint64_t> full_digests;   // of the reference

    for (const auto& kind : engine_kinds) {
        CAPTURE(kind.name);
        EnginePair pair{kind};
        for (std::uint32_t i = 0; i < peers; ++i) pair.add_peer();
        REQUIRE(pair.start());

        REQUIRE(pair.injecting.command(everybody, {command::SendRun{range}}));
        REQUIRE(pair.injecting.command(everybody, {command::SendRun{other}}));
        for (PeerIndex peer = 0; peer < peers; ++peer) CHECK(pair.await_table(peer, 8'000, both.digest(pair.as_of(peer))));
        CHECK(pair.injecting.await_count<happened::RunSent>(2 * peers));

        REQUIRE(pair.injecting.command(everybody, {command::SendRun{routes.withdraw(range)}}));
        for (PeerIndex peer = 0; peer < peers; ++peer) CHECK(pair.await_table(peer, 3'000, second.digest(pair.as_of(peer))));

        REQUIRE(pair.injecting.command(everybody, {command::SendRun{routes.withdraw(other)}, command::SendRun{full}}));
        for (PeerIndex peer = 0; peer < peers; ++peer) {
            CHECK(pair.receiving.await([&] {
                const auto now = pair.received(peer);
                return now.announced == 28'000 && now.withdrawn == 8'000 && now.live == 20'000;
            }));
            const auto digest = pair.received(peer).digest;
            if (full_digests.size() < peers) full_digests.push_back(digest);
            CHECK(digest == full_digests[peer]);
            CHECK(pair.received(peer).malformed == 0);
        }
        CHECK(pair.injecting.await_count<happened::RunSent>(5 * peers));
        pair.stop();
        CHECK(pair.injecting.count<happened::Ended>() == 0);
    }
}

TEST_CASE("single changes posted while a table goes are told behind it")
{
    constexpr std::uint32_t peers = 3, table = 40'000, table_at = 0x0a000000, beside_at = 0x20000000;
    RoutesToSend routes;
    const auto run = routes.range(table_at, table, 1);
    for (const auto& kind : engine_kinds) {
        CAPTURE(kind.name);
        EnginePair pair{kind};
        for (std::uint32_t i = 0; i < peers; ++i) pair.add_peer();
        REQUIRE(pair.start());
        TableModel model;
        model.add_range(table_at, table, 1);
        std::mt19937 random{1};
        pair.injecting.engine().post({everybody, {command::SendRun{run}}});
        for (std::uint32_t i = 0; i < 3'000; ++i) {
            const bool of_table = random() % 2 == 0;
            const auto address = (of_table ? table_at + random() % table * 256 : beside_at + random() % 1'000 * 256);
            if (random() % 3 == 0) {
                pair.injecting.engine().post({everybody, {command::Withdraw{routes.key(address)}}});
                model.routes.erase(address);
            } else {
                pair.injecting.engine().post({everybody, {command::Announce{routes.key(address), routes.attributes(10 + i)}}});
                model.routes[address] = 10 + i;
            }
        }
        for (PeerIndex peer = 0; peer < peers; ++peer)
            CHECK(pair.await_table(peer, model.routes.size(), model.digest(pair.as_of(peer))));
        CHECK(pair.injecting.count<happened::Ended>() == 0);
    }
}

TEST_CASE("a peer that is added while a table goes is told the whole of it")
{
    constexpr std::uint32_t table = 100'000, table_at = 0x0a000000;
    RoutesToSend routes;
    const auto run = routes.range(table_at, table, 1);
    TableModel model;
    model.add_range(table_at, table, 1);
    for (const auto& kind : engine_kinds) {
        CAPTURE(kind.name);
        EnginePair pair{kind};
        pair.add_peer();
        pair.add_peer();
        REQUIRE(pair.start());
        pair.injecting.engine().post({everybody, {command::SendRun{run}}});
        REQUIRE(pair.receiving.await([&] { return pair.received(0).live > 0; }));
        std::vector<PeerIndex> late;
        for (int i = 0; i < 3; ++i) {
            late.push_back(pair.add_peer());
            pair.injecting.engine().post({{late.back()}, {command::SendRun{run}}});
        }
        for (PeerIndex peer = 0; peer <= late.back(); ++peer)
            CHECK(pair.await_table(peer, table, model.digest(pair.as_of(peer))));
        CHECK(pair.injecting.await_count<happened::RunSent>(5));
    }
}

}   // namespace barrage
