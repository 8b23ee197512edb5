#include "tests/support/doctest.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "codec/message/keepalive.hpp"
#include "io/message_framer.hpp"
#include "tests/support/hex.hpp"

namespace barrage {

namespace {

/// An UPDATE of this many octets whose body tells its place.
Octets update_of(std::size_t octets, std::uint8_t mark)
{
    Octets message;
    encode_message(message, MessageType::update, [&](Writer& body) {
        for (std::size_t i = header_octets; i < octets; ++i) body.u8(static_cast<std::uint8_t>(mark + i));
    });
    return message;
}

void feed(MessageFramer& framer, OctetView octets)
{
    const auto space = framer.space();
    REQUIRE(space.size() >= octets.size());
    std::ranges::copy(octets, space.begin());
    framer.filled(octets.size());
}

void take_all(MessageFramer& framer, std::vector<Octets>& taken)
{
    for (;;) {
        const auto message = framer.next();
        REQUIRE(message);
        if (!*message) return;
        taken.emplace_back((*message)->begin(), (*message)->end());
    }
}

Octets joined(const std::vector<Octets>& messages)
{
    Octets stream;
    for (const auto& message : messages) stream.insert(stream.end(), message.begin(), message.end());
    return stream;
}

Octets keepalive()
{
    Octets message;
    encode(Keepalive{}, message);
    return message;
}

}   // namespace

TEST_CASE("messages come out whole however the octets come in")
{
    const std::vector messages{keepalive(), update_of(23, 1), keepalive(), update_of(60, 2), update_of(24, 3)};
    const auto stream = joined(messages);

    SUBCASE("in two pieces, cut at every octet")
    {
        for (std::size_t first = 0; first <= stream.size(); ++first) {
            MessageFramer framer;
            std::vector<Octets> taken;
            feed(framer, OctetView{stream}.first(first));
            take_all(framer, taken);
            feed(framer, OctetView{stream}.subspan(first));
            take_all(framer, taken);
            CHECK(taken == messages);
            CHECK(framer.pending() == 0);
        }
    }
    SUBCASE("in pieces of every size")
    {
        for (std::size_t size = 1; size <= stream.size(); ++size) {
            MessageFramer framer;
            std::vector<Octets> taken;
            for (std::size_t at = 0; at < stream.size(); at += size) {
                feed(framer, OctetView{stream}.subspan(at, std::min(size, stream.size() - at)));
                take_all(framer, taken);
            }
            CHECK(taken == messages);
        }
    }
}

TEST_CASE("a long stream passes through a bounded buffer, as much as fits each time")
{
    std::vector<Octets> messages;
    for (std::size_t i = 0; i < 400; ++i) messages.push_back(update_of(23 + i * 37 % 4000, static_cast<std::uint8_t>(i)));
    const auto stream = joined(messages);
    for (const std::size_t most : {std::size_t{1} << 20, std::size_t{40000}, std::size_t{4095}, std::size_t{977}}) {
        MessageFramer framer{0};   // the least: the largest message
        std::vector<Octets> taken;
        for (std::size_t at = 0; at < stream.size();) {
            const auto space = framer.space();
            REQUIRE_FALSE(space.empty());
            CHECK(space.size() <= max_extended_message_octets);
            const auto count = std::min({space.size(), stream.size() - at, most});
            std::copy_n(stream.begin() + static_cast<std::ptrdiff_t>(at), count, space.begin());
            framer.filled(count);
            at += count;
            take_all(framer, taken);
        }
        CHECK(taken == messages);
    }
}

TEST_CASE("messages that nobody takes leave no space, and none is lost")
{
    MessageFramer framer;
    std::size_t sent = 0;
    const auto message = update_of(4096, 7);
    while (framer.space().size() >= message.size()) {
        feed(framer, message);
        ++sent;
    }
    CHECK(sent * message.size() <= MessageFramer::default_capacity);
    std::vector<Octets> taken;
    take_all(framer, taken);
    CHECK(taken == std::vector(sent, message));
    CHECK(framer.space().size() == MessageFramer::default_capacity);
}

TEST_CASE("whole messages are views into the buffer that was filled")
{
    MessageFramer framer;
    const auto* begin = framer.space().data();
    feed(framer, joined({keepalive(), update_of(40, 1)}));
    CHECK((*framer.next())->data() == begin);
    CHECK((*framer.next())->data() == begin + 19);
}

TEST_CASE("a header that is wrong is told as soon as it is there, and stays")
{
    MessageFramer framer;
    feed(framer, joined({keepalive(), hex(std::string(32, 'f') + "001309")}));
    CHECK((*framer.next())->size() == 19);
    for (int i = 0; i < 3; ++i) {
        const auto message = framer.next();
        REQUIRE_FALSE(message);
        CHECK(message.error() == NotificationError{ErrorCode::message_header, 3, {9}});
    }
    framer.reset();
    feed(framer, keepalive());
    CHECK(framer.next()->has_value());
}

TEST_CASE("extended messages pass once both sides agreed on them")
{
    const auto largest = update_of(65535, 1);
    for (const auto agreed : {false, true}) {
        MessageFramer framer;
        if (agreed) framer.set_max_message(max_extended_message_octets);
        feed(framer, OctetView{largest}.first(19));
        if (!agreed) {
            CHECK(framer.next().error() == NotificationError{ErrorCode::message_header, 2, {0xff, 0xff}});
            continue;
        }
        CHECK_FALSE(framer.next()->has_value());
        feed(framer, OctetView{largest}.subspan(19));
        const auto message = framer.next();
        REQUIRE(message);
        REQUIRE(message->has_value());
        CHECK(std::ranges::equal(**message, largest));
    }
}

}   // namespace barrage
