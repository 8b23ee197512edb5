// A run that an exception ends: RFC 4271 section 6.7 for the NOTIFICATION, RFC 4486 for its subcodes.

#include <doctest.h>

#include <new>
#include <stdexcept>

#include "tests/support/engine_pair.hpp"

namespace barrage {

namespace {

constexpr PeerIndex peers = 3;
constexpr std::uint64_t routes = 2000;

/// The receiving side's view of how each session of the other ended: "code/subcode".
std::vector<std::string> ends(const EngineOnThread& receiving)
{
    std::vector<std::string> found;
    for (const auto& event : receiving.log())
        if (const auto* ended = std::get_if<happened::Ended>(&event.what))
            found.push_back(std::to_string(std::to_underlying(ended->end.notification.code)) + "/" +
                            std::to_string(ended->end.notification.subcode));
    return found;
}

/// A pair whose injecting side has advertised a table.
struct Advertised {
    explicit Advertised(const EngineKind& kind) : pair(kind)
    {
        for (PeerIndex i = 0; i < peers; ++i) pair.add_peer();
    }
    void start()
    {
        REQUIRE(pair.start());
        pair.injecting.engine().post({everybody, {command::SendRun{to_send.range(0x0a000000, routes, 1)}}});
        for (PeerIndex i = 0; i < peers; ++i) REQUIRE(pair.await_live(i, routes));
    }
    void check(const std::string& text, const std::string& end)
    {
        REQUIRE(pair.receiving.await_count<happened::Ended>(peers));
        pair.injecting.stop();   // it has ended by itself: this only joins its thread
        CHECK(pair.injecting.engine().failure() == text);
        CHECK(ends(pair.receiving) == std::vector<std::string>(peers, end));
        for (PeerIndex i = 0; i < peers; ++i) CHECK(pair.injecting.engine().numbers(i).wire_routes == routes);
    }

    RoutesToSend to_send;
    EnginePair pair;
};

}   // namespace

TEST_CASE("an exception on a shard ends the run with a Cease to every peer, in both engines alike")
{
    for (const auto& kind : engine_kinds) {
        CAPTURE(kind.name);
        Advertised run{kind};
        run.start();
        SUBCASE("memory has run out: Out of Resources")
        {
            run.pair.injecting.engine().post(
                {{1}, {command::Visit{[](Peer&, const OnShard&, TimePoint) { throw std::bad_alloc{}; }}}});
            run.check("out of memory; use fewer routes or sessions, or a machine with more", "6/8");
        }
        SUBCASE("another exception: Administrative Shutdown")
        {
            run.pair.injecting.engine().post({{1}, {command::Visit{[](Peer&, const OnShard&, TimePoint) {
                                                  throw std::runtime_error{"a fault of this test"};
                                              }}}});
            run.check("a fault of this test", "6/2");
        }
        SUBCASE("one that is no std::exception")
        {
            run.pair.injecting.engine().post({{1}, {command::Visit{[](Peer&, const OnShard&, TimePoint) { throw 1; }}}});
            run.check("an error of unknown kind", "6/2");
        }
    }
}

TEST_CASE("an exception of the observer ends the run with a Cease to every peer, in both engines alike")
{
    for (const auto& kind : engine_kinds) {
        CAPTURE(kind.name);
        Advertised run{kind};
        std::atomic<bool> fails{false};
        std::atomic<int> after{0};
        run.pair.injecting.receives = [&](const std::vector<PeerEvent>&) {
            if (!fails) return;
            ++after;
            throw std::bad_alloc{};
        };
        run.start();
        fails = true;
        // What is sent next is an event of its own.
        run.pair.injecting.engine().post({everybody, {command::SendRun{run.to_send.range(0x0a000000, 1, 2)}}});
        REQUIRE(run.pair.receiving.await_count<happened::Ended>(peers));
        run.pair.injecting.stop();
        CHECK(run.pair.injecting.engine().failure() == "out of memory; use fewer routes or sessions, or a machine with more");
        CHECK(ends(run.pair.receiving) == std::vector<std::string>(peers, "6/8"));
        CHECK(after == 1);   // it is not called again
    }
}

TEST_CASE("a run that ends as it should has not failed")
{
    for (const auto& kind : engine_kinds) {
        CAPTURE(kind.name);
        Advertised run{kind};
        run.start();
        run.pair.stop();
        CHECK(run.pair.injecting.engine().failure().empty());
    }
}

}   // namespace barrage
