#include "tests/support/conversation.hpp"

#include "tests/support/doctest.hpp"
#include <algorithm>

#include "io/poll_loop.hpp"
#include "tests/support/hex.hpp"

namespace barrage {

FakePeer::FakePeer(PeerConfig config)
    : shard_(0, std::make_unique<PollLoop>(), windows_, {}, nullptr),
      peer(0, std::move(config), windows_, prefixes_, events, std::make_shared<PeerCounters>())
{
}

void FakePeer::connect()
{
    settle();
    REQUIRE(links_[0].connecting);
    links_[0] = {.connected = true, .closes = links_[0].closes};
    peer.connected(0, Ipv4Address{0x7f000001}, now);
    settle();
}

bool FakePeer::accept()
{
    if (links_[1].connected || !peer.accept_connection(now)) return false;
    links_[1] = {.connected = true, .closes = links_[1].closes};
    peer.session(1).connection_begun();
    peer.connected(1, Ipv4Address{0x7f000001}, now);
    settle();
    return true;
}

void FakePeer::refuse(const std::string& reason)
{
    settle();
    REQUIRE(links_[0].connecting);
    links_[0].connecting = false;
    peer.session(0).connection_lost(reason, now);
    settle();
}

void FakePeer::receive(std::size_t slot, OctetView octets)
{
    auto& session = peer.session(slot);
    while (!octets.empty() && links_[slot].connected && !session.wants_close()) {
        const auto space = session.receive_space();
        const auto count = std::min(space.size(), octets.size());
        REQUIRE(count > 0);
        std::ranges::copy(octets.first(count), space.begin());
        session.received(count, now);
        octets = octets.subspan(count);
    }
    settle();
}

void FakePeer::lose(std::size_t slot, const std::string& reason)
{
    if (!links_[slot].connected && !links_[slot].connecting) return;
    links_[slot].connected = links_[slot].connecting = false;
    peer.session(slot).connection_lost(reason, now);
    settle();
}

bool FakePeer::turn()
{
    bool something = false;
    peer.tick(now);
    for (std::size_t slot = 0; slot < links_.size(); ++slot) {
        auto& link = links_[slot];
        auto& session = peer.session(slot);
        auto& outbox = session.outbox();
        while (link.connected && link.room > 0 && (!session.wants_close() || now < session.close_by())) {
            if (peer.established() == &session) peer.fill_outbox(now);
            const auto octets = outbox.front(patch_buffer_, peer.patch_values());
            if (octets.empty()) break;
            const auto count = std::min(octets.size(), link.room);
            link.sent.insert(link.sent.end(), octets.begin(), octets.begin() + static_cast<std::ptrdiff_t>(count));
            if (link.room != ~std::size_t{0}) link.room -= count;
            session.sent(count, now);
            something = true;
        }
        if (link.connected && link.room == 0 && !session.wants_close()) {
            if (peer.established() == &session) peer.fill_outbox(now);
            session.sent(0, now);
        }
        if (session.wants_close() && (outbox.empty() || now >= session.close_by())) {
            link.connected = link.connecting = false;
            ++link.closes;
            session.closed();
            something = true;
        }
        if (session.wants_connection() && !session.wants_close()) {
            REQUIRE(slot == 0);
            session.connection_begun();
            link.connecting = true;
            something = true;
        }
    }
    peer.after_write(std::size_t{0}, now);
    return something;
}

void FakePeer::settle()
{
    int turns = 0;
    while (turn() || peer.deadline() <= now) REQUIRE(++turns < 1000);   // else it is woken again and again for nothing
}

void FakePeer::pass(Duration time)
{
    const auto until = now + time;
    settle();
    while (peer.deadline() <= until) {
        now = peer.deadline();
        settle();
    }
    now = until;
    settle();
}

Octets FakePeer::next_sent(std::size_t slot)
{
    auto& sent = links_[slot].sent;
    if (sent.size() < header_octets) return {};
    const std::size_t length = static_cast<std::size_t>(sent[16]) << 8 | sent[17];
    REQUIRE(length >= header_octets);
    if (sent.size() < length) return {};
    const auto end = sent.begin() + static_cast<std::ptrdiff_t>(length);
    Octets message(sent.begin(), end);
    sent.erase(sent.begin(), end);
    return message;
}

Expected any_open()
{
    return {"OPEN", [](OctetView message) { return decode_open(message).has_value() && message[18] == 1; }};
}

Expected exactly(std::string name, Octets message)
{
    return {std::move(name), [message = std::move(message)](OctetView sent) { return to_hex(sent) == to_hex(message); }};
}

Conversation& Conversation::add(std::string name, std::function<void(FakePeer&)> play)
{
    steps_.push_back({std::move(name), slot_, std::move(play)});
    return *this;
}

Conversation& Conversation::on(std::size_t slot)
{
    slot_ = slot;
    return *this;
}

Conversation& Conversation::expect_send(Expected expected)
{
    return add("send " + expected.name, [expected, slot = slot_](FakePeer& fake) {
        fake.settle();
        const auto sent = fake.next_sent(slot);
        CAPTURE(expected.name);
        CAPTURE(to_hex(sent));
        CHECK(expected.matches(sent));
    });
}

Conversation& Conversation::expect_nothing()
{
    return add("send nothing", [slot = slot_](FakePeer& fake) {
        fake.settle();
        CHECK(to_hex(fake.next_sent(slot)) == "");
    });
}

Conversation& Conversation::receive(std::string name, Octets octets)
{
    return add("receive " + name, [octets = std::move(octets), slot = slot_](FakePeer& fake) { fake.receive(slot, octets); });
}

Conversation& Conversation::after(Duration time)
{
    return add("wait", [time](FakePeer& fake) { fake.pass(time); });
}

Conversation& Conversation::does(std::string name, std::function<void(FakePeer&)> what)
{
    return add(std::move(name), std::move(what));
}

Conversation& Conversation::expect_closed()
{
    return add("close", [slot = slot_](FakePeer& fake) {
        fake.settle();
        CHECK(!fake.is_connected(slot));
    });
}

void Conversation::open_connection(FakePeer& fake) const
{
    fake.start();
    if (config_.passive)
        REQUIRE(fake.accept());
    else
        fake.connect();
}

Conversation& Conversation::ends_in(State state)
{
    FakePeer fake{config_};
    open_connection(fake);
    for (const auto& step : steps_) {
        CAPTURE(step.name);
        step.play(fake);
    }
    CHECK(std::string{name(fake.peer.session(slot_).state())} == name(state));
    return *this;
}

Conversation& Conversation::every_step_failed()
{
    for (std::size_t failing = 0; failing <= steps_.size(); ++failing) {
        CAPTURE(failing);
        FakePeer fake{config_};
        open_connection(fake);
        for (std::size_t i = 0; i < failing; ++i) steps_[i].play(fake);
        const auto slot = failing < steps_.size() ? steps_[failing].slot : slot_;
        if (!fake.is_connected(slot)) continue;
        const auto ended = fake.happenings<happened::Ended>().size();
        const bool established = fake.peer.session(slot).established();
        const bool other_lives = fake.peer.session(1 - slot).state() >= State::open_sent;
        fake.lose(slot);
        CHECK((fake.peer.session(slot).state() == State::idle || fake.peer.session(slot).state() == State::connect));
        if (other_lives) continue;
        const auto all = fake.happenings<happened::Ended>();
        REQUIRE(all.size() == ended + 1);
        CHECK(all.back().end.by == SessionEnd::By::connection_closed);
        CHECK(all.back().end.was_established == established);
        // And again from the beginning.
        if (config_.passive) {
            CHECK(fake.accept());
        } else {
            fake.pass(std::chrono::seconds{10});
            CHECK(fake.is_connecting(0));
            fake.connect();
        }
        CHECK(fake.peer.session(slot_ == slot ? slot : 0).state() == State::open_sent);
    }
    return *this;
}

}   // namespace barrage
