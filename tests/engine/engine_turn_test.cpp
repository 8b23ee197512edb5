#include "tests/support/doctest.hpp"

#include <algorithm>
#include <random>

#include "tests/support/engine_pair.hpp"

namespace barrage {

namespace {

using namespace std::chrono_literals;
using Entry = TurnRecord::Entry;

constexpr Phase order[] = {Phase::peers, Phase::commands, Phase::callbacks, Phase::flush};

/// Whole turns, each with its four phases in their order, numbered without a gap, at times that never fall.
bool is_in_order(const std::vector<Entry>& entries)
{
    for (std::size_t i = 0; i < entries.size(); ++i)
        if (entries[i].phase != order[i % 4] || entries[i].turn != i / 4 || (i > 0 && entries[i].at < entries[i - 1].at))
            return false;
    return true;
}

/// Turns that began in [from, to).
std::size_t turns_begun(const std::vector<Entry>& entries, TimePoint from, TimePoint to)
{
    return static_cast<std::size_t>(std::ranges::count_if(
        entries, [&](const Entry& entry) { return entry.phase == Phase::peers && entry.at >= from && entry.at < to; }));
}

}   // namespace

TEST_CASE("under load every turn of every shard is peers, commands, callbacks, flush")
{
    constexpr std::uint32_t peers = 8, table = 20'000;
    RoutesToSend routes;
    const auto run = routes.range(0x0a000000, table, 1);
    for (const auto& kind : engine_kinds) {
        CAPTURE(kind.name);
        EnginePair pair{kind, true};
        for (std::uint32_t i = 0; i < peers; ++i) pair.add_peer();
        REQUIRE(pair.start());
        pair.injecting.engine().post({everybody, {command::SendRun{run}}});
        // Changes the whole time: the next one as soon as one was answered.
        std::uint32_t changes = 0;
        std::function<void()> next = [&] {
            ++changes;
            pair.injecting.engine().post(
                {everybody, {command::Announce{routes.key(0x20000000), routes.attributes(changes)}}, next});
        };
        pair.injecting.do_there([&](Engine&) { next(); });
        for (PeerIndex peer = 0; peer < peers; ++peer) CHECK(pair.await_live(peer, table + 1));
        pair.stop();
        CHECK(changes > 10);
        const auto records = pair.injecting.engine().turn_records();
        REQUIRE(records.size() == kind.shards);
        for (const auto* record : records) {
            CHECK(record->entries().size() >= 40);
            CHECK(record->entries().size() % 4 == 0);
            CHECK(is_in_order(record->entries()));
        }
    }
}

TEST_CASE("answers come in the order of posting, whichever shards they concern")
{
    constexpr std::uint32_t peers = 8, commands = 2'000;
    RoutesToSend routes;
    const auto run = routes.range(0x0a000000, 50'000, 1);
    for (const auto& kind : engine_kinds) {
        CAPTURE(kind.name);
        EnginePair pair{kind};
        for (std::uint32_t i = 0; i < peers; ++i) pair.add_peer();
        REQUIRE(pair.start());
        pair.injecting.engine().post({{0}, {command::SendRun{run}}});   // one shard has more to do than others
        std::mt19937 random{1};
        std::vector<std::uint32_t> answers;   // the engine's thread
        std::atomic<std::uint32_t> answered{0};
        for (std::uint32_t i = 0; i < commands; ++i) {
            std::vector<PeerIndex> to;   // all; some; one that is not there
            if (i % 7 == 0)
                to = {1'000};
            else if (i % 5 != 0)
                for (auto n = 1 + random() % 3; n > 0; --n) to.push_back(static_cast<PeerIndex>(random() % peers));
            pair.injecting.engine().post(
                {to, {command::Announce{routes.key(0x20000000 + i * 256), routes.attributes(1)}}, [&, i] {
                     answers.push_back(i);
                     ++answered;
                 }});
        }
        CHECK(pair.injecting.await([&] { return answered == commands; }));
        pair.stop();
        CHECK(answers.size() == commands);
        CHECK(std::ranges::is_sorted(answers));
    }
}

TEST_CASE("a command is answered after its effect on every peer that it addresses")
{
    constexpr std::uint32_t peers = 8, commands = 200;
    RoutesToSend routes;
    const auto run = routes.range(0x0a000000, 50'000, 1);
    for (const auto& kind : engine_kinds) {
        CAPTURE(kind.name);
        for (const std::uint32_t stops_at : {1u, 50u, commands}) {
            CAPTURE(stops_at);
            EnginePair pair{kind};
            for (std::uint32_t i = 0; i < peers; ++i) pair.add_peer();
            REQUIRE(pair.start());
            pair.injecting.engine().post({{0}, {command::SendRun{run}}});
            std::atomic<std::uint32_t> answered{0};
            std::uint32_t posted = 0;
            // The engine ends at the answer: what has no effect by then gets none.
            std::function<void()> next = [&] {
                if (posted == commands) return;
                const auto key = routes.key(0x20000000 + posted++ * 256);
                pair.injecting.engine().post({everybody, {command::Announce{key, routes.attributes(1)}}, [&] {
                                                  if (++answered == stops_at) pair.injecting.engine().stop();
                                                  next();
                                              }});
            };
            pair.injecting.do_there([&](Engine&) { next(); });
            CHECK(pair.injecting.await([&] { return answered >= stops_at; }));
            pair.stop();
            pair.injecting.engine().for_each_peer([&](Peer& peer) { CHECK(peer.adj_rib_out().overlay_size() >= stops_at); });
        }
    }
}

TEST_CASE("a route that is announced leaves in a later turn, and not at all when what waits is cleared in the same")
{
    RoutesToSend routes;
    for (const auto& kind : engine_kinds) {
        CAPTURE(kind.name);
        EnginePair pair{kind, true};
        const auto peer = pair.add_peer();
        REQUIRE(pair.start());
        REQUIRE(pair.injecting.await_count<happened::AllAcked>(1));   // of the End-of-RIB
        const command::Announce first{routes.key(0x20000000), routes.attributes(1)};
        const command::Announce second{routes.key(0x20000100), routes.attributes(2)};
        REQUIRE(pair.injecting.command(everybody, {first, command::ClearWaiting{}}));
        // Each of: the session's beginning, this command, the next one, is followed by one such event.
        REQUIRE(pair.injecting.await_count<happened::AllOnTheWire>(2));
        const auto posted_at = Clock::now();
        REQUIRE(pair.injecting.command(everybody, {second}));
        TableModel model;
        model.routes[0x20000100] = 2;
        CHECK(pair.await_table(peer, 1, model.digest(pair.as_of(peer))));
        CHECK(pair.received(peer).announced == 1);
        CHECK(pair.received(peer).withdrawn == 0);
        REQUIRE(pair.injecting.await_count<happened::AllOnTheWire>(3));
        pair.stop();
        // The command ran in the first turn whose callbacks began after it was posted, or later.
        const auto& entries = pair.injecting.engine().turn_records().front()->entries();
        const auto ran = std::ranges::find_if(
            entries, [&](const Entry& entry) { return entry.phase == Phase::callbacks && entry.at >= posted_at; });
        REQUIRE(ran != entries.end());
        std::vector<TimePoint> on_the_wire;
        for (const auto& event : pair.injecting.log())
            if (std::holds_alternative<happened::AllOnTheWire>(event.what)) on_the_wire.push_back(event.at);
        REQUIRE(on_the_wire.size() == 3);
        CHECK(on_the_wire[2] > ran->at);   // in a turn that began after those callbacks
    }
}

TEST_CASE("a command for nobody reaches nobody and is answered in its turn; one for everybody reaches every peer")
{
    constexpr std::uint32_t peers = 3;
    for (const auto& kind : engine_kinds) {
        CAPTURE(kind.name);
        EnginePair pair{kind};
        for (std::uint32_t i = 0; i < peers; ++i) pair.add_peer();
        REQUIRE(pair.start());
        REQUIRE(pair.injecting.command({}, {command::Stop{}}));
        REQUIRE(pair.injecting.command({1}, {command::Stop{}}));
        CHECK(pair.injecting.await_count<happened::Ended>(1));
        CHECK(pair.injecting.count<happened::Ended>() == 1);
        CHECK(pair.injecting.count<happened::Ended>(1) == 1);
        REQUIRE(pair.injecting.command(everybody, {command::Stop{}}));
        for (PeerIndex peer = 0; peer < peers; ++peer) CHECK(pair.injecting.await_count<happened::Ended>(1, peer));
    }
}

TEST_CASE("an idle engine takes no turns")
{
    constexpr std::uint32_t peers = 50;
    for (const auto& kind : engine_kinds) {
        CAPTURE(kind.name);
        EnginePair pair{kind, true};
        for (std::uint32_t i = 0; i < peers; ++i) pair.add_peer();
        REQUIRE(pair.start());
        // Both sides have said everything up to the End-of-RIB; the next is a KEEPALIVE in a minute.
        REQUIRE(pair.injecting.await_count<happened::AllAcked>(peers));
        REQUIRE(pair.receiving.await_count<happened::AllAcked>(peers));
        const auto settled = Clock::now();
        (void)pair.receiving.await([] { return false; }, 600ms);   // that nothing happens can be seen in time only
        const auto to = Clock::now();
        pair.stop();
        for (const auto* record : pair.injecting.engine().turn_records())
            CHECK(turns_begun(record->entries(), settled + 100ms, to) == 0);
    }
}

}   // namespace barrage
