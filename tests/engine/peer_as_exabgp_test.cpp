// What a peer can be told to do as ExaBGP does: OPEN, what it says first, attempts and their delays, messages handed out.

#include "tests/engine/peer_conversation.hpp"

namespace barrage {

namespace {

PeerConfig exabgp_config()
{
    auto with = config();
    with.send_rules = SendRules::exabgp;
    with.growing_retry = true;
    with.keepalive_for_no_family = true;
    with.session.words_for_unknown_messages = true;
    return with;
}

/// The whole seconds between the end of one connection and the next attempt.
std::vector<int> delays(FakePeer& fake, int attempts)
{
    std::vector<int> seconds;
    for (int i = 0; i < attempts; ++i) {
        fake.refuse();
        int waited = 0;
        while (!fake.is_connecting(0) && waited < 100) {
            fake.pass(1s);
            ++waited;
        }
        seconds.push_back(waited);
    }
    return seconds;
}

}   // namespace

TEST_CASE("capabilities stand in ExaBGP's order, each in a parameter of its own")
{
    OpenConfig ours;
    ours.my_as = Asn{65533};
    ours.bgp_identifier = {0x0a000002};
    ours.families = {ipv4_unicast, ipv6_unicast};
    ours.extended_next_hop = {ipv4_unicast};
    ours.add_path_send = ours.add_path_receive = {ipv4_unicast};
    ours.graceful_restart_time = 120s;
    ours.graceful_restart_kept = true;
    ours.enhanced_route_refresh = ours.operational = ours.extended_message = true;
    ours.hostname = capability::Hostname{"a", "b"};
    ours.software_version = "ExaBGP/5.0.0-0+test";
    ours.extra_capabilities.emplace_back(capability::Multisession{.flags = 0, .session_identifiers = {}});
    ours.extra_capabilities.emplace_back(capability::Multisession{.flags = 1, .session_identifiers = {}});
    Octets message;
    encode(make_open(ours), message);
    const auto parameters = to_hex(OctetView{message}.subspan(29));
    CHECK(parameters ==
          to_hex(hex("0206 010400010001 0206 010400020001 0206 41040000fffd 0208 0506000100010002 0206 450400010103 "
                     "020c 400a 8078 0001 01 80 0002 01 80 0202 0200 0202 4600 0202 b900 0202 0600 0206 4904 01 61 01 62 "
                     "0216 4b14 13 4578614247502f352e302e302d302b74657374 0203 4401 00 0203 4401 01")));
}

TEST_CASE("an own AS that mirrors the peer's waits for its OPEN")
{
    auto with = exabgp_config();
    with.session.open.my_as = Asn{};
    with.session.peer_as.reset();
    FakePeer fake{with};
    fake.start();
    fake.connect();
    CHECK(fake.next_sent(0).empty());
    fake.receive(0, open);
    const auto sent = decode_open(fake.next_sent(0));
    REQUIRE(sent.has_value());
    CHECK(sent->asn() == Asn{65002});
    CHECK(to_hex(fake.next_sent(0)) == to_hex(keepalive));
    fake.receive(0, keepalive);
    REQUIRE(fake.peer.session(0).established());
    CHECK(fake.peer.session(0).negotiated().internal);
}

TEST_CASE("an identifier that was not given is the connection's own address")
{
    auto with = exabgp_config();
    with.session.open.bgp_identifier = {};
    FakePeer fake{with};
    fake.start();
    fake.connect();
    const auto sent = decode_open(fake.next_sent(0));
    REQUIRE(sent.has_value());
    CHECK(sent->bgp_identifier == Ipv4Address{0x7f000001});
}

TEST_CASE("with no common family something is said all the same")
{
    auto with = exabgp_config();
    with.session.open.families = {ipv6_unicast};
    conversation(with)
        .expect_send(sends_open())
        .receive("OPEN", open)
        .expect_send(sends_keepalive())
        .receive("KEEPALIVE", keepalive)
        .expect_send(sends_keepalive())
        .expect_nothing()
        .ends_in(State::established);
}

TEST_CASE("a message of no type is refused with a sentence: unknown-message")
{
    established(exabgp_config())
        .receive("type 255", message("0013 ff"))
        .expect_send(exactly(
            "1/0",
            message("0040 03 01 00 63616e206e6f74206465636f646520757064617465206d657373616765206f662074797065202232353522")))
        .expect_closed();
}

TEST_CASE("attempts go further and further apart, and only a teardown begins anew")
{
    auto with = exabgp_config();
    with.session.connect_retry = 1h;
    FakePeer fake{with};
    fake.start();
    fake.settle();
    CHECK(delays(fake, 8) == std::vector{0, 1, 2, 3, 4, 5, 7, 9});
    fake.connect();
    fake.receive(0, open);
    fake.receive(0, keepalive);
    REQUIRE(fake.peer.session(0).established());
    fake.lose(0);
    fake.pass(10s);
    CHECK(!fake.is_connecting(0));
    fake.pass(1s);
    CHECK(fake.is_connecting(0));
    fake.connect();
    fake.receive(0, open);
    fake.receive(0, keepalive);
    fake.peer.stop(fake.here, std::optional{cease(CeaseSubcode::administrative_reset, "Administrative Reset")}, true, fake.now);
    fake.settle();
    CHECK(fake.is_connecting(0));
    for (auto sent = fake.next_sent(0); !sent.empty(); sent = fake.next_sent(0))
        if (sent[18] == 3) CHECK(to_hex(sent) == to_hex(message("002a 03 06 04 14 41646d696e697374726174697665205265736574")));
    CHECK(delays(fake, 2) == std::vector{1, 2});
}

TEST_CASE("silence ends an attempt to connect, says so, and the next one follows")
{
    FakePeer fake{exabgp_config()};
    fake.start();
    fake.settle();
    REQUIRE(fake.is_connecting(0));
    fake.pass(4s);
    CHECK(fake.happenings<happened::Ended>().empty());
    fake.pass(1s);
    const auto ends = fake.happenings<happened::Ended>();
    REQUIRE(ends.size() == 1);
    CHECK(ends.front().end.text == "no answer within 5 s");
    CHECK(ends.front().end.by == SessionEnd::By::connection_refused);
    CHECK(!ends.front().final);
    fake.settle();
    CHECK(fake.is_connecting(0));
    fake.connect();
    fake.receive(0, open);
    fake.receive(0, keepalive);
    CHECK(fake.peer.session(0).established());
}

TEST_CASE("a peer gives up when its connections are used up, however they ended")
{
    auto with = exabgp_config();
    with.connections = 2;
    FakePeer fake{with};
    establish(fake);
    fake.lose(0);
    CHECK(!fake.happenings<happened::Ended>().back().final);
    fake.connect();
    fake.receive(0, open);
    fake.receive(0, keepalive);
    REQUIRE(fake.peer.session(0).established());
    fake.lose(0);
    CHECK(fake.happenings<happened::Ended>().back().final);
    fake.pass(1h);
    CHECK(!fake.is_connecting(0));
    CHECK(!fake.accept());
}

TEST_CASE("a session may end without a word, and comes back")
{
    FakePeer fake{exabgp_config()};
    establish(fake);
    fake.peer.stop(fake.here, std::nullopt, true, fake.now);
    fake.settle();
    CHECK(fake.next_sent(0).empty());
    CHECK(fake.closes(0) == 1);
    CHECK(fake.is_connecting(0));
}

TEST_CASE("the first routes wait for what the peer said behind its OPEN")
{
    auto with = exabgp_config();
    with.first_routes_after = 50ms;
    Rib routes;
    FakePeer fake{with};
    fake.peer.adj_rib_out().announce(routes.key(1), routes.attributes());
    establish(fake);
    fake.pass(49ms);
    CHECK(fake.next_sent(0).empty());
    fake.pass(1ms);
    const auto sent = take_sent(fake);
    CHECK(sent.announced == 1);
    CHECK(sent.ends == 1);
}

TEST_CASE("UPDATEs leave no faster than they may, and idle time is not made up for")
{
    auto with = exabgp_config();
    with.updates_per_second = 10;
    with.one_route_per_update = FamilySet::all();
    Rib routes;
    FakePeer fake{with};
    establish(fake);
    fake.pass(20s);
    for (std::uint8_t i = 0; i < 30; ++i) fake.peer.adj_rib_out().announce(routes.key(i), routes.attributes());
    fake.settle();
    CHECK(take_sent(fake).announced == 1);
    fake.pass(1s);
    CHECK(take_sent(fake).announced == 10);
    fake.pass(2s);
    CHECK(take_sent(fake).announced == 19);
}

TEST_CASE("messages are handed out as they are, only those that were asked for")
{
    auto with = exabgp_config();
    with.session.observed_sent = {MessageType::update, MessageType::open};
    with.session.observed_received = {MessageType::keepalive};
    with.session.observes_states = true;
    Rib routes;
    FakePeer fake{with};
    fake.peer.adj_rib_out().announce(routes.key(1), routes.attributes());
    fake.start();
    fake.connect();
    const auto sent_open = fake.next_sent(0);
    fake.receive(0, open);
    (void)fake.next_sent(0);   // KEEPALIVE
    fake.receive(0, keepalive);
    std::vector<std::string> expected{"sent " + to_hex(sent_open), "received " + to_hex(keepalive)};
    for (auto sent = fake.next_sent(0); !sent.empty(); sent = fake.next_sent(0)) expected.push_back("sent " + to_hex(sent));
    CHECK(expected.size() == 4);   // a route and End-of-RIB
    std::vector<std::string> observed;
    for (const auto& each : fake.happenings<happened::Message>())
        observed.push_back((each.sent ? "sent " : "received ") + to_hex(each.octets));
    CHECK(observed == expected);
    std::vector<State> states;
    for (const auto& each : fake.happenings<happened::StateChanged>()) states.push_back(each.state);
    CHECK(states == std::vector{State::connect, State::open_sent, State::open_confirm, State::established});
    CHECK(fake.happenings<happened::Connected>().size() == 1);
}

TEST_CASE("ROUTE-REFRESH is answered with the family's routes, in brackets where both know them")
{
    auto with = exabgp_config();
    Rib routes;
    FakePeer fake{with};
    establish(fake);
    fake.peer.adj_rib_out().announce(routes.key(1), routes.attributes());
    fake.settle();
    CHECK(take_sent(fake).announced == 1);
    fake.receive(0, message("0017 05 0001 00 01"));
    const auto sent = take_sent(fake);
    CHECK(sent.announced == 1);
    CHECK(sent.ends == 0);
}

}   // namespace barrage
