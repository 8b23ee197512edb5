#include "tests/engine/peer_conversation.hpp"

namespace barrage {

TEST_CASE("a new session is told tables and overlay again, then End-of-RIB")
{
    Rib rib;
    FakePeer fake{config()};
    auto& out = fake.peer.adj_rib_out();
    out.queue_run({RouteSlice::whole(rib.table(5'000)), RunKind::as_given, 1});
    out.announce(rib.key(1), rib.attributes());
    fake.start();
    fake.connect();
    CHECK(any_open().matches(fake.next_sent(0)));
    fake.receive(0, open);
    CHECK(take_sent(fake).announced == 0);   // nothing before Established
    fake.receive(0, keepalive);
    auto sent = take_sent(fake);
    CHECK(sent.announced == 5'001);
    CHECK(sent.ends == 1);
    REQUIRE(fake.happenings<happened::RunSent>().size() == 1);
    CHECK(fake.happenings<happened::AllOnTheWire>().size() == 1);
    CHECK(fake.happenings<happened::AllAcked>().size() == 1);

    out.announce(rib.key(2), rib.attributes());
    out.withdraw(rib.key(1));
    fake.peer.sends_something(fake.here);
    fake.settle();
    sent = take_sent(fake);
    CHECK(sent.announced == 1);
    CHECK(sent.withdrawn == 1);
    CHECK(sent.ends == 0);

    fake.lose(0);
    fake.pass(10s);
    fake.connect();
    fake.receive(0, open);
    fake.receive(0, keepalive);
    sent = take_sent(fake);
    CHECK(sent.announced == 5'001);
    CHECK(sent.withdrawn == 1);   // the table might bring it back
    CHECK(sent.ends == 1);
}

TEST_CASE("a session that goes in the middle of a table begins it anew")
{
    Rib rib;
    FakePeer fake{config()};
    establish(fake);
    fake.kernel_takes(0, 100'000);
    fake.peer.adj_rib_out().queue_run({RouteSlice::whole(rib.table(200'000)), RunKind::as_given, 1});
    fake.settle();
    fake.lose(0);
    fake.pass(10s);
    fake.connect();
    CHECK(any_open().matches(fake.next_sent(0)));
    fake.receive(0, open);
    fake.receive(0, keepalive);
    CHECK(take_sent(fake).announced == 200'000);
    CHECK(fake.happenings<happened::RunSent>().size() == 1);
}

TEST_CASE("ROUTE-REFRESH sends all again, its brackets and families that were not agreed on nothing")
{
    Rib rib;
    FakePeer fake{config()};
    fake.peer.adj_rib_out().queue_run({RouteSlice::whole(rib.table(1'000)), RunKind::as_given, 1});
    fake.peer.adj_rib_out().announce(rib.key(1), rib.attributes());
    establish(fake);
    fake.receive(0, message("0017 05 0001 00 01"));
    auto sent = take_sent(fake);
    CHECK(sent.announced == 1'001);
    CHECK(sent.ends == 1);
    for (const auto* other : {"0017 05 0001 01 01", "0017 05 0001 02 01", "0017 05 0001 07 01", "0017 05 0002 00 01"}) {
        fake.receive(0, message(other));
        sent = take_sent(fake);
        CHECK(sent.announced + sent.ends == 0);
    }
    CHECK(fake.peer.session(0).established());
}

TEST_CASE("a KEEPALIVE does not wait behind a table")
{
    Rib rib;
    FakePeer fake{config()};
    establish(fake);
    fake.peer.adj_rib_out().queue_run({RouteSlice::whole(rib.table(1'000'000)), RunKind::as_given, 1});
    fake.kernel_takes(0, 5'000);
    fake.settle();
    fake.pass(30s);   // a KEEPALIVE is due; the kernel takes nothing
    const auto before = take_sent(fake);
    CHECK(before.keepalives == 0);
    fake.kernel_takes(0, 5'000);
    fake.settle();
    CHECK(take_sent(fake).keepalives == 1);
}

TEST_CASE("a paced table leaves at its rate")
{
    Rib rib;
    auto paced = config();
    paced.rate_per_second = 1'000;
    FakePeer fake{paced};
    establish(fake);
    fake.peer.adj_rib_out().queue_run({RouteSlice::whole(rib.table(5'000)), RunKind::as_given, 1});
    std::size_t announced = 0;
    for (int second = 1; second <= 4; ++second) {
        fake.pass(1s);
        announced += take_sent(fake).announced;
        CHECK(announced >= static_cast<std::size_t>(second) * 1'000);
        CHECK(announced <= static_cast<std::size_t>(second) * 1'000 + 20);   // an UPDATE of 10 is sent with its first route
        fake.receive(0, keepalive);
    }
    fake.pass(2s);
    announced += take_sent(fake).announced;
    CHECK(announced == 5'000);
}

TEST_CASE("what a receiving peer hears is counted, and the limit is told once")
{
    auto receiving = config();
    receiving.receive = ReceiverConfig{.limit = 2};
    FakePeer fake{receiving};
    establish(fake);
    // 23 + ORIGIN 4, AS_PATH 9, NEXT_HOP 7 + 2 x 4 = 51; attributes 20
    const auto update = message("0033 02 0000 0014 40010100 4002060201 0000fdea 400304c0000202 180a0001 180a0002");
    fake.receive(0, update);
    fake.receive(0, update);
    CHECK(fake.peer.receiver()->announced() == 4);
    CHECK(fake.peer.receiver()->distinct() == 2);
    CHECK(fake.happenings<happened::LimitReached>().size() == 1);
}

}   // namespace barrage
