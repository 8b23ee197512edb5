#include "tests/engine/peer_conversation.hpp"

namespace barrage {

TEST_CASE("two speakers come to Established, whoever connects, and any step may fail")
{
    established().ends_in(State::established).every_step_failed();
    conversation(passive())
        .on(1)
        .expect_send(sends_open())
        .receive("OPEN", open)
        .expect_send(sends_keepalive())
        .receive("KEEPALIVE", keepalive)
        .expect_send(sends_end_of_rib())
        .ends_in(State::established)
        .every_step_failed();
}

TEST_CASE("octets may come one by one, and all at once before we said a word")
{
    FakePeer fake{config()};
    fake.start();
    fake.connect();
    Octets all = open;
    all.insert(all.end(), keepalive.begin(), keepalive.end());
    for (const auto octet : all) fake.receive(0, OctetView{&octet, 1});
    CHECK(fake.peer.session(0).established());

    FakePeer slow{config()};
    slow.start();
    slow.connect();
    CHECK(any_open().matches(slow.next_sent(0)));
    slow.kernel_takes(0, 0);
    slow.receive(0, all);
    slow.kernel_takes(0, ~std::size_t{0});
    slow.settle();
    CHECK(to_hex(slow.next_sent(0)) == to_hex(keepalive));
    CHECK(to_hex(slow.next_sent(0)) == to_hex(end_of_rib));
}

TEST_CASE("KEEPALIVEs leave every third of the hold time, and the hold timer ends a silent session")
{
    // 90 of the two is the smaller.
    established()
        .after(29s)
        .expect_nothing()
        .after(1s)
        .expect_send(sends_keepalive())
        .after(30s)
        .expect_send(sends_keepalive())
        .ends_in(State::established);
    established()
        .after(60s)
        .receive("KEEPALIVE", keepalive)
        .after(89s)
        .expect_send(sends_keepalive())
        .expect_send(sends_keepalive())
        .expect_send(sends_keepalive())
        .expect_send(sends_keepalive())
        .expect_nothing()
        .after(1s)
        .does("forget the KEEPALIVE that is due at the same moment",
              [](FakePeer& fake) {
                  auto sent = fake.next_sent(0);
                  if (to_hex(sent) == to_hex(keepalive)) sent = fake.next_sent(0);
                  CHECK(to_hex(sent) == to_hex(notification("04", "00")));
              })
        .expect_closed()
        .ends_in(State::idle);
}

TEST_CASE("an OPEN that never comes is waited for four minutes")
{
    conversation()
        .expect_send(sends_open())
        .after(239s)
        .expect_nothing()
        .after(1s)
        .expect_send(exactly("hold timer", notification("04", "00")))
        .expect_closed()
        .ends_in(State::idle);
}

TEST_CASE("a hold time of zero: no KEEPALIVE, no hold timer")
{
    conversation()
        .expect_send(sends_open())
        .receive("OPEN", open_as("fdea", "0a000002", "0000"))
        .expect_send(sends_keepalive())
        .receive("KEEPALIVE", keepalive)
        .expect_send(sends_end_of_rib())
        .after(24h)
        .expect_nothing()
        .ends_in(State::established);
}

TEST_CASE("what the peer says wrong is answered with its NOTIFICATION")
{
    conversation()
        .expect_send(sends_open())
        .receive("wrong AS", open_as("fdeb"))
        .expect_send(exactly("bad peer AS", notification("02", "02")))
        .expect_closed()
        .ends_in(State::idle);
    conversation()
        .expect_send(sends_open())
        .receive("garbage", hex("00112233445566778899aabbccddeeff 0013 04"))
        .expect_send(exactly("not synchronized", notification("01", "01")))
        .expect_closed()
        .ends_in(State::idle);
    established()
        .receive("length 18", message("0012 04"))
        .expect_send(exactly("bad length", notification("01", "02", "0012")))
        .expect_closed()
        .ends_in(State::idle);
    established()
        .receive("type 9", message("0013 09"))
        .expect_send(exactly("bad type", notification("01", "03", "09")))
        .expect_closed()
        .ends_in(State::idle);
    conversation()
        .expect_send(sends_open())
        .receive("KEEPALIVE before OPEN", keepalive)
        .expect_send(exactly("FSM error in OpenSent", notification("05", "01")))
        .expect_closed()
        .ends_in(State::idle);
    conversation()
        .expect_send(sends_open())
        .receive("OPEN", open)
        .expect_send(sends_keepalive())
        .receive("UPDATE", end_of_rib)
        .expect_send(exactly("FSM error in OpenConfirm", notification("05", "02")))
        .expect_closed()
        .ends_in(State::idle);
    conversation()
        .expect_send(sends_open())
        .receive("AS 0", open_as("0000"))
        .expect_send(exactly("bad peer AS", notification("02", "02")))
        .expect_closed()
        .ends_in(State::idle);
    established()   // who did not say enhanced route refresh never gets its error: RFC 7313 section 5
        .receive("short ROUTE-REFRESH", message("0016 05 0001 01"))
        .expect_send(exactly("bad length", notification("01", "02", "0016")))
        .expect_closed()
        .ends_in(State::idle);
    established()
        .receive("OPEN", open)
        .expect_send(exactly("FSM error in Established", notification("05", "03")))
        .expect_closed()
        .ends_in(State::idle);
}

TEST_CASE("a NOTIFICATION is never answered, and what waits is not sent after it")
{
    conversation()
        .expect_send(sends_open())
        .receive("NOTIFICATION", notification("02", "01", "0003"))
        .expect_nothing()
        .expect_closed()
        .ends_in(State::idle);
    established().receive("NOTIFICATION", notification("06", "02")).expect_nothing().expect_closed().ends_in(State::idle);

    Rib rib;
    FakePeer fake{config()};
    establish(fake);
    fake.kernel_takes(0, 0);
    fake.peer.adj_rib_out().queue_run({RouteSlice::whole(rib.table(100'000)), RunKind::as_given, 1});
    fake.peer.sends_something(fake.here);
    fake.settle();
    REQUIRE(!fake.peer.session(0).outbox().empty());
    fake.receive(0, notification("06", "04"));
    CHECK(!fake.is_connected(0));   // though the peer reads nothing any more
    const auto ended = fake.happenings<happened::Ended>();
    REQUIRE(ended.size() == 1);
    CHECK(ended[0].end.by == SessionEnd::By::notification_received);
    CHECK(ended[0].end.notification.subcode == 4);
    CHECK(ended[0].end.was_established);
    CHECK(!ended[0].final);
}

TEST_CASE("stop ends with a Cease and its text, in every state, once")
{
    // RFC 9003: length and text behind the subcode.
    const auto cease = exactly("Cease", notification("06", "02", "03 62 79 65"));
    const auto stop = [](FakePeer& fake) {
        fake.peer.stop(fake.here, CeaseSubcode::administrative_shutdown, "bye", false, fake.now);
    };
    established().does("stop", stop).expect_send(cease).expect_closed().after(1h).expect_nothing().ends_in(State::idle);
    conversation().expect_send(sends_open()).does("stop", stop).expect_send(cease).expect_closed().after(1h).ends_in(State::idle);

    for (int stage = 0; stage < 4; ++stage) {
        CAPTURE(stage);
        FakePeer fake{config()};
        fake.start();
        fake.settle();
        if (stage >= 1) fake.refuse();   // waits for its next attempt
        if (stage >= 2) {
            fake.pass(10s);
            fake.connect();
        }
        if (stage >= 3) fake.receive(0, open);
        stop(fake);
        stop(fake);
        fake.pass(1h);
        CHECK(!fake.is_connected(0));
        CHECK(!fake.is_connecting(0));
        const auto ended = fake.happenings<happened::Ended>();
        REQUIRE(!ended.empty());
        CHECK(ended.back().final);
        CHECK(std::ranges::count_if(ended, [](const auto& end) { return end.final; }) == 1);
    }
}

TEST_CASE("a reset by command starts again, also where the peer would not by itself")
{
    auto once = config();
    once.restart = false;
    FakePeer fake{once};
    establish(fake);
    fake.peer.stop(fake.here, CeaseSubcode::administrative_reset, "", true, fake.now);
    fake.settle();
    CHECK(to_hex(fake.next_sent(0)) == to_hex(notification("06", "04")));
    REQUIRE(fake.happenings<happened::Ended>().size() == 1);
    CHECK(!fake.happenings<happened::Ended>()[0].final);
    fake.pass(10s);
    fake.connect();
    fake.receive(0, open);
    fake.receive(0, keepalive);
    CHECK(fake.peer.session(0).established());
    fake.lose(0);   // and now it does not
    CHECK(fake.happenings<happened::Ended>().back().final);
    fake.pass(1h);
    CHECK(!fake.is_connecting(0));
}

TEST_CASE("a NOTIFICATION that the peer does not take is waited for no longer than patience lasts")
{
    Rib rib;
    FakePeer fake{config()};
    establish(fake);
    fake.kernel_takes(0, 0);
    fake.peer.adj_rib_out().queue_run({RouteSlice::whole(rib.table(100'000)), RunKind::as_given, 1});
    fake.settle();
    fake.peer.stop(fake.here, CeaseSubcode::administrative_shutdown, "", false, fake.now);
    fake.settle();
    CHECK(fake.is_connected(0));
    fake.pass(1s);
    CHECK(!fake.is_connected(0));
}

TEST_CASE("a peer that takes nothing is dropped when the send hold timer ends (RFC 9687), not before")
{
    Rib rib;
    FakePeer fake{config()};
    establish(fake);
    fake.kernel_takes(0, 1000);
    fake.peer.adj_rib_out().queue_run({RouteSlice::whole(rib.table(1'000'000)), RunKind::as_given, 1});
    fake.settle();
    for (int i = 0; i < 16; ++i) {   // 8 minutes less one second, and the peer is alive
        fake.pass(i == 15 ? 29s : 30s);
        fake.receive(0, keepalive);
    }
    CHECK(fake.peer.session(0).established());
    CHECK(fake.peer.session(0).outbox().octets() < 3 * window_octets);   // bounded, whatever the table
    fake.pass(1s);
    CHECK(!fake.peer.session(0).established());
    REQUIRE(fake.happenings<happened::Ended>().size() == 1);
    CHECK(fake.happenings<happened::Ended>()[0].end.notification.code == ErrorCode::send_hold_timer_expired);
}

TEST_CASE("a refused connection is tried again later and later, as often as configured")
{
    auto few = config();
    few.connection_attempts = 3;
    FakePeer fake{few};
    fake.start();
    for (int attempt = 1; attempt <= 3; ++attempt) {
        fake.refuse();
        CHECK(fake.happenings<happened::Ended>().size() == static_cast<std::size_t>(attempt));
        CHECK(fake.happenings<happened::Ended>().back().final == (attempt == 3));
        CHECK(fake.happenings<happened::Ended>().back().end.by == SessionEnd::By::connection_refused);
        CHECK(!fake.is_connecting(0));
        for (int waited = 0; waited < 10 && !fake.is_connecting(0); ++waited) fake.pass(1s);
    }
    CHECK(!fake.is_connecting(0));
    CHECK(!fake.accept());

    // A connection that is never answered has failed after the connect retry time, as one that is refused.
    FakePeer silent{config()};
    silent.start();
    silent.settle();
    CHECK(silent.is_connecting(0));
    silent.pass(5s);
    CHECK(silent.closes(0) == 1);
    REQUIRE(silent.happenings<happened::Ended>().size() == 1);
    CHECK(silent.happenings<happened::Ended>().front().end.by == SessionEnd::By::connection_refused);
    silent.pass(1s);
    CHECK(silent.is_connecting(0));
}

TEST_CASE("connections that end before Established count as failures")
{
    auto few = config();
    few.connection_attempts = 2;
    FakePeer fake{few};
    fake.start();
    fake.connect();
    fake.lose(0);
    CHECK(!fake.happenings<happened::Ended>().back().final);
    for (int waited = 0; waited < 10 && !fake.is_connecting(0); ++waited) fake.pass(1s);
    fake.connect();
    fake.receive(0, open);
    fake.lose(0);
    CHECK(fake.happenings<happened::Ended>().back().final);
    fake.pass(1h);
    CHECK(!fake.is_connecting(0));
}

TEST_CASE("of two connections the one that the higher identifier began stays (RFC 4271 6.8)")
{
    const auto cease = to_hex(notification("06", "07"));
    for (const bool peer_is_higher : {true, false})
        for (const std::size_t first : {std::size_t{0}, std::size_t{1}}) {
            CAPTURE(peer_is_higher);
            CAPTURE(first);
            const auto its_open = open_as("fdea", peer_is_higher ? "0a000002" : "0a000000");
            FakePeer fake{config()};
            fake.start();
            fake.connect();
            REQUIRE(fake.accept());
            CHECK(any_open().matches(fake.next_sent(0)));
            CHECK(any_open().matches(fake.next_sent(1)));
            fake.receive(first, its_open);
            CHECK(to_hex(fake.next_sent(first)) == to_hex(keepalive));
            fake.receive(1 - first, its_open);
            // Slot 1 was begun by the peer.
            const std::size_t stays = peer_is_higher ? 1 : 0;
            if (stays != first) CHECK(to_hex(fake.next_sent(stays)) == to_hex(keepalive));
            CHECK(to_hex(fake.next_sent(1 - stays)) == cease);
            CHECK(!fake.is_connected(1 - stays));
            fake.receive(stays, keepalive);
            CHECK(fake.peer.session(stays).established());
            CHECK(fake.happenings<happened::Ended>().empty());   // the peer never went
            CHECK(fake.happenings<happened::Established>().size() == 1);
            fake.pass(30s);
            CHECK(!fake.is_connecting(0));
        }
}

TEST_CASE("an established session stays when another connection comes")
{
    FakePeer fake{config()};
    establish(fake);
    REQUIRE(fake.accept());
    CHECK(any_open().matches(fake.next_sent(1)));
    fake.receive(1, open);
    CHECK(to_hex(fake.next_sent(1)) == to_hex(notification("06", "07")));
    CHECK(!fake.is_connected(1));
    CHECK(fake.peer.session(0).established());
    CHECK(fake.happenings<happened::Ended>().empty());
    REQUIRE(fake.accept());   // and once more
    fake.lose(1);
    CHECK(fake.peer.session(0).established());
    CHECK(fake.happenings<happened::Ended>().empty());
}

TEST_CASE("our attempt is given up when the peer's connection is established first")
{
    FakePeer fake{config()};
    fake.start();
    fake.settle();
    REQUIRE(fake.is_connecting(0));
    REQUIRE(fake.accept());
    fake.receive(1, open);
    fake.receive(1, keepalive);
    CHECK(fake.peer.session(1).established());
    CHECK(!fake.is_connecting(0));
    fake.pass(30s);
    CHECK(!fake.is_connecting(0));
    CHECK(fake.happenings<happened::Ended>().empty());
    fake.lose(1);
    CHECK(fake.happenings<happened::Ended>().size() == 1);
    fake.pass(10s);
    CHECK(fake.is_connecting(0));
}

TEST_CASE("a refused attempt beside the peer's connection neither ends nor disturbs the peer")
{
    FakePeer fake{config()};
    fake.start();
    fake.settle();
    REQUIRE(fake.accept());
    fake.refuse();
    CHECK(fake.happenings<happened::Ended>().empty());
    fake.receive(1, open);
    fake.receive(1, keepalive);
    CHECK(fake.peer.session(1).established());
}

}   // namespace barrage
